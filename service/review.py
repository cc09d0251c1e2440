"""What a person says of a stored quote, and what became of the quote: corrections and history.

>>> Correction(by="desk", reason="wrong brother", speaker="Barry Stokes").changes_content
True
>>> Correction(by="desk", status=Review.CONFIRMED).changes_content
False
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from service.model import Quote, QuoteType, Review, Span


class Keep(Enum):
    """The one value that leaves a field of a correction as it is, where None has a meaning of its own."""

    KEEP = "keep"


KEEP = Keep.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One person's word on one quote; what is left out stays as it is.

    ``by`` is the caller's name. ``speaker`` is a speaker's id, or a name (an alias will do) that need not be known
    yet; None: the article does not say who. ``spans`` are those of the content, in text order, into the article's text.
    ``status`` is CONFIRMED (the quote is right, with the other changes if there are any), REJECTED (it is no quote) or
    None (it is implied: a correction of the content). ``restore`` is the version whose speaker, spans, type and review
    shall hold again; it stands alone.
    """

    by: str
    reason: str | None = None
    speaker: str | Keep | None = KEEP
    spans: tuple[Span, ...] | None = None
    type: QuoteType | None = None
    status: Review | None = None
    restore: int | None = None

    @property
    def changes_content(self) -> bool:
        """Whether speaker, spans or type are given."""
        return self.speaker is not KEEP or self.spans is not None or self.type is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteState:
    """A quote as it was from ``at`` on, until the next state.

    ``version`` counts from 1. ``by`` is the person whose word made it so, None where it was a model, then named by
    ``model`` (name and version). ``quote`` is None where a model found the quote no more. ``review``: see ``Review``.
    """

    version: int
    at: datetime
    by: str | None
    reason: str | None
    model: str | None
    review: Review | None
    quote: Quote | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """What became of an article's quotes when a newer model read it; the numbers count quotes.

    ``kept``: a person had reviewed them, and the person's word stands. ``unchanged``, ``changed`` (same id, other
    speaker or other values), ``added`` and ``removed`` are the model's.
    """

    kept: int = 0
    unchanged: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0

    def __add__(self, other: Renewal) -> Renewal:
        return Renewal(
            kept=self.kept + other.kept,
            unchanged=self.unchanged + other.unchanged,
            changed=self.changed + other.changed,
            added=self.added + other.added,
            removed=self.removed + other.removed,
        )
