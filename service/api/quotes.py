"""``GET /v1/quotes``: all that is stored, searched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from service.api import examples
from service.api.forms import QUOTE_FORMS, quotes_shown
from service.api.present import Answer, base, next_page, present
from service.api.routes import NEGOTIATED, STORE, Blueprint, also, problems
from service.api.schemas_in import QuotesQuery
from service.api.schemas_out import QuotesOut
from service.api.services import services
from service.formats.figures import facets_to_dict
from service.formats.wire import Json, stored_quote_to_dict
from service.model import Polarity, QuoteFilter, QuoteOrder, QuoteType, Review

blueprint = Blueprint("quotes", __name__, description="The quotes of all stored articles.")

EXAMPLE = stored_quote_to_dict(examples.STORED_QUOTE)


@blueprint.route("/v1/quotes")
@blueprint.doc(operationId="listQuotes")
@blueprint.arguments(QuotesQuery, location="query")
@also(*QUOTE_FORMS)
@blueprint.response(200, QuotesOut, description="A page of quotes; `Link` leads on.", example={"quotes": [EXAMPLE]})
@problems(*NEGOTIATED, *STORE)
def list_quotes(query: dict[str, Any]) -> Answer:
    """Search the quotes of all stored articles; all that is given must hold."""
    return quotes_page(query, speaker=query.get("speaker"))


def quotes_page(query: Mapping[str, Any], *, speaker: str | None) -> Answer:
    """One page of the quotes that a query asks for, of one speaker (an id, or words of a name) or of all."""
    filter = QuoteFilter(
        text=query.get("q"),
        speaker=speaker,
        outlet=query.get("outlet"),
        type=QuoteType(query["type"]) if "type" in query else None,
        polarity=Polarity(query["polarity"]) if "polarity" in query else None,
        cue=query.get("cue"),
        since=query.get("since"),
        until=query.get("until"),
        min_confidence=query.get("min_confidence"),
        reviewed=query.get("reviewed"),
        review=Review(query["review"]) if "review" in query else None,
    )
    page = services().store.quotes(
        filter, order=QuoteOrder(query["sort"]), cursor=query.get("cursor"), limit=query["limit"]
    )

    def whole(quotes: list[Json]) -> Json:
        counts = {"facets": facets_to_dict(services().store.facets(filter))} if query["facets"] else {}
        return {"quotes": quotes, **counts}

    shown = quotes_shown(page.items, whole=whole, offsets=query["offsets"], base=base(), id=request.url)
    return present(query, shown, headers=next_page(page.next_cursor))
