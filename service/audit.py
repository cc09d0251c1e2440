"""Who is quoted how often: the figures of a source audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from service.model import Speaker


class Period(StrEnum):
    """How long the pieces are into which time is cut; weeks begin on Monday, all in UTC."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


def start_of(day: date, period: Period) -> date:
    """The first day of the period that a day is in.

    >>> start_of(date(2026, 5, 14), Period.WEEK)
    datetime.date(2026, 5, 11)
    """
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    if period is Period.MONTH:
        return day.replace(day=1)
    if period is Period.YEAR:
        return day.replace(month=1, day=1)
    return day


def fitting(first: date, last: date, *, most: int, least: Period = Period.DAY) -> Period:
    """The shortest period, ``least`` or longer, of which at most ``most`` lie between two days; else a year.

    >>> fitting(date(2026, 1, 1), date(2026, 12, 31), most=60)
    <Period.WEEK: 'week'>
    """
    days = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 28, Period.YEAR: 365}
    order = list(Period)
    for period in order[order.index(least) :]:
        if (last - first).days // days[period] + 1 <= most:
            return period
    return Period.YEAR


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
    """What one outlet, one period, or one outlet in one period has: articles, and quotes in them.

    ``unattributed``: quotes without a known speaker. ``unnamed``: quotes of people that the article gives no name
    (*an aide*, *two officials*); bodies and documents are not among them. ``outlet`` is None for articles that name
    none, and in tallies by period; ``start`` is the period's first day, None for articles without a date, and in
    tallies by outlet.
    """

    articles: int
    quotes: int
    unattributed: int
    unnamed: int
    outlet: str | None = None
    start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The figures. Rejected quotes count nowhere; ``unattributed`` and ``unnamed`` are as in ``Tally``.

    ``period`` is how long the periods are.

    ``speakers``: the most quoted, most first. ``by_outlet``: most quotes first; ``by_period``: oldest first, undated
    last. ``by_outlet_and_period``: of the first outlets only, in the order of both.
    """

    articles: int
    quotes: int
    unattributed: int
    unnamed: int
    speakers: tuple[SpeakerShare, ...]
    by_outlet: tuple[Tally, ...]
    by_period: tuple[Tally, ...]
    period: Period = Period.MONTH
    by_outlet_and_period: tuple[Tally, ...] = ()
