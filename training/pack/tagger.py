"""The tagger: Stanza's model, vocabulary, optimiser and file, with a loss that computes the same in fewer moves."""

import random
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from stanza.models import tagger as stanza_tagger
from stanza.models.common.utils import set_random_seed, tensor_unsort, update_word_cutoff
from stanza.models.pos.data import Dataset
from stanza.models.pos.trainer import Trainer
from stanza.utils.conll import CoNLL
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence

from training.pack.settings import Settings

COLUMNS = ("upos", "xpos", "feats")
EVALUATION_BATCH = 100
# Stanza's options that say how to train; the others say what the model is, and a model to go on from has them already.
OF_TRAINING = (
    *("optim", "lr", "beta2", "initial_weight_decay", "max_grad_norm", "seed"),
    *("dropout", "word_dropout", "rec_dropout", "char_rec_dropout", "augment_nopunct", "drop_initial_punct_prob"),
)


class TaggerLearner:
    """A tagger under training (see `training.pack.loop.Learner`)."""

    def __init__(
        self, settings: Settings, *, train: Path, dev: Mapping[str, Path], vectors: Path, start: Path | None = None
    ) -> None:
        """Read the treebanks; `dev` maps a name to a treebank, and the first one picks the best model.

        `start` is a trained tagger to go on from: its sizes and vocabulary are kept, whatever the settings say of them.
        """
        arguments = ["--lang", "en", "--shorthand", "en_comb", "--cpu", "--wordvec_pretrain_file", str(vectors)]
        options = stanza_tagger.parse_args([*arguments, *settings.stanza])
        options["seed"] = settings.schedule.seed
        set_random_seed(settings.schedule.seed)
        pretrain = stanza_tagger.load_pretrain(options)
        document = CoNLL.conll2doc(input_file=str(train))
        if start is None:
            options["word_cutoff"] = update_word_cutoff(pretrain, options["word_cutoff"])
            vocab = Dataset.init_vocab([document], options)
            self._trainer = Trainer(args=options, vocab=vocab, pretrain=pretrain, device="cpu")
        else:
            kept = {name: options[name] for name in OF_TRAINING}
            self._trainer = Trainer(args=kept, model_file=str(start), pretrain=pretrain, device="cpu")
        options, self.vocab = self._trainer.args, self._trainer.vocab
        # no path of the machine that trained belongs into the file
        options.update(wordvec_pretrain_file=None, train_file=None, eval_file=None, save_dir="", save_name="pos.pt")
        self._train = Dataset(document, options, pretrain, vocab=self.vocab, evaluation=False)
        self._dev = {
            name: Dataset(CoNLL.conll2doc(input_file=str(path)), options, pretrain, vocab=self.vocab, evaluation=True)
            for name, path in dev.items()
        }
        self.max_gradient = float(options["max_grad_norm"])

    @property
    def model(self) -> torch.nn.Module:
        """Stanza's tagger."""
        model: torch.nn.Module = self._trainer.model
        return model

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """Stanza's optimiser for it."""
        optimizer: torch.optim.Optimizer = self._trainer.optimizers["general_optimizer"]
        return optimizer

    @cached_property
    def lengths(self) -> Sequence[int]:
        """Words of each training sentence."""
        return [len(sample.text) for sample in self._train.data]

    def loss(self, sentences: Sequence[int]) -> Tensor:
        """Return the loss on these training sentences."""
        return tagger_loss(self._trainer.model, self._train.collate_fn([self._train[i] for i in sentences]))

    def evaluate(self) -> dict[str, float]:
        """Return the share of words with the right tag on gold words, in percent, by column and treebank."""
        scores: dict[str, float] = {}
        state = random.getstate(), torch.get_rng_state()
        for name, data in self._dev.items():
            right, words = [0, 0, 0], 0
            by_length = sorted(range(len(data)), key=lambda i: len(data.data[i].text))
            for start in range(0, len(by_length), EVALUATION_BATCH):
                chosen = by_length[start : start + EVALUATION_BATCH]
                with torch.no_grad():
                    predicted = self._trainer.predict(data.collate_fn([data[i] for i in chosen]))
                for index, tags in zip(chosen, predicted, strict=True):
                    gold = [self.vocab[c].unmap(t) for c, t in zip(COLUMNS, data.data[index].tags, strict=True)]
                    words += len(tags)
                    for column in range(len(COLUMNS)):
                        right[column] += sum(g == p[column] for g, p in zip(gold[column], tags, strict=True))
            for label, count in zip(COLUMNS, right, strict=True):
                scores[f"{name} {label}"] = round(100 * count / words, 3)
        random.setstate(state[0])
        torch.set_rng_state(state[1])
        return {"score": next(iter(scores.values())), **scores}

    def save(self, path: Path) -> None:
        """Write the tagger as Stanza loads it."""
        self._trainer.save(str(path))


def tagger_loss(model: Any, batch: Any) -> Tensor:
    """Return the loss that Stanza's `Tagger.forward` gives for `batch` (``--share_hid``, no character language model).

    It is the same sum of cross entropies; a third less time goes into a step because the characters' states are
    summed without padding them and the heads of the features share one multiplication.
    """
    lengths = [int(length) for length in batch.lens]
    sentences = len(lengths)

    def pack(padded: Tensor) -> PackedSequence:
        return pack_padded_sequence(padded, lengths, batch_first=True)

    frequent = pack(model.word_emb(batch.words))
    pretrained = pack(model.trans_pretrained(model.pretrained_emb(batch.pretrained)))
    by_word = _character_states(model.charmodel, batch)
    characters = pack_sequence(by_word.split(lengths)).data  # type: ignore[no-untyped-call]
    inputs = torch.cat([frequent.data, pretrained.data, model.trans_char(model.drop(characters))], 1)
    inputs = model.drop(model.worddrop(inputs, model.drop_replacement))
    start = tuple(
        init.expand(-1, sentences, -1).contiguous() for init in (model.taggerlstm_h_init, model.taggerlstm_c_init)
    )
    states, _ = model.taggerlstm(PackedSequence(inputs, frequent.batch_sizes), lengths, hx=start)
    hidden = functional.relu(model.upos_hid(model.drop(states.data)))

    upos, xpos, feats = (pack(tags).data for tags in batch.tags)
    total: Tensor = model.crit(model.upos_clf(model.drop(hidden)), upos)
    total = total + model.crit(model.tag_clf["xpos"](model.drop(hidden)), xpos)
    heads = list(model.tag_clf["feats"])
    together = functional.linear(
        model.drop(hidden), torch.cat([head.weight for head in heads]), torch.cat([head.bias for head in heads])
    )
    for column, scores in enumerate(torch.split(together, [head.out_features for head in heads], 1)):
        total = total + model.crit(scores, feats[:, column])
    return total


def _character_states(layer: Any, batch: Any) -> Tensor:
    """Return the attention-weighted sum of the character LSTM's states, shape (words, hidden), in sentence order."""
    embedded = layer.dropout(layer.char_emb(batch.wordchars))
    words = embedded.size(0)
    packed = pack_padded_sequence(embedded, batch.word_lens, batch_first=True)
    start = tuple(init.expand(-1, words, -1).contiguous() for init in (layer.charlstm_h_init, layer.charlstm_c_init))
    states, _ = layer.charlstm(packed, batch.word_lens, hx=start)
    weights = torch.sigmoid(layer.char_attn(layer.dropout(states.data)))
    # a packed sequence holds, time step by time step, the first n words that are still running
    word_of = torch.cat([torch.arange(running) for running in states.batch_sizes.tolist()])
    summed = torch.zeros(words, states.data.size(1)).index_add(0, word_of, states.data * weights)
    restored: Tensor = tensor_unsort(summed, batch.word_orig_idx)
    return restored
