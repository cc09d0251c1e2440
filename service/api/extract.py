"""``POST /v1/extract``: an article in, its quotes out, nothing stored."""

from __future__ import annotations

from typing import Any

from service.api import examples
from service.api.bodies import read_article
from service.api.present import Answer, present, wanted
from service.api.requests_doc import ARTICLE_BODY
from service.api.routes import BODY, NEGOTIATED, Blueprint, also, problems
from service.api.schemas_in import PostQuery
from service.api.schemas_out import ExtractionOut
from service.api.services import services
from service.formats.table_csv import extraction_csv
from service.formats.terminal import extraction_table
from service.formats.wire import extraction_to_dict, json_line
from service.model import Extraction, Scope

blueprint = Blueprint("extract", __name__, description="Reading an article without storing it.")

_EXAMPLE = extraction_to_dict(examples.EXTRACTION)
EXTRACTION_FORMS = (
    ("text/plain", "A table for a terminal, `width` columns wide.", extraction_table(examples.EXTRACTION)),
    ("text/csv", "One quote a row; what a spreadsheet would read as a formula is quoted with an apostrophe.",
     extraction_csv(examples.EXTRACTION)),
    ("application/x-ndjson", "The extraction on one line.", f"{json_line(_EXAMPLE)}\n"),
)  # fmt: skip


@blueprint.route("/v1/extract", methods=["POST"])
@blueprint.doc(operationId="extract", requestBody=ARTICLE_BODY)
@blueprint.arguments(PostQuery, location="query")
@also(*EXTRACTION_FORMS)
@blueprint.response(200, ExtractionOut, description="What the article gives.", example=_EXAMPLE)
@problems(*BODY, *NEGOTIATED)
def extract(query: dict[str, Any]) -> Answer:
    """Read an article: who said what, to whom, where.

    Nothing is stored. The same request gives the same bytes; `ETag` and `If-None-Match` spare the transfer.
    """
    wanted(query, csv=True)
    article, notices = read_article(query)
    extraction = services().extract(article, notices, scope=Scope(query["scope"]))
    return show(extraction, query, with_text=bool(notices))


def show(extraction: Extraction, query: dict[str, Any], *, with_text: bool) -> Answer:
    """An extraction in the form that is wanted."""

    def whole() -> dict[str, Any]:
        return extraction_to_dict(extraction, offsets=query["offsets"], with_text=with_text)

    return present(
        query,
        json=whole,
        lines=lambda: [whole()],
        text=lambda width: extraction_table(extraction, width=width),
        csv=lambda: extraction_csv(extraction),
    )
