"""The application: the views, the error handler and what holds for every response."""

from __future__ import annotations

from flask import Flask, Response, request

from service.api import contract, errors, logs
from service.api.about import CONTRACT_KEY
from service.api.gate import Gate
from service.api.request_ids import HEADER, request_id
from service.api.services import Services, attach
from service.pipeline import Pipeline
from service.store import Store

# one character beyond the basic plane is 12 bytes as two JSON escapes, and at most 4 in UTF-8; the rest is for what
# is said beside the text
BYTES_PER_CHARACTER = 12
BYTES_BESIDE = 65_536


def create_app(*, pipeline: Pipeline, store: Store, places: int = 6, wait_seconds: float = 120) -> Flask:
    """The API over these parts.

    ``places``: requests that may read an article or wait for it at a time, to be fewer than the server's threads;
    ``wait_seconds``: the longest wait for a turn.
    """
    app = Flask("service.api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BYTES_PER_CHARACTER * pipeline.max_chars + BYTES_BESIDE
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    # two slashes in a path are a path of their own, not a reason to redirect
    app.url_map.merge_slashes = False
    attach(app, Services(pipeline=pipeline, store=store, gate=Gate(places=places, timeout_seconds=wait_seconds)))
    errors.register(app)
    app.config[CONTRACT_KEY] = contract.register(app)
    logs.register(app)
    app.after_request(_finish)
    return app


def _finish(response: Response) -> Response:
    """Headers for every response, and 304 where the client has it already."""
    response.headers[HEADER] = request_id()
    response.headers["X-Content-Type-Options"] = "nosniff"
    revalidated = request.method in ("GET", "HEAD") or request.path == "/v1/extract"
    if response.status_code == 200 and revalidated:
        response.headers.setdefault("Cache-Control", "no-cache")
        response.add_etag()
        etag, _ = response.get_etag()
        # werkzeug's make_conditional leaves POST alone; reading an article changes nothing, so 304 is as good here
        if etag and request.if_none_match.contains_weak(etag):
            response.status_code = 304
            response.set_data(b"")
            for name in ("Content-Length", "Content-Type"):
                response.headers.pop(name, None)
    return response
