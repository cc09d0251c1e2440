"""Quoth's pack beside Stanza's default English architecture at full size: ``python -m bench.stanza_default``.

Stanza's English models lie on a hub; how long networks of their size take does not depend on their weights. So the
default package is made here with weights drawn at random: sizes are the defaults of Stanza's own command lines, which
its training scripts leave as they are, two character language models of 1,024 units under tagger, parser and names, and
250,000 word vectors of 100 numbers. The tokenizer is a trained one of the default size (``training/tokenizer``), so
that sentences and words are what they would be.

What does depend on the weights is decoding, and each doubt is settled in Stanza's favour:

- trees: the search for the best one, and the repair of relations after it, are left out; each word hangs on the one
  before. (Quoth's own decoding counts.)
- lemmas: each word is in the dictionary, so that the network for unknown words, which untrained would write to its
  greatest length, never runs.
- multi-word tokens: the network runs, its answer is replaced by a list's.
- names: hardly a word is in one; four kinds of names in place of the default's eighteen.
- the language models know the characters of the articles and of ASCII alone: their output layer, which Stanza computes
  and throws away, is smaller than the published one.

Both read the demo articles one at a time and in turns, in this process and one thread; counted is CPU time. Where
QUOTH_TRAINING_DATA names a folder with ``models/``, a pack of six small trained models, Stanza runs that too, decoding
included.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import statistics
import string
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from bench.articles import demo_articles
from bench.stanza_models import PROCESSORS, Recipe, open_pipeline, write_models
from service.parse.article_parser import ArticleParser
from service.parse.clitics import split_words
from service.parse.pack import EMBEDDED
from service.text import read_layout
from training.pack.prepare import write_pretrain

TOKENIZER = Path(__file__).parent.parent / "training" / "tokenizer" / "tokenize.pt"
VECTORS, WIDTH = 250_000, 100
QUOTH, DEFAULT, SMALL = "Quoth's pack", "Stanza's default at full size", "small pack in Stanza"
# far above what an untrained layer says
_SURELY = 1000.0

Read = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """CPU seconds by system, run and article; ``words`` by article; ``shares`` of the default's time by processor."""

    words: Sequence[int]
    seconds: Mapping[str, Sequence[Sequence[float]]]
    shares: Mapping[str, float]

    def speeds(self, system: str) -> list[float]:
        """Words a CPU second, run by run."""
        return [sum(self.words) / sum(run) for run in self.seconds[system]]

    def ratios(self, slower: str) -> list[float]:
        """How many times as fast Quoth's pack is, run by run."""
        return [ours / theirs for ours, theirs in zip(self.speeds(QUOTH), self.speeds(slower), strict=True)]


class Timed:
    """Counts the CPU time of each processor of a pipeline."""

    def __init__(self, pipeline: Any) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        for name, processor in pipeline.processors.items():
            processor.process = self._timed(name, processor.process)

    def _timed(self, name: str, process: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def timed(document: Any) -> Any:
            start = time.process_time()
            result = process(document)
            self.seconds[name] += time.process_time() - start
            return result

        return timed


class _Lemmas(dict[str, str]):
    """A dictionary that knows each word."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002 - dict's signature
        return key


class _Expansions(dict[str, str]):
    """A dictionary that knows the words of each multi-word token."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002 - as above
        return " ".join(split_words(key))


def labels_as_treebank(labels: Mapping[str, Sequence[str]]) -> str:
    """One sentence, CoNLL-U, in which each label of UD English stands, and each kind of name in its four places."""
    names = [tag.replace("B-", f"{place}-") for tag in labels["ner"] if tag[0] == "B" for place in "BIES"]
    rows = []
    for k in range(max(len(labels[column]) for column in ("upos", "xpos", "feats", "deprel"))):
        upos, xpos, feats, deprel = (labels[c][k % len(labels[c])] for c in ("upos", "xpos", "feats", "deprel"))
        head, deprel = (0, "root") if k == 0 else (1, "dep" if deprel == "root" else deprel)
        misc = f"ner={names[k]}" if k < len(names) else "_"
        rows.append("\t".join(map(str, (k + 1, f"w{k}", f"w{k}", upos, xpos, feats, head, deprel, "_", misc))))
        if k == 0:
            # the expander has to see a multi-word token
            rows[0:0] = ["1-2\tw0w1" + "\t_" * 8]
    return "\n".join([*rows, "", ""])


def default_pipeline(folder: Path, texts: Sequence[str], options: Mapping[str, Sequence[str]] | None = None) -> Any:
    """Stanza's default English architecture, untrained, its decoding tamed as the head of this file says.

    ``options`` are Stanza's by processor, in place of its defaults. The files go into ``folder``.
    """
    known = sorted({word.lower() for text in texts for word in text.split()})
    recipe = Recipe(
        treebank=labels_as_treebank(json.loads((EMBEDDED / "labels.json").read_text(encoding="utf-8"))),
        words=[*known, *(f"w{k}" for k in range(VECTORS - len(known)))],
        width=WIDTH,
        characters=string.printable + "".join(texts),
        options=options or {},
    )
    pipeline = open_pipeline(write_models(folder, recipe) | {"tokenize": TOKENIZER})
    trainers = {name: processor.trainer for name, processor in pipeline.processors.items()}
    trainers["depparse"].model.decode_graph_predictions = _chains
    trainers["lemma"].pos_dict = {"*": _Lemmas()}
    trainers["mwt"].expansion_dict = _Expansions()
    with torch.no_grad():
        trainers["ner"].model.tag_clfs[0].bias[trainers["ner"].vocab["tag"].unit2id(["O"])] += _SURELY
    return pipeline


def _chains(_vocab: Any, _size: int, _scores: Any, lengths: Sequence[int], **_options: bool) -> list[list[list[Any]]]:
    """In place of the search for trees: the first word is the root, each other one hangs on the word before."""
    return [[[head, "dep" if head else "root"] for head in range(length - 1)] for length in lengths]


def small_pipeline(data: Path, folder: Path) -> Any:
    """Stanza with the small models of ``data``; the vectors are written into ``folder``."""
    write_pretrain(data / "vectors" / "glove-6b-100d-top100k.npz", folder / "small.pt")
    models = {name: data / "models" / f"{name}.pt" for name in PROCESSORS}
    return open_pipeline(models | {"pretrain": folder / "small.pt"})


def compare(texts: Sequence[str], systems: Mapping[str, Read], timed: Timed, *, repeats: int) -> Compared:
    """Each system reads each article, in turns; before that all of them read the first three, to be warm."""
    parser = ArticleParser()
    words = [sum(len(s.words) for s in parser.parse([(t, read_layout(t))])[0][0].sentences) for t in texts]
    for text in texts[:3]:
        for read in systems.values():
            read(text)
    timed.seconds.clear()
    seconds: dict[str, list[list[float]]] = {name: [[] for _ in range(repeats)] for name in systems}
    for run in range(repeats):
        for text in texts:
            for name, read in systems.items():
                start = time.process_time()
                read(text)
                seconds[name][run].append(time.process_time() - start)
    whole = sum(timed.seconds.values())
    return Compared(words=words, seconds=seconds, shares={n: s / whole for n, s in timed.seconds.items()})


def report(found: Compared) -> str:
    """The figures as Markdown; spread is from the slowest run to the fastest."""
    rows = ["| | words a CPU second, median | spread | Quoth's pack is faster by |", "|---|---|---|---|"]
    for name in found.seconds:
        speeds, ratios = found.speeds(name), found.ratios(name)
        by = "" if name == QUOTH else f"{statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
        rows.append(f"| {name} | {statistics.median(speeds):,.0f} | {min(speeds):,.0f} to {max(speeds):,.0f} | {by} |")
    shares = ", ".join(f"{name} {100 * share:.0f} %" for name, share in found.shares.items())
    runs = len(found.seconds[QUOTH])
    return "\n".join(
        [*rows, "", f"{len(found.words)} articles, {sum(found.words):,} words, {runs} runs. {DEFAULT}: {shares}."]
    )


def main() -> None:
    """Run the command."""
    ap = argparse.ArgumentParser(prog="python -m bench.stanza_default", description=(__doc__ or "").split("\n")[0])
    ap.add_argument("--repeats", type=int, default=5)
    ap.add_argument("--articles", type=int, help="the first so many of the demo articles; all of them by default")
    chosen = ap.parse_args()
    torch.set_num_threads(1)
    logging.getLogger("stanza").setLevel(logging.ERROR)
    texts = demo_articles()[: chosen.articles]
    parser = ArticleParser()
    data = os.environ.get("QUOTH_TRAINING_DATA")
    with tempfile.TemporaryDirectory() as folder:
        pipeline = default_pipeline(Path(folder), texts)
        systems: dict[str, Read] = {QUOTH: lambda text: parser.parse([(text, read_layout(text))]), DEFAULT: pipeline}
        if data and (Path(data) / "models").is_dir():
            systems[SMALL] = small_pipeline(Path(data), Path(folder))
        print(report(compare(texts, systems, Timed(pipeline), repeats=chosen.repeats)))


if __name__ == "__main__":
    main()
