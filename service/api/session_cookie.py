"""An API key in a cookie: how the desk's pages, and their scripts, call with the key of the person in front of them.

A browser sends cookies with whatever makes it call, so this one is good for less than a header: scripts cannot read
it (HttpOnly), requests that other sites cause do not have it (SameSite=Strict), and what changes something is taken
with it only where the browser says that one of our own pages asks (``Sec-Fetch-Site``, else ``Origin``).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

_NAME = "quoth-key"
# a name that browsers keep to one host, over https, whatever other hosts of the domain set
_NAME_OVER_HTTPS = "__Host-quoth-key"
_SAFE = ("GET", "HEAD", "OPTIONS")


def cookie_name() -> str:
    """What the cookie is called, for the request at hand."""
    return _NAME_OVER_HTTPS if request.is_secure else _NAME


def secret_in_cookie() -> str | None:
    """The key of the cookie, None where there is none, or where it is not good for this request."""
    secret = request.cookies.get(cookie_name())
    return secret if secret and _ours() else None


def _ours() -> bool:
    """Whether a page of ours, or for what only shows something the reader, made the browser send this."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin" or (site == "none" and request.method in _SAFE)
    # browsers leave the header out over plain http, but for this machine
    origin = request.headers.get("Origin")
    if origin is None:
        return request.method in _SAFE
    return urlsplit(origin).netloc == request.host
