"""How values stand in a page: numbers, dates, shares. As filters they are named as the functions are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any


def day(moment: datetime | None) -> str:
    """The date, in the zone that the article gave; nothing where there is none.

    >>> from datetime import UTC
    >>> day(datetime(2026, 3, 4, 22, 30, tzinfo=UTC))
    '4 March 2026'
    """
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def clock(moment: datetime | None) -> str:
    """Date and time.

    >>> from datetime import UTC
    >>> clock(datetime(2026, 3, 4, 8, 5, tzinfo=UTC))
    '4 March 2026, 08:05'
    """
    return f"{day(moment)}, {moment:%H:%M}" if moment else ""


def count(number: int, one: str = "", many: str = "") -> str:
    """A number with its noun.

    >>> count(1, "quote"), count(1200, "quote"), count(3, "is", "are")
    ('1 quote', '1,200 quotes', '3 are')
    """
    noun = one if number == 1 else many or (f"{one}s" if one else "")
    return f"{number:,} {noun}".strip()


def percent(share: float) -> str:
    """A share of one in whole per cent.

    >>> percent(0.946)
    '95%'
    """
    return f"{round(share * 100)}%"


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "clock": clock,
    "count": count,
    "percent": percent,
}
