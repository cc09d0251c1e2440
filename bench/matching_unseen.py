"""How matching does on the second set of cases that its rules were not written with: ``matching_unseen.yaml``.

    python -m bench.matching_unseen [--wrong]

The operations of ``matching_cases`` on the quotes of articles written for this, and claims by hand; the articles are
stored beside the corpus and ``corpus/identities``, so that there is something else to be found.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bench import matching_holdout
from bench.matching_cases import Case, made_cases, score, table
from service.matching.matcher import Matcher
from service.model import Article, Extraction
from service.store import Store
from service.verdicts import Claim, Verdict
from tests.matching.gold_store import corpus, extraction

UNSEEN = Path(__file__).with_suffix(".yaml")
MOST = 12
_QUOTE = re.compile(r"\{(?:(?P<number>\d) ?)?(?P<speaker>[^|{}]*)\|(?P<words>[^{}]*)\}")

_BY_HAND = {
    Verdict.VERBATIM: "ellipsis",
    Verdict.ALTERED: "join",
    Verdict.PARAPHRASED: "paraphrase",
    Verdict.NOT_FOUND: "absent",
}


def unseen() -> dict[str, Any]:
    """The file's contents."""
    found: dict[str, Any] = yaml.safe_load(UNSEEN.read_text(encoding="utf-8"))
    return found


def articles() -> Iterator[Extraction]:
    """The file's articles with their quotes."""
    for id, about in unseen()["articles"].items():
        text, rows = _read(about["text"])
        day = datetime.combine(about["published"], datetime.min.time(), UTC)
        yield extraction(Article(id=id, text=text, title=id, outlet=about["outlet"], published_at=day), rows)


def cases() -> list[Case]:
    """Operations on what is quoted there, and the claims by hand."""
    made = made_cases(articles(), most=MOST)
    for verdict, operation in _BY_HAND.items():
        for speaker, words in unseen()[verdict.value]:
            claim = Claim(quote=words, speaker=None if speaker == "-" else speaker)
            made.append(Case(operation=operation, claim=claim, verdict=verdict))
    return made


def _read(marked: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without braces, and what stood in them."""
    text, before = "", 0
    spans: dict[str, list[list[int]]] = defaultdict(list)
    who: dict[str, str] = {}
    for match in _QUOTE.finditer(marked):
        text += marked[before : match.start()]
        before = match.end()
        name = match["number"] or f"at {match.start()}"
        words = match["words"]
        spans[name].append([len(text), len(text) + len(words)])
        who.setdefault(name, match["speaker"])
        text += words
    text += marked[before:]
    return text, [_row(text, who[name], content) for name, content in spans.items()]


def _row(text: str, speaker: str, content: list[list[int]]) -> dict[str, Any]:
    words = "".join(text[start:end] for start, end in content)
    type = "direct" if words.startswith("“") else "mixed" if "“" in words else "indirect"
    return matching_holdout.row(speaker, content, type)


def main() -> None:
    """Fill a store, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="print what is wrong")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/cases.db", matcher=Matcher()) as store:
        store.upgrade()
        for stored in (*corpus(), *matching_holdout.articles(), *articles()):
            store.save(stored)
        print(table(score(store, cases(), show=chosen.wrong)))


if __name__ == "__main__":
    main()
