"""Every error as ``application/problem+json`` (RFC 9457): one table of kinds, one table of exceptions, one handler.

``instance`` is the request's id, ``type`` the page that explains the kind, ``errors`` names each wrong value by a JSON
pointer into the body, or into the object of the query's or the path's parameters (``in`` says which).
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from service import errors
from service.api.kinds import KINDS, Kind
from service.api.request_ids import request_id

PROBLEM_JSON = "application/problem+json"

_log = logging.getLogger("service.api")


# the first class that fits counts, so a subclass stands before its parent
_OF_ERROR: tuple[tuple[type[errors.QuothError], str], ...] = (
    (errors.EmptyArticle, "empty-article"),
    (errors.ArticleTooLong, "article-too-long"),
    (errors.NotText, "not-text"),
    (errors.NotFound, "not-found"),
    (errors.InProgress, "in-progress"),
    (errors.Conflict, "conflict"),
    (errors.Stale, "stale"),
    (errors.KeyReused, "key-reused"),
    (errors.BadCorrection, "invalid-values"),
    (errors.ClaimError, "invalid-values"),
    (errors.BadCursor, "invalid-values"),
    (errors.StoreUnavailable, "store-unavailable"),
)
_OF_STATUS = {
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "body-too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
}
_FRAMES_LOGGED = 8
_RETRY_AFTER_SECONDS = {"busy": 5, "store-unavailable": 5, "in-progress": 2, "too-many-requests": 60}

INTERNAL = "something went wrong on our side; the log has the details under the request id in 'instance'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One wrong value: where (a JSON pointer; ``place`` is body, query or path) and what is wrong with it."""

    pointer: str
    detail: str
    place: str = "body"


class Refusal(Exception):
    """A request that is refused by the API itself. ``kind`` is a key of KINDS; ``detail`` is shown."""

    def __init__(
        self, kind: str, detail: str, *, faults: Iterable[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


def problem(
    kind: Kind, detail: str, *, faults: Iterable[Fault] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """The response to one error; the only place that writes its shape."""
    body: dict[str, Any] = {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": request_id(),
    }
    if listed := [{"pointer": f.pointer, "in": f.place, "detail": f.detail} for f in faults]:
        body["errors"] = listed
    # a name of the client's may hold half a surrogate pair, which UTF-8 has no bytes for: it is shown as it was escaped
    written = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    response = Response(written + b"\n", status=kind.status, content_type=PROBLEM_JSON)
    response.headers.update(headers or {})
    if kind.slug in _RETRY_AFTER_SECONDS:
        response.headers.setdefault("Retry-After", str(_RETRY_AFTER_SECONDS[kind.slug]))
    return response


def register(app: Flask) -> None:
    """Answer every exception of the application with a problem."""
    app.register_error_handler(Exception, answer)
    app.register_error_handler(HTTPException, answer)


def answer(error: Exception) -> Response:
    """The problem that an exception becomes."""
    if isinstance(error, Refusal):
        return problem(KINDS[error.kind], str(error), faults=error.faults, headers=error.headers)
    if isinstance(error, HTTPException):
        return _of_http(error)
    for class_, slug in _OF_ERROR:
        if isinstance(error, class_):
            return problem(KINDS[slug], str(error), faults=_faults_of(error))
    _log.error(
        "unexpected error", extra={"request_id": request_id(), "error": type(error).__name__, "frames": _frames(error)}
    )
    return problem(KINDS["internal-error"], INTERNAL)


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status >= 500:
        return problem(KINDS["internal-error"], INTERNAL)
    headers = {"Allow": ", ".join(sorted(error.valid_methods or ()))} if isinstance(error, MethodNotAllowed) else {}
    return problem(KINDS[_OF_STATUS.get(status, "bad-request")], _detail(error, headers), headers=headers)


def _detail(error: HTTPException, headers: Mapping[str, str]) -> str:
    if error.code == 404:
        return f"there is nothing at {request.path!r}; GET / lists what there is"
    if isinstance(error, MethodNotAllowed):
        return f"got {request.method}, {request.path} allows {headers['Allow']}"
    if isinstance(error, RequestEntityTooLarge):
        allowed = request.max_content_length or 0
        got = f"{request.content_length:,} bytes" if request.content_length else "more bytes"
        return (
            f"the body is too large: got {got}, at most {allowed:,} bytes are allowed, which is what the longest "
            "allowed article (QUOTH_MAX_ARTICLE_CHARS) can take; split the article"
        )
    if error.code == 429:
        return f"too many requests: {error.description} are allowed; try again after Retry-After seconds"
    return error.description or error.name


def _faults_of(error: errors.QuothError) -> tuple[Fault, ...]:
    if isinstance(error, errors.BadCorrection):
        return (Fault(pointer=f"/{error.field}" if error.field else "", detail=str(error)),)
    if isinstance(error, errors.ClaimError):
        return (Fault(pointer=f"/{error.field}", detail=str(error)),)
    if isinstance(error, errors.BadCursor):
        return (Fault(pointer="/cursor", place="query", detail=str(error)),)
    if isinstance(error, errors.EmptyArticle | errors.ArticleTooLong) and request.mimetype == "application/json":
        return (Fault(pointer="/text", detail=str(error)),)
    return ()


def _frames(error: Exception) -> list[str]:
    """Where it happened: the innermost calls, last one last. Without the message, which could quote an article."""
    return [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-_FRAMES_LOGGED:]]
