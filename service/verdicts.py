"""What matching says of quotes: how two wordings differ, which quotes are one utterance, whether a claim is borne out.

>>> Piece(kind=Change.REPLACED, before="four", after="five")
Piece(kind=<Change.REPLACED: 'replaced'>, before='four', after='five')
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from service.model import Polarity, QuoteType, Span, StoredQuote


class Change(StrEnum):
    """What became of some words from one wording to another."""

    KEPT = "kept"
    ADDED = "added"
    DROPPED = "dropped"
    REPLACED = "replaced"


class Flag(StrEnum):
    """A change that turns the sense: what kind of word changed."""

    NEGATION = "negation"
    NUMBER = "number"
    NAME = "name"
    MODAL = "modal"


class Relation(StrEnum):
    """How one wording stands to another.

    ``verbatim``: the same words in the same order. ``shortened`` and ``extended``: the one is a part of the other.
    ``altered``: most words, not all. ``reworded``: the same in other words.
    """

    VERBATIM = "verbatim"
    SHORTENED = "shortened"
    EXTENDED = "extended"
    ALTERED = "altered"
    REWORDED = "reworded"


# a note of every such verdict
NOT_FOUND_MEANS = "not found means: not in what is stored; it may have been said all the same"


class Verdict(StrEnum):
    """What the stored articles say to a claim; nothing about whether what was said is true.

    ``verbatim``: the words stand in a quotation, and what was left out of it does not qualify them. ``partial``: they
    do, but words of the same sentence, or a *but* after it, were left out. ``altered``: some words are others.
    ``misattributed``: somebody else is credited. ``paraphrased``: reported in other words, or in the outlet's words.
    """

    VERBATIM = "verbatim"
    ALTERED = "altered"
    PARTIAL = "partial"
    MISATTRIBUTED = "misattributed"
    PARAPHRASED = "paraphrased"
    NOT_FOUND = "not-found"


class Credit(StrEnum):
    """Whether the speaker of a quote is the one that is claimed; ``unknown`` where the article does not say."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words of a difference as they are written: ``before`` in the first wording, ``after`` in the second.

    Both are given for kept and replaced words; ``before`` is empty for added ones, ``after`` for dropped ones.
    """

    kind: Change
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a stored quote is compared by.

    ``number`` is the store's own, unique among quotes. ``names`` are the speaker's name and aliases, empty where the
    speaker is unknown. ``inside`` is the id of the quote, in the same article, that reports this one.
    """

    number: int
    id: str
    article: str
    text: str
    type: QuoteType
    polarity: Polarity = Polarity.ASSERTED
    speaker: str | None = None
    names: tuple[str, ...] = ()
    published_at: datetime | None = None
    inside: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The same utterance as another article gives it; ``difference`` goes from the asked quote to this one.

    ``similarity`` is the share, 0..1, of the weight of both wordings' words that the two have in common.
    """

    quote: StoredQuote
    relation: Relation
    similarity: float
    difference: tuple[Piece, ...]
    flags: tuple[Flag, ...]
    credit: Credit


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What somebody is said to have said. ``since`` and ``until`` are publication times, both inclusive."""

    quote: str
    speaker: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The place of an article's text where the words stand: ``span`` is that place, ``quote`` the stored quote there.

    ``quote`` is None where the words stand in the text without being anybody's stored quote. ``lead`` is the article's
    text up to the place, by which its offsets are counted in other units.
    """

    article: str
    title: str | None
    url: str | None
    outlet: str | None
    published_at: datetime | None
    text: str
    span: Span
    before: str
    after: str
    lead: str
    quote: StoredQuote | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One source, and what it says to the claim.

    ``verdict`` is what this source alone would give, leaving the speaker aside (so never ``misattributed``).
    ``difference`` goes from the source to the claim. ``left_out`` are the words around the claim's in the same
    quotation that qualify them, empty where there are none.
    """

    verdict: Verdict
    source: Source
    similarity: float
    difference: tuple[Piece, ...]
    flags: tuple[Flag, ...]
    credit: Credit | None
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How much a verdict rests on: what is stored in the claim's range of dates, and where was looked.

    ``texts``: whether the articles' texts were searched too, since no quote matched.
    """

    quotes: int
    articles: int
    texts: bool
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The answer to a claim. ``evidence`` is best first; ``notes`` say in words what a reader should know besides."""

    claim: Claim
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    searched: Searched
    flags: tuple[Flag, ...] = ()
    notes: tuple[str, ...] = field(default=())
