"""The pack as the service runs it, measured: ``python -m training.pack.table --work WORK [--pack PACK] [--store]``.

Raw text goes in, paragraph by paragraph, and the trees and names that the service would work with come out; words,
sentences, tags, lemmas and trees are scored by the CoNLL 2018 scorer (``udtools``, which is GPL and not installed with
Quoth: ``pip install udtools``). Printed is a table with what is wanted beside what was measured; ``--store`` writes
the figures into the pack's manifest, under ``measured``.
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

# one thread, as the server runs: those that wait count as processor time, too
os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from udtools import udeval

from service.model import Span
from service.parse.article_parser import ArticleParser
from service.parse.pack import EMBEDDED
from service.parse.tree import Parse
from service.text import read_layout
from service.text.layout import Layout, Paragraph, ParagraphKind
from training.pack.names import NamedSentence, read_sentences

METRICS = ("Words", "Sentences", "UPOS", "XPOS", "UFeats", "Lemmas", "UAS", "LAS")
TREEBANKS = {"EWT test": "en_ewt-test", "PUD": "en_pud-test", "GUM test": "en_gum-test"}
KINDS = ("PER", "ORG", "LOC")
# F1 in percent; MiB, seconds and words a CPU second below
WANTED: Mapping[str, Mapping[str, float]] = {
    "EWT test": {"Words": 98.9, "Sentences": 87, "UPOS": 95.4, "UAS": 87.5, "LAS": 84.8, "Lemmas": 96},
    "PUD": {"UPOS": 96, "LAS": 86},
    "GUM test": {"UPOS": 96.5, "LAS": 86.5},
    "UNER EWT test": {"PER": 85, "PER, ORG, LOC": 70},
    "pack": {"MiB, at most": 96, "seconds to load, at most": 2, "words a CPU second": 4000},
}
# text of PolNeAR's dev part that the speed is measured on, after a warm-up
SPEED_ARTICLES, WARM_UP_ARTICLES = 40, 4
_MIB = 2**20

Scores = dict[str, dict[str, float]]


def documents(conllu: str) -> list[tuple[str, Layout]]:
    """The documents of a treebank as articles: a paragraph of theirs is one of the layout, and nothing is left out.

    Sentences of a paragraph stand a space apart, paragraphs a blank line.
    """
    found: list[list[list[str]]] = []
    for line in conllu.splitlines():
        if line.startswith("# newdoc") or not found:
            found.append([])
        if line.startswith(("# newdoc", "# newpar")) or not found[-1]:
            found[-1].append([])
        if line.startswith("# text = "):
            found[-1][-1].append(line.removeprefix("# text = "))
    return [_article([" ".join(p) for p in paragraphs if p]) for paragraphs in found if any(paragraphs)]


def _article(paragraphs: Sequence[str]) -> tuple[str, Layout]:
    text = "\n\n".join(paragraphs)
    spans, at = [], 0
    for paragraph in paragraphs:
        spans.append(Span(at, at + len(paragraph)))
        at += len(paragraph) + 2
    whole = tuple(Paragraph(index=k, span=s, kind=ParagraphKind.BODY, body=s) for k, s in enumerate(spans))
    return text, replace(read_layout(text), paragraphs=whole)


def as_conllu(parses: Sequence[tuple[str, Parse]]) -> str:
    """The trees as the scorer reads them; surfaces are the text's, whatever the models call a word."""
    rows: list[str] = []
    for text, parse in parses:
        for sentence in parse.sentences:
            for word in sentence.words:
                columns = (word.span.of(text), word.lemma, word.upos, word.xpos, word.feats or "_")
                rows.append("\t".join([str(word.index + 1), *columns, str(word.head + 1), word.deprel, "_", "_"]))
            rows.append("")
    return "\n".join(rows) + "\n"


def score(parser: ArticleParser, work: Path) -> Scores:
    """F1 in percent by treebank and measure, and of names by kind."""
    scores: Scores = {}
    for title, name in TREEBANKS.items():
        gold = work / f"{name}.conllu"
        articles = documents(gold.read_text(encoding="utf-8"))
        parses = [(text, parser.parse([(text, layout)])[0][0]) for text, layout in articles]
        system: Any = udeval.load_conllu(io.StringIO(as_conllu(parses)), "system", {})
        result: Any = udeval.evaluate(udeval.load_conllu_file(str(gold)), system)
        scores[title] = {metric: round(100 * result[metric].f1, 2) for metric in METRICS}
        if name == "en_ewt-test":
            wanted = set(gold_spans(read_sentences(work / "names_uner_test.jsonl"), gold))
            scores["UNER EWT test"] = _names(set(_found(parses)), wanted)
    return scores


def gold_spans(sentences: Sequence[NamedSentence], treebank: Path) -> Iterator[tuple[int, int, str]]:
    """Yield the names with their places among the characters of the treebank's text that are not white space."""
    lines = treebank.read_text(encoding="utf-8").splitlines()
    texts = [line.removeprefix("# text = ") for line in lines if line.startswith("# text = ")]
    start = 0
    for sentence, text in zip(sentences, texts, strict=True):
        starts = [start]
        for word in sentence.words:
            starts.append(starts[-1] + len("".join(word.split())))
        for name in sentence.names:
            yield starts[name.first], starts[name.end], name.kind
        start += len("".join(text.split()))


def _found(parses: Sequence[tuple[str, Parse]]) -> Iterator[tuple[int, int, str]]:
    """The names, by their places among the characters of all texts that are not white space."""
    before = 0
    for text, parse in parses:
        solid = [before]
        for character in text:
            solid.append(solid[-1] + (not character.isspace()))
        for sentence in parse.sentences:
            for name in sentence.entities:
                yield solid[name.span.start], solid[name.span.end], str(name.kind)
        before = solid[-1]


def _names(found: set[tuple[int, int, str]], wanted: set[tuple[int, int, str]]) -> dict[str, float]:
    def f1(kinds: Sequence[str]) -> float:
        mine, theirs = ({name for name in names if name[2] in kinds} for names in (found, wanted))
        return round(200 * len(mine & theirs) / max(1, len(mine) + len(theirs)), 2)

    return {**{kind: f1([kind]) for kind in KINDS}, "PER, ORG, LOC": f1(KINDS)}


def measure(parser: ArticleParser, pack: Path, polnear: Path | None) -> dict[str, float]:
    """Size, time to load in a fresh process, and speed on one thread over news, article by article."""
    listed = {entry["file"]: entry["bytes"] for entry in _manifest(pack)["files"]}
    found = {"MiB, at most": round(sum(listed.values()) / _MIB, 1), "seconds to load, at most": _load_seconds(pack)}
    if polnear is not None:
        with lzma.open(polnear, "rt", encoding="utf-8") as file:
            texts = [json.loads(line)["text"] for line in file][: SPEED_ARTICLES + WARM_UP_ARTICLES]
        articles = [(text, read_layout(text)) for text in texts]
        parser.parse(articles[:WARM_UP_ARTICLES])
        started = time.process_time()
        words = 0
        for article in articles[WARM_UP_ARTICLES:]:
            words += sum(len(sentence.words) for sentence in parser.parse([article])[0][0].sentences)
        found["words a CPU second"] = round(words / (time.process_time() - started))
    return found


def _load_seconds(pack: Path) -> float:
    program = (
        "import sys, time; from pathlib import Path; start = time.perf_counter(); "
        "from service.parse.article_parser import ArticleParser; ArticleParser(Path(sys.argv[1])); "
        "print(time.perf_counter() - start)"
    )
    run = subprocess.run(  # noqa: S603 - this interpreter and a program of our own
        [sys.executable, "-c", program, str(pack)], capture_output=True, text=True, check=True
    )
    return round(float(run.stdout), 1)


def table(scores: Mapping[str, Mapping[str, float]]) -> str:
    """The measures as a Markdown table; what falls short of what is wanted is marked.

    >>> print(table({"PUD": {"Words": 99.7, "LAS": 85.0}}))
    | measured on | measure | wanted | got |
    |---|---|---|---|
    | PUD | Words | | 99.7 |
    | PUD | LAS | 86 | 85.0, falls short |
    """
    rows = ["| measured on | measure | wanted | got |", "|---|---|---|---|"]
    for title, measures in scores.items():
        for name, got in measures.items():
            bar = WANTED.get(title, {}).get(name)
            short = bar is not None and (got > bar if "at most" in name else got < bar)
            wanted = "" if bar is None else f" {bar:g}"
            rows.append(f"| {title} | {name} |{wanted} | {got}{', falls short' if short else ''} |")
    return "\n".join(rows)


def _manifest(pack: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def _store(pack: Path, scores: Scores) -> None:
    fresh = pack / "manifest.json.new"
    manifest = _manifest(pack) | {"measured": scores}
    fresh.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(fresh, pack / "manifest.json")


def main() -> None:
    """Run the command."""
    ap = argparse.ArgumentParser(prog="python -m training.pack.table", description="Measure a model pack.")
    ap.add_argument("--work", type=Path, required=True, help="folder that training.pack prepare filled")
    ap.add_argument("--pack", type=Path, default=EMBEDDED)
    data = os.environ.get("QUOTH_TRAINING_DATA")
    ap.add_argument("--data", type=Path, default=Path(data) if data else None, help="for the speed, on PolNeAR's dev")
    ap.add_argument("--store", action="store_true", help="write the figures into the pack's manifest")
    options = ap.parse_args()
    torch.set_num_threads(1)
    parser = ArticleParser(options.pack)
    polnear = options.data / "polnear" / "dev.jsonl.xz" if options.data else None
    scores = score(parser, options.work)
    scores["pack"] = measure(parser, options.pack, polnear)
    print(table(scores))
    if options.store:
        _store(options.pack, scores)


if __name__ == "__main__":
    main()
