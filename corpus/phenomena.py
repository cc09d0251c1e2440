"""Which quotes show which phenomenon of the annotation guide, and the table of them in README.md.

A reference is ``article:quote`` for a quote and ``article "words"`` for a place that is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from corpus.annotation import Annotated, AnnotationError

DEFINITIONS = Path(__file__).parent / "phenomena.yaml"
EXAMPLES = 3

_TABLE = re.compile(r"(?<=<!-- phenomena -->\n).*?(?=<!-- /phenomena -->)", re.DOTALL)


def definitions() -> dict[str, dict[str, Any]]:
    """Phenomenon -> its rule, what it is, and whether it is derived from a quote's fields."""
    read: dict[str, dict[str, Any]] = yaml.safe_load(DEFINITIONS.read_text(encoding="utf-8"))
    return read


def index(articles: Iterable[Annotated]) -> dict[str, list[str]]:
    """Phenomenon -> references in text order, articles by name. Raises AnnotationError for one that is not defined."""
    defined = definitions()
    found: dict[str, list[str]] = {name: [] for name in defined}
    for article in articles:
        for reference, name in _shown(article):
            if name not in defined:
                raise AnnotationError(f"{reference} shows {name!r}, which phenomena.yaml does not define")
            found[name].append(reference)
    return found


def with_table(readme: str, articles: Iterable[Annotated]) -> str:
    """The README's text with its table of phenomena as the annotations have it now."""
    rows = ["| phenomenon | rule | what | times | for instance |", "|---|---|---|---|---|"]
    found = index(articles)
    for name, definition in definitions().items():
        references = found[name]
        # examples from all over the corpus, not the first article's
        examples = references[:: max(1, len(references) // EXAMPLES)][:EXAMPLES]
        rule = definition["rule"] or ""
        rows.append(f"| {name} | {rule} | {definition['what']} | {len(references)} | {', '.join(examples)} |")
    return _TABLE.sub(lambda _: "\n".join(rows) + "\n", readme)


def _shown(article: Annotated) -> Iterator[tuple[str, str]]:
    name, text = article.row["article"], article.row["text"]
    for quote in article.row["quotes"]:
        for phenomenon in [*article.shows[quote["id"]], *_derived(quote, text)]:
            yield f"{name}:{quote['id']}", phenomenon
    for place in article.silent:
        for phenomenon in place.shows:
            yield f'{name} "{" ".join(text[slice(*place.span)].split())}"', phenomenon


def _derived(quote: Mapping[str, Any], text: str) -> Iterator[str]:
    """The phenomena that a quote's fields tell of."""
    yield quote["type"]
    if quote["speaker_kind"] in ("organisation", "group"):
        yield quote["speaker_kind"]
    yield from (field for field in ("inside", "addressee", "venue", "when") if quote[field])
    if quote["act"] == "writing":
        yield "writing"
    if not quote["sure"]:
        yield "unsure"
    if quote["polarity"] == "denied":
        yield "denied"
    spans = quote["content"]
    if any("\n" in text[a[1] : b[0]] for a, b in pairwise(spans)):
        yield "run-on"
    if re.search(r"\.[”’\"'»“]$", text[slice(*spans[-1])]):
        yield "stop-inside"
