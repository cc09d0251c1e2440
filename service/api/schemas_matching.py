"""What ``/v1/verify`` and a quote's variants take and give."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from service.api.fields import Line, Moment
from service.api.schemas_in import HistoryQuery, OneSpeakerQuery, Strict
from service.api.schemas_out import (
    ContextOut,
    Out,
    QuoteArticleOut,
    StoredQuoteOut,
    list_of,
    number,
    object_of,
    one_of,
    unit,
    words,
)
from service.matching.verification import LEAST_WORDS, MOST_CHARACTERS
from service.verdicts import Change, Credit, Flag, Relation, Verdict

_QUOTE_MESSAGES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "the claimed words are missing",
    "null": "got null; a string is allowed",
    "invalid": "got no string; a string is allowed",
}


class ClaimIn(Strict):
    """A claim: what somebody is said to have said."""

    quote = fields.String(
        required=True,
        error_messages=_QUOTE_MESSAGES,
        metadata={"description": f"The claimed words: at least {LEAST_WORDS}, at most {MOST_CHARACTERS:,} characters; "
                  "an ellipsis stands for words left out."},
    )  # fmt: skip
    speaker = Line(200, allow_none=True, metadata={"description": "Who is said to have said it, by name."})
    since = Moment(
        data_key="from", allow_none=True, metadata={"description": "Only articles published at this time or later."}
    )
    until = Moment(
        data_key="to",
        end_of_day=True,
        allow_none=True,
        metadata={"description": "Only articles published at this time or earlier; a date: that day."},
    )


class VerifyQuery(OneSpeakerQuery):
    """Query of a verification."""


class VariantsQuery(HistoryQuery):
    """Query of a quote's variants."""


class PieceOut(Out):
    """Some words of a difference, as they are written; null where one side has none."""

    change = one_of(Change, "What became of them.")
    before = words("The words of the first wording.", null=True)
    after = words("Those of the second.", null=True)


def _flags() -> fields.List[Any]:
    item: fields.Field[Any] = fields.String(metadata={"enum": [flag.value for flag in Flag]})
    return fields.List(item, required=True, metadata={"description": "Changes that turn the sense."})


def _similarity() -> fields.Float:
    return fields.Float(
        required=True, metadata={"description": "How much the two wordings share.", "minimum": 0, "maximum": 1}
    )


class VariantOut(Out):
    """The same utterance in another article."""

    relation = one_of(Relation, "How it stands there, against the quote that was asked for.")
    similarity = _similarity()
    credit = one_of(Credit, "Whether the same speaker is credited.")
    flags = _flags()
    difference = list_of(PieceOut)
    quote = object_of(StoredQuoteOut)


class VariantsOut(Out):
    """A quote, and its renderings in other articles, most similar first."""

    offsets = unit()
    quote = object_of(StoredQuoteOut)
    variants = list_of(VariantOut)


class ClaimOut(Out):
    """The claim as it was understood."""

    quote = words("The claimed words.")
    speaker = words("Who is said to have said it.", null=True)
    since = fields.String(
        required=True, allow_none=True, attribute="from", data_key="from", metadata={"format": "date-time"}
    )
    until = fields.String(
        required=True, allow_none=True, attribute="to", data_key="to", metadata={"format": "date-time"}
    )


class SourceOut(Out):
    """Where the words stand."""

    article = object_of(QuoteArticleOut)
    start = number("Offset of the first character in the article's text, 0-based.")
    end = number("Offset after the last character.")
    text = words("The characters of the place.")
    context = object_of(ContextOut)


class EvidenceOut(Out):
    """One source, and what it alone says to the claim."""

    verdict = one_of(Verdict, "What it says to the words, leaving the speaker aside.")
    credit = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Whether the claimed speaker is credited there.", "enum": [*map(str, Credit), None]},
    )
    similarity = _similarity()
    flags = _flags()
    difference = list_of(PieceOut)
    left_out = words("Words around the claim's, in the same quotation, that qualify them.", null=True)
    source = object_of(SourceOut)
    quote = object_of(StoredQuoteOut, null=True)


class SearchedOut(Out):
    """How much the verdict rests on."""

    quotes = number("Stored quotes of the days in question.")
    articles = number("Stored articles of these days.")
    texts = fields.Boolean(
        required=True, metadata={"description": "Whether the articles' texts were searched too: no quotation matched."}
    )


class VerificationOut(Out):
    """What the stored articles say to a claim; nothing about whether it is true."""

    offsets = unit()
    claim = object_of(ClaimOut)
    verdict = one_of(Verdict, "What all sources together say.")
    flags = _flags()
    evidence = list_of(EvidenceOut)
    searched = object_of(SearchedOut)
    notes = fields.List(
        fields.String(), required=True, metadata={"description": "What a reader should know besides, in words."}
    )
