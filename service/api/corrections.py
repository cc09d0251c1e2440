"""``/v1/quotes/{id}``: one quote, a person's correction of it, and who changed what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flask import request

from service.api import examples
from service.api.access import signed
from service.api.bodies import json_object
from service.api.errors import Fault, Refusal
from service.api.forms import QUOTE_FORMS, described, quotes_shown
from service.api.headers import version_tag
from service.api.present import QUOTES as QUOTE_SHAPES
from service.api.present import Answer, Shown, base, present, wanted
from service.api.quotes import EXAMPLE
from service.api.routes import NEGOTIATED, STORE, Blueprint, also, problems, takes_header
from service.api.schemas_corrections import CorrectionIn
from service.api.schemas_in import HistoryQuery, OneQuoteQuery
from service.api.schemas_out import HistoryOut, StoredQuoteOut
from service.api.services import services
from service.errors import Stale
from service.formats.offsets import Unit, back_converter
from service.formats.reviews import history_csv, history_table, state_to_dict
from service.formats.wire import Json
from service.model import QuoteType, Review, Span, StoredQuote
from service.review import KEEP, Correction, QuoteState

blueprint = Blueprint("corrections", __name__, description="One quote, what people say of it, and its history.")

# as service.api.headers writes it; the digest depends on the form that was read, the version alone tells what changed
_VERSION = re.compile(r"v([1-9][0-9]{0,17})-[0-9a-f]{16}")
_BODY = {
    "required": True,
    "description": "What is wrong; what is left out stays as it is.",
    "content": {
        "application/json": {
            "schema": CorrectionIn,
            "example": {"speaker": "Maria Okafor", "status": "confirmed", "reason": "heard the interview"},
        }
    },
}
_IF_MATCH: dict[str, Any] = {
    "in": "header",
    "name": "If-Match",
    "description": "The `ETag` of the quote that the person saw; `*`: whichever it is now.",
    "schema": {"type": "string"},
    "required": True,
    "example": "*",
}


def history_shown(states: Sequence[QuoteState], text: str, *, offsets: Unit | str = Unit.CODE_POINT) -> Shown:
    """The states of a quote of the article whose text is ``text``."""

    def dicts() -> list[Json]:
        return [state_to_dict(state, text, offsets=offsets) for state in states]

    return Shown(
        json=lambda: {"history": dicts()},
        lines=dicts,
        text=lambda width: history_table(states, width=width),
        csv=lambda: history_csv(states),
        more={},
    )


_HISTORY = history_shown(examples.HISTORY, examples.TEXT)


@blueprint.route("/v1/quotes/<id>")
@blueprint.doc(operationId="getQuote")
@blueprint.arguments(OneQuoteQuery, location="query")
@also(*QUOTE_FORMS)
@blueprint.response(200, StoredQuoteOut, description="The quote as it is now.", example=EXAMPLE)
@problems(*NEGOTIATED, *STORE, "not-found", "conflict")
def get_quote(query: dict[str, Any], id: str) -> Answer:
    """Show one quote, rejected ones too; its `ETag` is what a correction sends back."""
    return _show(services().store.quote(id, article=query.get("article")), query)


@blueprint.route("/v1/quotes/<id>", methods=["PATCH"])
@blueprint.doc(operationId="correctQuote", requestBody=_BODY)
@takes_header(_IF_MATCH)
@blueprint.arguments(OneQuoteQuery, location="query")
@also(*QUOTE_FORMS)
@blueprint.response(200, StoredQuoteOut, description="The quote as it is then.", example=EXAMPLE)
@problems(
    *NEGOTIATED, *STORE, "invalid-json", "not-text", "not-found", "conflict", "stale", "body-too-large",
    "unsupported-media-type", "if-match-needed",
)  # fmt: skip
def correct_quote(query: dict[str, Any], id: str) -> Answer:
    """Correct, confirm or reject a quote; a person's word stays when a newer model reads the article.

    `speaker` is a name or a speaker's id, null where the article does not say who; `spans` are the places of the
    content, in the unit of `offsets`; `restore` goes back to a version of the history. What says nothing new changes
    nothing.
    """
    wanted(query, QUOTE_SHAPES)
    article = query.get("article")
    # asked before anything else: a correction without it is a misunderstanding, whatever it says
    tags = _tags()
    body = json_object(CorrectionIn(), what="correction")
    seen = services().store.quote(id, article=article)
    version = _version(seen, tags)
    correction = _correction(body, seen, Unit(query["offsets"]))
    return _show(services().store.correct(id, correction, version=version, article=article), query)


@blueprint.route("/v1/quotes/<id>/history")
@blueprint.doc(operationId="getQuoteHistory")
@blueprint.arguments(HistoryQuery, location="query")
@also(*described(_HISTORY))
@blueprint.response(200, HistoryOut, description="Its states, oldest first.", example=_HISTORY.json())
@problems(*NEGOTIATED, *STORE, "not-found", "conflict")
def get_history(query: dict[str, Any], id: str) -> Answer:
    """Show every state of a quote: what a model or a person made of it, when and why."""
    article = query.get("article")
    quote = services().store.quote(id, article=article)
    states = services().store.history(id, article=article)
    return present(query, history_shown(states, quote.article_text, offsets=query["offsets"]))


def _show(stored: StoredQuote, query: dict[str, Any]) -> Answer:
    version_tag(stored.version)
    shown = quotes_shown(
        [stored], whole=lambda each: each[0], offsets=query["offsets"], base=base(), id=request.base_url
    )
    return present(query, shown)


def _tags() -> list[str]:
    """What ``If-Match`` names, ``*`` for any. A weak tag is as good: the version in it is what counts."""
    header = request.headers.get("If-Match")
    if header is None:
        raise Refusal(
            "if-match-needed",
            "no If-Match was sent; send the ETag of the quote that you read, or * for whichever it is now",
        )
    return [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]


def _version(seen: StoredQuote, tags: list[str]) -> int | None:
    """The version that may be corrected, None: whichever. Raises Stale where the person saw another one."""
    if "*" in tags:
        return None
    versions = [int(match[1]) for tag in tags if (match := _VERSION.fullmatch(tag))]
    if seen.version not in versions:
        raise Stale(seen.quote.id, expected=max(versions, default=0), current=seen.version)
    return seen.version


def _correction(body: Json, seen: StoredQuote, unit: Unit) -> Correction:
    return Correction(
        by=signed(body.get("by")),
        reason=body.get("reason"),
        speaker=body.get("speaker", KEEP),
        spans=_spans(body["spans"], seen.article_text, unit) if "spans" in body else None,
        type=QuoteType(body["type"]) if "type" in body else None,
        status=Review(body["status"]) if "status" in body else None,
        restore=body.get("restore"),
    )


def _spans(given: list[dict[str, int]], text: str, unit: Unit) -> tuple[Span, ...]:
    place = back_converter(text, unit)
    found: list[Span] = []
    faults: list[Fault] = []
    for number, span in enumerate(given):
        ends: dict[str, int] = {}
        for name, offset in span.items():
            try:
                ends[name] = place(offset)
            except ValueError as error:
                faults.append(Fault(pointer=f"/spans/{number}/{name}", detail=str(error)))
        if len(ends) == len(span):
            found.append(Span(**ends))
    faults.extend(
        Fault(pointer=f"/spans/{number}", detail="spans stand in text order and do not overlap")
        for number, (one, other) in enumerate(pairwise(found), start=1)
        if one.end > other.start
    )
    if faults:
        raise Refusal("invalid-values", "the spans cannot be: see 'errors'", faults=faults)
    return tuple(found)
