"""``/articles``: what is stored, and one article with its quotes."""

from __future__ import annotations

from flask import render_template

from service.api.services import services
from service.web.blueprint import blueprint


@blueprint.get("/articles")
def articles() -> str:
    """List the stored articles."""
    page = services().store.articles()
    return render_template("articles.html", page=page)
