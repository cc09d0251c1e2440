"""The training loop: several processes, one thread each, that average their gradients.

    python -m training.encoder train --work WORK [--settings TOML] [--processes N]

Each process takes one batch of treebank windows and one of article windows a step. A checkpoint (weights, optimiser,
step) is written every ``checkpoint_steps``; the same command goes on from there. The schedule is read anew then, so a
run can be made longer or shorter.
"""

from __future__ import annotations

import logging
import os
import pickle
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
import torch.distributed as dist
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from training.encoder.data import IGNORED, Coder, Document, Encoded, Labels, Targets, batches
from training.encoder.distil import STATES, Teacher
from training.encoder.model import Batch, Network, Outputs, Shape
from training.encoder.start import load_pack, read_pack

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a training is run with; counts are per process."""

    steps: int
    warmup_steps: int = 80
    treebank_pieces: int = 1280
    article_pieces: int = 1280
    encoder_rate: float = 2e-4
    head_rate: float = 1.5e-3
    last_rate: float = 0.02
    weight_decay: float = 0.01
    max_gradient: float = 2.0
    dropout: float = 0.1
    head_dropout: float = 0.25
    swaps: float = 0.4
    seed: int = 1
    checkpoint_steps: int = 100
    # products in bfloat16: twice as fast on a processor that has them (AVX-512 BF16), slower on one that has not
    half: bool = False
    # the network's shape (``model.Shape``)
    layers: int = 6
    inner: int = 1152
    local: int = 0
    # with a teacher: what its word weighs beside the annotation's, and what the states do
    taught: float = 1.0
    taught_states: float = 1.0


WEIGHTS = {
    "upos": 0.5,
    "xpos": 0.4,
    "feats": 0.4,
    "lemma": 0.4,
    "ner": 0.7,
    "arc": 1.0,
    "rel": 1.0,
    "parts": 2.0,
    "of_content": 0.6,
    "of_source": 0.6,
}


def losses(network: Network, out: Outputs, targets: Targets) -> dict[str, Tensor]:
    """Return the loss of each head that has anything to learn from in this batch, which it answered with ``out``."""
    found: dict[str, Tensor] = {}

    def classify(name: str, scores: Tensor, wanted: Tensor) -> None:
        if bool((wanted != IGNORED).any()):
            found[name] = functional.cross_entropy(scores.flatten(0, -2), wanted.flatten(), ignore_index=IGNORED)

    for k, name in enumerate(("upos", "xpos", "feats", "lemma")):
        classify(name, getattr(out, name), targets.labels[:, :, k])
    classify("ner", out.ner, targets.labels[:, :, 5])
    same = targets.sentence[:, :, None] == targets.sentence[:, None, :]
    allowed = functional.pad(same, (1, 0), value=True)
    has_tree = (targets.heads != IGNORED).any(1)
    if bool(has_tree.any()):
        arcs = out.arcs[has_tree].masked_fill(~allowed[has_tree], -1e4)
        classify("arc", arcs, targets.heads[has_tree])
        known = (targets.heads != IGNORED) & (targets.labels[:, :, 4] != IGNORED)
        row, word = known.nonzero(as_tuple=True)
        head = targets.heads[row, word]
        vectors = torch.where((head == 0)[:, None], network.rel_root, out.rel_head[row, (head - 1).clamp(min=0)])
        found["rel"] = functional.cross_entropy(
            network.relations(out.rel_dependent[row, word], vectors), targets.labels[row, word, 4]
        )
    if bool((targets.parts != IGNORED).any()):
        b, w, p = targets.parts.shape
        classify("parts", out.parts.view(b, w, p, 3), targets.parts)
        inside = functional.pad(targets.sentence >= 0, (1, 0), value=True)[:, None, :]
        classify("of_content", out.of_content.masked_fill(~inside, -1e4), targets.pointers[:, :, 0])
        classify("of_source", out.of_source.masked_fill(~inside, -1e4), targets.pointers[:, :, 1])
    return found


class Swaps:
    """Named entities exchanged for others of their kind and length, the same for the same within a window.

    The news of one year names few people again and again; exchanged, the words around them are what is learnt.
    """

    def __init__(self, documents: Sequence[Sequence[Encoded]], kinds: Sequence[str]) -> None:
        self._pool: dict[tuple[str, int], list[tuple[list[list[int]], list[int]]]] = defaultdict(list)
        self._kinds = kinds
        for document in documents:
            for sentence in document:
                for kind, first, end in self._names(sentence):
                    self._pool[kind, end - first].append((sentence.pieces[first:end], sentence.case[first:end]))

    def _names(self, sentence: Encoded) -> Iterator[tuple[str, int, int]]:
        at = 0
        tags = [self._kinds[row[5]] if row[5] >= 0 else "O" for row in sentence.labels]
        while at < len(tags):
            end = at + 1
            if tags[at].startswith("B-"):
                while end < len(tags) and tags[end] == "I" + tags[at][1:]:
                    end += 1
                yield tags[at][2:], at, end
            at = end

    def swapped(self, document: Sequence[Encoded], share: float, rng: random.Random) -> list[Encoded]:
        """Return the document with a share of its names exchanged."""
        chosen: dict[tuple[str, str], tuple[list[list[int]], list[int]] | None] = {}
        found = []
        for sentence in document:
            names = list(self._names(sentence))
            if not names:
                found.append(sentence)
                continue
            pieces, case = list(sentence.pieces), list(sentence.case)
            for kind, first, end in names:
                key = (kind, str(sentence.pieces[first:end]))
                if key not in chosen:
                    pool = self._pool[kind, end - first]
                    chosen[key] = rng.choice(pool) if rng.random() < share else None
                other = chosen[key]
                if other is not None:
                    pieces[first:end], case[first:end] = other
            found.append(replace(sentence, pieces=pieces, case=case))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What ``prepare`` wrote: documents by kind, and the label sets."""

    labels: Labels
    treebank: list[Document]
    articles: list[Document]

    @classmethod
    def read(cls, path: Path) -> Material:
        """Read what ``prepare`` wrote; the file is our own and never comes from elsewhere."""
        with path.open("rb") as file:
            found: Material = pickle.load(file)  # noqa: S301
        return found


def train(  # noqa: PLR0917
    work: Path,
    pretrained: Path,
    settings: Settings,
    rank: int,
    world: int,
    start: Path | None = None,
    teacher: Path | None = None,
) -> None:
    """Train, or go on; process ``rank`` of ``world``. ``work/checkpoint.pt`` is what a stopped run goes on from.

    A new run starts from the pretrained encoder, or from the pack in the folder ``start``. The pack in the folder
    ``teacher`` says what the network should say wherever nobody annotated it, and besides.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    if world > 1:
        dist.init_process_group("gloo", rank=rank, world_size=world)
    torch.manual_seed(settings.seed)
    material = Material.read(work / "material.pkl")
    coder = Coder(Tokenizer.from_file(str(pretrained / "tokenizer.json")), material.labels)
    coder_documents = [[coder.document(d) for d in part] for part in (material.treebank, material.articles)]
    network = _begun(material.labels, settings, pretrained, start)
    taught = Teacher(read_pack(teacher, material.labels)) if teacher is not None else None
    named = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
    optimizer = _optimizer(named, settings)
    step, checkpoint = 0, work / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        step = state["step"]
    # another order in each process and after each start
    rng = random.Random(settings.seed * 1000 + rank + 17 * step)  # noqa: S311  # an order, not a secret
    torch.manual_seed(settings.seed * 1000 + rank + 17 * step)
    swaps = Swaps(coder_documents[0] + coder_documents[1], material.labels.ner)
    sources = [
        _endless(coder_documents[0], coder, settings.treebank_pieces, swaps, settings.swaps / 2, rng),
        _endless(coder_documents[1], coder, settings.article_pieces, swaps, settings.swaps, rng),
    ]
    network.train()
    began, seen = time.time(), 0
    means: dict[str, float] = {}
    while step < settings.steps:
        rate = min(1.0, (step + 1) / settings.warmup_steps) * max(settings.last_rate, 1 - step / settings.steps)
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * rate
        optimizer.zero_grad(set_to_none=False)
        for source in sources:
            batch, targets = next(source)
            seen += int(batch.mask.sum())
            found = _step(network, taught, batch, targets, settings)
            for n, v in found.items():
                means[n] = 0.97 * means.get(n, v) + 0.03 * v
        if world > 1:
            _average([p for _, p in named], world)
        torch.nn.utils.clip_grad_norm_([p for _, p in named], settings.max_gradient)
        optimizer.step()
        step += 1
        if rank == 0 and step % 20 == 0:
            told = " ".join(f"{n} {v:.3f}" for n, v in means.items())
            log.info("step %d/%d %s | %.0f pieces/s/process", step, settings.steps, told, seen / (time.time() - began))
        if rank == 0 and (step % settings.checkpoint_steps == 0 or step == settings.steps):
            _save(checkpoint, network, optimizer, step)


def _begun(labels: Labels, settings: Settings, pretrained: Path, start: Path | None) -> Network:
    """Return the network as a new run begins with it."""
    shape = Shape(settings.layers, settings.inner, settings.local)
    network = Network(labels.sizes, settings.dropout, settings.head_dropout, shape=shape)
    network.encoder.load_pretrained(pretrained)
    if start is not None:
        load_pack(network, start, labels.index["ner"]["O"])
    return network


def _save(checkpoint: Path, network: Network, optimizer: torch.optim.Optimizer, step: int) -> None:
    """Write what ``packing.load_network`` reads, and what a stopped run goes on from."""
    state = {
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "step": step,
        "shape": tuple(network.encoder.shape),
    }
    torch.save(state, checkpoint.with_suffix(".tmp"))
    os.replace(checkpoint.with_suffix(".tmp"), checkpoint)


def _step(
    network: Network, teacher: Teacher | None, batch: Batch, targets: Targets, settings: Settings
) -> dict[str, float]:
    """Add a batch's gradients; returns its losses, those of the teacher's word with a ``~``."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=settings.half):
        states = network.states(batch)
        out = network.read(states)
    states, out = [x.float() for x in states], Outputs(*(x.float() for x in out))
    found = losses(network, out, targets)
    weighted = [WEIGHTS[n] * v for n, v in found.items()]
    if teacher is not None:
        told = teacher.losses(network, states, out, batch, targets, half=settings.half)
        weighted += [
            (settings.taught_states if n == STATES else settings.taught * WEIGHTS[n]) * v for n, v in told.items()
        ]
        found |= {f"~{n}": v for n, v in told.items()}
    torch.stack(weighted).sum().backward()  # type: ignore[no-untyped-call]
    return {n: float(v.detach()) for n, v in found.items()}


def _optimizer(named: Sequence[tuple[str, torch.nn.Parameter]], settings: Settings) -> torch.optim.Optimizer:
    """Return AdamW with a rate for the pretrained layers and one for what is new."""
    old = ("encoder.layers", "encoder.pos")
    groups = [
        {"params": [p for n, p in named if n.startswith(old)], "peak": settings.encoder_rate},
        {"params": [p for n, p in named if not n.startswith(old)], "peak": settings.head_rate},
    ]
    return torch.optim.AdamW(groups, lr=1e-4, weight_decay=settings.weight_decay, betas=(0.9, 0.98), fused=True)


def _endless(  # noqa: PLR0917
    documents: list[list[Encoded]], coder: Coder, pieces: int, swaps: Swaps, share: float, rng: random.Random
) -> Iterator[tuple[Batch, Targets]]:
    """Yield batches round after round, names exchanged anew in each."""
    while True:
        yield from batches([swaps.swapped(d, share, rng) for d in documents if d], coder, pieces, rng)


def _average(parameters: Sequence[torch.nn.Parameter], world: int) -> None:
    gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
    flat = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(flat)
    flat /= world
    at = 0
    for p in parameters:
        size = p.numel()
        p.grad = flat[at : at + size].view_as(p)
        at += size
