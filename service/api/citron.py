"""``/compat/citron/quotes``: a program written for BBC's Citron asks here as it asked there.

There, too, a text that is too long for an address goes as a form.
"""

from __future__ import annotations

from typing import Any

from flask import request

from service.api import examples
from service.api.errors import Refusal
from service.api.faults import faults_of
from service.api.routes import Blueprint, problems
from service.api.schemas_in import CitronQuery, NoQuery
from service.api.schemas_out import CitronOut
from service.api.services import services
from service.formats.citron import citron_response
from service.formats.wire import Json
from service.model import Article, Scope

blueprint = Blueprint("citron", __name__, description="BBC Citron's call.")

_EXAMPLE = citron_response(examples.EXTRACTION)
_FORM = "application/x-www-form-urlencoded"
_PROBLEMS = ("not-text", "body-too-large", "article-too-long", "empty-article", "invalid-values")


@blueprint.route("/compat/citron/quotes")
@blueprint.doc(operationId="citronQuotes")
@blueprint.arguments(CitronQuery, location="query")
@blueprint.response(200, CitronOut, description="The quotes, in Citron's shape.", example=_EXAMPLE)
@problems(*_PROBLEMS)
def get_quotes(query: dict[str, Any]) -> Json:
    """Read a short text; a long one goes as a form, by POST."""
    return _quotes(query["text"])


@blueprint.route("/compat/citron/quotes", methods=["POST"])
@blueprint.doc(
    operationId="citronQuotesOfForm",
    requestBody={
        "required": True,
        "description": "The text.",
        "content": {_FORM: {"schema": CitronQuery, "example": {"text": examples.TEXT}}},
    },
)
@blueprint.arguments(NoQuery, location="query")
@blueprint.response(200, CitronOut, description="The quotes, in Citron's shape.", example=_EXAMPLE)
@problems(*_PROBLEMS, "unsupported-media-type")
def post_quotes(query: dict[str, Any]) -> Json:  # noqa: ARG001 - the query is there to be refused
    """Read a text of any length."""
    if request.mimetype != _FORM:
        raise Refusal("unsupported-media-type", f"got {request.mimetype[:100]!r}; allowed is {_FORM}")
    given = {name: values[0] if len(values) == 1 else values for name, values in request.form.lists()}
    if faults := CitronQuery().validate(given):
        raise Refusal("invalid-values", "the form cannot be read: see 'errors'", faults=faults_of(faults, "body"))
    return _quotes(request.form["text"])


def _quotes(text: str) -> Json:
    return citron_response(services().extract(Article(text=text), (), scope=Scope.SPEECH))
