"""``/desk``: try it, and what was stored last."""

from __future__ import annotations

from flask import render_template

from service.api.services import services
from service.web.blueprint import blueprint

_RECENT = 8


@blueprint.get("/desk")
def start() -> str:
    """The start page."""
    return render_template("start.html", recent=services().store.articles(limit=_RECENT).items)
