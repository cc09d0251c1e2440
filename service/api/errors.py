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
from service.api.request_ids import request_id

PROBLEM_JSON = "application/problem+json"

_log = logging.getLogger("service.api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of problem: its name in ``type``, its status, its title, and what one can do about it."""

    slug: str
    status: int
    title: str
    help: str

    @property
    def type(self) -> str:
        """The path of the page that explains it, a URI reference."""
        return f"/problems/{self.slug}"


KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(slug="bad-request", status=400, title="Bad request", help="The request is no valid HTTP; see `detail`."),
        Kind(
            slug="invalid-json",
            status=400,
            title="Invalid JSON",
            help="The body is declared as JSON and is not; `detail` says at which line and column.",
        ),
        Kind(
            slug="not-text",
            status=400,
            title="Not text",
            help="The body holds bytes or characters that are no text. Send UTF-8, or name the encoding: "
            "`Content-Type: text/plain; charset=iso-8859-1`.",
        ),
        Kind(slug="not-found", status=404, title="Not found", help="Nothing of that kind has this id or this path."),
        Kind(
            slug="method-not-allowed",
            status=405,
            title="Method not allowed",
            help="The header `Allow` lists the methods of this path.",
        ),
        Kind(
            slug="not-acceptable",
            status=406,
            title="Not acceptable",
            help="The header `Accept` names no media type that this call answers in; `?format=` overrides the header.",
        ),
        Kind(
            slug="conflict",
            status=409,
            title="Conflict",
            help="The id already names another article, or another id already names this article.",
        ),
        Kind(
            slug="body-too-large",
            status=413,
            title="Body too large",
            help="The body has more bytes than the longest allowed article can take.",
        ),
        Kind(
            slug="article-too-long",
            status=413,
            title="Article too long",
            help="The article has more characters than `QUOTH_MAX_ARTICLE_CHARS` allows.",
        ),
        Kind(
            slug="unsupported-media-type",
            status=415,
            title="Unsupported media type",
            help="Send `application/json`, `text/plain` or `text/html`, uncompressed, and say so in `Content-Type`.",
        ),
        Kind(
            slug="empty-article",
            status=422,
            title="Empty article",
            help="There is no character to read but white space, or no main text in the HTML page.",
        ),
        Kind(
            slug="invalid-values",
            status=422,
            title="Invalid values",
            help="`errors` names each field or parameter that is missing, unknown or malformed, and what is allowed.",
        ),
        Kind(
            slug="internal-error",
            status=500,
            title="Internal error",
            help="A fault of the service. Its log has the details under the request's id, which is in `instance`.",
        ),
        Kind(
            slug="busy",
            status=503,
            title="Busy",
            help="Too many articles wait for the models. Send the request again after `Retry-After` seconds.",
        ),
        Kind(
            slug="store-unavailable",
            status=503,
            title="Store unavailable",
            help="The database is locked, full, read-only, gone or not migrated (`quoth db upgrade`).",
        ),
    )
}

# the first class that fits counts, so a subclass stands before its parent
_OF_ERROR: tuple[tuple[type[errors.QuothError], str], ...] = (
    (errors.EmptyArticle, "empty-article"),
    (errors.ArticleTooLong, "article-too-long"),
    (errors.NotText, "not-text"),
    (errors.NotFound, "not-found"),
    (errors.Conflict, "conflict"),
    (errors.BadCursor, "invalid-values"),
    (errors.StoreUnavailable, "store-unavailable"),
)
_OF_STATUS = {
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "body-too-large",
    415: "unsupported-media-type",
}
_FRAMES_LOGGED = 8
_RETRY_AFTER_SECONDS = {"busy": 5, "store-unavailable": 5}

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
    response = Response(json.dumps(body, ensure_ascii=False) + "\n", status=kind.status, content_type=PROBLEM_JSON)
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
    return error.description or error.name


def _faults_of(error: errors.QuothError) -> tuple[Fault, ...]:
    if isinstance(error, errors.BadCursor):
        return (Fault(pointer="/cursor", place="query", detail=str(error)),)
    if isinstance(error, errors.EmptyArticle | errors.ArticleTooLong) and request.mimetype == "application/json":
        return (Fault(pointer="/text", detail=str(error)),)
    return ()


def _frames(error: Exception) -> list[str]:
    """Where it happened: the innermost calls, last one last. Without the message, which could quote an article."""
    return [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-_FRAMES_LOGGED:]]
