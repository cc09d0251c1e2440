"""Signing in, where calls need an API key: the key goes into a cookie that no script can read.

``POST /desk/session`` is a call with a key like any other (``Authorization: Bearer …``, or the form's field ``key``),
so that guessing keys is counted as it is everywhere. What the cookie is good for is in ``service.api.access``. The form
needs no script.
"""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.api.access import sent_secret
from service.api.session_cookie import cookie_name
from service.web.blueprint import blueprint


@blueprint.get("/desk/sign-in")
def sign_in() -> str:
    """The form."""
    return form(request.args.get("to", ""))


@blueprint.post("/desk/session")
def start_session() -> AnyResponse:
    """Keep the key of this request in a cookie, until the browser is closed; a form leads on to its field ``to``."""
    response = Response(status=204)
    if "to" in request.form:
        response = Response(status=303, headers={"Location": _within(request.form["to"])})
    secret = sent_secret()
    if secret is not None:
        response.set_cookie(cookie_name(), secret, httponly=True, samesite="Strict", secure=request.is_secure, path="/")
    return response


@blueprint.post("/desk/sign-out")
def end_session() -> AnyResponse:
    """Forget it."""
    response = Response(status=303, headers={"Location": url_for("desk.sign_in")})
    response.delete_cookie(cookie_name(), httponly=True, samesite="Strict", secure=request.is_secure, path="/")
    return response


def form(to: str, *, refused: bool = False) -> str:
    """The form as a page. ``to``: the address to go on to; ``refused``: say that the key that was sent is not known."""
    return render_template("sign_in.html", to=_within(to), refused=refused)


def _within(address: str) -> str:
    """A page of ours to go on to; the start for what could lead elsewhere.

    >>> import flask
    >>> _within("/articles/ferry?x=1")
    '/articles/ferry?x=1'
    """
    # browsers take \\ for /, and leave tabs and line ends out
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain else url_for("desk.start")
