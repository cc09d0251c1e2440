"""``/review``: the quotes that nobody has looked at yet, those that the service is least sure of first."""

from __future__ import annotations

from flask import render_template, request, url_for

from service.api.services import services
from service.errors import BadCursor
from service.model import QuoteFilter, QuoteOrder
from service.web.blueprint import blueprint
from service.web.reading import queue_card

_PAGE = 20


@blueprint.get("/review")
def review() -> str:
    """One page of the queue."""
    outlet = request.args.get("outlet", "").strip() or None
    filter = QuoteFilter(reviewed=False, outlet=outlet)
    store = services().store
    order = QuoteOrder.LEAST_CONFIDENT
    try:
        page = store.quotes(filter, order=order, cursor=request.args.get("cursor"), limit=_PAGE)
    except BadCursor:
        page = store.quotes(filter, order=order, limit=_PAGE)
    return render_template(
        "review.html",
        cards=[queue_card(stored, number) for number, stored in enumerate(page.items, start=1)],
        outlet=outlet,
        onward=url_for("desk.review", outlet=outlet, cursor=page.next_cursor) if page.next_cursor else None,
    )
