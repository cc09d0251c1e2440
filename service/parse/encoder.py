"""The encoder: one small network that reads a window once for every step (``training/encoder`` made it).

ONNX Runtime runs it with 8-bit weights. Tags, features and lemma rules are its best class for each word; trees, names
and the parts of quotes are decoded from its scores in ``service.parse.decoding``.

A window is read alone: the same sentences give the same result whatever other articles are read beside them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from service.parse import lemma_rules
from service.parse.decoding import decode_names, decode_tree, softmax
from service.parse.encoding import INSIDE, MAX_PIECES_OF_WORD, MAX_WINDOW, blocks, case_class, windows
from service.parse.runtime import open_graph
from service.parse.signals import Floats, Signals, Window

Ints = npt.NDArray[np.int64]
# the scores (n, n + 1) of a sentence's arcs, column 0 the root -> the head of each word, 0 the root, else 1 + its index
Tree = Callable[[Floats], Ints]

# what a lemma is made of is remembered for so many pairs of form and rule
_REMEMBERED = 50_000
# of a state of the network
WIDTH = 384
# more than the encoder's positions hold; a longer sentence cannot come, since sentences are capped in tokens
_MAX_PIECES = 510


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A sentence before the encoder.

    ``forms`` has one entry a word; ``marks`` says of each whether it stands inside quotation marks (0 outside, 1
    double, 2 single ones); ``start`` what the sentence begins, a value of ``service.parse.encoding``.
    """

    forms: Sequence[str]
    marks: Sequence[int]
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A sentence after it, a value a word.

    ``heads`` are 0-based, -1 the root's. ``names`` are (kind, first, end), half-open.
    """

    upos: Sequence[str]
    xpos: Sequence[str]
    feats: Sequence[str]
    lemmas: Sequence[str]
    heads: Sequence[int]
    deprels: Sequence[str]
    names: Sequence[tuple[str, int, int]]


class Encoder:
    """Loads the network; ``files`` are those of the pack. Not to be run from two threads at once."""

    def __init__(
        self, *, model: Path, words: Path, labels: Path, relations: Path, lemmas: Path, spanning_tree: Tree
    ) -> None:
        self._session = open_graph(model)
        # a network whose lower layers look about in blocks wants its window in whole ones
        self._inputs = {i.name for i in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(words))
        # as sentence encoders come, they pad and truncate
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._begin, self._end, self._unknown = (self._special(t) for t in ("[CLS]", "[SEP]", "[UNK]"))
        self._labels: dict[str, list[str]] = json.loads(labels.read_text(encoding="utf-8"))
        with np.load(relations, allow_pickle=False) as data:
            self._relations = data["weight"].astype(np.float32)
            self._root = data["root"].astype(np.float32)
        self._spanning_tree = spanning_tree
        self._pieces: dict[str, tuple[tuple[int, ...], int]] = {}
        self._known_lemmas = read_lemmas(lemmas)
        self._lemmas: dict[tuple[int, str], str] = {}

    def read(self, sentences: Sequence[Given]) -> tuple[list[Read], Signals]:
        """Read the sentences of one article, in text order."""
        coded = [[self._word(form) for form in s.forms] for s in sentences]
        sizes = [sum(len(pieces) for pieces, _ in s) for s in coded]
        found: list[Read] = []
        parts: list[Floats] = []
        read_together: list[Window] = []
        at = 0
        for first, end in windows(sizes, MAX_WINDOW):
            out = self._run(sentences[first:end], coded[first:end])
            found += self._sentences(sentences[first:end], out)
            count = len(out["upos"])
            parts.append(softmax(out["parts"].reshape(count, 3, 3)))
            read_together.append(
                Window(
                    first=at,
                    end=at + count,
                    content_of=softmax(out["of_content"]),
                    source_of=softmax(out["of_source"]),
                )
            )
            at += count
        joined = np.concatenate(parts) if parts else np.zeros((0, 3, 3), np.float32)
        return found, Signals(parts=joined, windows=tuple(read_together))

    def _special(self, token: str) -> int:
        number: int | None = self._tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"the pack's word pieces have no {token}")
        return number

    def _word(self, form: str) -> tuple[tuple[int, ...], int]:
        """The pieces of a word, and its case."""
        known = self._pieces.get(form)
        if known is None:
            ids = self._tokenizer.encode(form, add_special_tokens=False).ids[:MAX_PIECES_OF_WORD]
            known = (tuple(ids) or (self._unknown,), case_class(form))
            if len(self._pieces) >= _REMEMBERED:
                self._pieces.clear()
            self._pieces[form] = known
        return known

    def _run(
        self, sentences: Sequence[Given], coded: Sequence[Sequence[tuple[tuple[int, ...], int]]]
    ) -> dict[str, npt.NDArray[Any]]:
        ids, case, marks, starts, first = [self._begin], [4], [0], [INSIDE], []
        for sentence, words in zip(sentences, coded, strict=True):
            begins = sentence.start
            for (pieces, shape), mark in zip(words, sentence.marks, strict=True):
                first.append(min(len(ids), _MAX_PIECES))
                n = len(pieces)
                ids.extend(pieces)
                case.extend([shape] * n)
                marks.extend([mark] * n)
                starts.extend([begins] * n)
                begins = INSIDE
        rows: dict[str, tuple[list[int], int]] = {
            "ids": (ids, self._end),
            "case": (case, 4),
            "marks": (marks, 0),
            "starts": (starts, INSIDE),
        }
        filling = (0, 4, 0, INSIDE)
        length = min(len(ids), _MAX_PIECES) + 1
        count, size = blocks(length) if "blocks" in self._inputs else (1, length)
        feed = {
            name: np.array([[*row[:_MAX_PIECES], last, *[fill] * (count * size - length)]])
            for fill, (name, (row, last)) in zip(filling, rows.items(), strict=True)
        }
        feed["first"] = np.array([first])
        feed |= {"blocks": np.array([count, size, WIDTH]), "shift": np.array([size // 2])}
        names = [o.name for o in self._session.get_outputs()]
        return {name: out[0] for name, out in zip(names, self._session.run(None, self._wanted(feed)), strict=True)}

    def _wanted(self, feed: dict[str, Ints]) -> dict[str, Ints]:
        return {name: value for name, value in feed.items() if name in self._inputs}

    def _sentences(self, sentences: Sequence[Given], out: dict[str, npt.NDArray[Any]]) -> list[Read]:
        found, at = [], 0
        heads = np.zeros(len(out["upos"]), np.int64)
        spans = []
        for s in sentences:
            end = at + len(s.forms)
            # only words of the sentence, and the root, can be heads
            arcs = np.concatenate([out["arcs"][at:end, :1], out["arcs"][at:end, at + 1 : end + 1]], 1)
            local = decode_tree(arcs, self._spanning_tree)
            heads[at:end] = np.where(local > 0, local + at, 0)
            spans.append((at, end))
            at = end
        deprels = self._deprels(heads, out["rel_dependent"], out["rel_head"])
        labels = self._labels
        upos, xpos, feats, rules = (out[name].tolist() for name in ("upos", "xpos", "feats", "lemma"))
        ner = out["ner"]
        for s, (first, end) in zip(sentences, spans, strict=True):
            found.append(
                Read(
                    upos=[labels["upos"][k] for k in upos[first:end]],
                    xpos=[labels["xpos"][k] for k in xpos[first:end]],
                    feats=[labels["feats"][k] for k in feats[first:end]],
                    lemmas=[
                        self._lemma(form, labels["upos"][tag], k)
                        for form, tag, k in zip(s.forms, upos[first:end], rules[first:end], strict=True)
                    ],
                    heads=[h - 1 - first if h else -1 for h in heads[first:end].tolist()],
                    deprels=[labels["deprel"][k] for k in deprels[first:end]],
                    names=decode_names(ner[first:end], labels["ner"]),
                )
            )
        return found

    def _lemma(self, form: str, upos: str, rule: int) -> str:
        """The lemma that the treebanks give the word, else what the rule makes of it."""
        listed = self._known_lemmas.get((form, upos)) or self._known_lemmas.get((form.lower(), upos))
        if listed is not None:
            return listed
        lemma = self._lemmas.get((rule, form))
        if lemma is None:
            lemma = lemma_rules.apply(self._labels["lemma"][rule], form)
            if len(self._lemmas) >= _REMEMBERED:
                self._lemmas.clear()
            self._lemmas[rule, form] = lemma
        return lemma

    def _deprels(self, heads: Ints, dependent: Floats, head: Floats) -> list[int]:
        """The best relation of each word to its head; ``heads`` are 1 + the window's word, 0 the root.

        The relation of a root is ``root``, and nothing else's is.
        """
        # many words share a head: what depends on the head alone is computed once for each
        unique, which = np.unique(heads, return_inverse=True)
        vectors = np.where((unique == 0)[:, None], self._root, head[np.maximum(unique - 1, 0)])
        vectors = np.concatenate([vectors, np.ones((len(vectors), 1), np.float32)], 1)
        r, d, h = self._relations.shape
        by_head = (vectors @ self._relations.reshape(r * d, h).T).reshape(-1, r, d)
        dependent = np.concatenate([dependent, np.ones((len(dependent), 1), np.float32)], 1)
        scores = np.empty((len(heads), r), np.float32)
        order = np.argsort(which, kind="stable")
        for words in np.split(order, np.flatnonzero(np.diff(which[order])) + 1):
            scores[words] = dependent[words] @ by_head[which[words[0]]].T
        root = self._labels["deprel"].index("root")
        scores[heads != 0, root] = -np.inf
        best = scores.argmax(1)
        best[heads == 0] = root
        chosen: list[int] = best.tolist()
        return chosen


def read_lemmas(path: Path) -> dict[tuple[str, str], str]:
    """The lemma by form and universal tag, from a file of the three between tabs."""
    found: dict[tuple[str, str], str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        form, upos, lemma = line.split("\t")
        found[form, upos] = lemma
    return found
