"""Words together with a filter or an order find what a look at every quote finds, however the database gets there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text

from service.model import QuoteFilter, QuoteOrder, StoredQuote
from service.review import Correction
from service.store import Store, listing
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
    found, cursor = list[tuple[str, str]](), None
    for _ in range(100):
        page = filled.quotes(filter, cursor=cursor, limit=4)
        found += texts(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
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


def test_postgresql_looks_a_phrase_up_as_one(postgresql: Backend) -> None:
    with postgresql.database() as url, Store(url) as store, store._database.reading() as connection:
        asked = connection.scalar(text("SELECT CAST(quoth_phrase('Rates, rise!') AS text)"))
        assert asked == "'rates rise' | 'long:' & 'rates' <-> 'rise'"
