"""What a search can be narrowed by, and what is counted of one speaker: when they are quoted, and on what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from service.audit import Period
from service.model import QuoteType, Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerFacet:
    """How many of the quotes are one speaker's."""

    speaker: Speaker
    quotes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletFacet:
    """How many of the quotes are in one outlet's articles; None: in articles that name none."""

    outlet: str | None
    quotes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeFacet:
    """How many of the quotes are of one type."""

    type: QuoteType
    quotes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFacet:
    """How many of the quotes were published in one period: its first day, None for what has no date."""

    start: date | None
    quotes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The counts over the ``counted`` newest quotes of a search, which are all of them where it is ``complete``.

    Speakers, outlets and types are most first, and of speakers and outlets only the first few; ``periods`` are newest
    first, undated last, each as long as ``period`` says. ``unattributed``: quotes without a known speaker.
    """

    counted: int
    complete: bool
    unattributed: int
    speakers: tuple[SpeakerFacet, ...]
    outlets: tuple[OutletFacet, ...]
    types: tuple[TypeFacet, ...]
    period: Period
    periods: tuple[PeriodFacet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """How often a speaker is quoted in one period, and in how many articles; None: in what has no date."""

    start: date | None
    quotes: int
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """How often a speaker is quoted, oldest period first, undated last; periods without a quote are left out."""

    period: Period
    moments: tuple[Moments, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerTexts:
    """The texts of one speaker's newest quotes, and of the newest quotes that are somebody else's."""

    own: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A word that a speaker uses more than others, with the forms in which it is used, commonest first.

    ``quotes``: in how many of the speaker's quotes. ``share`` and ``share_elsewhere``: of the speaker's and of
    everybody else's quotes, 0..1. ``ratio``: the log-likelihood ratio, larger where chance explains less.
    """

    words: tuple[str, ...]
    quotes: int
    share: float
    share_elsewhere: float
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerArticle:
    """An article that quotes a speaker: the names that it uses, how often, and why it is held to be this speaker."""

    article: str
    title: str | None
    outlet: str | None
    published_at: datetime | None
    names: tuple[str, ...]
    quotes: int
    grounds: tuple[str, ...]
