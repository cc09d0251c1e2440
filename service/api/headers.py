"""What every response carries: its request's id, a tag to revalidate by, and what keeps browsers from doing harm.

An API's answers are never pages, so nothing in them may be run, framed or sniffed; a page of ours brings a policy of
its own, which is kept.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from service.api.errors import Refusal
from service.api.request_ids import HEADER, request_id

_SAFE = ("GET", "HEAD", "OPTIONS")
# of every answer, unless a page brings its own
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_EXPOSED = (
    "ETag, Link, Location, Retry-After, X-Request-Id, Idempotency-Replayed, "
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
_ALLOWED = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
_PREFLIGHT_SECONDS = "600"


def register(app: Flask, *, cors_origins: Collection[str]) -> None:
    """``cors_origins``: sites whose scripts may call, such as ``https://cms.example``; ``*`` is any."""

    @app.before_request
    def refuse_other_sites() -> None:
        _refuse_other_sites(cors_origins)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        for name, value in SECURITY.items():
            response.headers.setdefault(name, value)
        _share(response, cors_origins)
        _revalidate(response)
        return response


def version_tag(version: int) -> None:
    """Have the response's ETag name this version, which a correction then sends back as ``If-Match``."""
    g.version = version


def _refuse_other_sites(origins: Collection[str]) -> None:
    """A page of another site that makes its reader's browser write here, where the reader may: not with us."""
    if request.method in _SAFE:
        return
    origin = request.headers.get("Origin")
    if origin is not None and _allowed(origin, origins):
        return
    # what browsers say themselves, and no script can change; other programs do not say it
    elsewhere = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if elsewhere or (origin is not None and urlsplit(origin).netloc != request.host):
        who = f"a script of {origin[:100]!r}" if origin is not None else "a page of another site"
        raise Refusal(
            "cross-origin",
            f"{who} may not call this service; its operator can name that site in QUOTH_CORS_ORIGINS",
        )


def _allowed(origin: str, origins: Collection[str]) -> bool:
    return "*" in origins or origin in origins


def _share(response: Response, origins: Collection[str]) -> None:
    """Let the scripts of the named sites read the answer (CORS)."""
    if not origins:
        return
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin is None or not _allowed(origin, origins):
        return
    response.headers["Access-Control-Allow-Origin"] = "*" if "*" in origins else origin
    response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED
        response.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS


def _revalidate(response: Response) -> None:
    """An ETag where an answer can be asked for again, and 304 where the client has it already."""
    version = g.get("version")
    revalidated = request.method in ("GET", "HEAD") or request.path == "/v1/extract"
    if response.status_code != 200 or not (revalidated or version is not None):
        return
    response.headers.setdefault("Cache-Control", "no-cache")
    response.add_etag()
    etag, _ = response.get_etag()
    if etag and version is not None:
        etag = f"v{version}-{etag[:16]}"
        response.set_etag(etag)
    # werkzeug's make_conditional leaves POST alone; reading an article changes nothing, so 304 is as good here
    if revalidated and etag and request.if_none_match.contains_weak(etag):
        response.status_code = 304
        response.set_data(b"")
        for name in ("Content-Length", "Content-Type"):
            response.headers.pop(name, None)
