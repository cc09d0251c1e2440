"""``python -m corpus.identities.score``: how well the store tells who is who across articles, by pairs.

The pipeline reads the corpus's articles and those of this folder; they are stored in the order of publication, and once
more in a few orders drawn by chance, since no order is to matter. Each name that ``gold.yaml`` gives to an article is
looked up among the article's speakers. Two of them are a pair where they are one person: precision is the share of the
store's pairs that are gold's, recall the share of gold's pairs that are the store's. A name that the article's quotes
were not credited to counts against recall.

    python -m corpus.identities.score [--orders 5] [--errors] [--at-least 97]
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path

import yaml

from service.model import Article, Extraction
from service.parse.article_parser import ArticleParser
from service.pipeline import Pipeline
from service.scoring import same_speaker
from service.store import Store

HERE = Path(__file__).parent
FOLDERS = (HERE.parent / "articles", HERE)
MAX_CHARS = 1_000_000


@dataclass(frozen=True, slots=True)
class Item:
    """One name in one article, with the identity that gold gives it."""

    article: str
    name: str
    identity: str


@dataclass(frozen=True, slots=True)
class Score:
    """Percent; ``errors`` are a sentence each."""

    precision: float
    recall: float
    errors: tuple[str, ...]

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def gold() -> list[Item]:
    """The items of ``gold.yaml``. Raises ValueError where one name of one article is two people."""
    read = yaml.safe_load((HERE / "gold.yaml").read_text(encoding="utf-8"))
    items = [
        Item(article, name, identity)
        for identity, names in read.items()
        for name, articles in names.items()
        for article in articles
    ]
    seen: dict[tuple[str, str], Item] = {}
    for item in items:
        other = seen.setdefault((item.article, item.name), item)
        if other is not item:
            raise ValueError(f"gold.yaml: {item.name} of {item.article} is both {other.identity} and {item.identity}")
    return items


def articles() -> Iterator[Article]:
    """The articles of both folders with their metadata."""
    for folder in FOLDERS:
        with (folder / "metadata.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield Article(
                    text=(folder / row["file"]).read_text(encoding="utf-8"),
                    id=row["id"],
                    title=row["title"],
                    url=row["url"],
                    outlet=row["outlet"],
                    published_at=datetime.fromisoformat(row["published_at"]),
                )


def stored(extractions: Sequence[Extraction], folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Article -> (name, identity) of its speakers, after the articles were stored in this order."""
    with Store(f"sqlite:///{folder / 'identities.db'}") as store:
        store.upgrade()
        for extraction in extractions:
            store.save(extraction)
        found = {str(extraction.article.id): store.extraction(str(extraction.article.id)) for extraction in extractions}
    return {id: [(speaker.name, speaker.id) for speaker in one.speakers] for id, one in found.items()}


def score(items: Sequence[Item], found: dict[str, list[tuple[str, str]]]) -> Score:
    """Pairs of items that are one person, gold's against the store's."""
    ids = {item: _identity(item, found) for item in items}
    right, wrong, missed = 0, 0, 0
    errors = []
    for one, other in combinations(items, 2):
        same, joined = one.identity == other.identity, ids[one] is not None and ids[one] == ids[other]
        right += same and joined
        wrong += joined and not same
        missed += same and not joined
        if same != joined:
            told = "joined" if joined else "apart"
            errors.append(f"{told}: {one.identity} in {one.article}, {other.identity} in {other.article}")
    lost = [f"not credited with a quote: {i.name} in {i.article}" for i in items if ids[i] is None]
    return Score(
        precision=100 * right / (right + wrong) if right + wrong else 0.0,
        recall=100 * right / (right + missed) if right + missed else 0.0,
        errors=(*lost, *errors),
    )


def _identity(item: Item, found: dict[str, list[tuple[str, str]]]) -> str | None:
    exact = [id for name, id in found.get(item.article, ()) if name == item.name]
    near = [id for name, id in found.get(item.article, ()) if same_speaker(item.name, name)]
    return next(iter(exact or near), None)


def main(argv: list[str] | None = None) -> int:
    """Exit status 1 where F1 is below ``--at-least`` in any order."""
    parser = argparse.ArgumentParser(prog="python -m corpus.identities.score", description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=5, metavar="N", help="orders drawn by chance (5)")
    parser.add_argument("--errors", action="store_true", help="print what is wrong in the order of publication")
    parser.add_argument("--at-least", type=float, default=0.0, metavar="F1", help="exit 1 where F1 is below")
    asked = parser.parse_args(argv)
    items = gold()
    extractions = Pipeline(ArticleParser(), max_chars=MAX_CHARS).extract_all(list(articles()))
    extractions.sort(key=lambda e: e.article.published_at or datetime.min)
    chance = random.Random(1)  # noqa: S311 - orders, not secrets
    worst = 100.0
    for number in range(asked.orders + 1):
        with tempfile.TemporaryDirectory() as folder:
            result = score(items, stored(extractions, Path(folder)))
        name = f"by chance {number}" if number else "by publication"
        print(f"{name:16s} precision {result.precision:5.1f}  recall {result.recall:5.1f}  F1 {result.f1:5.1f}")
        for error in result.errors if asked.errors else ():
            print(f"    {error}")
        worst = min(worst, result.f1)
        chance.shuffle(extractions)
    return 0 if worst >= asked.at_least else 1


if __name__ == "__main__":
    raise SystemExit(main())
