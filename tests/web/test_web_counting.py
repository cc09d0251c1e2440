"""Facets are counted for the first page of a search, and kept for those that follow."""

from __future__ import annotations

from dataclasses import replace

from service.audit import Period
from service.facets import Facets
from service.model import QuoteFilter
from service.web.counting import Counted

NOTHING = Facets(
    counted=0, complete=True, unattributed=0, speakers=(), outlets=(), types=(), period=Period.DAY, periods=()
)


def test_a_first_page_counts_and_the_others_see_its_counts() -> None:
    now = [0.0]
    counted, asked = Counted(lambda: now[0]), QuoteFilter(text="pump")
    calls = []

    def count() -> Facets:
        calls.append(now[0])
        return replace(NOTHING, counted=len(calls))

    assert counted.of(asked, count, leafing=True).counted == 1
    assert counted.of(asked, count, leafing=True).counted == 1
    assert counted.of(QuoteFilter(text="ferry"), count, leafing=True).counted == 2
    assert counted.of(asked, count, leafing=False).counted == 3
    assert counted.of(asked, count, leafing=True).counted == 3
    now[0] = 601
    assert counted.of(asked, count, leafing=True).counted == 4


def test_few_searches_are_kept() -> None:
    counted = Counted()
    for number in range(300):
        counted.of(QuoteFilter(text=str(number)), lambda: NOTHING, leafing=False)
    counted.of(QuoteFilter(text="299"), lambda: replace(NOTHING, counted=1), leafing=True)
    assert counted.of(QuoteFilter(text="299"), lambda: replace(NOTHING, counted=1), leafing=True).counted == 0
    assert counted.of(QuoteFilter(text="0"), lambda: replace(NOTHING, counted=1), leafing=True).counted == 1
