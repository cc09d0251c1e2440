"""What a correction may hold."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from service.api.fields import Choice, Line, Whole
from service.api.schemas_in import ID_CHARACTERS, Strict
from service.model import QuoteType, Review

MOST_REASON = 1000
_MOST_SPANS = 100
_MOST_OFFSET = 100_000_000
_MOST_VERSION = 1_000_000_000


class SpanIn(Strict):
    """A stretch of the article, half-open."""

    start = Whole(
        0, _MOST_OFFSET, required=True, strict=True, metadata={"description": "Its first character, 0-based."}
    )
    end = Whole(0, _MOST_OFFSET, required=True, strict=True, metadata={"description": "The character after its last."})

    @validates_schema
    def not_empty(self, data: dict[str, Any], **_: Any) -> None:
        """Raise ValidationError for a span without a character."""
        if data["end"] <= data["start"]:
            raise ValidationError(f"got {data['start']} to {data['end']}; a span ends behind its start", "end")


class CorrectionIn(Strict):
    """One person's word on a quote. A change needs a reason, a confirmation does not."""

    speaker = Line(
        200,
        allow_none=True,
        metadata={"description": "Who it is: a name, or a speaker's id; null: the article does not say."},
    )
    spans = fields.List(
        fields.Nested(SpanIn),
        validate=validate.Length(1, _MOST_SPANS, error="got {input}; 1 to 100 spans are allowed"),
        metadata={"description": "What was said, in text order and apart."},
    )
    type = Choice(QuoteType, metadata={"description": "How much of it stands in quotation marks."})
    status = Choice(
        (Review.CONFIRMED.value, Review.REJECTED.value),
        metadata={"description": "It is right (after the other changes, if any), or it is no quote."},
    )
    restore = Whole(
        1,
        _MOST_VERSION,
        strict=True,
        metadata={"description": "A version of the quote's history that shall hold again; nothing else is given then."},
    )
    reason = Line(MOST_REASON, metadata={"description": "Why, for whoever reads the history."})
    by = Line(200, metadata={"description": "Who says so; the name of the API key, if there is one, is added."})

    @validates_schema
    def with_a_reason(self, data: dict[str, Any], **_: Any) -> None:
        """Raise ValidationError for a correction that says nothing, or not why."""
        changes = [name for name in ("speaker", "spans", "type") if name in data]
        if "restore" in data and (changes or "status" in data):
            raise ValidationError("a version says everything: leave out speaker, spans, type and status", "restore")
        if not changes and "status" not in data and "restore" not in data:
            raise ValidationError("it says nothing: give speaker, spans, type, status or restore")
        if (changes or "restore" in data or data.get("status") == Review.REJECTED.value) and "reason" not in data:
            raise ValidationError("a reason is missing; it is kept in the quote's history", "reason")


class _Decision(Strict):
    reason = Line(MOST_REASON, required=True, metadata={"description": "Why, for whoever reads the history."})
    by = Line(200, metadata={"description": "Who says so; the name of the API key, if there is one, is added."})


class MergeIn(_Decision):
    """Another speaker who is this one."""

    other = Line(200, required=True, metadata={"description": "The other's id."})


class SplitIn(_Decision):
    """Articles that quote somebody else of the same name."""

    articles = fields.List(
        Line(ID_CHARACTERS),
        required=True,
        validate=validate.Length(1, 1000, error="1 to 1,000 articles are allowed"),
        metadata={"description": "Their ids; at least one article is left to the speaker."},
    )
