"""Logs as JSON, one object a line, on standard error: who asked for what, and how it went. Never an article's text.

The query is left out because it can hold words of an article; a key or a cookie is never read here.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

from service.api.request_ids import request_id

_log = logging.getLogger("service.api")
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """A log record as one JSON object on one line; what stands in ``extra`` becomes keys of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Times are UTC. An exception is shown by its class alone: its message could quote an article."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str) -> None:
    """Send the logs of ``service`` to standard error; ``level`` is a name that ``logging`` knows, in any case.

    Calling it again replaces the handler of the call before.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("service")
    logger.handlers = [handler]
    logger.setLevel(level.upper())
    logger.propagate = False


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
