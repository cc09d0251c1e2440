"""The composition root of the server: settings -> parser, store -> application.

``create()`` is called by each worker process after the fork, since threads that torch starts do not survive one. It
loads the models, which takes seconds, so that the first request does not wait for them.
"""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING

from flask import Flask

from service.settings import Settings

if TYPE_CHECKING:
    from service.cache import ExtractionCache
    from service.pipeline import Pipeline
    from service.store import Store

# plain enough that the model of languages, which few need, does not load
_FIRST = (
    '"We are ready to read the news that they would send," said Maria Okafor, who had been waiting with the others '
    "from six."
)
# threads that serve requests which need no model: health probes, and reading what is stored
_THREADS_KEPT_FREE = 2
_TURN_SECONDS = 0.001
# glibc's number of the option (malloc.h), and how many heaps the threads share. With one for nearly each thread, what
# a large request freed is kept in each: 395 MiB of a worker under load, 353 with two.
_M_ARENA_MAX, _ARENAS = -8, 2
# the longest that a database server may take over a statement: a page of all figures of a large store takes seconds
_ANSWER_SECONDS = 60


def create(settings: Settings | None = None) -> Flask:
    """The application that ``settings`` ask for; None: the environment's.

    Raises SettingsError, PackError or StoreUnavailable, each saying what to do.
    """
    settings = settings or Settings.from_env(os.environ)
    _share_heaps()
    # for a pack that needs torch, before that is imported: articles are read one at a time, and more threads cost more
    # than they bring
    os.environ.setdefault("OMP_NUM_THREADS", "1")

    from service import collector, json_logs  # noqa: PLC0415
    from service.matching.matcher import Matcher  # noqa: PLC0415
    from service.store import Store  # noqa: PLC0415
    from service.web import register  # noqa: PLC0415

    # several threads compute at once under load, and who asks for health gets its turn after each of them has had one
    sys.setswitchinterval(_TURN_SECONDS)
    json_logs.configure(settings.log_level)
    store = Store(settings.database_url, matcher=Matcher(), answer_seconds=_ANSWER_SECONDS)
    store.check()
    pipeline = _pipeline(settings)
    app = _application(settings, pipeline, store)
    register(app)
    collector.settle()
    return app


def _pipeline(settings: Settings) -> Pipeline:
    """All the steps, warm."""
    from service.model import Article  # noqa: PLC0415
    from service.names_file import read_names_file  # noqa: PLC0415
    from service.parse.article_parser import ArticleParser  # noqa: PLC0415
    from service.pipeline import Pipeline  # noqa: PLC0415

    known = read_names_file(settings.names_file) if settings.names_file else None
    pipeline = Pipeline(ArticleParser(settings.model_dir), max_chars=settings.max_article_chars, known=known)
    # lexicons and the language models load when they are first used: now, not in the first request
    pipeline.extract(Article(text=_FIRST[: settings.max_article_chars]))
    return pipeline


def _application(settings: Settings, pipeline: Pipeline, store: Store) -> Flask:
    from service.api import create_app  # noqa: PLC0415
    from service.jobs.queue import Queue, queue_beside  # noqa: PLC0415
    from service.jobs.tending import announcer  # noqa: PLC0415

    return create_app(
        pipeline=pipeline,
        store=store,
        cache=_cache(settings),
        at_once=settings.threads,
        places=settings.threads - _THREADS_KEPT_FREE,
        wait_seconds=settings.request_timeout_seconds,
        keys_needed=settings.key_needed,
        requests_per_minute=settings.rate_limit_per_minute,
        limits_url=settings.rate_limit_url,
        cors_origins=settings.cors_origins,
        allowed_hosts=settings.hosts,
        announce=announcer(store, Queue(settings.queue_url or queue_beside(settings.database_url))),
        max_import_megabytes=settings.max_import_megabytes,
    )


def _cache(settings: Settings) -> ExtractionCache | None:
    """What was read before, None where nothing is to be kept."""
    from service.cache import DiskCache, ExtractionCache  # noqa: PLC0415
    from service.cache.maker import maker  # noqa: PLC0415
    from service.parse.pack import EMBEDDED  # noqa: PLC0415

    if not settings.cache_mb:
        return None
    disk = DiskCache(settings.cache_dir, limit_bytes=settings.cache_mb * 1_000_000)
    made_by = maker(settings.model_dir or EMBEDDED, settings.names_file)
    return ExtractionCache(disk, maker=made_by, dated=settings.names_file is not None)


def _share_heaps() -> None:
    """Before the threads start; without effect where the C library is not glibc."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(_M_ARENA_MAX, _ARENAS)
