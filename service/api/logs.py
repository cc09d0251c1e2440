"""One line in the log for each request: who asked for what, and how it went. Never an article's text.

The query is left out because it can hold words of an article; a key or a cookie is never read here.
"""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

from service.api.request_ids import request_id

_log = logging.getLogger("service.api")


def register(app: Flask) -> None:
    """Write one line for each request."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        facts = {
            "request_id": request_id(),
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
            **g.get("log", {}),
        }
        # a probe every few seconds is no news
        level = logging.DEBUG if request.path in ("/healthz", "/readyz") else logging.INFO
        _log.log(level, "request", extra=facts)
        return response
