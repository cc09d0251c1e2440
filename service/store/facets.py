"""What a search can be narrowed by, counted over the newest of what it finds.

To count all would mean to walk through all, which for a common word is most of the store. So a bounded number is
counted, by the same query as the page's, in the order in which that is quick; who asks is told how many that were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection, select

from service.audit import Period, start_of
from service.facets import Facets, OutletFacet, PeriodFacet, SpeakerFacet, TypeFacet
from service.model import QuoteFilter, QuoteType
from service.store.listing import findable, known_of, quotes_query
from service.store.records import registered_speaker
from service.store.tables import UNDATED, published, quotes, speakers

#: Quotes that are counted at most, and speakers and outlets that are named at most.
COUNTED, NAMED = 1_000, 12
Key = TypeVar("Key", str, str | None)
# so many periods at most are shown, each of the shortest length that makes do with them
_PERIODS = 24


def facets(connection: Connection, filter: QuoteFilter, *, limit: int = COUNTED) -> Facets:
    """The counts, see ``Store.facets``."""
    if not findable(filter):
        return Facets(
            counted=0, complete=True, unattributed=0, speakers=(), outlets=(), types=(), period=Period.DAY, periods=()
        )
    table = quotes.c
    known = known_of(connection, filter)
    query = quotes_query(filter, dialect=connection.dialect.name, limit=limit, known=known)
    rows = connection.execute(query.with_only_columns(table.speaker_id, table.outlet, table.type, table.recency)).all()
    counted = rows[:limit]
    period, periods = _periods([row.recency for row in counted])
    return Facets(
        counted=len(counted),
        complete=len(rows) <= limit,
        unattributed=sum(row.speaker_id is None for row in counted),
        speakers=_speakers(connection, Counter(row.speaker_id for row in counted if row.speaker_id is not None)),
        outlets=tuple(
            OutletFacet(outlet=outlet, quotes=count)
            for outlet, count in _most(Counter(row.outlet for row in counted))[:NAMED]
        ),
        types=tuple(
            TypeFacet(type=QuoteType(type), quotes=count) for type, count in _most(Counter(row.type for row in counted))
        ),
        period=period,
        periods=periods,
    )


def _speakers(connection: Connection, counts: Counter[str]) -> tuple[SpeakerFacet, ...]:
    most = _most(counts)[:NAMED]
    query = select(speakers).where(speakers.c.id.in_([id for id, _ in most]))
    known = {row["id"]: registered_speaker(row) for row in connection.execute(query).mappings()}
    return tuple(SpeakerFacet(speaker=known[id], quotes=count) for id, count in most)


def _most(counts: Counter[Key]) -> list[tuple[Key, int]]:
    # what has no name stands behind what has, where both are as many
    return sorted(counts.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))


def _periods(recencies: Sequence[int]) -> tuple[Period, tuple[PeriodFacet, ...]]:
    moments = (published(recency) for recency in recencies if recency != UNDATED)
    days = Counter(moment.date() for moment in moments if moment is not None)
    period, starts = _shortest(days)
    found = [PeriodFacet(start=start, quotes=count) for start, count in sorted(starts.items(), reverse=True)]
    undated = sum(recency == UNDATED for recency in recencies)
    return period, (*found, *([PeriodFacet(start=None, quotes=undated)] if undated else ()))


def _shortest(days: Counter[date]) -> tuple[Period, Counter[date]]:
    for period in Period:
        starts: Counter[date] = Counter()
        for day, count in days.items():
            starts[start_of(day, period)] += count
        if len(starts) <= _PERIODS:
            break
    return period, starts
