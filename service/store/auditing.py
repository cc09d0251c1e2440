"""The figures of a source audit, added up from what each article counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, case, func, literal_column, select

from service.audit import Audit, AuditFilter, Period, SpeakerShare, Tally, fitting, start_of
from service.store.places import recency
from service.store.records import is_storable, registered_speaker
from service.store.sourcing import unnamed
from service.store.tables import EPOCH, UNDATED, article_speakers, articles, speakers

#: Outlets of which each period is told.
OUTLETS = 20
_READABLE = 80
_DAY = 86_400_000_000
# lifts every moment of the years 1 to 9999 above zero, since databases divide negative numbers in their own ways
_FIRST_DAY = EPOCH.date().toordinal()

# of what a count is: an outlet, and a day as ``date.toordinal`` counts, at most 0 for what is undated
_Key = tuple[str | None, int]


@dataclass(slots=True)
class _Counts:
    articles: int = 0
    quotes: int = 0
    attributed: int = 0
    unnamed: int = 0

    def add(self, other: _Counts) -> None:
        self.articles += other.articles
        self.quotes += other.quotes
        self.attributed += other.attributed
        self.unnamed += other.unnamed

    def tally(self, *, outlet: str | None = None, start: date | None = None) -> Tally:
        return Tally(
            articles=self.articles,
            quotes=self.quotes,
            unattributed=self.quotes - self.attributed,
            unnamed=self.unnamed,
            outlet=outlet,
            start=start,
        )


@dataclass(slots=True)
class _Sums:
    total: _Counts = field(default_factory=_Counts)
    outlets: dict[str | None, _Counts] = field(default_factory=dict)
    periods: dict[date | None, _Counts] = field(default_factory=dict)
    both: dict[tuple[str | None, date | None], _Counts] = field(default_factory=dict)


def audit(connection: Connection, filter: AuditFilter, *, period: Period | None, limit: int) -> Audit:
    """Who is quoted how often, see ``Store.audit``."""
    if not is_storable(filter.outlet):
        return Audit(articles=0, quotes=0, unattributed=0, unnamed=0, speakers=(), by_outlet=(), by_period=())
    of_speakers = list(_conditions(filter, article_speakers))
    counts = _by_outlet_and_day(connection, filter, of_speakers)
    period = period or _readable(counts)
    sums = _summed(counts, period)
    outlets = sorted(sums.outlets.items(), key=lambda item: (-item[1].quotes, item[0] or ""))
    periods = sorted(sums.periods, key=_undated_last)
    total = sums.total.tally()
    return Audit(
        articles=total.articles,
        quotes=total.quotes,
        unattributed=total.unattributed,
        unnamed=total.unnamed,
        speakers=_speakers(connection, of_speakers, quotes=total.quotes, limit=limit),
        by_outlet=tuple(counts.tally(outlet=outlet) for outlet, counts in outlets),
        by_period=tuple(sums.periods[start].tally(start=start) for start in periods),
        period=period,
        by_outlet_and_period=tuple(
            sums.both[outlet, start].tally(outlet=outlet, start=start)
            for outlet, _ in outlets[:OUTLETS]
            for start in periods
            if (outlet, start) in sums.both
        ),
    )


def _summed(counts: Mapping[_Key, _Counts], period: Period) -> _Sums:
    sums = _Sums()
    starts: dict[int, date | None] = {}
    for (outlet, day), counted in counts.items():
        if day not in starts:
            starts[day] = start_of(date.fromordinal(day), period) if day > 0 else None
        start = starts[day]
        sums.total.add(counted)
        sums.outlets.setdefault(outlet, _Counts()).add(counted)
        sums.periods.setdefault(start, _Counts()).add(counted)
        sums.both.setdefault((outlet, start), _Counts()).add(counted)
    return sums


def _readable(counts: Iterable[_Key]) -> Period:
    """Weeks, or what is longer where there would be too many of them to be looked at side by side."""
    days = [day for _, day in counts if day > 0]
    if not days:
        return Period.WEEK
    return fitting(date.fromordinal(min(days)), date.fromordinal(max(days)), most=_READABLE, least=Period.WEEK)


def _undated_last(start: date | None) -> tuple[bool, date]:
    return start is None, start or date.max


def _by_outlet_and_day(
    connection: Connection, filter: AuditFilter, of_speakers: list[ColumnElement[bool]]
) -> dict[_Key, _Counts]:
    # one walk through the articles and one through their speakers; days add up to any longer period
    found: dict[_Key, _Counts] = {}
    in_articles = select(
        articles.c.outlet,
        day_of(articles).label("day"),
        func.count().label("articles"),
        func.sum(articles.c.quote_count).label("said"),
    ).where(*_conditions(filter, articles))
    for row in connection.execute(in_articles.group_by(articles.c.outlet, literal_column("day"))).mappings():
        found[row["outlet"], row["day"]] = _Counts(articles=row["articles"], quotes=int(row["said"]))
    said = article_speakers.c.quote_count
    in_speakers = (
        select(
            article_speakers.c.outlet,
            day_of(article_speakers).label("day"),
            func.sum(said).label("said"),
            func.sum(case((unnamed(), said), else_=0)).label("unnamed"),
        )
        .join(speakers, speakers.c.id == article_speakers.c.speaker_id)
        .where(*of_speakers, said > 0)
    )
    for row in connection.execute(in_speakers.group_by(article_speakers.c.outlet, literal_column("day"))).mappings():
        counts = found[row["outlet"], row["day"]]
        counts.attributed, counts.unnamed = int(row["said"]), int(row["unnamed"])
    return found


def _speakers(
    connection: Connection, conditions: Iterable[ColumnElement[bool]], *, quotes: int, limit: int
) -> tuple[SpeakerShare, ...]:
    said = func.sum(article_speakers.c.quote_count)
    most = (
        select(
            article_speakers.c.speaker_id,
            said.label("said"),
            func.count(article_speakers.c.article_id.distinct()).label("appeared"),
        )
        .where(*conditions, article_speakers.c.quote_count > 0)
        .group_by(article_speakers.c.speaker_id)
        .order_by(said.desc(), article_speakers.c.speaker_id)
        .limit(limit)
        .subquery()
    )
    query = select(speakers, most.c.said, most.c.appeared).join(most, most.c.speaker_id == speakers.c.id)
    rows = connection.execute(query.order_by(most.c.said.desc(), speakers.c.name, speakers.c.id)).mappings()
    return tuple(
        SpeakerShare(
            speaker=registered_speaker(row),
            quotes=int(row["said"]),
            articles=row["appeared"],
            share=int(row["said"]) / quotes,
        )
        for row in rows
    )


def day_of(table: Table) -> ColumnElement[int]:
    """The day of publication, as ``date.toordinal`` counts; at most 0 for what is undated."""
    day: ColumnElement[int] = (_FIRST_DAY * _DAY - table.c.recency) // _DAY
    return day


def _conditions(filter: AuditFilter, table: Table) -> Iterable[ColumnElement[bool]]:
    """What the filter asks of articles, or of speakers in articles."""
    if filter.outlet is not None:
        yield table.c.outlet == filter.outlet
    if filter.since is not None:
        yield table.c.recency <= recency(filter.since)
    if filter.until is not None:
        yield table.c.recency >= recency(filter.until)
        yield table.c.recency < UNDATED
