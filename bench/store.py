"""How long a large store takes to answer: every filter, full text, the speakers, an article's quotes.

    python -m bench.store [--quotes N] [--rounds N] [--url URL]...

For each database (default: a SQLite file; PostgreSQL is named by ``--url postgresql://USER@HOST/NAME``, an empty
database) the store is filled with synthetic quotes, or used as it is where it holds any, and each question is put with
other words, names and dates each time. The table shows, in milliseconds, below which 19 of 20 answers stay (p95): by
the clock, and of the processor (this thread and the server's process, see ``timing``), which other programs on the
machine disturb less.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from bench.store_fill import CUES, FIRST_DAY, SECONDS, World, make_world
from bench.store_load import fill
from bench.timing import Stopwatch
from service.model import Polarity, QuoteFilter, QuoteOrder, QuoteType, Review
from service.store import Store

Question = Callable[[], object]
WARM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, how long it may take at p95 (milliseconds), and how to put it once more, with other words."""

    name: str
    bar: int
    ask: Question


def main() -> int:
    """Fill, ask and print. Returns the exit status: 1 where a bar is missed."""
    arguments = argparse.ArgumentParser(prog="python -m bench.store", description="Measures a large store.")
    arguments.add_argument("--quotes", type=int, default=1_000_000, metavar="N", help="quotes (default a million)")
    arguments.add_argument(
        "--rounds", type=int, default=40, metavar="N", help="times each question is put (default 40)"
    )
    arguments.add_argument("--url", action="append", metavar="URL", help="a database; may be given several times")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        urls = options.url or [f"sqlite:///{Path(folder) / 'bench.db'}"]
        missed = [_measure(url, options.quotes, options.rounds) for url in urls]
    return 1 if any(missed) else 0


def _measure(url: str, count: int, rounds: int) -> bool:
    kind = url.partition(":")[0]
    with Store(url) as store:
        store.upgrade()
        if store.size()[1] == 0:
            begun = time.perf_counter()
            fill(url, count, lambda line: print(f"\r{line}   ", end="", file=sys.stderr, flush=True))
            print(f"\nfilled in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        articles, quotes = store.size()
        print(
            f"{kind}: {articles:,} articles, {quotes:,} quotes; Python {platform.python_version()}, {rounds} rounds\n"
        )
        print("| question | p95 by the clock, ms | of the processor | may take |\n|---|---|---|---|")
        missed = False
        stopwatch = Stopwatch(store)
        for asked in _questions(store, make_world(quotes), articles):
            # the first answers only fill caches
            clock, processor = stopwatch.time([asked.ask] * (rounds + WARM), warm=WARM).p95()
            missed |= clock > asked.bar
            print(f"| {asked.name} | {clock:.1f} | {processor:.1f} | {asked.bar} |", flush=True)
    print()
    return missed


class _Words:
    """Words, names and dates to ask with, other ones each time; common ones more often, as people ask."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.draw = np.random.default_rng(3)
        self._names = [speaker.name for speaker in world.speakers]
        self._ids = [speaker.id for speaker in world.speakers]

    def one(self, of: Sequence[str]) -> str:
        """Any of a list that goes from its commonest member to its rarest."""
        return of[min(len(of) - 1, int(np.exp(self.draw.random() * np.log(len(of) + 1))) - 1)]

    def word(self) -> str:
        return self.one(self.world.words)

    def outlet(self) -> str:
        return self.one(self.world.outlets)

    def name(self) -> str:
        return self.one(self._names)

    def speaker(self) -> str:
        return self.one(self._ids)

    def type(self) -> QuoteType:
        return list(QuoteType)[int(self.draw.integers(3))]

    def dates(self) -> QuoteFilter:
        start = FIRST_DAY + timedelta(seconds=int(self.draw.integers(SECONDS)))
        return QuoteFilter(since=start, until=start + timedelta(days=int(self.draw.integers(1, 400))))


def _questions(store: Store, world: World, articles: int) -> list[Asked]:
    any_ = _Words(world)
    return [
        *(Asked(name=f"quotes, {name}", bar=50, ask=ask) for name, ask in _of_quotes(store, any_).items()),
        Asked(name="speakers", bar=50, ask=store.speakers),
        Asked(name="speakers, q", bar=50, ask=lambda: store.speakers(text=any_.name())),
        Asked(name="articles", bar=50, ask=store.articles),
        Asked(
            name="an article's quotes",
            bar=10,
            ask=lambda: store.article_quotes(f"a{int(any_.draw.integers(articles)):07d}"),
        ),
    ]


def _of_quotes(store: Store, any_: _Words) -> dict[str, Question]:
    """What is asked of quotes, by name."""

    def some(filter: Callable[[], QuoteFilter], order: QuoteOrder = QuoteOrder.NEWEST) -> Question:
        return lambda: store.quotes(filter(), order=order)

    def later_page() -> object:
        filter = QuoteFilter(outlet=any_.outlet())
        first = store.quotes(filter, limit=1)
        return store.quotes(filter, cursor=first.next_cursor)

    return {
        "no filter": some(QuoteFilter),
        "q: one word": some(lambda: QuoteFilter(text=any_.word())),
        "q: the commonest word": some(lambda: QuoteFilter(text=any_.world.words[0])),
        "q: two words": some(lambda: QuoteFilter(text=f"{any_.word()} {any_.word()}")),
        "q: a phrase": some(lambda: QuoteFilter(text=f'"{any_.word()} {any_.word()}"')),
        "q and type": some(lambda: QuoteFilter(text=any_.word(), type=QuoteType.MIXED)),
        "q and outlet": some(lambda: QuoteFilter(text=any_.word(), outlet=any_.outlet())),
        "q and speaker": some(lambda: QuoteFilter(text=any_.word(), speaker=any_.speaker())),
        "speaker: an id": some(lambda: QuoteFilter(speaker=any_.speaker())),
        "speaker: a name": some(lambda: QuoteFilter(speaker=any_.name())),
        "speaker: a first name of hundreds": some(lambda: QuoteFilter(speaker=any_.name().split()[0])),
        "outlet": some(lambda: QuoteFilter(outlet=any_.outlet())),
        "outlet, next page": later_page,
        "type": some(lambda: QuoteFilter(type=any_.type())),
        "polarity: denied": some(lambda: QuoteFilter(polarity=Polarity.DENIED)),
        "cue": some(lambda: QuoteFilter(cue=any_.one(CUES))),
        "from and to": some(any_.dates),
        "min_confidence: 0.9": some(lambda: QuoteFilter(min_confidence=0.9)),
        "min_confidence: 0.999": some(lambda: QuoteFilter(min_confidence=0.999)),
        "reviewed": some(lambda: QuoteFilter(reviewed=True)),
        "rejected": some(lambda: QuoteFilter(review=Review.REJECTED)),
        "sort: oldest": some(QuoteFilter, QuoteOrder.OLDEST),
        "sort: least-confident": some(QuoteFilter, QuoteOrder.LEAST_CONFIDENT),
        "outlet, type and from": some(
            lambda: QuoteFilter(outlet=any_.outlet(), type=QuoteType.DIRECT, since=any_.dates().since)
        ),
    }


if __name__ == "__main__":
    sys.exit(main())
