"""Who may call what: API keys and their scopes, and how often a key may call.

A key comes as ``Authorization: Bearer KEY``. Where keys are not needed (the server listens on this machine alone), a
call without one may do everything; one that is sent is checked all the same. The desk's pages send theirs in a cookie
(``service.api.session_cookie``), and its form of signing in, which has none yet, as the field ``key``.
"""

from __future__ import annotations

import time
from contextlib import suppress

from flask import Flask, g, request
from flask_limiter import Limiter

from service.access import Access, ApiKey
from service.api.errors import Refusal
from service.api.services import services
from service.api.session_cookie import secret_in_cookie

# what tells of the service alone: probes, the contract and its pages
_PUBLIC = (
    "/", "/healthz", "/readyz", "/openapi.yaml", "/docs", "/docs/style.css", "/problems/{slug}",
    "/desk/sign-in", "/desk/sign-out", "/desk/static/{digest}/{path:name}",
)  # fmt: skip
# POST because an article is too long for a query, or a key is no part of one; nothing is changed
_READING_POSTS = ("/v1/extract", "/v1/verify", "/compat/citron/quotes", "/desk/session", "/desk/read", "/check")
_FORM = "application/x-www-form-urlencoded"
_MOST_SECRET_CHARACTERS = 200
_KEPT_RIGHT_SECONDS = 2
NOBODY_NAMED = "someone without a key"


def needed(method: str, path: str) -> Access | None:
    """What a call needs, by its method and its path as in the contract; None: nothing.

    >>> needed("GET", "/v1/quotes"), needed("DELETE", "/v1/articles/{id}"), needed("GET", "/healthz")
    (<Access.READ: 'read'>, <Access.WRITE: 'write'>, None)
    """
    if path in _PUBLIC:
        return None
    if method.upper() in ("GET", "HEAD", "OPTIONS") or path in _READING_POSTS:
        return Access.READ
    return Access.WRITE


def caller() -> ApiKey | None:
    """The key of the request at hand; None where it came without one."""
    found: ApiKey | None = g.get("api_key")
    return found


def sent_secret() -> str | None:
    """The secret of the key of the request at hand; None where it came without one."""
    found: str | None = g.get("secret")
    return found


def by_cookie() -> bool:
    """Whether the key of the request at hand came in the desk's cookie."""
    return caller() is not None and "Authorization" not in request.headers


def signed(by: str | None) -> str:
    """Who decides something: whom the request names, by way of the key that it came with."""
    key = caller()
    return " via ".join([*([by] if by else []), *([key.name] if key else [])]) or NOBODY_NAMED


def register(app: Flask, *, keys_needed: bool, per_minute: int, limits_url: str) -> None:
    """Check every request before its view.

    ``per_minute``: requests of one key, or of one address that has none, in a minute; 0: any number. ``limits_url``:
    where they are counted, ``memory://`` (each process for itself) or ``redis://…`` (all of them together).
    """

    @app.before_request
    def identify() -> None:
        g.access = _wanted()
        # refused only after it was counted, or guessing a key would be free
        g.refusal = _identify(keys_needed) if g.access is not None else None

    if per_minute:
        limiter = Limiter(
            key_func=lambda: key.id if (key := caller()) else f"address {request.remote_addr}",
            application_limits=[f"{per_minute} per minute"],
            # what needs no key is free, and so are this machine's own calls without one
            application_limits_exempt_when=lambda: (
                g.access is None or not (keys_needed or caller() or g.refusal is not None)
            ),
            storage_uri=limits_url,
            strategy="moving-window",
            headers_enabled=True,
            # a count that is lost must not take the service with it
            in_memory_fallback_enabled=True,
        )
        clock = _Clock()

        @app.before_request
        def begin_anew() -> None:
            if clock.was_set_back():
                # what was counted would stand in the way until the clock is where it was
                with suppress(Exception):
                    limiter.reset()

        limiter.init_app(app)

    @app.before_request
    def permit() -> None:
        if g.refusal is not None:
            raise g.refusal
        if g.access is not None:
            _permit(g.access)


class _Clock:
    """Notices that the machine's clock was set back, between one question and the next."""

    def __init__(self) -> None:
        self._last = time.time()

    def was_set_back(self) -> bool:
        """Whether it was, by more than a clock is when it is kept right."""
        before, self._last = self._last, time.time()
        return self._last < before - _KEPT_RIGHT_SECONDS


def _wanted() -> Access | None:
    if request.url_rule is None or request.method == "OPTIONS":
        return None
    return needed(request.method, request.url_rule.rule.replace("<", "{").replace(">", "}"))


def _identify(keys_needed: bool) -> Refusal | None:
    """Note whose key the request has; the refusal where it has none that is good and needs one."""
    header = request.headers.get("Authorization")
    if header is None and _is_sign_in():
        secret = request.form.get("key", "").strip()
        known = 0 < len(secret) <= _MOST_SECRET_CHARACTERS and _found(secret)
        return None if known else _unauthorized("this API key is not known, or was revoked")
    if header is None:
        return _identify_by_cookie(keys_needed)
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(secret.strip()) <= _MOST_SECRET_CHARACTERS:
        return _unauthorized("the header Authorization holds no API key")
    return None if _found(secret.strip()) else _unauthorized("this API key is not known, or was revoked")


def _is_sign_in() -> bool:
    """Whether the desk's form sends the key that somebody typed."""
    return request.method == "POST" and request.path == "/desk/session" and request.mimetype == _FORM


def _identify_by_cookie(keys_needed: bool) -> Refusal | None:
    secret = secret_in_cookie()
    if secret is None or len(secret) > _MOST_SECRET_CHARACTERS:
        return _unauthorized("no API key was sent") if keys_needed else None
    # one that stayed behind is no hindrance where none is needed
    if _found(secret) or not keys_needed:
        return None
    return _unauthorized("this API key is not known, or was revoked")


def _found(secret: str) -> bool:
    """Note the key with this secret; whether there is one."""
    key = services().store.find_key(secret)
    if key is None:
        return False
    g.api_key, g.secret = key, secret
    g.log = {**g.get("log", {}), "key": key.id}
    return True


def _permit(access: Access) -> None:
    key = caller()
    if key is not None and not key.may(access):
        scopes = ", ".join(scope.value for scope in key.scopes)
        raise Refusal(
            "forbidden",
            f"the key {key.name!r} has the scopes {scopes}, this call needs {access.value}",
            headers={"WWW-Authenticate": f'Bearer realm="quoth", error="insufficient_scope", scope="{access.value}"'},
        )


def _unauthorized(what: str) -> Refusal:
    return Refusal(
        "unauthorized",
        f"{what}; send one in the header: Authorization: Bearer KEY",
        headers={"WWW-Authenticate": 'Bearer realm="quoth"'},
    )
