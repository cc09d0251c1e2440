"""What Prometheus asks for: requests, their time, the queue before the models, time spent reading, memory.

Under several worker processes (``PROMETHEUS_MULTIPROC_DIR`` names a folder that they share, see ``quoth serve``) every
worker answers for all of them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.bulk import Backlog

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# seconds; from a row of the database to the longest article
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_STATM = Path("/proc/self/statm")


class Measures:
    """The measures of one application; each has a registry of its own, so that two in one process do not mix."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "quoth_requests_total", "Requests answered; 304: the client had it.", ["method", "route", "status"],
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "quoth_request_seconds", "From a request to its answer.", ["route"], buckets=_REQUEST_SECONDS,
            registry=registry,
        )  # fmt: skip
        self._waiting = Gauge(
            "quoth_queue_articles", "Articles that wait for their turn at the models.", registry=registry,
            multiprocess_mode="livesum",
        )  # fmt: skip
        self._waited = Histogram(
            "quoth_queue_seconds", "How long an article waited for its turn.", buckets=_REQUEST_SECONDS,
            registry=registry,
        )  # fmt: skip
        self._refused = Counter(
            "quoth_queue_refused_total", "Articles sent away because too many waited.", registry=registry
        )
        self._reading = Histogram(
            "quoth_read_seconds", "How long the models and rules took for an article.", buckets=_REQUEST_SECONDS,
            registry=registry,
        )  # fmt: skip
        self._characters = Counter("quoth_read_characters_total", "Characters read.", registry=registry)
        self._quotes = Counter("quoth_read_quotes_total", "Quotes found.", registry=registry)
        self._spared = Counter(
            "quoth_read_spared_total", "Articles that were stored already and not read again.", registry=registry
        )
        self._cache = Counter(
            "quoth_cache_total", "Articles looked up in the cache, by whether they were in it.", ["result"],
            registry=registry,
        )  # fmt: skip
        self._memory = Gauge(
            "quoth_memory_bytes", "Memory that the processes hold (resident).", registry=registry,
            multiprocess_mode="livesum",
        )  # fmt: skip

    @contextmanager
    def queued(self) -> Iterator[_Queued]:
        """An article that waits for its turn, until ``served`` is called or the block ends."""
        queued = _Queued(self._waiting, self._waited)
        try:
            yield queued
        finally:
            queued.leave()

    def refused(self) -> None:
        """One more was sent away."""
        self._refused.inc()

    def read(self, *, seconds: float, characters: int, quotes: int) -> None:
        """One more article was read."""
        self._reading.observe(seconds)
        self._characters.inc(characters)
        self._quotes.inc(quotes)

    def spared(self) -> None:
        """One more article was stored already."""
        self._spared.inc()

    def looked_up(self, *, hit: bool) -> None:
        """One more was looked up in the cache of extractions."""
        self._cache.labels("hit" if hit else "miss").inc()

    def register(self, app: Flask) -> None:
        """Count every request of the application."""

        @app.before_request
        def start() -> None:
            g.measured_from = time.perf_counter()

        @app.after_request
        def finish(response: Response) -> Response:
            route = request.url_rule.rule if request.url_rule else "none"
            method = request.method if request.method in _METHODS else "other"
            self._requests.labels(method, route, str(response.status_code)).inc()
            self._seconds.labels(route).observe(time.perf_counter() - g.get("measured_from", time.perf_counter()))
            self._memory.set(_resident_bytes())
            return response

    def exposition(self, backlog: Backlog | None = None) -> bytes:
        """All measures in Prometheus's text format, of all workers where there are several.

        ``backlog``: what waits to be read in jobs, None where the database does not say.
        """
        self._memory.set(_resident_bytes())
        waiting = b"" if backlog is None else generate_latest(_of_jobs(backlog))
        if not os.environ.get(FOLDER):
            return generate_latest(self._registry) + waiting
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry) + waiting


def _of_jobs(backlog: Backlog) -> CollectorRegistry:
    """What waits, as it is now: the database knows it, and every process would say the same."""
    registry = CollectorRegistry()
    jobs = Gauge("quoth_jobs", "Jobs that wait or are being read.", ["state"], registry=registry)
    jobs.labels("queued").set(backlog.queued)
    jobs.labels("running").set(backlog.running)
    Gauge("quoth_jobs_articles", "Articles of these still to be read.", registry=registry).set(backlog.articles)
    age = 0.0 if backlog.oldest is None else (datetime.now(UTC) - backlog.oldest).total_seconds()
    Gauge("quoth_jobs_oldest_seconds", "How long ago the oldest of these was handed over.", registry=registry).set(age)
    return registry


class _Queued:
    def __init__(self, waiting: Gauge, waited: Histogram) -> None:
        self._waiting, self._waited = waiting, waited
        self._from: float | None = time.perf_counter()
        waiting.inc()

    def served(self) -> None:
        """The turn has come."""
        if self._from is not None:
            self._waited.observe(time.perf_counter() - self._from)
        self.leave()

    def leave(self) -> None:
        """It waits no longer, served or not."""
        if self._from is not None:
            self._from = None
            self._waiting.dec()


def _resident_bytes() -> int:
    """What this process holds; 0 where the system does not say (it has no /proc)."""
    try:
        pages = int(_STATM.read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
