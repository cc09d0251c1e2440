"""The tokenizer under training: Stanza's model, loss, optimiser and file format, our batches."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stanza.models import tokenizer as stanza_tokenizer
from stanza.models.tokenization.trainer import Trainer
from stanza.models.tokenization.vocab import Vocab
from torch import Tensor
from torch.nn import functional

from service.parse.runtime import open_graph
from service.parse.tokenizer import FEATURES, UNKNOWN, Alphabet, Tokenizer
from training.pack.settings import Settings
from training.tokenizer.altered import Shares, altered
from training.tokenizer.graph import graph
from training.tokenizer.paragraphs import Paragraph, alphabet, stretches

# characters that the changes of training bring in, and those that news is set in
ALWAYS = "\"'“”‘’«»–—…•·►-*"
# rarer characters are all one to the model
AT_LEAST = 4


class TokenizerLearner:
    """Stanza's tokenizer; implements `training.pack.loop.Learner`. A "word" of the schedule is a character here."""

    def __init__(
        self,
        settings: Settings,
        *,
        train: Sequence[Paragraph],
        dev: Mapping[str, Sequence[Paragraph]],
        start: Path | None = None,
    ) -> None:
        limit = int(settings.extra["limit"])
        self._paragraphs = [part for paragraph in train for part in stretches(paragraph, limit)]
        self._limit = limit
        self._dropped = settings.extra["unit_dropout"]
        self._shares = Shares(by_name={n: v for n, v in settings.extra.items() if n not in ("limit", "unit_dropout")})
        self._dev = dev
        random.seed(settings.schedule.seed)
        torch.manual_seed(settings.schedule.seed)
        begun: Any = None if start is None else torch.load(start, weights_only=True)
        numbers = alphabet(train, at_least=AT_LEAST, always=ALWAYS)
        if begun is not None:
            numbers = {unit: n for unit, n in begun["vocab"]["_unit2id"].items() if n > UNKNOWN}
        self._alphabet = Alphabet(numbers)
        args = vars(stanza_tokenizer.build_argparse().parse_args(settings.stanza))
        args |= {
            "lang": "en",
            "shorthand": "en_comb",
            "feat_funcs": list(FEATURES),
            "feat_dim": len(FEATURES),
            "num_dict_feat": 0,
            "use_mwt": True,
            "device": "cpu",
            "vocab_size": len(numbers) + 2,
        }
        self._trainer: Any = Trainer(args=args, vocab=_vocab(numbers), device="cpu")
        if begun is not None:
            self._trainer.model.load_state_dict(begun["model"])
        self.max_gradient = float(args["max_grad_norm"])

    @property
    def model(self) -> torch.nn.Module:
        """Stanza's tokenizer."""
        model: torch.nn.Module = self._trainer.model
        return model

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """Stanza's Adam for it."""
        optimizer: torch.optim.Optimizer = self._trainer.optimizer
        return optimizer

    @property
    def lengths(self) -> Sequence[int]:
        """Characters of each training paragraph."""
        return [len(paragraph.text) for paragraph in self._paragraphs]

    def loss(self, sentences: Sequence[int]) -> Tensor:
        """Return Stanza's loss on the paragraphs with these indices, each drawn anew."""
        drawn = [altered(self._paragraphs[i], self._paragraphs, self._shares, self._limit) for i in sentences]
        units, features, labels = self.batch(drawn)
        lost = (torch.rand(units.shape) < self._dropped) & (units != 0)
        units = units.masked_fill(lost, UNKNOWN)
        scores = label_scores(self.model, units, features)
        loss: Tensor = self._trainer.criterion(scores.flatten(0, 1), labels.flatten())
        return loss

    def batch(self, paragraphs: Sequence[Paragraph]) -> tuple[Tensor, Tensor, Tensor]:
        """Numbers ``(batch, time)``, features ``(batch, time, 5)`` and labels, -1 at padding, of which each has one."""
        width = max(len(paragraph.text) for paragraph in paragraphs) + 1
        units = np.zeros((len(paragraphs), width), dtype=np.int64)
        features = np.zeros((len(paragraphs), width, len(FEATURES)), dtype=np.float32)
        labels = np.full((len(paragraphs), width), -1, dtype=np.int64)
        for row, paragraph in enumerate(paragraphs):
            end = len(paragraph.text)
            encoded = self._alphabet.encode(paragraph.text, starts=paragraph.starts, ends=paragraph.ends)
            units[row, :end], features[row, :end] = encoded
            labels[row, :end] = paragraph.labels
        return torch.from_numpy(units), torch.from_numpy(features), torch.from_numpy(labels)

    def evaluate(self) -> dict[str, float]:
        """Return F1 of tokens, sentences and multi-word tokens in percent; ``score`` is that of words and sentences."""
        scores: dict[str, float] = {}
        tokenizer = self.tokenizer()
        for name, paragraphs in self._dev.items():
            # what is certain without the network tells nothing of it
            found = tokenizer.by_network([paragraph.text for paragraph in paragraphs])
            ours: list[set[tuple[int, ...]]] = [set(), set(), set()]
            gold: list[set[tuple[int, ...]]] = [set(), set(), set()]
            for number, (paragraph, sentences) in enumerate(zip(paragraphs, found, strict=True)):
                for sentence in sentences:
                    ours[0] |= {(number, t.start, t.end, t.multi) for t in sentence}
                    ours[1].add((number, sentence[0].start, sentence[-1].end))
                    ours[2] |= {(number, t.start, t.end) for t in sentence if t.multi}
                for kind, spans in enumerate(_gold(number, paragraph)):
                    gold[kind] |= spans
            for label, mine, theirs in zip(("tokens", "sentences", "multi"), ours, gold, strict=True):
                scores[f"{name} {label}"] = round(200 * len(mine & theirs) / max(1, len(mine) + len(theirs)), 3)
        # an error in a word costs its sentence tag, lemma and tree; one in a sentence costs two trees
        first = next(iter(self._dev))
        return {"score": round(scores[f"{first} tokens"] + scores[f"{first} sentences"] / 3, 3), **scores}

    def tokenizer(self) -> Tokenizer:
        """The model as the service runs it."""
        weights = {name: value.detach().numpy() for name, value in self.model.state_dict().items()}
        made = graph(weights, float(self._trainer.args["hier_invtemp"]))
        return Tokenizer(open_graph(made.SerializeToString()), self._alphabet)

    def save(self, path: Path) -> None:
        """Write the tokenizer as Stanza loads it."""
        self._trainer.save(str(path))


def label_scores(model: Any, units: Tensor, features: Tensor) -> Tensor:
    """Return what Stanza's ``Tokenizer.forward`` gives for rows as long as the longest, shape ``(batch, time, 5)``.

    Stanza trains on the padding too and masks only its labels; without packing the same sums take a sixth less time.
    """
    states = model.rnn(torch.cat([model.dropout(model.embeddings(units)), model.dropout_feat(features)], 2))[0]
    states = model.dropout(states)
    token, sentence, multi = model.tok_clf(states), model.sent_clf(states), model.mwt_clf(states)
    second = states * (1 - model.toknoise(torch.sigmoid(-token * model.args["hier_invtemp"])))
    second = model.dropout(model.rnn2(second)[0])
    token = token + model.tok_clf2(second)
    sentence = sentence + model.sent_clf2(second)
    multi = multi + model.mwt_clf2(second)
    no, yes = functional.logsigmoid(-sentence), functional.logsigmoid(sentence)
    one, many = functional.logsigmoid(-multi), functional.logsigmoid(multi)
    found = functional.logsigmoid(token)
    ways = [found + no + one, found + yes + one, found + no + many, found + yes + many]
    return torch.cat([functional.logsigmoid(-token), *ways], 2)


def _vocab(numbers: dict[str, int]) -> Any:
    """The characters as Stanza holds them."""
    vocab: Any = Vocab(data=[[("a",)]], lang="en")
    vocab._id2unit = ["<PAD>", "<UNK>", *numbers]
    vocab._unit2id = {unit: number for number, unit in enumerate(vocab._id2unit)}
    return vocab


def _gold(number: int, paragraph: Paragraph) -> tuple[set[tuple[int, ...]], ...]:
    tokens: set[tuple[int, ...]] = set()
    sentences: set[tuple[int, ...]] = set()
    multi: set[tuple[int, ...]] = set()
    start = first = -1
    for at, label in enumerate(paragraph.labels):
        if start < 0 and paragraph.text[at] != " ":
            start = at
            first = at if first < 0 else first
        if label:
            many = label > 2
            tokens.add((number, start, at + 1, many))
            if many:
                multi.add((number, start, at + 1))
            if label in (2, 4):
                sentences.add((number, first, at + 1))
                first = -1
            start = -1
    return tokens, sentences, multi
