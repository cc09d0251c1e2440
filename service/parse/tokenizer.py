"""Stanza's tokenizer without Stanza's Python around it: the same model, the same tokens, several times the speed.

Stanza trains the model and wrote its file format; its own front end spends most of the time on one Python object a
character. Here a paragraph is encoded with array operations, paragraphs of like length share a batch, and the tokens
are read off the labels. A test compares the two.

    tokenizer = Tokenizer.load(pack.path("tokenize"))
    tokenizer.tokenise(["Stop! We can't.", ""])     # for each text: sentences of Token(start, end, multi)

``tokenise`` takes texts as ``for_models`` leaves them, at best in the ``pieces`` of ``service.parse.model_text`` (a
text is a paragraph: its end is a sentence's end); offsets index the text, half-open, in code points. ``multi`` marks a
token that holds several words (*can't*); ``service.parse.clitics`` splits it.

The model labels each character: 0 inside a token, 1 the last of a token, 2 the last of a sentence; 3 and 4 the same for
a multi-word token. See Qi et al. 2018, Universal Dependency Parsing from Scratch, section 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

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
# characters a batch: the matrices stay in the cache, and the LSTM's steps are still few
_BATCH_CHARS = 16_000
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


class Net(nn.Module):
    """Stanza's network for inference, from the weights in its file, which keep their names.

    Padding never reaches a character: each direction is a run of its own, the backward one over reversed rows. The
    fused kernel that this allows is twice as fast as packed sequences.
    """

    def __init__(self, weights: Mapping[str, Tensor], *, layers: int, invtemp: float) -> None:
        super().__init__()
        self._table = weights["embeddings.weight"]
        self._first = [_directions(weights, "rnn", layer) for layer in range(layers)]
        self._second = _directions(weights, "rnn2", 0) if "rnn2.weight_ih_l0" in weights else None
        self._invtemp = invtemp
        heads = [name for name in ("tok", "sent", "mwt") if f"{name}_clf.weight" in weights]
        self._heads = torch.cat([weights[f"{name}_clf.weight"] for name in heads])
        self._bias = torch.cat([weights[f"{name}_clf.bias"] for name in heads])
        self._heads2 = torch.cat([weights[f"{name}_clf2.weight"] for name in heads]) if self._second else None
        self._multi = "mwt" in heads

    def forward(self, ids: Tensor, features: Tensor, lengths: Tensor) -> Tensor:
        """Log probabilities of the labels, shape ``(batch, time, 5)``, or 3 for a model without multi-word tokens.

        ``ids`` ``(batch, time)`` and ``features`` ``(batch, time, 5)`` are padded with zeros; ``lengths`` count the one
        padding character that ends each row in training too.
        """
        states = torch.cat([functional.embedding(ids, self._table), features], 2)
        flip = _flip(lengths, ids.size(1))
        for pair in self._first:
            states = _both_ways(pair, states, flip)
        scores = functional.linear(states, self._heads, self._bias)
        if self._second is not None and self._heads2 is not None:
            if self._invtemp > 0:
                states = states * (1 - torch.sigmoid(-scores[:, :, :1] * self._invtemp))
            states = _both_ways(self._second, states, flip)
            scores = scores + functional.linear(states, self._heads2)
        no, yes = functional.logsigmoid(-scores), functional.logsigmoid(scores)
        token, sentence = yes[:, :, 0], yes[:, :, 1]
        inside = no[:, :, 1]
        if not self._multi:
            return torch.stack([no[:, :, 0], token + inside, token + sentence], 2)
        one, many = no[:, :, 2], yes[:, :, 2]
        ways = [token + inside + one, token + sentence + one, token + inside + many, token + sentence + many]
        return torch.stack([no[:, :, 0], *ways], 2)


_Pair = tuple[nn.LSTM, nn.LSTM]


def _directions(weights: Mapping[str, Tensor], name: str, layer: int) -> _Pair:
    """The forward and the backward run of a bidirectional layer, each an LSTM of one direction."""
    runs = []
    for ending in ("", "_reverse"):
        wide = weights[f"{name}.weight_ih_l{layer}{ending}"]
        run = nn.LSTM(wide.size(1), wide.size(0) // 4, batch_first=True)
        for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(run, f"{kind}_l0").data.copy_(weights[f"{name}.{kind}_l{layer}{ending}"])
        runs.append(run.requires_grad_(False))
    return runs[0], runs[1]


def _flip(lengths: Tensor, width: int) -> Tensor:
    """The place of each row's characters from its end to its start, in all rows as one; padding stays where it is."""
    at = torch.arange(width).expand(len(lengths), width)
    turned = torch.where(at < lengths[:, None], lengths[:, None] - 1 - at, at)
    return (turned + width * torch.arange(len(lengths))[:, None]).flatten()


def _both_ways(pair: _Pair, states: Tensor, flip: Tensor) -> Tensor:
    onward = pair[0](states)[0]
    back = pair[1](states.flatten(0, 1).index_select(0, flip).view(states.shape))[0]
    return torch.cat([onward, back.flatten(0, 1).index_select(0, flip).view(back.shape)], 2)


class Tokenizer:
    """Splits texts into sentences of tokens. It holds no state beside the weights; threads may share one."""

    def __init__(self, net: Net, alphabet: Alphabet) -> None:
        self._net = net
        self._alphabet = alphabet

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """The model in a file that Stanza 1.10 or later wrote.

        Raises ValueError for one that was trained with what this front end has not (a dictionary, a character language
        model, residual convolutions, other features); OSError, pickle.UnpicklingError or KeyError for another file.
        """
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        config = state["config"]
        odd = [name for name in ("use_dictionary", "charlm_forward_file", "conv_res") if config.get(name)]
        if odd or tuple(config["feat_funcs"]) != FEATURES:
            raise ValueError(f"{path.name} was trained with {', '.join(odd) or config['feat_funcs']}; use Stanza's own")
        return cls.of(config, state["model"], Alphabet(state["vocab"]["_unit2id"]))

    @classmethod
    def of(cls, config: Mapping[str, Any], weights: Mapping[str, Tensor], alphabet: Alphabet) -> Tokenizer:
        """The model with Stanza's settings and weights."""
        invtemp = config["hier_invtemp"] if config["hierarchical"] else 0.0
        return cls(Net(weights, layers=config["rnn_layers"], invtemp=invtemp).eval(), alphabet)

    def tokenise(self, texts: Sequence[str]) -> list[Sentences]:
        """For each text its sentences in order, each at least one token; a blank text has none."""
        squeezed = [_squeeze(text) for text in texts]
        labels = self._labels([text for text, _ in squeezed])
        return [list(_read(text, line, at)) for (text, at), line in zip(squeezed, labels, strict=True)]

    def _labels(self, texts: Sequence[str]) -> list[Labels]:
        """The label of each character of each text."""
        encoded = [self._alphabet.encode(text) for text in texts]
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
        for text, line in zip(texts, found, strict=True):
            if text:
                line[-1] = MULTI_SENTENCE_END if line[-1] > SENTENCE_END else SENTENCE_END
                _keep_addresses(text, line)
        return found

    def _run(self, rows: Sequence[tuple[Any, ...]], padded: Sequence[bool]) -> list[Labels]:
        """The model's labels for one batch."""
        lengths = [len(ids) + pad for (ids, _), pad in zip(rows, padded, strict=True)]
        ids = np.full((len(rows), max(lengths)), PAD, dtype=np.int64)
        features = np.zeros((*ids.shape, len(FEATURES)), dtype=np.float32)
        for row, (numbers, facts) in enumerate(rows):
            ids[row, : len(numbers)] = numbers
            features[row, : len(numbers)] = facts
        with torch.inference_mode():
            scores = self._net(torch.from_numpy(ids), torch.from_numpy(features), torch.tensor(lengths))
            best = scores.argmax(2).to(torch.int8).numpy()
        return [best[row, : len(numbers)] for row, (numbers, _) in enumerate(rows)]


def _settled(row: Labels, *, last: bool) -> int:
    """How many labels of a window count: all of the last one, of the others those up to the last sentence end."""
    if last:
        return len(row)
    breaks = np.flatnonzero((row == SENTENCE_END) | (row == MULTI_SENTENCE_END))
    return int(breaks[-1]) + 1 if len(breaks) else len(row)


def _batches(numbers: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """The numbers in batches of like lengths, the longest first."""
    batch: list[int] = []
    for number in sorted(numbers, key=lambda n: -lengths[n]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > _BATCH_CHARS:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


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
