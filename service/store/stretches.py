"""Words looked for along a list, stretch by stretch: how PostgreSQL finds the first of many quotes that hold them.

Its index of words (GIN) knows no order: to find the newest quotes of a word, it would fetch all of them and sort, which
takes long for a word of thousands; and to walk along the list and look into each quote takes long for a word of few. A
stretch of the list is an index scan, too, and both together (a BitmapAnd) leave the quotes to be fetched: enough for a
page, and hardly more. What the first stretch has tells how long the next one has to be, or that the words are rare and
all of their quotes can be fetched.
"""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import Connection, RowMapping, Select

from service.store.tables import quotes

# so many quotes are looked at first for each that is wanted
FIRST = 100
# where fewer than this part of what is wanted are in a stretch, the words are rare
RARE = 0.07
# the next stretch is so much longer than it has to be if the words are spread evenly
SPARE = 1.5
# so many stretches, then the rest of the list
MOST = 4


def found(
    connection: Connection, query: Select[Any], walk: Select[Any], *, newest: bool, wanted: int
) -> list[RowMapping]:
    """The first rows of a query of quotes in the order of their places, at most ``wanted``.

    ``walk`` gives the places of all quotes among which they are, and of others, from an index and in the same order.
    ``newest``: places ascend.
    """
    place = quotes.c.number
    rows: list[RowMapping] = []
    size = FIRST * wanted
    for _ in range(MOST):
        # what an index alone can tell
        end = connection.scalar(walk.offset(size - 1).limit(1))
        if end is None:
            break
        missing = wanted - len(rows)
        stretch = query.where(place <= end if newest else place >= end).limit(missing)
        more = connection.execute(stretch).mappings().all()
        rows += more
        if len(more) == missing:
            return rows
        query, walk = (select.where(place > end if newest else place < end) for select in (query, walk))
        if len(more) < RARE * wanted:
            break
        size = math.ceil(size * SPARE * (missing - len(more)) / len(more))
    return [*rows, *connection.execute(query.limit(wanted - len(rows))).mappings()]
