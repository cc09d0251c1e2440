"""Numbers as the measures of a drawing, which ``templates/charts.html`` turns into SVG.

All measures are per cent of the drawing's width or height, so that a chart fits any page while its type and its lines
stay as they are.

>>> chart = columns([Point(label="May", values=(3, 1)), Point(label="June", values=(0, 2))])
>>> [(part.series, part.y, part.height) for part in chart.columns[0].parts]
[(0, 25.0, 75.0), (1, 0.0, 25.0)]
>>> [tick.label for tick in chart.ticks]
['0', '1', '2', '3', '4']
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.audit import Period, start_of

# of a column's place, what is left free; more than so many columns touch each other
_FREE, _LOOSE = 0.22, 90
# a column never looks like a wall
_WIDEST = 6.0
_MARKS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What one column shows: one value for each series, from below, none negative. ``label`` is read out with them."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of a column, or bar, that is one series'."""

    series: int
    value: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column, from below; series without a value have no part."""

    label: str
    x: float
    width: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word at a place of an axis; ``at`` is from the left or from the top. ``anchor`` is SVG's."""

    label: str
    at: float
    anchor: str = "middle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """A chart of columns. ``ticks`` go up the side, from 0."""

    columns: tuple[Column, ...]
    ticks: tuple[Mark, ...]
    most: int


def columns(points: Sequence[Point], *, most: int | None = None) -> Columns:
    """Stacked columns side by side. ``most``: the value at the top, for charts that are compared; else a round one."""
    tallest = max((sum(point.values) for point in points), default=0)
    step = _step(tallest if most is None else most)
    top = most or max(step, math.ceil(tallest / step) * step)
    place = 100 / max(1, len(points))
    width = min(_WIDEST, place * (1 - _FREE if len(points) <= _LOOSE else 1))
    return Columns(
        columns=tuple(
            _column(point, (index + 0.5) * place - width / 2, width, top) for index, point in enumerate(points)
        ),
        ticks=tuple(
            Mark(label=f"{value:,}", at=round(100 - 100 * value / top, 3)) for value in range(0, top + 1, step)
        ),
        most=top,
    )


def bar(values: Sequence[int], most: int) -> tuple[Part, ...]:
    """Values end to end from the left, as long as ``most`` where they add up to it."""
    parts: list[Part] = []
    x = 0.0
    for series, value in enumerate(values):
        width = 100 * value / most if most else 0.0
        if value:
            parts.append(Part(series=series, value=value, x=round(x, 3), y=0, width=round(width, 3), height=100))
        x += width
    return tuple(parts)


def outline(values: Sequence[int], most: int) -> str:
    """Columns without an axis as one SVG path, for a row of a table: one unit wide each, 100 high where ``most``.

    >>> outline([3, 0, 1], 4)
    'M0 100V25h.8V100zM2 100V75h.8V100z'
    """
    heights = [100 - round(100 * value / most) for value in values] if most else []
    return "".join(f"M{place} 100V{height}h.8V100z" for place, height in enumerate(heights) if height < 100)


def stretch(first: date, last: date, since: date, until: date) -> tuple[float, float]:
    """Where a stretch of days lies in a longer one: its left end and its width, at least wide enough to be seen.

    >>> stretch(date(2026, 1, 1), date(2026, 1, 5), date(2026, 1, 1), date(2026, 1, 10))
    (0.0, 50.0)
    """
    days = (until - since).days + 1
    width = max(1.0, 100 * ((last - first).days + 1) / days)
    return round(min(100 - width, 100 * (first - since).days / days), 3), round(width, 3)


def every(period: Period, first: date, last: date) -> tuple[date, ...]:
    """The first days of all periods from one day's to another's.

    >>> [str(start) for start in every(Period.MONTH, date(2025, 12, 9), date(2026, 2, 1))]
    ['2025-12-01', '2026-01-01', '2026-02-01']
    """
    found = [start_of(first, period)]
    while (following := after(found[-1], period)) <= last:
        found.append(following)
    return tuple(found)


def after(start: date, period: Period) -> date:
    """The first day of the next period. Raises OverflowError after the year 9999."""
    days = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 32, Period.YEAR: 367}
    return start_of(start + timedelta(days=days[period]), period)


def named(start: date, period: Period) -> str:
    """A period in words.

    >>> [named(date(2026, 5, 4), period) for period in Period]
    ['4 May 2026', 'week of 4 May 2026', 'May 2026', '2026']
    """
    if period is Period.YEAR:
        return f"{start.year}"
    if period is Period.MONTH:
        return f"{start:%B} {start.year}"
    of = "week of " if period is Period.WEEK else ""
    return f"{of}{start.day} {start:%B} {start.year}"


def axis(starts: Sequence[date], period: Period) -> tuple[Mark, ...]:
    """The foot of a chart with one column for each period: a name under some, so many that a narrow page has room.

    The year stands where it changes.

    >>> [mark.label for mark in axis([date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)], Period.MONTH)]
    ['Dec 2025', 'Jan 2026', 'Feb']
    """
    apart = max(1, math.ceil(len(starts) / _MARKS))
    made: list[Mark] = []
    year: int | None = None
    for index in range(0, len(starts), apart):
        start = starts[index]
        at = round(100 * (index + 0.5) / len(starts), 3)
        short = f"{start:%b}" if period is Period.MONTH else f"{start.day} {start:%b}"
        label = f"{start.year}" if period is Period.YEAR else short if start.year == year else f"{short} {start.year}"
        made.append(Mark(label=label, at=at, anchor="start" if at < 8 else "end" if at > 92 else "middle"))
        year = start.year
    return tuple(made)


def _column(point: Point, x: float, width: float, top: int) -> Column:
    parts: list[Part] = []
    height = 0.0
    x, width = round(x, 3), round(width, 3)
    for series, value in enumerate(point.values):
        grown = 100 * value / top
        if value:
            y = round(100 - height - grown, 3)
            parts.append(Part(series=series, value=value, x=x, y=y, width=width, height=round(grown, 3)))
        height += grown
    return Column(label=point.label, x=x, width=width, parts=tuple(parts))


def _step(tallest: int) -> int:
    """A round step, four of which reach the tallest.

    >>> [_step(tallest) for tallest in (0, 1, 4, 5, 34, 1200)]
    [1, 1, 1, 2, 10, 500]
    """
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if tallest <= 4 * step:
                return step
        size *= 10
