"""``/v1/verify`` and ``/v1/quotes/{id}/variants``: did they say it, where else, and was it changed on the way?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.api import examples
from service.api.bodies import json_object
from service.api.forms import described
from service.api.present import TABLE, Answer, Shown, present, wanted
from service.api.routes import NEGOTIATED, STORE, Blueprint, also, problems
from service.api.schemas_matching import ClaimIn, VariantsOut, VariantsQuery, VerificationOut, VerifyQuery
from service.api.services import services
from service.formats.offsets import Unit
from service.formats.verdicts import (
    evidence_to_dict,
    variant_to_dict,
    variants_csv,
    verification_csv,
    verification_to_dict,
)
from service.formats.verdicts_terminal import variants_text, verification_text
from service.formats.wire import stored_quote_to_dict
from service.language import other_language
from service.matching.variants import Variants
from service.matching.verification import Verifier
from service.model import Span, StoredQuote
from service.verdicts import (
    Change,
    Claim,
    Credit,
    Evidence,
    Piece,
    Relation,
    Searched,
    Source,
    Variant,
    Verdict,
    Verification,
)

blueprint = Blueprint("matching", __name__, description="Claims verified, and the same utterance elsewhere.")


def verification_shown(answer: Verification, *, offsets: Unit | str = Unit.CODE_POINT) -> Shown:
    """The answer to a claim, in all forms."""
    return Shown(
        json=lambda: verification_to_dict(answer, offsets=offsets),
        lines=lambda: [evidence_to_dict(found, offsets=offsets) for found in answer.evidence],
        text=lambda width: verification_text(answer, width=width),
        csv=lambda: verification_csv(answer),
        more={},
    )


def variants_shown(asked: StoredQuote, variants: Sequence[Variant], *, offsets: Unit | str = Unit.CODE_POINT) -> Shown:
    """A quote and its variants, in all forms."""
    return Shown(
        json=lambda: {
            "quote": stored_quote_to_dict(asked, offsets=offsets),
            "variants": [variant_to_dict(variant, offsets=offsets) for variant in variants],
        },
        lines=lambda: [variant_to_dict(variant, offsets=offsets) for variant in variants],
        text=lambda width: variants_text(asked, variants, width=width),
        csv=lambda: variants_csv(variants),
        more={},
    )


def _example() -> Verification:
    stored, span = examples.STORED_QUOTE, Span(30, 41)
    source = Source(
        article=stored.article.id, title=stored.article.title, url=stored.article.url, outlet=stored.article.outlet,
        published_at=stored.article.published_at, text=span.of(examples.TEXT), span=span,
        before=examples.TEXT[: span.start], after=examples.TEXT[span.end :], lead=examples.TEXT[: span.start],
        quote=stored,
    )  # fmt: skip
    found = Evidence(
        verdict=Verdict.VERBATIM, source=source, similarity=1.0, flags=(), credit=Credit.SAME,
        difference=(Piece(kind=Change.KEPT, before="We will pay", after="We will pay"),),
    )  # fmt: skip
    return Verification(
        claim=Claim(quote="We will pay", speaker="Maria Okafor"),
        verdict=Verdict.VERBATIM,
        evidence=(found,),
        searched=Searched(quotes=1, articles=1, texts=False),
    )


_ANSWER = verification_shown(_example())
_VARIANT = Variant(
    quote=examples.STORED_QUOTE,
    relation=Relation.VERBATIM,
    similarity=1.0,
    difference=(Piece(kind=Change.KEPT, before="We will pay", after="We will pay"),),
    flags=(),
    credit=Credit.SAME,
)
_VARIANTS = variants_shown(examples.STORED_QUOTE, [_VARIANT])
_BODY = {
    "required": True,
    "description": "What somebody is said to have said.",
    "content": {
        "application/json": {"schema": ClaimIn, "example": {"quote": "We will pay", "speaker": "Maria Okafor"}}
    },
}


@blueprint.route("/v1/verify", methods=["POST"])
@blueprint.doc(operationId="verify", requestBody=_BODY)
@blueprint.arguments(VerifyQuery, location="query")
@also(*described(_ANSWER))
@blueprint.response(200, VerificationOut, description="The verdict and its evidence.", example=_ANSWER.json())
@problems(*NEGOTIATED, *STORE, "invalid-json", "not-text", "body-too-large", "unsupported-media-type")
def verify(query: dict[str, Any]) -> Answer:
    """Compare claimed words with all that is stored; nothing is said of whether they are true.

    `verbatim`: they stand in a quotation. `partial`: they do, but words that qualify them were left out (`left_out`).
    `altered`: some words are others. `misattributed`: somebody else is credited. `paraphrased`: reported in other
    words, or in the outlet's. `not-found`: not in what is stored. `flags` tell a changed negation, number, name or
    modal verb.
    """
    wanted(query, TABLE)
    body = json_object(ClaimIn(), what="claim")
    claim = Claim(quote=body["quote"], speaker=body.get("speaker"), since=body.get("since"), until=body.get("until"))
    return present(query, verification_shown(answer_to(claim), offsets=query["offsets"]))


def answer_to(claim: Claim) -> Verification:
    """The verdict on a claim, from all that is stored. Raises ClaimError for one that says nothing."""
    return Verifier(services().store, language_of=other_language).verify(claim)


@blueprint.route("/v1/quotes/<id>/variants")
@blueprint.doc(operationId="getVariants")
@blueprint.arguments(VariantsQuery, location="query")
@also(*described(_VARIANTS))
@blueprint.response(200, VariantsOut, description="The quote and its variants.", example=_VARIANTS.json())
@problems(*NEGOTIATED, *STORE, "not-found", "conflict")
def get_variants(query: dict[str, Any], id: str) -> Answer:
    """Show the same utterance in other articles: verbatim, cut, changed, reworded, or credited to somebody else.

    Each with a word-level difference from the quote that was asked for; case, punctuation and the style of quotation
    marks do not count.
    """
    store = services().store
    asked = store.quote(id, article=query.get("article"))
    found = Variants(store).of(asked.article.id, asked.quote.id)
    return present(query, variants_shown(asked, found, offsets=query["offsets"]))
