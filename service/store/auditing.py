"""The figures of a source audit, added up from what each article counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, func, literal_column, select

from service.audit import Audit, AuditFilter, Period, SpeakerShare, Tally
from service.model import Speaker, SpeakerKind
from service.store.places import recency
from service.store.records import is_storable
from service.store.tables import EPOCH, UNDATED, article_speakers, articles, speakers

_DAY = 86_400_000_000
# lifts every moment of the years 1 to 9999 above zero, since databases divide negative numbers in their own ways
_FIRST_DAY = EPOCH.date().toordinal()


def audit(connection: Connection, filter: AuditFilter, *, period: Period, limit: int) -> Audit:
    """Who is quoted how often, see ``Store.audit``."""
    if not is_storable(filter.outlet):
        return Audit(articles=0, quotes=0, unattributed=0, speakers=(), by_outlet=(), by_period=())
    counted = [func.count().label("articles"), func.coalesce(func.sum(articles.c.quote_count), 0).label("quotes")]
    of_articles = list(_conditions(filter, articles))
    totals = connection.execute(select(*counted).where(*of_articles)).mappings().one()
    said = func.coalesce(func.sum(article_speakers.c.quote_count), 0)
    of_speakers = list(_conditions(filter, article_speakers))
    attributed = connection.execute(select(said).where(*of_speakers)).scalar_one()
    outlets = connection.execute(
        select(articles.c.outlet, *counted).where(*of_articles).group_by(articles.c.outlet)
    ).mappings()
    return Audit(
        articles=totals["articles"],
        quotes=int(totals["quotes"]),
        unattributed=int(totals["quotes"]) - int(attributed),
        speakers=_speakers(connection, of_speakers, quotes=int(totals["quotes"]), limit=limit),
        by_outlet=tuple(
            Tally(outlet=row["outlet"], articles=row["articles"], quotes=int(row["quotes"]))
            for row in sorted(outlets, key=lambda row: (-row["quotes"], row["outlet"] or ""))
        ),
        by_period=_by_period(connection, of_articles, counted, period),
    )


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
            speaker=Speaker(name=row["name"], kind=SpeakerKind(row["kind"]), role=row["role"], identity=row["id"]),
            quotes=int(row["said"]),
            articles=row["appeared"],
            share=int(row["said"]) / quotes,
        )
        for row in rows
    )


def _by_period(
    connection: Connection, conditions: list[ColumnElement[bool]], counted: list[Any], period: Period
) -> tuple[Tally, ...]:
    # by day in the database, which makes few rows of many articles; a day is part of each longer period
    day = _day()
    dated = (
        select(day.label("day"), *counted)
        .where(*conditions, articles.c.recency < UNDATED)
        .group_by(literal_column("day"))
    )
    sums: dict[date, tuple[int, int]] = {}
    for row in connection.execute(dated).mappings():
        start = _start_of(date.fromordinal(int(row["day"])), period)
        before = sums.get(start, (0, 0))
        sums[start] = (before[0] + row["articles"], before[1] + int(row["quotes"]))
    made = [Tally(start=start, articles=counts[0], quotes=counts[1]) for start, counts in sorted(sums.items())]
    undated: RowMapping = (
        connection.execute(select(*counted).where(*conditions, articles.c.recency == UNDATED)).mappings().one()
    )
    if undated["articles"]:
        made.append(Tally(articles=undated["articles"], quotes=int(undated["quotes"])))
    return tuple(made)


def _day() -> ColumnElement[int]:
    """The day of an article's publication, as ``date.toordinal`` counts."""
    day: ColumnElement[int] = (_FIRST_DAY * _DAY - articles.c.recency) // _DAY
    return day


def _start_of(day: date, period: Period) -> date:
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    if period is Period.MONTH:
        return day.replace(day=1)
    if period is Period.YEAR:
        return day.replace(month=1, day=1)
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
