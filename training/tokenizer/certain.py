"""Which words' cuts are certain by their shape: counts what the tokenizer's network, repaired, makes of raw texts.

    python -m training.tokenizer.certain --data DATA service/parse/certain_cuts.tsv

counts over the training parts of PolNeAR, EWT and GUM. A shape with what follows it is listed where it was seen
``SEEN_AT_LEAST`` times and was cut otherwise in at most one of ``ONE_IN``. Never listed are a colon before a capital
letter, a full stop alone, and shapes too long for words of prose. The table holds no word of a text.
"""

from __future__ import annotations

import argparse
import json
import lzma
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from service.parse.bodies import bodies, model_texts
from service.parse.certain_cuts import opening, runs_of, shape
from service.parse.pack import Pack
from service.parse.segmentation import Sentences, repair
from service.parse.tokenizer import Tokenizer
from service.text import read_layout
from training.tokenizer.paragraphs import read_paragraphs

SEEN_AT_LEAST, ONE_IN = 100, 400
# of a shape; longer ones are codes
LONGEST = 8
TREEBANKS = ("en_ewt-train", "en_gum-train")

# a word, how what follows it opens, and the label of each of its runs; None where a token ends inside a run
Cut = tuple[str, str, tuple[int, ...] | None]
Counts = Counter[Cut]


def cuts_of(text: str, sentences: Sentences) -> Iterator[Cut]:
    """Each word of a text with single spaces, and how it is cut; the last label of the text counts as a token's end."""
    labels = bytearray(len(text))
    for sentence in repair(text, sentences):
        for token in sentence:
            labels[token.end - 1] = 3 if token.multi else 1
        labels[sentence[-1].end - 1] += 1
    words, at = text.split(" "), 0
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word:
            yield word, opening(following), _by_run(word, bytes(labels[at : at + len(word)]))
        at += len(word) + 1


def _by_run(word: str, labels: bytes) -> tuple[int, ...] | None:
    found, at = [], 0
    for run in runs_of(word):
        at += len(run)
        if any(labels[at - len(run) : at - 1]):
            return None
        found.append(labels[at - 1])
    return tuple(found)


def certain(counts: Counts) -> list[tuple[str, str, tuple[int, ...], int, int]]:
    """The certain (shape, opening, labels, times seen, times cut otherwise), most seen first."""
    by_shape: dict[tuple[str, str], Counter[tuple[int, ...] | None]] = defaultdict(Counter)
    for (word, following, labels), seen in counts.items():
        by_shape[shape(word), following][labels] += seen
    found = []
    for (kind, following), cuts in by_shape.items():
        [(labels, most)] = cuts.most_common(1)
        seen = cuts.total()
        enough = seen >= SEEN_AT_LEAST and (seen - most) * ONE_IN <= seen
        if enough and labels is not None and may_be_certain(kind, following):
            found.append((kind, following, labels, seen, seen - most))
    return sorted(found, key=lambda row: (-row[3], row))


def may_be_certain(kind: str, following: str) -> bool:
    """Whether a shape before such an opening may be listed at all."""
    if not kind or len(kind) > LONGEST or kind == ".":
        return False
    return not (kind.endswith(":") and following and following[-1] in "FU")


def texts(data: Path) -> Iterator[str]:
    """The raw texts that are counted."""
    with lzma.open(data / "polnear" / "train.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]
    for name in TREEBANKS:
        with lzma.open(data / "ud" / f"{name}.conllu.xz", "rt", encoding="utf-8") as file:
            yield "\n\n".join(paragraph.text for paragraph in read_paragraphs(file.read()))


def count(tokenizer: Tokenizer, articles: Iterable[str]) -> Counts:
    """What the network makes of the words of articles."""
    counts: Counts = Counter()
    for text in articles:
        pieces, _ = model_texts(list(bodies(text, read_layout(text))))
        squeezed = [" ".join(piece.split()) for piece in pieces]
        for piece, sentences in zip(squeezed, tokenizer.by_network(squeezed), strict=True):
            counts.update(cuts_of(piece, sentences))
    return counts


def write(counts: Counts, target: Path) -> None:
    """Write the table."""
    lines = [
        "# Words whose cut is certain, made by training.tokenizer.certain: shape of the word, how the next one opens",
        "# (service.parse.certain_cuts), the label of each run of it, times seen, times cut otherwise.",
        *(
            "\t".join((kind, then, "".join(map(str, cut)), str(seen), str(other)))
            for kind, then, cut, seen, other in certain(counts)
        ),
    ]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.tokenizer.certain", description=write.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("target", type=Path)
    options = parser.parse_args(arguments)
    pack = Pack.open()
    tokenizer = Tokenizer.load(pack.path("tokenize"), pack.path("characters"))
    write(count(tokenizer, texts(options.data)), options.target)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
