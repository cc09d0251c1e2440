"""Words together with a filter or an order find what a look at every quote finds, however the database gets there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from service.model import QuoteFilter, QuoteOrder, StoredQuote
from service.review import Correction
from service.store import Store, listing, stretches
from service.store.fulltext import Lexemes
from tests.databases import Backend

from .examples import DRIVER, MAYOR, UNION, Said, said

DAY = datetime(2024, 5, 1, tzinfo=UTC)
SPEAKERS = (MAYOR, DRIVER, UNION, None)
OUTLETS = ("Post", "Ledger & Co: “News”", None)
CUES = ("say", "deny", None)
WORDS = ("rates rise again", "rates fall", "again the rates", "never")


@pytest.fixture(scope="module")
def filled(backend: Backend) -> Iterator[Store]:
    # these tests only read, so that one database serves them all
    with backend.database() as url, Store(url, busy_timeout_seconds=60) as store:
        made = list(product(WORDS, SPEAKERS, CUES))
        for number, outlet in enumerate(OUTLETS):
            quotes = [
                Said(text=f"{words} {place}", speaker=speaker, cue=cue, confidence=(place * 7 + number) % 20 / 20)
                for place, (words, speaker, cue) in enumerate(made)
            ]
            store.save(said(*quotes, outlet=outlet, published_at=DAY + timedelta(days=number), id=f"a{number}"))
        yield store


def texts(quotes: tuple[StoredQuote, ...]) -> list[tuple[str, str]]:
    return [(stored.article.id, stored.quote.text) for stored in quotes]


def expected(store: Store, order: QuoteOrder, words: str, **asked: object) -> list[tuple[str, str]]:
    """From all quotes, in the order, by looking at each."""
    found = []
    for stored in store.quotes(QuoteFilter(), order=order, limit=500).items:
        speaker, cue = stored.quote.speaker, stored.quote.attribution.cue
        seen: dict[str, object] = {
            "speaker": speaker.name if speaker else None, "outlet": stored.article.outlet,
            "cue": cue.lemma if cue else None, "article": stored.article.id,
        }  # fmt: skip
        if f" {words} " in f" {stored.quote.text} " and all(seen[name] == value for name, value in asked.items()):
            found.append((stored.article.id, stored.quote.text))
    return found


@pytest.mark.parametrize("order", QuoteOrder)
@pytest.mark.parametrize("words", ["rates", "rates rise", "again the", "the rates rise", "absent"])
def test_words_and_a_filter(filled: Store, words: str, order: QuoteOrder) -> None:
    asked: list[dict[str, Any]] = [
        {},
        {"speaker": MAYOR.name},
        {"speaker": UNION.name, "cue": "deny"},
        {"outlet": OUTLETS[1] or ""},
        {"cue": "say"},
        {"outlet": "Post", "cue": "deny", "speaker": DRIVER.name},
        {"article": "a2"},
        {"outlet": "post"},
    ]
    for filters in asked:
        found = filled.quotes(QuoteFilter(text=f'"{words}"', **filters), order=order, limit=500)
        assert texts(found.items) == expected(filled, order, words, **filters), filters


def test_a_speaker_is_meant_by_id_and_by_part_of_a_name(filled: Store) -> None:
    wanted = expected(filled, QuoteOrder.NEWEST, "rates", speaker=MAYOR.name)
    for speaker in (MAYOR.id, "okafor", "MARIA"):
        assert texts(filled.quotes(QuoteFilter(text="rates", speaker=speaker), limit=500).items) == wanted
    assert not filled.quotes(QuoteFilter(text="rates", speaker="nobody")).items
    assert not filled.quotes(QuoteFilter(text="rates", speaker="s-0000000000000000")).items


def test_pages_of_words_of_a_speaker_join_up(filled: Store) -> None:
    filter = QuoteFilter(text="rates", speaker="okafor")
    found = pages(filled, filter, QuoteOrder.NEWEST, limit=4)
    assert found == expected(filled, QuoteOrder.NEWEST, "rates", speaker=MAYOR.name)


def test_a_name_of_too_many_speakers_is_no_less_found(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "SPEAKERS_TAGGED", 0)
    found = filled.quotes(QuoteFilter(text="rates", speaker="okafor"), limit=500)
    assert texts(found.items) == expected(filled, QuoteOrder.NEWEST, "rates", speaker=MAYOR.name)


def test_common_words_by_confidence(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COMMON", 5)
    order = QuoteOrder.MOST_CONFIDENT
    found = filled.quotes(QuoteFilter(text="rates"), order=order, limit=500)
    assert texts(found.items) == expected(filled, order, "rates")


def test_the_words_of_the_index_are_no_words_of_the_text(filled: Store) -> None:
    for tag in ("s" + MAYOR.id.encode().hex(), "o" + b"Post".hex(), "long", "long:", "c" + b"say".hex()):
        assert not filled.quotes(QuoteFilter(text=tag)).items
        assert not filled.quotes(QuoteFilter(text=f'"{tag}"')).items


def test_a_correction_moves_a_quote_to_its_new_speaker(store: Store) -> None:
    store.save(said(Said(text="rates rise", speaker=DRIVER), Said(text="never"), id="post", published_at=DAY))
    [stored] = store.quotes(QuoteFilter(text="rates", speaker="Reyes")).items
    store.correct(stored.quote.id, Correction(by="Ada", reason="misread", speaker=MAYOR.name))
    assert not store.quotes(QuoteFilter(text="rates", speaker="Reyes")).items
    assert texts(store.quotes(QuoteFilter(text="rates", speaker="Okafor")).items) == [("post", "rates rise")]
    assert store.problems() == ()


LONG = " ".join(f"word{number} filler" for number in range(1600)) + " the very end"


def test_phrases_of_a_long_quote_and_of_long_words(store: Store) -> None:
    store.save(said(Said(text=LONG), Said(text=f"{'x' * 1500} {'y' * 1500} {'x' * 1500} and no more"), id="post"))
    for phrase, count in {
        "the very end": 1, "very end": 1, "filler word7": 1, "word7 filler": 1, "word7 word8": 0, "end very": 0,
        "and no more": 1, "no and": 0, f"{'x' * 1500} {'y' * 1500}": 1, f"{'y' * 1500} {'y' * 1500}": 0,
    }.items():  # fmt: skip
        assert len(store.quotes(QuoteFilter(text=f'"{phrase}"')).items) == count, phrase[:20]


def test_the_index_is_whole_after_going_down_and_up_again(store: Store) -> None:
    from service.store import schema  # noqa: PLC0415

    store.save(said(Said(text="rates rise again"), outlet="Post", id="post", published_at=DAY))
    schema.downgrade(store._database, "0005")
    store.upgrade()
    assert store.problems() == ()
    for filter in (
        QuoteFilter(text='"rise again"', speaker="okafor", outlet="Post", cue="say"),
        QuoteFilter(text='"rates rise again"'),
    ):
        assert texts(store.quotes(filter).items) == [("post", "rates rise again")]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Rates", Lexemes(indexed="('rates')", phrases=None, long=None)),
        ("rates CAFÉ !!!", Lexemes(indexed="('rates') & ('cafe')", phrases=None, long=None)),
        # the pair is the phrase: nothing is left to be looked at
        ('"Rates, rise!"', Lexemes(indexed="'rates rise'", phrases=None, long="'long:' & ('rates' <-> 'rise')")),
        (
            'tax "rates rise again"',
            Lexemes(
                indexed="('tax') & 'rates rise' & 'rise again'",
                phrases="('rates' <-> 'rise' <-> 'again')",
                long="'long:' & ('tax') & ('rates' <-> 'rise' <-> 'again')",
            ),
        ),
        (
            f"“{'x' * 1500} {'y' * 1500}”",
            Lexemes(indexed=f"('{'x' * 1500}' <-> '{'y' * 1500}')", phrases=None, long=None),
        ),
        ("!!! “—”", None),
        ("", None),
    ],
)
def test_what_postgresql_looks_up(postgresql: Backend, typed: str, expected: Lexemes | None) -> None:
    with postgresql.database() as url, Store(url) as store, store._database.reading() as connection:
        assert Lexemes.of(connection, typed) == expected


def test_a_phrase_of_very_many_words(store: Store) -> None:
    many = " ".join(f"word{number}" for number in range(60))
    store.save(said(Said(text=f"So {many} it is"), Said(text=many.replace("word30", "other")), id="post"))
    assert texts(store.quotes(QuoteFilter(text=f'"{many}"')).items) == [("post", f"So {many} it is")]


@pytest.mark.parametrize("order", [QuoteOrder.NEWEST, QuoteOrder.OLDEST])
@pytest.mark.parametrize(("first", "rare", "most"), [(1, 0.15, 4), (3, 0.01, 2), (2, 0.01, 99), (5, 2.0, 4)])
def test_stretch_by_stretch_the_same_is_found(
    filled: Store, monkeypatch: pytest.MonkeyPatch, order: QuoteOrder, first: int, rare: float, most: int
) -> None:
    for name, value in (("FIRST", first), ("RARE", rare), ("MOST", most)):
        monkeypatch.setattr(stretches, name, value)
    asked: list[dict[str, Any]] = [{}, {"outlet": "Post"}, {"cue": "deny"}, {"outlet": OUTLETS[1], "cue": "say"}]
    for words, filters in product(("rates", "the rates", "absent"), asked):
        wanted = expected(filled, order, words, **filters)
        filter = QuoteFilter(text=f'"{words}"', **filters)
        assert pages(filled, filter, order, limit=7) == wanted, (words, filters)
        assert texts(filled.quotes(filter, order=order, limit=len(wanted) or 1).items) == wanted


def pages(store: Store, filter: QuoteFilter, order: QuoteOrder, *, limit: int) -> list[tuple[str, str]]:
    """The whole list, a page at a time."""
    found, cursor = list[tuple[str, str]](), None
    for _ in range(200):
        page = store.quotes(filter, order=order, cursor=cursor, limit=limit)
        assert page.next_cursor is None or len(page.items) == limit
        found += texts(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return found
    raise AssertionError("the list has no end")


@pytest.mark.parametrize("order", [QuoteOrder.NEWEST, QuoteOrder.OLDEST])
def test_stretches_of_some_days(filled: Store, monkeypatch: pytest.MonkeyPatch, order: QuoteOrder) -> None:
    monkeypatch.setattr(stretches, "FIRST", 2)
    days = [DAY + timedelta(days=number) for number in range(3)]
    for since, until in ((days[1], days[1]), (days[1], None), (None, days[1]), (None, None)):
        filter = QuoteFilter(text="rates", since=since, until=until)
        wanted = [
            (id, said)
            for id, said in expected(filled, order, "rates")
            if (since or days[0]) <= days[int(id[1:])] <= (until or days[2])
        ]
        assert pages(filled, filter, order, limit=4) == wanted


@pytest.mark.parametrize(
    ("phrase", "until", "days"),
    [
        ("rates rise", None, [8, 7, 6]),
        ("rates rise again", None, [8, 7, 6]),
        ("the", None, [8, 7, 6]),
        ("rates rise", DAY + timedelta(days=2), [2, 1, 0]),
        ("day 3", None, [3]),
        ("rise rates", None, []),
    ],
)
def test_quotes_with_a_phrase_are_the_newest(
    store: Store, phrase: str, until: datetime | None, days: list[int]
) -> None:
    # stored in another order than that of the lists, which a table that is read as it lies would give
    for day in (4, 0, 8, 2, 6, 1, 7, 3, 5):
        quote = Said(text=f"the rates rise again on day {day}")
        store.save(said(quote, id=f"a{day}", published_at=DAY + timedelta(days=day)))
    found = store.candidates_with(phrase, until=until, limit=3)
    assert [candidate.article for candidate in found] == [f"a{day}" for day in days]
