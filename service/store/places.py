"""Numbers that sort as the lists do, so that one integer is place, key and cursor of a stored article or quote.

A number holds the second of the publication, newest first, and then a count within the second; what is undated comes
after all that is dated. A page of any list is so a plain walk along one integer, in SQLite, whose tables and full-text
indices are kept in the order of such a number anyway, and in PostgreSQL.

>>> low, high = places_of(recency(None))
>>> low == UNDATED_FROM, places_of(-1_000_000)[1] <= places_of(0)[0] < low
(True, True)
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Column, Connection, Select, bindparam, func, select

from service.errors import Conflict
from service.store.tables import UNDATED, recency

__all__ = ["UNDATED_FROM", "next_place", "places_of", "recency"]

#: Lifts every recency of the years 1 to 9999 above zero; in microseconds, and a whole number of seconds.
LIFT = 400_000_000_000_000_000
#: How many numbers a second has.
SECOND = 2**22
UNDATED_FROM = 2**62


def places_of(recency: int) -> tuple[int, int]:
    """The numbers ``[low, high)`` of what has this recency, see ``tables.recency``."""
    if recency == UNDATED:
        return UNDATED_FROM, 2**63 - 1
    low = (recency + LIFT) // 1_000_000 * SECOND
    return low, low + SECOND


@cache
def _last_in(column: Column[int]) -> Select[int]:
    return select(func.max(column)).where(column >= bindparam("low"), column < bindparam("high"))


def next_place(connection: Connection, column: Column[int], recency: int, *, count: int) -> int:
    """The first of ``count`` free numbers for what has this recency; the caller is alone in writing.

    Raises Conflict where the second is full.
    """
    low, high = places_of(recency)
    last = connection.scalar(_last_in(column), {"low": low, "high": high})
    first = low if last is None else last + 1
    if first + count > high:
        raise Conflict(f"more than {SECOND:,} articles or quotes bear one time of publication; give them their own")
    return first
