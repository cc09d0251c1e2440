"""What all pages of the desk share: their policy, what surrounds every template, errors, the way to the sign-in form.

A page is one module with its views, one template, and at most one module of JavaScript. The views are added to
``blueprint`` when their module is imported, which is done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, redirect, render_template, request, url_for
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from service.access import Access
from service.api import errors
from service.api.about import FRONT_KEY
from service.api.access import by_cookie, caller
from service.api.request_ids import request_id
from service.web import articles, assets, audit, check, find, imports, review, shown, signing_in, speaker, start
from service.web.blueprint import blueprint

PAGES = (articles, assets, audit, check, find, imports, review, signing_in, speaker, start)
# nothing inline, nothing from elsewhere; a quote card is drawn from a blob
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types desk",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry of the navigation. ``key`` marks the page that is shown: its view sets ``here`` in the template."""

    key: str
    endpoint: str
    label: str


# in the order in which they are shown; one whose page is not there is left out
NAVIGATION = (
    Link(key="read", endpoint="desk.articles", label="Read"),
    Link(key="find", endpoint="desk.find", label="Find"),
    Link(key="review", endpoint="desk.review", label="Review"),
    Link(key="check", endpoint="desk.check", label="Check"),
    Link(key="audit", endpoint="desk.audit", label="Audit"),
    Link(key="import", endpoint="desk.imports", label="Import"),
    Link(key="docs", endpoint="docs.show", label="API"),
)


def register(app: Flask) -> None:
    """Add the desk to an application of ``service.api``; a browser that asks for ``/`` is then sent to its start."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= shown.FILTERS
    app.register_blueprint(blueprint)
    app.register_error_handler(404, _not_found)
    app.extensions[FRONT_KEY] = lambda: redirect(url_for("desk.start"))


@blueprint.context_processor
def _surroundings() -> dict[str, Any]:
    key = caller()
    links = [link for link in NAVIGATION if link.endpoint in current_app.view_functions]
    return {
        "asset": assets.address,
        "navigation": links,
        # what the reader chose with the switch; anything else leaves it to the browser
        "theme": theme if (theme := request.cookies.get("quoth-theme")) in ("light", "dark") else None,
        "signed_in_as": key.name if key and by_cookie() else None,
        # what a reader may not do is not offered
        "may_write": key is None or key.may(Access.WRITE),
    }


@blueprint.after_request
def _finish(response: AnyResponse) -> AnyResponse:
    response.headers["Content-Security-Policy"] = POLICY
    # with the API's no-referrer, browsers send forms with "Origin: null"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers.setdefault("Cache-Control", "private, no-cache")
    response.vary.add("Cookie")
    return response


@blueprint.errorhandler(Exception)
def _answer(error: Exception) -> AnyResponse:
    """An error as a page, or, where a script asked, as the API says it."""
    problem = errors.answer(error)
    if problem.status_code == 401 and request.method in ("GET", "HEAD"):
        return _to_sign_in()
    if not _for_a_reader():
        return problem
    if problem.status_code == 401 and request.endpoint == "desk.start_session":
        return Response(signing_in.form(request.form.get("to", ""), refused=True), status=401)
    return _page_of(problem)


def _not_found(error: HTTPException) -> AnyResponse:
    """A page for a browser that is lost, a problem for everybody else."""
    problem = errors.answer(error)
    if request.url_rule is None and _for_a_reader():
        return _finish(_page_of(problem))
    return problem


def _page_of(problem: Response) -> Response:
    told = problem.get_json(force=True)
    page = render_template("error.html", **_surroundings(), title=told["title"], detail=told["detail"], id=request_id())
    found = Response(page, status=problem.status_code)
    if "Retry-After" in problem.headers:
        found.headers["Retry-After"] = problem.headers["Retry-After"]
    return found


def _to_sign_in() -> AnyResponse:
    """To the form, from which a reader comes back.

    A browser that follows a link of another site keeps a strict cookie to itself; a page of ours that sends it on to
    where it was going makes it show the cookie.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return Response(render_template("onward.html", address=_here()))
    return redirect(url_for("desk.sign_in", to=_here()), code=303)


def _here() -> str:
    return request.full_path.rstrip("?")


def _for_a_reader() -> bool:
    """Whether a browser asked for a page to show."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
