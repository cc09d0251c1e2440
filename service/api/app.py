"""The application: the views, the error handler and what holds for every request and response."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import Flask

from service.api import access, contract, crowd, errors, headers, hosts, jobs, logs
from service.api.about import CONTRACT_KEY
from service.api.gate import Gate
from service.api.measures import Measures
from service.api.services import Services, attach
from service.cache import ExtractionCache
from service.pipeline import Pipeline
from service.store import Store

# one character beyond the basic plane is 12 bytes as two JSON escapes or in a form, and at most 4 in UTF-8; the rest
# is for what is said beside the text
BYTES_PER_CHARACTER = 12
BYTES_BESIDE = 65_536


def create_app(
    *,
    pipeline: Pipeline,
    store: Store,
    cache: ExtractionCache | None = None,
    at_once: int | None = None,
    places: int = 6,
    wait_seconds: float = 120,
    keys_needed: bool = False,
    requests_per_minute: int = 0,
    limits_url: str = "memory://",
    cors_origins: Collection[str] = (),
    allowed_hosts: Collection[str] | None = None,
    announce: Callable[[], None] = lambda: None,
    max_import_megabytes: int = 256,
) -> Flask:
    """The API over these parts; ``cache``: what was read before, None: nothing is kept.

    ``at_once``: requests that may be at work at a time, see ``crowd.register``; None: any number. ``places``: requests
    that may read an article or wait for it at a time, to be fewer than the server's threads;
    ``wait_seconds``: the longest wait for a turn. ``keys_needed``, ``requests_per_minute``, ``limits_url``: see
    ``access.register``; ``cors_origins``: see ``headers.register``;
    ``allowed_hosts``: see ``hosts.register``. ``announce``: tells the workers that parts of jobs
    wait; ``max_import_megabytes``: the largest body of an import, unpacked.
    """
    app = Flask("service.api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BYTES_PER_CHARACTER * pipeline.max_chars + BYTES_BESIDE
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    jobs.attach(app, announce=announce, most_bytes=max_import_megabytes * 1_000_000)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    # two slashes in a path are a path of their own, not a reason to redirect
    app.url_map.merge_slashes = False
    measures, gate = Measures(), Gate(places=places, timeout_seconds=wait_seconds)
    attach(app, Services(pipeline=pipeline, store=store, gate=gate, measures=measures, cache=cache))
    errors.register(app)
    app.config[CONTRACT_KEY] = contract.register(app)
    # the first to be registered sees a request first, and its response last
    logs.register(app)
    measures.register(app)
    headers.register(app, cors_origins=cors_origins)
    if at_once is not None:
        crowd.register(app, at_once=at_once)
    access.register(app, keys_needed=keys_needed, per_minute=requests_per_minute, limits_url=limits_url)
    hosts.register(app, allowed=allowed_hosts)
    return app
