"""Which quotes, articles and speakers a list gives, in which order, over pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

import pytest

from service.errors import BadCursor
from service.model import ArticleFilter, Page, Polarity, QuoteFilter, QuoteType, Speaker, SpeakerKind, StoredQuote
from service.store import Store
from tests.databases import Backend

from .examples import DRIVER, MAYOR, UNION, Said, said

T = TypeVar("T")
MAY, JUNE = datetime(2024, 5, 1, 8, tzinfo=UTC), datetime(2024, 6, 1, 8, tzinfo=UTC)
DENIED = Polarity.DENIED

ARTICLES = (
    said(
        Said(text="a1 rates rise", type=QuoteType.INDIRECT),
        Said(text="a2 never", speaker=DRIVER, polarity=DENIED, cue="deny", confidence=0.5),
        Said(text="a3 nobody's", speaker=None, cue=None, confidence=0.3),
        id="a",
        outlet="Post",
        published_at=MAY,
    ),
    said(
        Said(text="b1 rates fall", type=QuoteType.MIXED),
        Said(text="b2 strike", speaker=UNION, cue="warn"),
        id="b",
        outlet="Ledger",
        published_at=JUNE,
    ),
    said(Said(text="c1 rates"), Said(text="c2 never", polarity=DENIED, cue="deny"), id="c", published_at=MAY),
    said(Said(text="d1 rates"), id="d", outlet="Post"),
    said(Said(text="e1 rates", confidence=1.0), id="e", outlet="Post"),
)


@pytest.fixture(scope="module")
def filled(backend: Backend) -> Iterator[Store]:
    # these tests only read, so that one database serves them all
    with backend.database() as url, Store(url) as store:
        # stored in another order than listed
        for article in (ARTICLES[3], ARTICLES[0], ARTICLES[4], ARTICLES[2], ARTICLES[1]):
            store.save(article)
        yield store


def shown(quotes: tuple[StoredQuote, ...]) -> str:
    """The first word of each quote."""
    return " ".join(stored.quote.text.split()[0] for stored in quotes)


def every_page(fetch: Callable[[str | None], Page[T]]) -> tuple[T, ...]:
    """All items over all pages; each page but the last must say where the next begins."""
    items: list[T] = []
    cursor: str | None = None
    while True:
        page = fetch(cursor)
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            return tuple(items)
        assert page.items


# newest first, then by article, then in text order; undated last
@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (QuoteFilter(), "b1 b2 a1 a2 a3 c1 c2 d1 e1"),
        (QuoteFilter(text="rates"), "b1 a1 c1 d1 e1"),
        (QuoteFilter(speaker="okafor"), "b1 a1 c1 c2 d1 e1"),
        (QuoteFilter(speaker=MAYOR.id), "b1 a1 c1 c2 d1 e1"),
        (QuoteFilter(outlet="Post"), "a1 a2 a3 d1 e1"),
        (QuoteFilter(outlet="post"), ""),
        (QuoteFilter(outlet=""), ""),
        (QuoteFilter(article="c"), "c1 c2"),
        (QuoteFilter(article="x"), ""),
        (QuoteFilter(type=QuoteType.DIRECT), "b2 a2 a3 c1 c2 d1 e1"),
        (QuoteFilter(type=QuoteType.MIXED), "b1"),
        (QuoteFilter(polarity=DENIED), "a2 c2"),
        (QuoteFilter(cue="say"), "b1 a1 c1 d1 e1"),
        (QuoteFilter(cue="said"), ""),
        (QuoteFilter(since=MAY), "b1 b2 a1 a2 a3 c1 c2"),
        (QuoteFilter(since=MAY + timedelta(microseconds=1)), "b1 b2"),
        (QuoteFilter(since=datetime(2024, 5, 1, 20, tzinfo=timezone(timedelta(hours=12)))), "b1 b2 a1 a2 a3 c1 c2"),
        (QuoteFilter(until=MAY), "a1 a2 a3 c1 c2"),
        (QuoteFilter(until=MAY - timedelta(microseconds=1)), ""),
        (QuoteFilter(since=MAY, until=MAY), "a1 a2 a3 c1 c2"),
        (QuoteFilter(since=JUNE, until=MAY), ""),
        (QuoteFilter(min_confidence=0.5), "b1 b2 a1 a2 c1 c2 d1 e1"),
        (QuoteFilter(min_confidence=1.0), "e1"),
        (QuoteFilter(min_confidence=0.0), "b1 b2 a1 a2 a3 c1 c2 d1 e1"),
        # all must hold
        (QuoteFilter(speaker="okafor", polarity=DENIED), "c2"),
        (QuoteFilter(text="rates", outlet="Post"), "a1 d1 e1"),
        (QuoteFilter(text="rates", outlet="Post", type=QuoteType.DIRECT, min_confidence=0.95), "e1"),
        (QuoteFilter(text="never", speaker="reyes", cue="deny", article="a", since=MAY, until=JUNE), "a2"),
        (QuoteFilter(text="never", speaker="union"), ""),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_filters_order_and_pages(filled: Store, filter: QuoteFilter, expected: str, limit: int) -> None:
    found = every_page(lambda cursor: filled.quotes(filter, cursor=cursor, limit=limit))
    assert shown(found) == expected


def test_a_full_last_page_has_no_next(filled: Store) -> None:
    assert filled.quotes(QuoteFilter(), limit=9).next_cursor is None
    assert filled.quotes(QuoteFilter(), limit=8).next_cursor is not None


def test_a_stored_quote_knows_its_article_and_its_place(filled: Store) -> None:
    (stored,) = filled.quotes(QuoteFilter(text="never", article="a")).items
    assert stored.article == filled.article("a")
    assert stored.article_text == ARTICLES[0].article.text
    assert stored.quote == ARTICLES[0].quotes[1]
    assert stored.before + stored.quote.text + stored.after in stored.article_text
    assert stored.before == "a1 rates rise say María Okafor.\n"


def test_an_articles_quotes_in_text_order(filled: Store) -> None:
    assert shown(filled.article_quotes("a")) == "a1 a2 a3"


@pytest.mark.parametrize(("outlet", "expected"), [(None, "b a c d e"), ("Post", "a d e"), ("Nobody", "")])
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_articles_newest_first(filled: Store, outlet: str | None, expected: str, limit: int) -> None:
    heads = every_page(lambda cursor: filled.articles(ArticleFilter(outlet=outlet), cursor=cursor, limit=limit))
    assert " ".join(head.id for head in heads) == expected


def test_pages_neither_repeat_nor_skip_what_comes_and_goes_between_them(store: Store) -> None:
    for article in ARTICLES[:4]:
        store.save(article)
    first = store.quotes(QuoteFilter(), limit=3)
    assert shown(first.items) == "b1 b2 a1"
    store.save(said(Said(text="f1 newer"), published_at=JUNE + timedelta(days=1)))
    store.save(ARTICLES[4])
    store.delete("b")
    rest = every_page(lambda cursor: store.quotes(QuoteFilter(), cursor=cursor or first.next_cursor, limit=3))
    assert shown(rest) == "a2 a3 c1 c2 d1 e1"


def test_a_cursor_is_of_its_list_and_filters(filled: Store) -> None:
    quotes = filled.quotes(QuoteFilter(outlet="Post"), limit=1).next_cursor
    articles = filled.articles(ArticleFilter(outlet="Post"), limit=1).next_cursor
    speakers = filled.speakers(limit=1).next_cursor
    assert filled.quotes(QuoteFilter(outlet="Post"), cursor=quotes, limit=7).items
    for cursor in (articles, speakers, "garbage"):
        with pytest.raises(BadCursor):
            filled.quotes(QuoteFilter(outlet="Post"), cursor=cursor)
    with pytest.raises(BadCursor):
        filled.quotes(QuoteFilter(outlet="Ledger"), cursor=quotes)
    with pytest.raises(BadCursor):
        filled.articles(cursor=articles)
    with pytest.raises(BadCursor):
        filled.speakers(text="okafor", cursor=speakers)


@pytest.mark.parametrize("limit", [0, -1])
def test_a_page_of_nothing_is_refused(filled: Store, limit: int) -> None:
    with pytest.raises(ValueError, match="at least one item"):
        filled.quotes(QuoteFilter(), limit=limit)


def test_a_time_without_a_zone_is_refused_as_a_bound(filled: Store) -> None:
    with pytest.raises(ValueError, match="needs its zone"):
        filled.quotes(QuoteFilter(since=datetime(2024, 1, 1)))


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_speakers_most_quoted_first(filled: Store, limit: int) -> None:
    entries = every_page(lambda cursor: filled.speakers(cursor=cursor, limit=limit))
    assert [
        (entry.speaker.name, entry.quote_count, entry.article_count, entry.outlets, entry.first_quoted)
        for entry in entries
    ] == [
        ("María Okafor", 6, 5, ("Ledger", "Post"), MAY),
        ("Harbour Workers' Union", 1, 1, ("Ledger",), JUNE),
        ("Tom Reyes", 1, 1, ("Post",), MAY),
    ]
    assert entries[0].last_quoted == JUNE
    assert entries[0].speaker == Speaker(
        name="María Okafor", kind=SpeakerKind.PERSON, role="the mayor", aliases=("Ms Okafor", "Okafor")
    )


def test_a_speaker_of_undated_articles_only_has_no_first_and_last(store: Store) -> None:
    store.save(said(Said(text="Yes", speaker=DRIVER)))
    (entry,) = store.speakers().items
    assert (entry.first_quoted, entry.last_quoted, entry.outlets) == (None, None, ())


def test_pages_of_speakers_with_one_count_and_one_name(store: Store) -> None:
    kinds = [Speaker(name="Harbour", kind=kind) for kind in SpeakerKind]
    others = [Speaker(name=name, kind=SpeakerKind.PERSON) for name in ("Abe", "Zoë")]
    store.save(said(*(Said(text=f"Number {place}", speaker=person) for place, person in enumerate(kinds + others))))
    entries = every_page(lambda cursor: store.speakers(cursor=cursor, limit=2))
    assert [entry.speaker.name for entry in entries] == ["Abe", *["Harbour"] * len(kinds), "Zoë"]
    assert len({entry.speaker.id for entry in entries}) == len(entries)
