"""``POST /v1/extract``: an article in, its quotes out, nothing stored."""

from __future__ import annotations

from typing import Any

from service.api import examples
from service.api.bodies import read_article
from service.api.forms import described, extraction_shown
from service.api.present import EXTRACTION, Answer, present, wanted
from service.api.requests_doc import ARTICLE_BODY
from service.api.routes import BODY, NEGOTIATED, Blueprint, also, problems
from service.api.schemas_in import PostQuery
from service.api.schemas_out import ExtractionOut
from service.api.services import services
from service.formats.wire import extraction_to_dict
from service.model import Scope

blueprint = Blueprint("extract", __name__, description="Reading an article without storing it.")

_EXAMPLE = extraction_to_dict(examples.EXTRACTION)
_FORMS = described(
    extraction_shown(examples.EXTRACTION, whole=lambda: _EXAMPLE, offsets="codepoint", base=None),
)


@blueprint.route("/v1/extract", methods=["POST"])
@blueprint.doc(operationId="extract", requestBody=ARTICLE_BODY)
@blueprint.arguments(PostQuery, location="query")
@also(*_FORMS)
@blueprint.response(200, ExtractionOut, description="What the article gives.", example=_EXAMPLE)
@problems(*BODY, *NEGOTIATED)
def extract(query: dict[str, Any]) -> Answer:
    """Read an article: who said what, to whom, where.

    Nothing is stored. The same request gives the same bytes; `ETag` and `If-None-Match` spare the transfer.
    """
    wanted(query, EXTRACTION)
    article, notices = read_article(query)
    extraction = services().extract(article, notices, scope=Scope(query["scope"]))

    def whole() -> dict[str, Any]:
        return extraction_to_dict(extraction, offsets=query["offsets"], with_text=bool(notices))

    return present(query, extraction_shown(extraction, whole=whole, offsets=query["offsets"], base=None))
