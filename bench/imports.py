"""What storing costs an import: ``python -m bench.imports`` reads the same articles with a worker, and without.

A worker's way through the lines of a job (parsing, looking up, reading, storing with the progress, the index of what is
alike) against the models and rules alone, in batches of the same size, in turns. Articles are those of ``--texts``
(JSONL with a member ``text``), a turn's share of them each, or else the demo corpus, each copy with words of its own:
the hardest case, since each quote of a copy is a variant of those of all copies before. Printed is the processor's time
of this process, which other programs on the machine disturb less than the clock; both for each turn.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench.articles import demo_articles
from service.jobs.lines import parts_of
from service.jobs.work import BATCH_LINES
from service.matching.matcher import Matcher
from service.model import Article, Scope
from service.parse.article_parser import ArticleParser
from service.pipeline import Pipeline
from service.store import Store
from tests.jobs.inline_worker import read_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Seconds of the processor and of the clock."""

    processor: float
    clock: float


def main() -> int:
    """Measure and print."""
    given = _arguments()
    pipeline = Pipeline(ArticleParser(), max_chars=200_000)
    alone, imported = list[Turn](), list[Turn]()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(given.database or f"sqlite:///{Path(folder, 'quoth.db')}", matcher=Matcher())
        store.upgrade()
        given_texts = _given(given.texts) if given.texts else []
        _import(store, pipeline, given_texts[:1] or _texts(BATCH_LINES, salt="warm"))
        for turn in range(given.turns):
            first = 1 + turn * given.articles
            texts = given_texts[first : first + given.articles] or _texts(given.articles, salt=str(turn))
            alone.append(_timed(lambda: _extract(pipeline, texts)))  # noqa: B023 - called at once
            imported.append(_timed(lambda: _import(store, pipeline, texts)))  # noqa: B023 - called at once
            _print(f"turn {turn + 1}", len(texts), alone[-1], imported[-1])
        articles, quotes = store.size()
        store.close()
    share = statistics.median(one.processor / other.processor for one, other in zip(alone, imported, strict=True))
    print(f"median: {100 * share:.1f} % of extraction alone; in the end {articles:,} articles, {quotes:,} quotes")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=64, help="in each turn (default: 64)")
    parser.add_argument("--turns", type=int, default=5, help="default: 5")
    parser.add_argument("--texts", type=Path, metavar="FILE", help="JSONL with a member text: other articles")
    parser.add_argument("--database", help="URL of an empty database (default: a SQLite file)")
    return parser.parse_args()


def _given(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def _texts(number: int, *, salt: str) -> list[str]:
    demo = demo_articles()
    return [f"{demo[place % len(demo)]}\n\nNote {salt} of copy {place}.\n" for place in range(number)]


def _timed(action: Callable[[], object]) -> Turn:
    processor, clock = time.process_time(), time.perf_counter()
    action()
    return Turn(processor=time.process_time() - processor, clock=time.perf_counter() - clock)


def _extract(pipeline: Pipeline, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), BATCH_LINES):
        pipeline.extract_all([Article(text=text) for text in texts[start : start + BATCH_LINES]])


def _import(store: Store, pipeline: Pipeline, texts: Sequence[str]) -> None:
    body = "\n".join(json.dumps({"text": text}) for text in texts).encode()
    job = store.create_job(parts_of(io.BytesIO(body), longest_bytes=10_000_000), scope=Scope.SPEECH)
    read_all(store, pipeline)
    if store.job(job.id).stored != len(texts):
        raise RuntimeError(f"not all was stored: {store.job(job.id)}")


def _print(what: str, articles: int, alone: Turn, imported: Turn) -> None:
    print(
        f"{what}: extraction alone {60 * articles / alone.processor:.0f} articles a minute of the processor "
        f"({60 * articles / alone.clock:.0f} by the clock), import {60 * articles / imported.processor:.0f} "
        f"({60 * articles / imported.clock:.0f}): {100 * alone.processor / imported.processor:.1f} %",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
