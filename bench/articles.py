"""What the benchmarks read: the demo articles, and any number of distinct ones of a given length made of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


def demo_articles() -> list[str]:
    """The texts of the corpus, in the order of their names. Raises FileNotFoundError where there is none."""
    texts = [path.read_bytes().decode("utf-8") for path in sorted(ARTICLES.glob("*.txt"))]
    if not texts:
        raise FileNotFoundError(f"there is no article in {ARTICLES}")
    return texts


def distinct_articles(words: int, *, seed: int = 1) -> Iterator[str]:
    """Articles without end, each of paragraphs of one demo article, drawn anew, until it has about ``words`` words."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    paragraphs = [[p for p in text.split("\n\n") if p.strip()] for text in demo_articles()]
    number = 0
    while True:
        number += 1
        # no two are the same: each begins with a sentence of its own
        chosen, length = [f"This is report {number} of the day."], 7
        # every paragraph of an article once before any comes again
        while length < words:
            source = chance.choice(paragraphs)
            for paragraph in chance.sample(source, len(source)):
                if length < words:
                    chosen.append(paragraph)
                    length += len(paragraph.split())
        yield "\n\n".join(chosen)


def words_of(texts: list[str]) -> int:
    """Words, parted by white space."""
    return sum(len(text.split()) for text in texts)
