"""The named-entity tagger: Stanza's model and file, trained on names that are swapped for others as it goes.

The silver news of one year says one name three thousand times. A model that sees the same few names learns the names;
so in part of the sentences, afresh in every epoch, names give way to others of their kind, and the model has to read
the words around them and their shape.
"""
# ruff: noqa: S311  # what is drawn here is which name to put in, no secret

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from stanza.models import ner_tagger as stanza_ner
from stanza.models.common.pretrain import Pretrain
from stanza.models.common.utils import set_random_seed
from stanza.models.ner.data import DataLoader
from stanza.models.ner.trainer import Trainer, unpack_batch
from stanza.models.ner.vocab import MultiVocab
from stanza.models.pos.vocab import CharVocab, CompositeVocab
from torch import Tensor

from training.pack.names import KINDS, LEXICON, Name, NamedSentence, from_tags, tokens
from training.pack.settings import Settings

EVALUATION_BATCH = 64
SHORTHAND = "en_news"
# Stanza's options that say how to train; the others say what the model is, and a model to go on from has them already.
OF_TRAINING = ("optim", "lr", "momentum", "max_grad_norm", "seed", "dropout", "word_dropout", "locked_dropout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swaps:
    """Shares of what is altered in training; each is drawn anew whenever a sentence is used."""

    name: float
    """Of the names: another of the kind takes the place."""
    joined: float
    """Of the sentences: clitics stay one token with the word before, as Stanza's pipeline hands them over."""
    lower: float
    """Of the sentences: all in lower case."""
    upper: float
    """Of the sentences: all in capitals, like a headline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePool:
    """Names to put in; sequences of words for organisations and places, single words for people."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    by_kind: Mapping[str, tuple[tuple[str, ...], ...]]


def name_pool(sentences: Sequence[NamedSentence]) -> NamePool:
    """Return the different names in the sentences, and given names from the service's lexicon too."""
    rows = (LEXICON / "first_names.tsv").read_text(encoding="utf-8").splitlines()
    given = [row.split("\t")[0].title() for row in rows if not row.startswith("#") and row.strip()]
    # names of the census are given ten times the weight of the many that few English articles will bring
    common = [row.split("\t")[0].title() for row in rows if not row.startswith("#") and "U" in row.split("\t")[-1]]
    texts = {kind: {s.words[n.first : n.end] for s in sentences for n in s.names if n.kind == kind} for kind in KINDS}
    family = sorted({name[-1] for name in texts["PER"] if len(name) == 2 and name[-1][:1].isupper()})
    by_kind = {kind: tuple(sorted(texts[kind])) for kind in ("ORG", "LOC")}
    return NamePool(given=tuple(given + common * 9), family=tuple(family), by_kind=by_kind)


def altered(sentence: NamedSentence, pool: NamePool, swaps: Swaps) -> NamedSentence:
    """Return the sentence as it is used once in training; draws from `random`, whose state the checkpoint keeps."""
    words: list[str] = []
    glued: list[bool] = []
    names: list[Name] = []
    at = 0
    for name in (*sentence.names, Name(first=len(sentence.words), end=len(sentence.words), kind="")):
        words += sentence.words[at : name.first]
        glued += sentence.glued[at : name.first]
        at = name.end
        if not name.kind:
            break
        inside = sentence.words[name.first : name.end]
        if random.random() < swaps.name:
            inside = _another(inside, name.kind, pool)
        names.append(Name(first=len(words), end=len(words) + len(inside), kind=name.kind))
        words += inside
        glued += [False] * len(inside)
    case = random.random()
    if case < swaps.lower:
        words = [word.lower() for word in words]
    elif case < swaps.lower + swaps.upper:
        words = [word.upper() for word in words]
    made = NamedSentence(words=tuple(words), glued=tuple(glued), names=tuple(names))
    return tokens(made) if random.random() < swaps.joined else made


def _another(name: tuple[str, ...], kind: str, pool: NamePool) -> tuple[str, ...]:
    if kind == "PER" and len(name) == 1:
        return (random.choice(pool.family if random.random() < 0.7 else pool.given),)
    if kind == "PER" and len(name) == 2:
        return random.choice(pool.given), random.choice(pool.family)
    if kind in pool.by_kind:
        return random.choice(pool.by_kind[kind])
    return name


class NerLearner:
    """A named-entity tagger under training (see `training.pack.loop.Learner`)."""

    def __init__(
        self,
        settings: Settings,
        *,
        train: Sequence[NamedSentence],
        dev: Mapping[str, Sequence[NamedSentence]],
        vectors: Path,
        start: Path | None = None,
    ) -> None:
        """Build the model; `dev` names the sentences to score on, and the mean over them picks the best model.

        `start` is a trained model to go on from: its sizes and vocabulary are kept, whatever the settings say of them.
        """
        arguments = ["--shorthand", SHORTHAND, "--cpu", "--no_emb_finetune", "--wordvec_pretrain_file", str(vectors)]
        options = stanza_ner.parse_args([*arguments, *settings.stanza])
        seed = settings.schedule.seed
        set_random_seed(seed)
        pretrain = stanza_ner.load_pretrain(options)
        options.update(word_emb_dim=pretrain.emb.shape[1], seed=seed, lr=settings.schedule.learning_rate)
        self._train, self._dev, self._swaps = train, dev, Swaps(**settings.extra)
        self._pool = name_pool(train)
        if start is None:
            vocab = _vocabulary(train, pretrain.vocab)
            self._trainer = Trainer(args=options, vocab=vocab, pretrain=pretrain, device="cpu")
        else:
            kept = {name: options[name] for name in OF_TRAINING}
            self._trainer = Trainer(args=kept, model_file=str(start), pretrain=pretrain, device="cpu")
            _drop_zeros(self._trainer.model)
        options, self.vocab = self._trainer.args, self._trainer.vocab
        # no path of the machine that trained belongs into the file
        options.update(wordvec_pretrain_file=None, train_file="", eval_file="", save_dir="", save_name="ner.pt")
        self._batches = _Batches(self.vocab)
        self.max_gradient = float(options["max_grad_norm"])
        self.lengths = [len(sentence.words) for sentence in train]

    @property
    def model(self) -> torch.nn.Module:
        """Stanza's tagger."""
        model: torch.nn.Module = self._trainer.model
        return model

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """Stanza's optimiser for it."""
        optimizer: torch.optim.Optimizer = self._trainer.optimizer
        return optimizer

    def loss(self, sentences: Sequence[int]) -> Tensor:
        """Return the loss on these training sentences, altered by chance."""
        chosen = [altered(self._train[i], self._pool, self._swaps) for i in sentences]
        inputs, _, word_order, char_order, lengths, word_lengths, char_lengths, offsets = unpack_batch(
            self._batches.batch(chosen), "cpu"
        )
        words, wordchars, mask, chars, tags = inputs
        loss: Tensor
        loss, _, _ = self._trainer.model(
            words, wordchars, mask, tags, word_order, lengths, word_lengths, chars, offsets, char_lengths, char_order
        )
        return loss

    def evaluate(self) -> dict[str, float]:
        """Return F1 in percent over whole names, on tokens as the pipeline has them; MISC is left out of `all`."""
        scores: dict[str, float] = {}
        for label, sentences in self._dev.items():
            found = self.predict(sentences)
            for kind in ("PER", "ORG", "LOC", "MISC"):
                scores[f"{label} {kind}"] = f1(sentences, found, (kind,))
            scores[f"{label} all"] = f1(sentences, found, ("PER", "ORG", "LOC"))
        return {"score": sum(scores[f"{label} all"] for label in self._dev) / len(self._dev), **scores}

    def predict(self, sentences: Sequence[NamedSentence]) -> list[NamedSentence]:
        """Return the sentences with the names that the model finds; a clitic at a name's end is cut off."""
        return predict(self._trainer, self._batches, sentences)

    def save(self, path: Path) -> None:
        """Write the tagger as Stanza loads it."""
        self._trainer.save(str(path))


def predict(trainer: Any, batches: "_Batches", sentences: Sequence[NamedSentence]) -> list[NamedSentence]:
    """Return the sentences with the names that `trainer` finds in their tokens, as spans of words."""
    order = sorted(range(len(sentences)), key=lambda i: len(sentences[i].words))
    found: list[NamedSentence | None] = [None] * len(sentences)
    for start in range(0, len(order), EVALUATION_BATCH):
        chosen = order[start : start + EVALUATION_BATCH]
        with torch.no_grad():
            predicted = trainer.predict(batches.batch([tokens(sentences[i]) for i in chosen]))
        for i, tags in zip(chosen, predicted, strict=True):
            found[i] = _on_words(sentences[i], tags)
    return [sentence for sentence in found if sentence is not None]


def _on_words(sentence: NamedSentence, tags: Sequence[str]) -> NamedSentence:
    """Return the sentence with the names that these tags of its tokens (BIOES) tell."""
    # BIOES begins a name with B or S and goes on with I or E: in BIO these are B and I
    plain = [tag.replace("S-", "B-", 1).replace("E-", "I-", 1) for tag in tags]
    first_words = [i for i, glued in enumerate(sentence.glued) if not glued or i == 0]
    ends = [*first_words[1:], len(sentence.words)]
    joined = tokens(sentence)
    names: list[Name] = []
    for name in from_tags(joined.words, plain, joined.glued).names:
        end = ends[name.end - 1]
        while end - 1 > first_words[name.first] and sentence.glued[end - 1]:
            end -= 1
        names.append(Name(first=first_words[name.first], end=end, kind=name.kind))
    return replace(sentence, names=tuple(names))


def f1(gold: Sequence[NamedSentence], found: Sequence[NamedSentence], kinds: tuple[str, ...]) -> float:
    """Return the F1 of names with exact words and kind, in percent.

    >>> one = NamedSentence(words=("Ada",), glued=(False,), names=(Name(first=0, end=1, kind="PER"),))
    >>> f1([one], [one], ("PER",)), f1([one], [one], ("ORG",))
    (100.0, 0.0)
    """
    right = total = 0
    for g, f in zip(gold, found, strict=True):
        mine = {n for n in g.names if n.kind in kinds}
        theirs = {n for n in f.names if n.kind in kinds}
        right += len(mine & theirs)
        total += len(mine) + len(theirs)
    return round(200 * right / total, 2) if total else 0.0


def find_names(model: Path, vectors: Path, sentences: Sequence[NamedSentence]) -> list[NamedSentence]:
    """Return the sentences with the names that the model in this file finds in their tokens."""
    trainer = Trainer(args={}, model_file=str(model), pretrain=Pretrain(str(vectors)), device="cpu")
    return predict(trainer, _Batches(trainer.vocab), sentences)


class _Batches(DataLoader):  # type: ignore[misc]  # stanza is untyped
    """Stanza's way to make tensors of sentences, without its way to choose the sentences."""

    def __init__(self, vocab: Any) -> None:
        self.vocab = vocab
        self.data: list[list[list[Any]]] = []

    def batch(self, sentences: Sequence[NamedSentence]) -> Any:
        """Return the tensors of these sentences."""
        self.data = [
            [
                [
                    list(s.words),
                    [self.vocab["char"].map(list(word)) for word in s.words],
                    self.vocab["tag"].map([(tag,) for tag in bioes(s)]),
                ]
                for s in sentences
            ]
        ]
        return self[0]


def bioes(sentence: NamedSentence) -> list[str]:
    """Return a tag for each word: B, I and E inside a name, S for a name of one word.

    >>> bioes(NamedSentence(words=("Ada",), glued=(False,), names=(Name(first=0, end=1, kind="PER"),)))
    ['S-PER']
    """
    tags = sentence.tags()
    for name in sentence.names:
        tags[name.end - 1] = f"{'S' if name.end - name.first == 1 else 'E'}-{name.kind}"
    return tags


def _drop_zeros(model: Any) -> None:
    """Take the corrections to the vectors out of a model that was trained without any: they are a table of zeros."""
    if model.delta_emb is not None and not model.delta_emb.weight.any():
        model.delta_emb = None
        del model.vocab._vocabs["delta"]


def _vocabulary(train: Sequence[NamedSentence], words: Any) -> Any:
    """Return Stanza's vocabularies; without ``delta``, a table of zeros as long as the vectors are not trained."""
    data = [[(word, (tag,)) for word, tag in zip(s.words, bioes(s), strict=True)] for s in train]
    tags = [[((tag,),) for _, (tag,) in sentence] for sentence in data]
    every_tag = [[((f"{position}-{kind}",),) for kind in KINDS for position in "BIES"] + [(("O",),)]]
    return MultiVocab(
        {
            "char": CharVocab(data, SHORTHAND),
            "tag": CompositeVocab(tags + every_tag, SHORTHAND, idx=0, sep=None),
            "word": words,
        }
    )
