"""Examples: sentences of words with whatever is known of them, grouped by document, and batches of windows of them.

What a source does not annotate is None or -100 and costs no loss: the treebanks know no quotes, the articles no trees.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor

from service.parse.encoding import (
    INSIDE,
    MAX_PIECES_OF_WORD,
    MAX_WINDOW,
    PARAGRAPH,
    SENTENCE,
    blocks,
    case_class,
)
from service.parse.lemma_rules import rule
from training.encoder.model import PARTS, POINTERS, Batch, Sizes

IGNORED = -100
# a label that no head has, for a word whose own nobody knows
UNKNOWN = "?"
NER = ("O", *(f"{b}-{k}" for k in ("PER", "ORG", "LOC", "MISC") for b in "BI"))


@dataclass(slots=True, kw_only=True)
class Sentence:
    """Words with annotations, one list an item a word; a list is None where nobody annotated it.

    ``heads`` are 0-based inside the sentence, -1 for the root. ``marks`` as ``service.parse.encoding`` has them.
    """

    forms: list[str]
    start: int = SENTENCE
    marks: list[int]
    upos: list[str] | None = None
    xpos: list[str] | None = None
    feats: list[str] | None = None
    lemmas: list[str] | None = None
    heads: list[int] | None = None
    deprels: list[str] | None = None
    names: list[str] | None = None


@dataclass(slots=True, kw_only=True)
class Document:
    """Sentences in order.

    ``parts`` (words of the document, 3): 0 outside, 1 begins, 2 inside a content, source, cue. ``pointers``
    (words, 2): for a word of a content or source the number of its cue's first word in the document, -1 for none.
    """

    name: str
    sentences: list[Sentence]
    parts: list[list[int]] | None = None
    pointers: list[list[int]] | None = None


# ── treebanks ────────────────────────────────────────────────────────────────────────────────────────────────────────

_OPENING, _CLOSING, _EITHER = frozenset({"“", "``"}), frozenset({"”", "''"}), frozenset({'"'})


def read_conllu(path: Path) -> list[Document]:
    """Return the documents of a treebank; the words of a multi-word token one by one."""
    documents: list[Document] = []
    rows: list[list[str]] = []
    start, inside = PARAGRAPH, False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# newdoc"):
            documents.append(Document(name=line.partition("= ")[2], sentences=[]))
            start, inside = PARAGRAPH, False
        elif line.startswith("# newpar"):
            start, inside = PARAGRAPH, False
        elif line and not line.startswith("#"):
            columns = line.split("\t")
            if columns[0].isdigit():
                rows.append(columns)
        elif not line and rows:
            marks, inside = toggled([c[1] for c in rows], inside)
            documents[-1].sentences.append(
                Sentence(
                    forms=[c[1] for c in rows],
                    start=start,
                    marks=marks,
                    upos=[c[3] for c in rows],
                    xpos=[c[4] for c in rows],
                    feats=[c[5] for c in rows],
                    lemmas=[c[2] for c in rows],
                    heads=[int(c[6]) - 1 for c in rows],
                    deprels=[c[7] for c in rows],
                )
            )
            rows, start = [], SENTENCE
    return documents


def toggled(forms: Sequence[str], inside: bool) -> tuple[list[int], bool]:
    """Whether each word stands inside double marks, and whether the last one leaves them open."""
    marks = []
    for form in forms:
        if form in _OPENING or (form in _EITHER and not inside):
            inside = True
            marks.append(1)
        elif form in _CLOSING or form in _EITHER:
            marks.append(1 if inside else 0)
            inside = False
        else:
            marks.append(int(inside))
    return marks, inside


# ── vocabularies ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The classes of each head, in order."""

    upos: tuple[str, ...]
    xpos: tuple[str, ...]
    feats: tuple[str, ...]
    lemma: tuple[str, ...]
    deprel: tuple[str, ...]
    ner: tuple[str, ...] = NER
    index: dict[str, dict[str, int]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for name in ("upos", "xpos", "feats", "lemma", "deprel", "ner"):
            self.index[name] = {label: i for i, label in enumerate(getattr(self, name))}

    @classmethod
    def of(cls, documents: Sequence[Document], rare: int = 2) -> Labels:
        """Return what the documents hold; feature sets and lemma rules seen fewer than ``rare`` times are left out."""
        counts: dict[str, Counter[str]] = {n: Counter() for n in ("upos", "xpos", "feats", "lemma", "deprel")}
        for document in documents:
            for s in document.sentences:
                counts["upos"].update(s.upos or ())
                counts["xpos"].update(s.xpos or ())
                counts["feats"].update(s.feats or ())
                counts["deprel"].update(s.deprels or ())
                counts["lemma"].update(rule(f, lemma) for f, lemma in zip(s.forms, s.lemmas or (), strict=False))
        kept = {
            n: tuple(label for label, c in counted.most_common() if c >= (rare if n in ("feats", "lemma") else 1))
            for n, counted in counts.items()
        }
        return cls(
            upos=kept["upos"],
            xpos=kept["xpos"],
            feats=kept["feats"],
            lemma=kept["lemma"],
            deprel=kept["deprel"],
        )

    @property
    def sizes(self) -> Sizes:
        """How many there are."""
        return Sizes(
            upos=len(self.upos),
            xpos=len(self.xpos),
            feats=len(self.feats),
            lemma=len(self.lemma),
            deprel=len(self.deprel),
            ner=len(self.ner),
        )

    def numbers(self, name: str, labels: Sequence[str] | None, length: int) -> list[int]:
        """Return the labels as numbers, IGNORED where unknown."""
        if labels is None:
            return [IGNORED] * length
        index = self.index[name]
        return [index.get(label, IGNORED) for label in labels]


# ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True, kw_only=True)
class Encoded:
    """A sentence in numbers: ``pieces`` a list a word; labels a row a word."""

    pieces: list[list[int]]
    case: list[int]
    marks: list[int]
    start: int
    labels: list[list[int]]
    heads: list[int] | None
    parts: list[list[int]] | None = None
    pointers: list[list[int]] | None = None

    @property
    def size(self) -> int:
        """How many pieces it has."""
        return sum(map(len, self.pieces))


def _special(tokenizer: Tokenizer, token: str) -> int:
    number: int | None = tokenizer.token_to_id(token)
    if number is None:
        raise ValueError(f"the word pieces have no {token}; use those of the pretrained encoder")
    return number


class Coder:
    """Turns documents into numbers."""

    def __init__(self, tokenizer: Tokenizer, labels: Labels) -> None:
        # as sentence encoders come, they pad and truncate: each word would get 128 pieces
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer, self._labels = tokenizer, labels
        self._known: dict[str, list[int]] = {}
        self.begin, self.end, self._unknown = (_special(tokenizer, t) for t in ("[CLS]", "[SEP]", "[UNK]"))

    def pieces(self, form: str) -> list[int]:
        """Return the word's pieces, at least one, at most MAX_PIECES_OF_WORD."""
        found = self._known.get(form)
        if found is None:
            ids = self._tokenizer.encode(form, add_special_tokens=False).ids
            found = self._known[form] = ids[:MAX_PIECES_OF_WORD] or [self._unknown]
        return found

    def sentence(self, s: Sentence) -> Encoded:
        """Return the sentence in numbers."""
        n, labels = len(s.forms), self._labels
        rules = [rule(f, lemma) for f, lemma in zip(s.forms, s.lemmas, strict=True)] if s.lemmas else None
        rows = [
            labels.numbers("upos", s.upos, n),
            labels.numbers("xpos", s.xpos, n),
            labels.numbers("feats", s.feats, n),
            labels.numbers("lemma", rules, n),
            labels.numbers("deprel", s.deprels, n),
            labels.numbers("ner", s.names, n),
        ]
        return Encoded(
            pieces=[self.pieces(f) for f in s.forms],
            case=[case_class(f) for f in s.forms],
            marks=s.marks,
            start=s.start,
            labels=[list(column) for column in zip(*rows, strict=True)],
            heads=s.heads,
        )

    def document(self, document: Document) -> list[Encoded]:
        """Return the document's sentences in numbers."""
        found, at = [], 0
        for s in document.sentences:
            encoded = self.sentence(s)
            n = len(s.forms)
            if document.parts is not None and document.pointers is not None:
                encoded.parts = document.parts[at : at + n]
                # relative to the sentence's first word, so that windows can be cut anywhere
                encoded.pointers = [[p - at if p >= 0 else NOWHERE for p in w] for w in document.pointers[at : at + n]]
            found.append(encoded)
            at += n
        return found


NOWHERE = -1_000_000


class Targets(NamedTuple):
    """Labels (b, w, 6); heads (b, w): 0 the root, else 1 + the window's word; parts (b, w, 3); pointers (b, w, 2)."""

    labels: Tensor
    heads: Tensor
    parts: Tensor
    pointers: Tensor
    sentence: Tensor


def cut(sentences: Sequence[Encoded], limit: int = MAX_WINDOW) -> list[list[Encoded]]:
    """Return runs of sentences of at most ``limit`` pieces, in order; a longer sentence is cut to its own window."""
    runs: list[list[Encoded]] = []
    size = limit + 1
    for s in sentences:
        if size + s.size > limit:
            runs.append([])
            size = 0
        runs[-1].append(s)
        size += s.size
    return runs


def collate(runs: Sequence[Sequence[Encoded]], coder: Coder) -> tuple[Batch, Targets]:
    """Return windows as tensors."""
    words = [sum(len(s.pieces) for s in run) for run in runs]
    sizes = [min(sum(s.size for s in run), 510) + 2 for run in runs]
    cuts = [blocks(size) for size in sizes]
    b, n, w = len(runs), max(count * size for count, size in cuts), max(words)
    ids, case, marks, starts = (torch.zeros(b, n, dtype=torch.long) for _ in range(4))
    block, shifted = (torch.full((b, n), -1) for _ in range(2))
    # what fills a window up to whole blocks is the piece 0, [PAD], and has no letters
    case[:] = 4
    mask = torch.zeros(b, n, dtype=torch.bool)
    first = torch.zeros(b, w, dtype=torch.long)
    labels = torch.full((b, w, 6), IGNORED)
    heads = torch.full((b, w), IGNORED)
    parts = torch.full((b, w, len(PARTS)), IGNORED)
    pointers = torch.full((b, w, len(POINTERS)), IGNORED)
    sentence = torch.full((b, w), -1)
    for row, run in enumerate(runs):
        longest, (count_of_blocks, size) = sizes[row] - 1, cuts[row]
        at_piece = torch.arange(count_of_blocks * size)
        block[row, : len(at_piece)] = at_piece // size
        shifted[row, : len(at_piece)] = (at_piece - size // 2) % len(at_piece) // size
        flat: list[int] = [coder.begin]
        extra: list[tuple[int, int, int]] = [(4, 0, INSIDE)]
        at = 0
        for number, s in enumerate(run):
            count = len(s.pieces)
            for k, pieces in enumerate(s.pieces):
                first[row, at + k] = min(len(flat), longest - 1)
                begins = s.start if k == 0 else INSIDE
                flat += pieces
                extra += [(s.case[k], s.marks[k], begins)] * len(pieces)
            labels[row, at : at + count] = torch.tensor(s.labels)
            sentence[row, at : at + count] = number
            if s.heads is not None:
                heads[row, at : at + count] = torch.tensor([0 if h < 0 else 1 + at + h for h in s.heads])
            if s.parts is not None and s.pointers is not None:
                parts[row, at : at + count] = torch.tensor(s.parts)
                for k, ps in enumerate(s.pointers):
                    for which, p in enumerate(ps):
                        if p == NOWHERE:
                            pointers[row, at + k, which] = 0
                        elif 0 <= at + p < words[row]:
                            pointers[row, at + k, which] = 1 + at + p
            at += count
        flat, extra = [*flat[:longest], coder.end], [*extra[:longest], (4, 0, INSIDE)]
        ids[row, : len(flat)] = torch.tensor(flat)
        features = torch.tensor(extra)
        case[row, : len(flat)], marks[row, : len(flat)] = features[:, 0], features[:, 1]
        starts[row, : len(flat)] = features[:, 2]
        mask[row, : len(flat)] = True
    return Batch(ids, mask, case, marks, starts, first, block, shifted), Targets(
        labels, heads, parts, pointers, sentence
    )


def batches(
    documents: Sequence[Sequence[Encoded]], coder: Coder, pieces: int, rng: random.Random
) -> Iterator[tuple[Batch, Targets]]:
    """Yield batches of about ``pieces`` pieces; the documents are cut into windows anew each time."""
    runs: list[list[Encoded]] = []
    for document in documents:
        limit = rng.choice((MAX_WINDOW, MAX_WINDOW, MAX_WINDOW, 200, 100))
        at = rng.randrange(min(6, len(document)))
        runs += [run for part in (document[:at], document[at:]) for run in cut(part, limit) if run]
    rng.shuffle(runs)
    # windows of like length go together, which saves padding; the order of the batches stays random
    pool = 64
    for start in range(0, len(runs), pool):
        near = sorted(runs[start : start + pool], key=lambda run: sum(s.size for s in run))
        groups: list[list[list[Encoded]]] = []
        longest = 0
        for run in near:
            longest = max(sum(s.size for s in run), 1)
            if not groups or longest * (len(groups[-1]) + 1) > pieces:
                groups.append([])
            groups[-1].append(run)
        rng.shuffle(groups)
        for group in groups:
            yield collate(group, coder)
