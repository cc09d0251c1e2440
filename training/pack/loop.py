"""One training loop for all models: batches of like lengths, an annealed rate, checkpoints that resume exactly.

Stanza's own loop for names lowers the rate when the score stalls, and cannot resume. On few CPU hours a rate that
falls to nothing over the last part of the run is worth more than the same steps at a constant rate. So the loop is
ours, while model, loss, optimiser and file format are Stanza's.
"""

import json
import logging
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import torch

from training.pack.settings import Schedule

log = logging.getLogger(__name__)

# Sentences are sorted by length inside pools of this many batches: short enough to stay random, long enough that a
# batch holds sentences of like length, which a packed LSTM on a CPU needs to be quick.
POOL_BATCHES = 12


class Learner(Protocol):
    """A model under training, as the loop sees it."""

    @property
    def model(self) -> torch.nn.Module:
        """The module whose weights are trained."""

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """The optimiser of those weights."""

    @property
    def lengths(self) -> Sequence[int]:
        """Words of each training sentence."""

    def loss(self, sentences: Sequence[int]) -> torch.Tensor:
        """Return the loss on the training sentences with these indices (scalar)."""

    def evaluate(self) -> Mapping[str, float]:
        """Return the scores on the development data in percent; ``"score"`` picks the best model."""

    def save(self, path: Path) -> None:
        """Write the model as Stanza loads it."""


def epoch_batches(lengths: Sequence[int], *, words: int, seed: int) -> list[list[int]]:
    """Return a shuffled partition of the sentence indices into batches of at most about `words` words.

    The same arguments give the same batches.

    >>> sorted(i for batch in epoch_batches([3, 9, 4, 2], words=6, seed=1) for i in batch)
    [0, 1, 2, 3]
    """
    draw = random.Random(seed)  # noqa: S311  # shuffling, not secrets
    order = list(range(len(lengths)))
    draw.shuffle(order)
    batches: list[list[int]] = []
    pool: list[int] = []
    for index in order:
        pool.append(index)
        if sum(lengths[i] for i in pool[-1:]) and len(pool) * _mean(lengths) >= POOL_BATCHES * words:
            batches += _cut(pool, lengths, words)
            pool = []
    batches += _cut(pool, lengths, words)
    draw.shuffle(batches)
    return batches


def _mean(lengths: Sequence[int]) -> float:
    return sum(lengths) / len(lengths)


def _cut(pool: list[int], lengths: Sequence[int], words: int) -> list[list[int]]:
    batches: list[list[int]] = []
    held = words + 1
    for index in sorted(pool, key=lambda i: lengths[i]):
        if held + lengths[index] > words:
            batches.append([])
            held = 0
        batches[-1].append(index)
        held += lengths[index]
    return batches


def train(learner: Learner, schedule: Schedule, folder: Path, *, max_gradient: float) -> dict[str, Any]:
    """Train to the end of `schedule`, going on from the checkpoint in `folder` if there is one.

    Writes ``best.pt`` (the model with the best development score), ``checkpoint.pt`` and ``history.json`` into
    `folder`, and returns the history.
    """
    folder.mkdir(parents=True, exist_ok=True)
    history = _resume(learner, folder)
    lengths = learner.lengths
    started = time.monotonic()
    epoch, batches = -1, [[0]]
    total, counted = 0.0, 0
    step = history["step"]
    per_epoch = len(epoch_batches(lengths, words=schedule.batch_words, seed=schedule.seed))
    while step < schedule.steps:
        # The number of batches varies a little between epochs; an epoch here is `per_epoch` steps, and a batch more
        # or less at its end is left to chance by taking the index modulo.
        if step // per_epoch != epoch:
            epoch = step // per_epoch
            batches = epoch_batches(lengths, words=schedule.batch_words, seed=schedule.seed + epoch)
        sentences = batches[step % per_epoch % len(batches)]
        step += 1
        for group in learner.optimizer.param_groups:
            group["lr"] = schedule.rate(step)
        learner.model.train()
        learner.optimizer.zero_grad()
        loss = learner.loss(sentences)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learner.model.parameters(), max_gradient)
        learner.optimizer.step()
        total, counted = total + loss.item(), counted + 1
        if step % schedule.evaluate_every == 0 or step == schedule.steps:
            scores = dict(learner.evaluate())
            seconds = history["seconds"] + time.monotonic() - started
            history["scores"].append({"step": step, "loss": total / counted, "seconds": round(seconds), **scores})
            log.info("%s", history["scores"][-1])
            if scores["score"] >= max(entry["score"] for entry in history["scores"]):
                learner.save(folder / "best.pt")
            _checkpoint(learner, folder, {**history, "step": step, "seconds": seconds})
            total, counted = 0.0, 0
    return history


def _checkpoint(learner: Learner, folder: Path, history: dict[str, Any]) -> None:
    """Write everything that the next step depends on; the old checkpoint stays until the new one is whole."""
    state = {
        "model": learner.model.state_dict(),
        "optimizer": learner.optimizer.state_dict(),
        "torch": torch.get_rng_state(),
        "random": random.getstate(),
        "history": history,
    }
    torch.save(state, folder / "checkpoint.new")
    (folder / "checkpoint.new").replace(folder / "checkpoint.pt")
    (folder / "history.json").write_text(json.dumps(history, indent=1) + "\n", encoding="utf-8")


def _resume(learner: Learner, folder: Path) -> dict[str, Any]:
    path = folder / "checkpoint.pt"
    if not path.exists():
        return {"step": 0, "seconds": 0.0, "scores": []}
    # weights_only would refuse the state of Python's random generator; the file is our own.
    state = torch.load(path, weights_only=False)
    learner.model.load_state_dict(state["model"])
    learner.optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["torch"])
    random.setstate(state["random"])
    history: dict[str, Any] = state["history"]
    log.info("going on from step %d", history["step"])
    return history
