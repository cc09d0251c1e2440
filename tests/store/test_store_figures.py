"""What a search can be narrowed by, and one speaker over time, in both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from service.audit import Period
from service.errors import NotFound
from service.model import QuoteFilter, QuoteType, Review
from service.review import Correction
from service.store import Store
from tests.store.examples import DRIVER, MAYOR, UNION, Said, said

MONDAY = datetime(2026, 5, 4, 8, tzinfo=UTC)


@pytest.fixture
def filled(store: Store) -> Store:
    """Seven quotes in four articles."""
    store.save(
        said(
            Said(text="The pump failed"),
            Said(text="The pump was old", speaker=DRIVER, type=QuoteType.INDIRECT),
            Said(text="Nobody asked", speaker=None),
            outlet="Post",
            published_at=MONDAY,
        )
    )
    store.save(said(Said(text="We sold the pump"), outlet="Ledger", published_at=MONDAY + timedelta(days=1)))
    store.save(said(Said(text="The pump again"), Said(text="No", speaker=UNION), outlet="Post", published_at=MONDAY))
    store.save(said(Said(text="It rains", type=QuoteType.MIXED)))
    return store


def test_the_quotes_of_a_search_are_counted(filled: Store) -> None:
    found = filled.facets(QuoteFilter())
    assert (found.counted, found.complete, found.unattributed) == (7, True, 1)
    assert [(facet.speaker.name, facet.quotes) for facet in found.speakers[:1]] == [(MAYOR.name, 4)]
    assert {(facet.speaker.name, facet.quotes) for facet in found.speakers[1:]} == {(DRIVER.name, 1), (UNION.name, 1)}
    assert [(facet.outlet, facet.quotes) for facet in found.outlets] == [("Post", 5), ("Ledger", 1), (None, 1)]
    assert [(facet.type.value, facet.quotes) for facet in found.types] == [("direct", 5), ("indirect", 1), ("mixed", 1)]
    assert found.period is Period.DAY
    assert [(facet.start, facet.quotes) for facet in found.periods] == [
        (date(2026, 5, 5), 1),
        (date(2026, 5, 4), 5),
        (None, 1),
    ]


@pytest.mark.parametrize(
    ("filter", "counted"),
    [
        (QuoteFilter(text="pump"), 4),
        (QuoteFilter(text="pump", outlet="Post"), 3),
        (QuoteFilter(text="pump", speaker="okafor"), 3),
        (QuoteFilter(speaker="okafor"), 4),
        (QuoteFilter(text='"the pump" failed'), 1),
        (QuoteFilter(since=MONDAY + timedelta(hours=1)), 1),
        (QuoteFilter(type=QuoteType.MIXED), 1),
        (QuoteFilter(text="nowhere"), 0),
        (QuoteFilter(outlet="\x00"), 0),
        (QuoteFilter(speaker="\ud800"), 0),
    ],
)
def test_facets_count_what_the_page_lists(filled: Store, filter: QuoteFilter, counted: int) -> None:
    found = filled.facets(filter)
    assert (found.counted, found.complete) == (counted, True)
    assert len(filled.quotes(filter).items) == counted
    assert sum(facet.quotes for facet in found.speakers) + found.unattributed == counted
    for facets in (found.outlets, found.types, found.periods):
        assert sum(facet.quotes for facet in facets) == counted


def test_only_the_newest_are_counted(filled: Store) -> None:
    found = filled.facets(QuoteFilter(), limit=3)
    assert (found.counted, found.complete) == (3, False)
    assert [facet.quotes for facet in found.periods] == [1, 2]
    assert filled.facets(QuoteFilter(), limit=7).complete


def test_a_rejected_quote_is_not_counted(filled: Store) -> None:
    quote = filled.quotes(QuoteFilter(text="asked")).items[0]
    filled.correct(quote.quote.id, Correction(by="Ana", status=Review.REJECTED))
    assert filled.facets(QuoteFilter()).counted == 6
    assert filled.facets(QuoteFilter(review=Review.REJECTED)).unattributed == 1


def test_many_days_are_counted_by_longer_periods(store: Store) -> None:
    for week in range(30):
        store.save(said(Said(text=f"Number {week}"), published_at=MONDAY + timedelta(weeks=week)))
    found = store.facets(QuoteFilter())
    assert found.period is Period.MONTH
    assert sum(facet.quotes for facet in found.periods) == 30
    id = store.speakers().items[0].speaker.id
    line = store.speaker_timeline(id)
    assert (line.period, len(line.moments), line.moments[0].start) == (Period.WEEK, 30, MONDAY.date())
    assert store.speaker_timeline(id, period=Period.YEAR).moments[0].quotes == 30


def test_one_speaker_over_time(filled: Store) -> None:
    id = filled.speakers(text="okafor").items[0].speaker.id
    line = filled.speaker_timeline(id)
    assert [(moments.start, moments.quotes, moments.articles) for moments in line.moments] == [
        (date(2026, 5, 4), 2, 2),
        (date(2026, 5, 5), 1, 1),
        (None, 1, 1),
    ]
    texts = filled.speaker_texts(id)
    assert texts.own[:1] == ("We sold the pump",)
    assert set(texts.others) == {"The pump was old", "Nobody asked", "No"}
    assert len(filled.speaker_texts(id, limit=2).own) == 2


def test_whoever_was_merged_away_is_the_one_who_holds(filled: Store) -> None:
    mayor, driver = (filled.speakers(text=name).items[0].speaker.id for name in ("okafor", "reyes"))
    filled.merge_speakers(mayor, driver, by="Ana", reason="it was she")
    assert sum(moments.quotes for moments in filled.speaker_timeline(driver).moments) == 5
    assert len(filled.speaker_texts(driver).own) == 5


@pytest.mark.parametrize("id", ["s-0000000000000000", "nobody", "\x00", "\ud800"])
def test_nobody_has_no_figures(filled: Store, id: str) -> None:
    with pytest.raises(NotFound):
        filled.speaker_timeline(id)
    with pytest.raises(NotFound):
        filled.speaker_texts(id)
