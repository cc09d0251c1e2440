"""Stanza's tokenizer without Stanza's Python around it: the same model, the same tokens, many times the speed.

Stanza trains the model; its own front end spends most of the time on one Python object a character. Here a paragraph
is encoded with array operations, paragraphs of like length share a batch, ONNX Runtime runs the network
(``training.tokenizer.graph`` wrote it), and the tokens are read off the labels. A test compares the two.

Most words need no network: their cut is certain by their shape (``service.parse.certain_cuts``). The network reads the
words in doubt, each with the words around it.

    tokenizer = Tokenizer.load(pack.path("tokenize"), pack.path("characters"))
    tokenizer.tokenise(["Stop! We can't.", ""])     # for each text: sentences of Token(start, end, multi)

``tokenise`` takes texts as ``for_models`` leaves them, at best in the ``pieces`` of ``service.parse.model_text`` (a
text is a paragraph: its end is a sentence's end); offsets index the text, half-open, in code points. ``multi`` marks a
token that holds several words (*can't*); ``service.parse.clitics`` splits it.

The model labels each character: 0 inside a token, 1 the last of a token, 2 the last of a sentence; 3 and 4 the same for
a multi-word token. See Qi et al. 2018, Universal Dependency Parsing from Scratch, section 2.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnxruntime import InferenceSession

from service.parse.certain_cuts import CertainCuts
from service.parse.runtime import open_graph
from service.parse.segmentation import Sentences, Token

Labels = npt.NDArray[np.int8]
Ids = npt.NDArray[np.int64]
Features = npt.NDArray[np.float32]

PAD, UNKNOWN = 0, 1
INSIDE, TOKEN_END, SENTENCE_END, MULTI_END, MULTI_SENTENCE_END = range(5)
# what the model is told of a character beside the character itself, in Stanza's order
FEATURES = ("space_before", "capitalized", "numeric", "end_of_para", "start_of_para")

# Stanza's: a longer paragraph is read in stretches of this many characters, each from the last sentence end found
_WINDOW = 1_000
# the network forgets: this many characters before and after a word in doubt are read with it
_BEFORE, _AFTER = 80, 60
# what a step of the network costs beside its rows, in rows
_ROWS_A_STEP = 1
# rows a batch at most: 32 of a whole window fill the cache
_BATCH_ROWS = 32
# code points below this are looked up in a table, the others one by one
_TABLE = 0x3000

_WHITE = re.compile(r"[\s\x80-\x9f]")
# the marks without which Stanza's expressions for mail and web addresses match nothing
_ADDRESS_HINT = re.compile(r"@|://|www\.|\.(?:gov|org|edu|net|com|co)\.")
_MAIL = (
    r"(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r'|"(?:[\x01-\x08\x0b\x0c\x0e-\x1f\x21\x23-\x5b\x5d-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*")'
    r"@(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    r"|\[(?:(?:(?:2(?:5[0-5]|[0-4][0-9])|1[0-9][0-9]|[1-9]?[0-9]))\.){3}"
    r"(?:(?:2(?:5[0-5]|[0-4][0-9])|1[0-9][0-9]|[1-9]?[0-9])"
    r"|[a-z0-9-]*[a-z0-9]:(?:[\x01-\x08\x0b\x0c\x0e-\x1f\x21-\x5a\x53-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])+)\])"
)
_WEB = (
    r"(?:https?:\/\/(?:www\.|(?!www))[a-zA-Z0-9][a-zA-Z0-9-]+[a-zA-Z0-9]\.[^\s\"]{2,}"
    r"|www\.[a-zA-Z0-9][a-zA-Z0-9-]+[a-zA-Z0-9]\.[^\s\"]{2,}"
    r"|https?:\/\/(?:www\.|(?!www))[a-zA-Z0-9]+\.[^\s\"]{2,}|www\.[a-zA-Z0-9]+\.[^\s\"]{2,})"
    r"|[a-zA-Z0-9]+\.(?:gov|org|edu|net|com|co)(?:\.[^\s\"]{2,})"
)
# Stanza's own: what it matches stays one token, whatever the model says
_ADDRESS = re.compile(f"(?:{_MAIL}|{_WEB})")


class Alphabet:
    """The characters that a model knows, with the number of each, and what it is told of any character."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        self._numbers = {ord(unit): number for unit, number in numbers.items() if len(unit) == 1}
        self._ids = np.array([self._numbers.get(c, UNKNOWN) for c in range(_TABLE)], dtype=np.int64)
        self._facts = np.array([_facts(c) for c in range(_TABLE)], dtype=np.float32)

    def encode(self, text: str, *, starts: bool = True, ends: bool = True) -> tuple[Ids, Features]:
        """The number and the features of each character, shapes ``(n,)`` and ``(n, 5)``.

        ``starts`` and ``ends`` say whether the text is the beginning and the end of its paragraph.
        """
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        low = np.minimum(points, _TABLE - 1)
        ids, facts = self._ids[low], np.zeros((len(points), len(FEATURES)), dtype=np.float32)
        facts[:, :3] = self._facts[low]
        for at in np.flatnonzero(points >= _TABLE):
            ids[at] = self._numbers.get(int(points[at]), UNKNOWN)
            facts[at, :3] = _facts(int(points[at]))
        if len(points):
            facts[-1, 3] = ends
            facts[0, 4] = starts
        return ids, facts


def _facts(point: int) -> tuple[bool, bool, bool]:
    character = chr(point)
    return character == " ", character.isupper(), character.isdecimal()


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What the network reads at once; ``starts`` and ``ends`` as ``Alphabet.encode`` has them."""

    text: str
    starts: bool = True
    ends: bool = True


class Tokenizer:
    """Splits texts into sentences of tokens. It holds no state beside the weights; threads may share one."""

    def __init__(self, network: InferenceSession, alphabet: Alphabet) -> None:
        self._network = network
        self._alphabet = alphabet
        self._certain = CertainCuts()

    @classmethod
    def load(cls, graph: Path, characters: Path) -> Tokenizer:
        """The network, and the number of each character that it knows, from two files of a pack.

        Raises OSError, ValueError or an error of ONNX Runtime for a file that is something else.
        """
        return cls(open_graph(graph), Alphabet(json.loads(characters.read_text(encoding="utf-8"))))

    def tokenise(self, texts: Sequence[str]) -> list[Sentences]:
        """For each text its sentences in order, each at least one token; a blank text has none."""
        squeezed = [_squeeze(text) for text in texts]
        return _sentences(squeezed, self._cascade([text for text, _ in squeezed]))

    def by_network(self, texts: Sequence[str]) -> list[Sentences]:
        """As ``tokenise``, by the network alone."""
        squeezed = [_squeeze(text) for text in texts]
        stretches = [_Stretch(text) for text, _ in squeezed]
        return _sentences(squeezed, self._labels(stretches))

    def _cascade(self, texts: Sequence[str]) -> list[Labels]:
        """The label of each character of each text: what is certain without the network, the rest by it."""
        found: list[Labels] = []
        stretches: list[_Stretch] = []
        # for each stretch the number of its text, where it begins in it, and the words in doubt
        places: list[tuple[int, int, list[tuple[int, int]]]] = []
        for number, text in enumerate(texts):
            labels, doubts = self._certain.read(text)
            found.append(np.frombuffer(bytearray(labels), dtype=np.int8))
            for start, end, words in _around(text, doubts):
                stretches.append(_Stretch(text[start:end], starts=start == 0, ends=end == len(text)))
                places.append((number, start, words))
        for (number, shift, words), labels_there in zip(places, self._labels(stretches), strict=True):
            for start, end in words:
                found[number][start:end] = labels_there[start - shift : end - shift]
                # the network may see a token go on behind the blank; no word does
                found[number][end - 1] = found[number][end - 1] or TOKEN_END
        return found

    def _labels(self, stretches: Sequence[_Stretch]) -> list[Labels]:
        """The network's label of each character of each stretch."""
        texts = [stretch.text for stretch in stretches]
        encoded = [self._alphabet.encode(s.text, starts=s.starts, ends=s.ends) for s in stretches]
        found = [np.zeros(len(text), dtype=np.int8) for text in texts]
        done = [0] * len(texts)
        waiting = [number for number, text in enumerate(texts) if text]
        while waiting:
            for batch in _batches(
                waiting, [min(len(text) - at, _WINDOW) for text, at in zip(texts, done, strict=True)]
            ):
                windows = [tuple(part[done[n] : done[n] + _WINDOW] for part in encoded[n]) for n in batch]
                # a text that fits into one window is followed by one character of padding, as in training
                rows = self._run(windows, [len(texts[n]) < _WINDOW for n in batch])
                for n, row in zip(batch, rows, strict=True):
                    length = _settled(row, last=done[n] + _WINDOW >= len(texts[n]))
                    found[n][done[n] : done[n] + length] = row[:length]
                    done[n] += length
            waiting = [n for n in waiting if done[n] < len(texts[n])]
        return found

    def _run(self, rows: Sequence[tuple[Any, ...]], padded: Sequence[bool]) -> list[Labels]:
        """The model's labels for one batch."""
        lengths = np.array([len(ids) + pad for (ids, _), pad in zip(rows, padded, strict=True)], dtype=np.int32)
        # time first, as the graph's LSTM reads it
        ids = np.full((lengths.max(), len(rows)), PAD, dtype=np.int64)
        features = np.zeros((*ids.shape, len(FEATURES)), dtype=np.float32)
        for row, (numbers, facts) in enumerate(rows):
            ids[: len(numbers), row] = numbers
            features[: len(numbers), row] = facts
        [best] = self._network.run(None, {"ids": ids, "features": features, "lengths": lengths})
        return [best[: len(numbers), row].astype(np.int8) for row, (numbers, _) in enumerate(rows)]


def _around(text: str, doubts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """The stretches ``[start, end)`` of whole words that hold the words in doubt, and for each the words in it.

    ``_BEFORE`` and ``_AFTER`` characters go with a word, and what remains of the word that they end in.
    """
    at = 0
    while at < len(doubts):
        start = text.rfind(" ", 0, max(doubts[at][0] - _BEFORE, 0)) + 1
        words: list[tuple[int, int]] = []
        end = 0
        while at < len(doubts) and (not words or doubts[at][0] - _BEFORE <= end):
            words.append(doubts[at])
            end = text.find(" ", doubts[at][1] + _AFTER)
            end = len(text) if end < 0 else end
            at += 1
        yield start, end, words


def _sentences(squeezed: Sequence[tuple[str, Sequence[int]]], labels: Sequence[Labels]) -> list[Sentences]:
    """The sentences of texts; where a text ends, so does a sentence."""
    for (text, _), line in zip(squeezed, labels, strict=True):
        if text:
            line[-1] = MULTI_SENTENCE_END if line[-1] > SENTENCE_END else SENTENCE_END
            _keep_addresses(text, line)
    return [list(_read(text, line, at)) for (text, at), line in zip(squeezed, labels, strict=True)]


def _settled(row: Labels, *, last: bool) -> int:
    """How many labels of a window count: all of the last one, of the others those up to the last sentence end."""
    if last:
        return len(row)
    breaks = np.flatnonzero((row == SENTENCE_END) | (row == MULTI_SENTENCE_END))
    return int(breaks[-1]) + 1 if len(breaks) else len(row)


def _batches(numbers: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """The numbers in batches, the longest first: those that cost least, by ``_ROWS_A_STEP``.

    The network reads a batch in as many steps as its longest row has characters, so a short row beside a long one is
    mostly padding. Cut by dynamic programming over the rows in order of length.
    """
    order = sorted(numbers, key=lambda n: -lengths[n])
    # the least cost of the first rows, and where the last batch of them begins
    costs, begins = [0], [0]
    for end in range(1, len(order) + 1):
        cost, begin = min(
            (costs[begin] + lengths[order[begin]] * (_ROWS_A_STEP + end - begin), begin)
            for begin in range(max(0, end - _BATCH_ROWS), end)
        )
        costs.append(cost)
        begins.append(begin)
    cuts, end = [], len(order)
    while end:
        cuts.append((begins[end], end))
        end = begins[end]
    for begin, end in reversed(cuts):
        yield order[begin:end]


def _squeeze(text: str) -> tuple[str, Sequence[int]]:
    """The text with one space for each run of white space and none at its end, and the place of each character."""
    text = _WHITE.sub(" ", text).rstrip()
    if "  " not in text:
        return text, range(len(text))
    kept = [at for at, character in enumerate(text) if character != " " or text[at - 1] != " " or at == 0]
    return "".join([text[at] for at in kept]), kept


def _keep_addresses(text: str, labels: Labels) -> None:
    """Make each mail or web address one token."""
    if not _ADDRESS_HINT.search(text):
        return
    for found in _ADDRESS.finditer(text):
        labels[found.start() : found.end() - 1] = INSIDE
        labels[found.end() - 1] = labels[found.end() - 1] or TOKEN_END


def _read(text: str, labels: Labels, places: Sequence[int]) -> Iterator[list[Token]]:
    """The sentences that the labels say; ``places`` leads from characters to offsets in the text as it came."""
    sentence: list[Token] = []
    ends = np.flatnonzero(labels)
    start = 0
    for end, label in zip(ends.tolist(), labels[ends].tolist(), strict=True):
        while start <= end and text[start] == " ":
            start += 1
        # white space that the model took for a token ends nothing
        if start <= end:
            sentence.append(Token(start=places[start], end=places[end] + 1, multi=label >= MULTI_END))
            if label in (SENTENCE_END, MULTI_SENTENCE_END):
                yield sentence
                sentence = []
        start = end + 1
    if sentence:
        yield sentence
