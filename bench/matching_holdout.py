"""How matching does on cases that its rules were not written with: ``matching_holdout.yaml``.

    python -m bench.matching_holdout [--wrong]

The operations of ``matching_cases`` on the quotes of ``corpus/identities``, claims by hand about the same articles, and
pairs of renderings; corpus and identities are stored together.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bench.matching_cases import Case, made_cases, score, table
from service.matching.matcher import Matcher
from service.model import Article, Extraction, QuoteType
from service.store import Store
from service.verdicts import Candidate, Claim, Verdict
from tests.matching.gold_store import CORPUS, corpus, extraction

HELD_BACK = Path(__file__).with_suffix(".yaml")
MOST = 6
_DAY = datetime(2026, 3, 1, tzinfo=UTC)
_TYPES = {"d": QuoteType.DIRECT, "i": QuoteType.INDIRECT}


def held_back() -> dict[str, Any]:
    """The file's contents."""
    found: dict[str, Any] = yaml.safe_load(HELD_BACK.read_text(encoding="utf-8"))
    return found


def articles() -> Iterator[Extraction]:
    """The articles of ``corpus/identities`` with their quotes as the file gives them."""
    folder = CORPUS / "identities"
    with (folder / "metadata.csv").open(encoding="utf-8", newline="") as lines:
        about = {row["id"]: row for row in csv.DictReader(lines)}
    for id, speakers in held_back()["quotes"].items():
        text = (folder / f"{id}.txt").read_bytes().decode("utf-8")
        rows = [_row(text, speaker, words) for speaker, said in speakers.items() for words in said]
        article = Article(
            id=id, text=text, title=about[id]["title"], outlet=about[id]["outlet"],
            published_at=datetime.fromisoformat(about[id]["published_at"]),
        )  # fmt: skip
        yield extraction(article, sorted(rows, key=lambda row: row["content"]))


def cases() -> list[Case]:
    """Operations on what is quoted there, and the claims by hand."""
    made = made_cases(articles(), most=MOST)
    for verdict, operation in ((Verdict.PARAPHRASED, "paraphrase"), (Verdict.NOT_FOUND, "absent")):
        for speaker, words in held_back()[verdict.value]:
            claim = Claim(quote=words, speaker=None if speaker == "-" else speaker)
            made.append(Case(operation=operation, claim=claim, verdict=verdict))
    return made


def pairs() -> Iterator[tuple[Candidate, Candidate, bool]]:
    """Two renderings, and whether they are one utterance."""
    for kind in ("one", "two", "others"):
        for number, (type, words, other_type, other_words) in enumerate(held_back()[kind]):
            names = ("Nora Vance", "Otto Lind" if kind == "others" else "Nora Vance")
            one, other = (
                Candidate(
                    number=2 * number + place, id=f"q-{place}", article=f"a-{place}", text=said, type=_TYPES[how],
                    names=(names[place],), published_at=_DAY,
                )
                for place, (how, said) in enumerate(((type, words), (other_type, other_words)))
            )  # fmt: skip
            yield one, other, kind == "one"


def _row(text: str, speaker: str, words: str) -> dict[str, Any]:
    content = []
    for piece in words.split("|"):
        if text.count(piece) != 1:
            raise ValueError(f"{piece!r} stands {text.count(piece)} times in its article; it has to stand there once")
        start = text.index(piece)
        content.append((start, start + len(piece)))
    marks = "“‘\"'"
    inside = any(mark in words for mark in '“"')
    type = "direct" if words[0] in marks else "mixed" if inside else "indirect"
    return row(speaker, content, type)


def row(speaker: str, content: Sequence[Sequence[int]], type: str) -> dict[str, Any]:
    """A row of gold for a person's quote: ``content`` are its spans, and nothing is known of source and cue."""
    return {
        "content": content, "type": type, "speaker": speaker, "speaker_kind": "person", "source": [], "cue": [],
        "polarity": "asserted", "act": "speech", "inside": None, "id": None,
    }  # fmt: skip


def main() -> None:
    """Fill a store, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="print what is wrong")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/cases.db", matcher=Matcher()) as store:
        store.upgrade()
        for stored in (*corpus(), *articles()):
            store.save(stored)
        print(table(score(store, cases(), show=chosen.wrong)))
    matcher = Matcher()
    counts = {(wanted, got): 0 for wanted in (True, False) for got in (True, False)}
    for one, other, same in pairs():
        found = bool(matcher.links(one, other))
        counts[same, found] += 1
        if found is not same and chosen.wrong:
            print(f"{'missed' if same else 'joined'}: {one.text!r} / {other.text!r}")
    print(f"pairs of one utterance: {counts[True, True]} of {counts[True, True] + counts[True, False]} joined")
    print(f"pairs of two: {counts[False, True]} of {counts[False, True] + counts[False, False]} joined wrongly")


if __name__ == "__main__":
    main()
