"""Numbers as drawings: what is drawn adds up, stays inside, and is the figures' own."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.audit import Period
from service.model import Span
from service.web import charts
from service.web.passages import pieces_of

values = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 3)), max_size=120)


@settings(deadline=None)
@given(values)
def test_columns_stand_on_the_foot_and_stay_inside(rows: list[tuple[int, int, int]]) -> None:
    chart = charts.columns([charts.Point(label=str(place), values=row) for place, row in enumerate(rows)])
    assert len(chart.columns) == len(rows)
    assert chart.most >= max(map(sum, rows), default=0)
    for column, row in zip(chart.columns, rows, strict=True):
        assert [part.value for part in column.parts] == [value for value in row if value]
        assert -0.001 <= column.x <= column.x + column.width <= 100.001
        bottom = 100.0
        for part in column.parts:
            assert part.y + part.height == pytest.approx(bottom, abs=0.01)
            assert part.height == pytest.approx(100 * part.value / chart.most, abs=0.01)
            bottom = part.y
        assert bottom >= -0.01


@settings(deadline=None)
@given(st.integers(0, 10**7))
def test_ticks_are_round_and_few(tallest: int) -> None:
    chart = charts.columns([charts.Point(label="one", values=(tallest,))])
    assert 2 <= len(chart.ticks) <= 5
    assert (chart.ticks[0].label, chart.ticks[0].at) == ("0", 100.0)
    assert chart.ticks[-1].at == pytest.approx(0)
    assert chart.ticks[1].label.strip("0,")[:1] in {"1", "2", "5"}


def test_no_columns() -> None:
    chart = charts.columns([])
    assert (chart.columns, [tick.label for tick in chart.ticks]) == ((), ["0", "1"])


@pytest.mark.parametrize(
    ("amounts", "most", "drawn"),
    [
        ([3, 1], 4, [(0, 0.0, 75.0), (1, 75.0, 25.0)]),
        ([0, 2], 4, [(1, 0.0, 50.0)]),
        ([0], 0, []),
        ([], 4, []),
    ],
)
def test_bars(amounts: list[int], most: int, drawn: list[tuple[int, float, float]]) -> None:
    assert [(part.series, part.x, part.width) for part in charts.bar(amounts, most)] == drawn


@settings(deadline=None)
@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)), st.integers(0, 800), st.sampled_from(Period))
def test_every_period_once_without_a_gap(first: date, days: int, period: Period) -> None:
    last = first + timedelta(days=days)
    starts = charts.every(period, first, last)
    assert starts[0] <= first
    assert starts[-1] <= last < charts.after(starts[-1], period)
    assert all(charts.after(one, period) == other for one, other in pairwise(starts))
    assert len(charts.axis(starts, period)) <= 6


@pytest.mark.parametrize(
    ("starts", "period", "labels"),
    [
        ([date(2024, 1, 1), date(2025, 1, 1)], Period.YEAR, ["2024", "2025"]),
        ([date(2026, 5, 4)], Period.DAY, ["4 May 2026"]),
        ([], Period.WEEK, []),
    ],
)
def test_the_foot_of_a_chart(starts: list[date], period: Period, labels: list[str]) -> None:
    assert [mark.label for mark in charts.axis(starts, period)] == labels


@settings(deadline=None)
@given(st.dates(), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_a_stretch_lies_inside(since: date, before: int, length: int, behind: int) -> None:
    if since.year > 9990:
        return
    first = since + timedelta(days=before)
    last = first + timedelta(days=length)
    x, width = charts.stretch(first, last, since, last + timedelta(days=behind))
    assert 0 <= x <= x + width <= 100.01
    assert width >= 1


spans = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda ends: Span(min(ends), max(ends) + 1))


@settings(deadline=None)
@given(st.text(min_size=31, max_size=40), st.lists(spans, max_size=4), st.lists(spans, max_size=4), spans)
def test_pieces_are_the_text(text: str, said: list[Span], found: list[Span], shown: Span) -> None:
    pieces = pieces_of(text, said, shown, found)
    assert "".join(piece.text for piece in pieces) == shown.of(text)
    place = shown.start
    for piece in pieces:
        inside = range(place, place + len(piece.text))
        assert {any(span.start <= at < span.end for span in said) for at in inside} == {piece.said}
        assert {any(span.start <= at < span.end for span in found) for at in inside} == {piece.found}
        place += len(piece.text)
