"""``GET /v1/quotes``: all that is stored, searched."""

from __future__ import annotations

from typing import Any

from service.api import examples
from service.api.present import Answer, next_page, present
from service.api.routes import NEGOTIATED, STORE, Blueprint, also, problems
from service.api.schemas_in import QuotesQuery
from service.api.schemas_out import QuotesOut
from service.api.services import services
from service.formats.table_csv import quotes_csv
from service.formats.terminal import quotes_table
from service.formats.wire import json_line, stored_quote_to_dict
from service.model import Polarity, QuoteFilter, QuoteType

blueprint = Blueprint("quotes", __name__, description="The quotes of all stored articles.")

_EXAMPLE = stored_quote_to_dict(examples.STORED_QUOTE)
QUOTE_FORMS = (
    ("text/plain", "A table for a terminal.", quotes_table([examples.STORED_QUOTE])),
    ("text/csv", "One quote a row.", quotes_csv([examples.STORED_QUOTE])),
    ("application/x-ndjson", "One quote a line.", f"{json_line(_EXAMPLE)}\n"),
)


@blueprint.route("/v1/quotes")
@blueprint.doc(operationId="listQuotes")
@blueprint.arguments(QuotesQuery, location="query")
@also(*QUOTE_FORMS)
@blueprint.response(200, QuotesOut, description="A page of quotes; `Link` leads on.", example={"quotes": [_EXAMPLE]})
@problems(*NEGOTIATED, *STORE)
def list_quotes(query: dict[str, Any]) -> Answer:
    """Search the quotes of all stored articles, last published first."""
    page = services().store.quotes(_filter(query), cursor=query.get("cursor"), limit=query["limit"])

    def shown() -> list[dict[str, Any]]:
        return [stored_quote_to_dict(quote, offsets=query["offsets"]) for quote in page.items]

    return present(
        query,
        json=lambda: {"quotes": shown()},
        lines=shown,
        text=lambda width: quotes_table(page.items, width=width),
        csv=lambda: quotes_csv(page.items),
        headers=next_page(page.next_cursor),
    )


def _filter(query: dict[str, Any]) -> QuoteFilter:
    return QuoteFilter(
        text=query.get("q"),
        speaker=query.get("speaker"),
        outlet=query.get("outlet"),
        type=QuoteType(query["type"]) if "type" in query else None,
        polarity=Polarity(query["polarity"]) if "polarity" in query else None,
        cue=query.get("cue"),
        since=query.get("since"),
        until=query.get("until"),
        min_confidence=query.get("min_confidence"),
    )
