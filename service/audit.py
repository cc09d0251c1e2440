"""Who is quoted how often: the figures of a source audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.model import Speaker


class Period(StrEnum):
    """How long the pieces are into which time is cut; weeks begin on Monday, all in UTC."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which articles count; None does not restrict. ``since`` and ``until`` are publication times, both inclusive."""

    outlet: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerShare:
    """How often one speaker is quoted; ``share`` is of all quotes that count, in 0..1."""

    speaker: Speaker
    quotes: int
    articles: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many articles, and quotes in them, belong to one outlet or one period.

    ``outlet`` is None for articles that name none, and in tallies by period; ``start`` is the period's first day, None
    for articles without a date, and in tallies by outlet.
    """

    articles: int
    quotes: int
    outlet: str | None = None
    start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The figures. ``speakers``: the most quoted, most first. ``by_outlet``: most quotes first; ``by_period``: oldest
    first, undated last. ``unattributed``: quotes without a known speaker. Rejected quotes count nowhere."""

    articles: int
    quotes: int
    unattributed: int
    speakers: tuple[SpeakerShare, ...]
    by_outlet: tuple[Tally, ...]
    by_period: tuple[Tally, ...]
