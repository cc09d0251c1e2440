"""``/articles``: what is stored, and one article with its quotes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from flask import render_template, request, url_for

from service.api.services import services
from service.errors import BadCursor
from service.model import ArticleFilter
from service.web.blueprint import blueprint
from service.web.reading import stored_reading

_PAGE = 40


@blueprint.get("/articles")
def articles() -> str:
    """List the stored articles, last published first."""
    wanted = {name: request.args.get(name, "").strip() for name in ("q", "outlet", "from", "to")}
    filter = ArticleFilter(
        text=wanted["q"] or None,
        outlet=wanted["outlet"] or None,
        since=_moment(wanted["from"], time.min),
        until=_moment(wanted["to"], time.max),
    )
    store = services().store
    try:
        page = store.articles(filter, cursor=request.args.get("cursor"), limit=_PAGE)
    except BadCursor:
        # the address of another search: its first page
        page = store.articles(filter, limit=_PAGE)
    onward = None
    if page.next_cursor:
        kept: dict[str, Any] = {name: value for name, value in wanted.items() if value}
        onward = url_for("desk.articles", **kept, cursor=page.next_cursor)
    return render_template("articles.html", recent=page.items, wanted=wanted, onward=onward)


@blueprint.get("/articles/<id>")
def article(id: str) -> str:
    """One article with every quote marked."""
    return render_template("article.html", reading=stored_reading(*services().store.reviewed(id)))


def _moment(given: str, at: time) -> datetime | None:
    """The first or last moment of a day (UTC); None for what is no date, which a form of a browser does not send."""
    try:
        return datetime.combine(date.fromisoformat(given), at, UTC)
    except ValueError:
        return None
