"""Distillation: a smaller network learns what a trained one says, besides what is annotated.

The teacher reads the same window; the student's classes are held to the teacher's probabilities (Hinton et al. 2015)
and the state after each of its layers to the state after the teacher's layer that it took the place of (Jiao et al.
2020). So treebanks teach quotes and articles teach trees, too.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from training.encoder.data import Targets
from training.encoder.model import PARTS, Batch, Network, Outputs, kept_layers

STATES = "states"
_CLASSES = ("upos", "xpos", "feats", "lemma", "ner")
_NEVER = -1e4


class Teacher:
    """A trained network whose weights stay as they are."""

    def __init__(self, network: Network) -> None:
        self._network = network.eval().requires_grad_(requires_grad=False)

    def losses(
        self,
        student: Network,
        states: Sequence[Tensor],
        out: Outputs,
        batch: Batch,
        targets: Targets,
        *,
        half: bool = False,
    ) -> dict[str, Tensor]:
        """Return how far the student is from the teacher: ``STATES``, and by head as ``train.losses`` names them.

        ``states`` (b, w, d) are the student's, the embedding's and each layer's; ``out`` is what it made of them.
        ``half``: the teacher computes in bfloat16.
        """
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            known = self._network.states(batch)
            said = self._network.read(known)
        known, said = [x.float() for x in known], Outputs(*(x.float() for x in said))
        words = targets.sentence >= 0
        kept = kept_layers(len(known) - 1, len(states) - 1)
        pairs = zip(states[1:], (known[number + 1] for number in kept), strict=True)
        found = {STATES: torch.stack([_apart(own[words], its[words]) for own, its in pairs]).mean()}
        for name in _CLASSES:
            found[name] = _divergence(getattr(out, name)[words], getattr(said, name)[words])
        b, w = words.shape
        parts = (x.parts.view(b, w, len(PARTS), 3)[words] for x in (out, said))
        found["parts"] = _divergence(*parts)
        inside = functional.pad(words, (1, 0), value=True)[:, None, :]
        for name in ("of_content", "of_source"):
            found[name] = _divergence(*(getattr(x, name).masked_fill(~inside, _NEVER)[words] for x in (out, said)))
        same = targets.sentence[:, :, None] == targets.sentence[:, None, :]
        allowed = functional.pad(same, (1, 0), value=True)
        own, its = (x.arcs.masked_fill(~allowed, _NEVER)[words] for x in (out, said))
        found["arc"] = _divergence(own, its)
        found["rel"] = self._relations(student, out, said, its.argmax(-1), words)
        return found

    def _relations(self, student: Network, out: Outputs, said: Outputs, head: Tensor, words: Tensor) -> Tensor:
        """Return the divergence over relations to the heads (m,) that the teacher chose: 0 the root, else 1 + word."""
        row, word = words.nonzero(as_tuple=True)
        scores = []
        for network, its in ((student, out), (self._network, said)):
            vectors = its.rel_head[row, (head - 1).clamp(min=0)]
            vectors = torch.where((head == 0)[:, None], network.rel_root, vectors)
            scores.append(network.relations(its.rel_dependent[row, word], vectors))
        return _divergence(*scores)


def _divergence(own: Tensor, its: Tensor) -> Tensor:
    """Kullback and Leibler's, of the teacher's classes from the student's; the mean over all but the last axis."""
    own, its = (functional.log_softmax(x.flatten(0, -2), -1) for x in (own, its))
    return functional.kl_div(own, its, reduction="batchmean", log_target=True)


def _apart(own: Tensor, its: Tensor) -> Tensor:
    """Return the mean square of the difference, in units of the teacher's variance."""
    return functional.mse_loss(own, its) / its.var()
