"""One speaker counted: how often in each period; and the words, with everybody else's to compare."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, literal_column, select

from service.audit import Period, start_of
from service.errors import NotFound
from service.facets import Moments, SpeakerTexts, Timeline
from service.store.auditing import day_of
from service.store.identity_changes import found
from service.store.reading import not_rejected
from service.store.records import is_storable
from service.store.tables import article_speakers, quotes

#: Quotes whose words are counted at most, on either side.
TEXTS = 1_000
# so many periods are few
_FEW = 60


def timeline(connection: Connection, id: str, period: Period | None) -> Timeline:
    """How often in each period, see ``Store.speaker_timeline``."""
    table = article_speakers.c
    day = day_of(article_speakers)
    query = select(
        day.label("day"),
        func.count(table.article_id.distinct()).label("articles"),
        func.sum(table.quote_count).label("said"),
    ).where(table.speaker_id == _held(connection, id), table.quote_count > 0)
    days = [(row.day, row.articles, int(row.said)) for row in connection.execute(query.group_by(literal_column("day")))]
    for length in (period,) if period else Period:
        sums: dict[date | None, tuple[int, int]] = {}
        for number, articles, said in days:
            start = start_of(date.fromordinal(number), length) if number > 0 else None
            before = sums.get(start, (0, 0))
            sums[start] = (before[0] + articles, before[1] + said)
        if _spanned(sums, length) <= _FEW:
            break
    ordered = sorted(sums.items(), key=lambda item: (item[0] is None, item[0] or date.max))
    return Timeline(
        period=length,
        moments=tuple(Moments(start=start, articles=articles, quotes=said) for start, (articles, said) in ordered),
    )


def texts(connection: Connection, id: str, *, limit: int) -> SpeakerTexts:
    """The speaker's words and the others', see ``Store.speaker_texts``."""
    id = _held(connection, id)
    table = quotes.c
    query = select(table.text).where(not_rejected()).order_by(table.number).limit(limit)
    others = query.where(table.speaker_id.is_distinct_from(id))
    return SpeakerTexts(
        own=tuple(connection.scalars(query.where(table.speaker_id == id))), others=tuple(connection.scalars(others))
    )


def _held(connection: Connection, id: str) -> str:
    if not is_storable(id):
        raise NotFound("speaker", id)
    return found(connection, id)


def _spanned(starts: dict[date | None, tuple[int, int]], period: Period) -> int:
    """How many periods there are from the first to the last, with those in which nothing was said."""
    dated = [start for start in starts if start is not None]
    if not dated:
        return 0
    days = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 30, Period.YEAR: 365}
    return (max(dated) - min(dated)).days // days[period] + 1
