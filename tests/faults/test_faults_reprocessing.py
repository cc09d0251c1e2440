"""``quoth db reprocess`` and ``quoth import``, killed at moments by chance: the next call goes on, and nothing is half
done or done twice.

An export is killed in ``test_faults_exports``, an import of the service's in ``tests.jobs.test_kills``.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.model import Article, Extraction, Polarity, Quote, QuoteType, Review, Span, quote_id
from service.pipeline import Pipeline
from service.review import Correction
from service.store import Store
from tests.databases import Backend
from tests.faults.conftest import Commands, article
from tests.faults.killed_quoth import NewerParser
from tests.flat_parser import FlatParser

ARTICLES = 12
#: Fewer than the lines that write all of them, and more than those of one.
LINES = {"db": 5_000, "import": 1_000}


def read_by_the_older(number: int) -> Extraction:
    """Four quotes: one that the newer model finds the same, one of which it says something else, one that it alone
    finds, and one that it finds no more.
    """
    text = "\n\n".join(f"“We will {what} {number} of all our bills.”" for what in ("pay", "see", "send", "burn"))
    whole = Pipeline(FlatParser(), max_chars=10_000).extract(Article(text=text, id=f"a-{number:02}", outlet="Post"))
    same, other, _, last = whole.quotes
    denied = replace(other, attribution=replace(other.attribution, polarity=Polarity.DENIED))
    return replace(whole, quotes=(same, denied, last, shortened(whole, last)))


def shortened(whole: Extraction, quote: Quote) -> Quote:
    [span] = quote.attribution.spans
    attribution = replace(quote.attribution, spans=(Span(span.start, span.end - len(" our bills.”")),))
    text = attribution.spans[0].of(whole.article.text)
    return replace(quote, id=quote_id(whole.article.sha256, attribution), attribution=attribution, text=text)


def fill(store: Store) -> None:
    """Articles as an older model has read them; in two of three, people have reviewed a quote."""
    for number in range(ARTICLES):
        read = read_by_the_older(number)
        store.save(read)
        same, other, _, gone = (quote.id for quote in read.quotes)
        match number % 6:
            case 1:
                store.correct(same, Correction(by="Ana", speaker=f"Ada Brandt {number}", type=QuoteType.MIXED))
            case 2:
                store.correct(other, Correction(by="Ana", status=Review.REJECTED))
            case 4:
                store.correct(gone, Correction(by="Ana", status=Review.CONFIRMED, reason="as it was said"))
            case 5:
                store.correct(same, Correction(by="Ana", status=Review.REJECTED))
                store.correct(gone, Correction(by="Ana", status=Review.REJECTED))


def contents(store: Store) -> dict[str, Any]:
    """All that may differ: each article's model, its quotes, and what became of every quote that it ever had."""
    found: dict[str, Any] = {}
    for number in range(ARTICLES):
        read = read_by_the_older(number)
        id = str(read.article.id)
        there = store.article_quotes(id, with_rejected=True)
        ids = {stored.quote.id for stored in there} | {quote.id for quote in read.quotes}
        found[id] = (
            store.extraction(id).model,
            [(one.quote, one.version, one.review) for one in there],
            {
                one: [(state.version, state.by, state.reason, state.model, state.review, state.quote) for state in past]
                for one, past in ((one, store.history(one)) for one in sorted(ids))
            },
        )
    found["speakers"] = sorted((one.speaker.name, one.quote_count) for one in store.speakers(limit=200).items)
    return found


def run_killed(commands: Commands, chance: random.Random, *arguments: str | Path) -> int:
    """A command, called again and again until it comes to its end; how often it was killed."""
    for killed in range(100):
        status = commands(*arguments, moment=chance.randint(1, LINES[str(arguments[0])]))
        if status == 0:
            return killed
        assert status == -9
    raise AssertionError("it never comes to its end")


@pytest.fixture
def unbroken(backend: Backend, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What there is after a call that nobody killed."""
    with backend.database() as url, Store(url) as store:
        fill(store)
        with Commands.beside(url, tmp_path) as commands:
            assert commands("db", "reprocess") == 0
        yield contents(store)


def test_reprocessing_that_is_killed_goes_on_and_ends_as_an_unbroken_one(
    backend: Backend, tmp_path: Path, unbroken: dict[str, Any]
) -> None:
    newer = Pipeline(NewerParser(), max_chars=10_000).model
    with backend.database() as url, Store(url) as store:
        fill(store)
        assert store.outdated(newer) == ARTICLES
        before = {
            stored.quote.id: stored
            for number in range(ARTICLES)
            for stored in store.article_quotes(f"a-{number:02}", with_rejected=True)
        }
        with Commands.beside(url, tmp_path) as commands:
            killed = run_killed(commands, random.Random(6), "db", "reprocess")
        assert killed >= 2
        assert store.outdated(newer) == 0
        assert store.problems() == ()
        assert contents(store) == unbroken
        after = {
            stored.quote.id: stored
            for number in range(ARTICLES)
            for stored in store.article_quotes(f"a-{number:02}", with_rejected=True)
        }
    # what people said, to the letter
    reviewed = {id: stored for id, stored in before.items() if stored.review}
    assert len(reviewed) == ARTICLES // 6 * 5
    for id, stored in reviewed.items():
        assert (after[id].quote, after[id].version, after[id].review) == (stored.quote, stored.version, stored.review)
    # what the newer model finds again keeps its id, with a new version where it says something else of it
    for number in range(ARTICLES):
        same, other, last, gone = (quote.id for quote in read_by_the_older(number).quotes)
        assert after[same].version == before[same].version
        assert after[other].version == (1 if number % 6 != 2 else before[other].version) + (number % 6 != 2)
        assert last in after or gone in reviewed
        assert (gone in after) is (gone in reviewed)


def test_an_import_that_is_killed_at_any_line_goes_on_and_stores_all_of_it_once(
    backend: Backend, tmp_path: Path
) -> None:
    lines = tmp_path / "all.jsonl"
    lines.write_text("".join(json.dumps(article(number)) + "\n" for number in range(ARTICLES)))
    with backend.database() as url, Store(url) as store:
        with Commands.beside(url, tmp_path) as commands:
            killed = run_killed(commands, random.Random(6), "import", lines)
        assert killed >= 2
        assert store.problems() == ()
        assert store.size() == (ARTICLES, ARTICLES)
        heads = store.articles(limit=2 * ARTICLES).items
        assert sorted(head.id for head in heads) == sorted(article(number)["id"] for number in range(ARTICLES))
