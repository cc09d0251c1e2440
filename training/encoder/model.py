"""The network: MiniLM-L6 (Wang et al. 2020) with heads for every step, in plain PyTorch.

One pass over a window gives all: universal and treebank tags, features, lemma rules, arcs and relations (biaffine,
Dozat and Manning 2017), named entities, and for quotes the parts (content, source, cue) and, for each word of a content
or a source, the cue that it belongs to (a pointer, as an arc is).

Attention costs the square of what it looks over. A network's lowest layers may look about in blocks of a window alone,
every second of them in blocks that begin in the middle of the others'.

Shapes: ``b`` windows, ``n`` word pieces, ``w`` words, ``d`` = 384.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from service.parse.encoding import CASE_CLASSES, MARK_CLASSES, START_CLASSES

WIDTH, HEADS = 384, 12
VOCABULARY, POSITIONS = 30_522, 512
PARTS = ("content", "source", "cue")
POINTERS = ("content", "source")
NORM_EPSILON = 1e-12


class Shape(NamedTuple):
    """How large the encoder is; by default as the pack's is. MiniLM has six layers and 1,536 inner units.

    ``inner``: units between the two sublayers. ``local``: how many layers, from the lowest, attend in blocks.
    """

    layers: int = 6
    inner: int = 1152
    local: int = 0


# the pack's
SHAPE = Shape()


class Sizes(NamedTuple):
    """How many classes each head tells apart."""

    upos: int
    xpos: int
    feats: int
    lemma: int
    deprel: int
    ner: int


class Batch(NamedTuple):
    """Inputs; all but ``first`` are (b, n). ``first`` (b, w): the first piece of each word, 0 where there is none.

    ``mask``: the window's own pieces. ``block`` and ``shifted``: the block of each piece, also of those that fill the
    last one up, and -1 beyond (``service.parse.encoding.blocks``); shifted ones begin in the middle of the others, the
    first and the last half together being one.
    """

    ids: Tensor
    mask: Tensor
    case: Tensor
    marks: Tensor
    starts: Tensor
    first: Tensor
    block: Tensor
    shifted: Tensor


def kept_layers(have: int, wanted: int) -> list[int]:
    """Which of ``have`` layers a network of ``wanted`` begins with: the first, the last, and others evenly between.

    >>> kept_layers(6, 5), kept_layers(6, 4), kept_layers(5, 5), kept_layers(6, 1)
    ([0, 1, 2, 4, 5], [0, 2, 3, 5], [0, 1, 2, 3, 4], [0])
    """
    return [round(k * (have - 1) / max(1, wanted - 1)) for k in range(min(wanted, have))]


def narrowed(up: Tensor, bias: Tensor, down: Tensor, inner: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return ``up`` (units, in), its ``bias`` and ``down`` (out, units) with the ``inner`` strongest units alone.

    Those with the largest product of what goes in and what comes out: magnitude pruning (Han et al. 2015), of units.

    >>> up, down = torch.tensor([[3.0], [0.1], [2.0]]), torch.tensor([[1.0, 1.0, 1.0]])
    >>> [x.flatten().tolist() for x in narrowed(up, torch.tensor([0.0, 1.0, 2.0]), down, 2)]
    [[3.0, 2.0], [0.0, 2.0], [1.0, 1.0]]
    """
    kept = (up.norm(dim=1) * down.norm(dim=0)).topk(min(inner, len(up))).indices.sort().values
    return up[kept], bias[kept], down[:, kept]


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self, inner: int, dropout: float) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, NORM_EPSILON)
        self.up = nn.Linear(WIDTH, inner)
        self.down = nn.Linear(inner, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, NORM_EPSILON)
        self.dropout = dropout

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return the new states or scores, one for each of the old."""
        b, n, _ = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        a = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        a = a.transpose(1, 2).reshape(b, n, WIDTH)
        x = self.norm1(x + functional.dropout(self.out(a), self.dropout, self.training))
        y = self.down(functional.gelu(self.up(x)))
        found: Tensor = self.norm2(x + functional.dropout(y, self.dropout, self.training))
        return found


def _bias(seen: Tensor) -> Tensor:
    """What is added to a score of attention: nothing where the one sees the other."""
    return torch.where(seen, 0.0, -1e4)


class Encoder(nn.Module):
    """Word pieces to states: the embedding's and each layer's."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.word = nn.Embedding(VOCABULARY, WIDTH)
        self.position = nn.Embedding(POSITIONS, WIDTH)
        self.case = nn.Embedding(CASE_CLASSES, WIDTH)
        self.marks = nn.Embedding(MARK_CLASSES, WIDTH)
        self.starts = nn.Embedding(START_CLASSES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, NORM_EPSILON)
        self.layers = nn.ModuleList(Layer(shape.inner, dropout) for _ in range(shape.layers))
        # what the pretrained network has not seen starts as nothing
        for added in (self.case, self.marks, self.starts):
            nn.init.zeros_(added.weight)
        self.word.weight.requires_grad = False

    def load_pretrained(self, folder: Path) -> None:
        """Read the weights of a Hugging Face folder of MiniLM, as many of its layers and inner units as fit."""
        w = {k.removeprefix("bert."): v.float() for k, v in load_file(folder / "model.safetensors").items()}
        self.word.weight.data = w["embeddings.word_embeddings.weight"]
        types = w["embeddings.token_type_embeddings.weight"][0]
        self.position.weight.data = w["embeddings.position_embeddings.weight"] + types
        for kind in ("weight", "bias"):
            getattr(self.norm, kind).data = w[f"embeddings.LayerNorm.{kind}"]
        have = 1 + max(int(name.split(".")[2]) for name in w if name.startswith("encoder.layer."))
        for layer, number in zip(self.layers, kept_layers(have, self.shape.layers), strict=True):
            assert isinstance(layer, Layer)  # noqa: S101 - a ModuleList does not say what it holds
            p = f"encoder.layer.{number}."
            for kind in ("weight", "bias"):
                getattr(layer.qkv, kind).data = torch.cat(
                    [w[f"{p}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
                )
                getattr(layer.out, kind).data = w[f"{p}attention.output.dense.{kind}"]
                getattr(layer.norm1, kind).data = w[f"{p}attention.output.LayerNorm.{kind}"]
                getattr(layer.norm2, kind).data = w[f"{p}output.LayerNorm.{kind}"]
            up, down = w[f"{p}intermediate.dense.weight"], w[f"{p}output.dense.weight"]
            found = narrowed(up, w[f"{p}intermediate.dense.bias"], down, self.shape.inner)
            layer.up.weight.data, layer.up.bias.data, layer.down.weight.data = found
            layer.down.bias.data = w[f"{p}output.dense.bias"]

    def forward(self, batch: Batch) -> list[Tensor]:
        """Return the states (b, n, d) of the embedding and of each layer."""
        states = [self.embed(batch)]
        local = self.shape.local
        # where a window is filled up to whole blocks, what fills it is seen like any piece
        seen = (batch.block >= 0) if local else batch.mask
        whole = _bias(seen[:, None, None, :])
        inside = [
            _bias((x[:, :, None] == x[:, None, :])[:, None]) for x in (batch.block, batch.shifted)[: max(local, 0)]
        ]
        for number, layer in enumerate(self.layers):
            states.append(layer(states[-1], inside[number % 2] if number < local else whole))
        return states

    def embed(self, batch: Batch) -> Tensor:
        """Return the state (b, n, d) before the first layer."""
        x = self.word(batch.ids) + self.position.weight[: batch.ids.shape[1]]
        x = x + self.case(batch.case) + self.marks(batch.marks) + self.starts(batch.starts)
        normed: Tensor = self.norm(x)
        return normed


class Hidden(nn.Module):
    """A hidden layer of a head."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.linear = nn.Linear(WIDTH, width)
        self.dropout = dropout

    def forward(self, x: Tensor) -> Tensor:
        """Return the new states or scores, one for each of the old."""
        return functional.dropout(functional.gelu(self.linear(x)), self.dropout, self.training)


class Biaffine(nn.Module):
    """Scores (b, w, w + 1) of each word for being the head of each: column 0 is the root, or no head."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.dependent = Hidden(width, dropout)
        self.head = Hidden(width, dropout)
        self.root = nn.Parameter(torch.zeros(width))
        self.weight = nn.Linear(width, width)
        nn.init.zeros_(self.weight.weight)
        self.bias = nn.Linear(width, 1)

    def forward(self, words: Tensor) -> Tensor:
        """Return the new states or scores, one for each of the old."""
        dependent, head = self.dependent(words), self.head(words)
        head = torch.cat([self.root.expand(head.shape[0], 1, -1), head], 1)
        scores: Tensor = self.weight(dependent) @ head.transpose(1, 2) + self.bias(head).transpose(1, 2)
        return scores


class Mix(nn.Module):
    """A weighted sum of the states (Peters et al. 2018)."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(count))
        # begin with the last layer
        self.weights.data[-1] = 3.0

    def forward(self, states: Tensor) -> Tensor:
        """Return the sum (b, w, d) of states (l, b, w, d)."""
        return torch.einsum("l,lbwd->bwd", torch.softmax(self.weights, 0), states)


class Outputs(NamedTuple):
    """Scores for the words (b, w, …); the relation's two vectors are scored for chosen heads alone."""

    upos: Tensor
    xpos: Tensor
    feats: Tensor
    lemma: Tensor
    arcs: Tensor
    rel_dependent: Tensor
    rel_head: Tensor
    ner: Tensor
    parts: Tensor
    of_content: Tensor
    of_source: Tensor


class Network(nn.Module):
    """The encoder and its heads."""

    REL = 64

    def __init__(self, sizes: Sizes, dropout: float = 0.1, head_dropout: float = 0.25, *, shape: Shape = SHAPE) -> None:
        super().__init__()
        self.encoder = Encoder(shape, dropout)
        self.mix_tags, self.mix_tree, self.mix_quotes = (Mix(shape.layers + 1) for _ in range(3))
        self.tags = Hidden(320, head_dropout)
        self.upos, self.xpos = nn.Linear(320, sizes.upos), nn.Linear(320, sizes.xpos)
        self.feats, self.lemma = nn.Linear(320, sizes.feats), nn.Linear(320, sizes.lemma)
        self.arcs = Biaffine(256, head_dropout)
        self.rel_dependent, self.rel_head = Hidden(self.REL, head_dropout), Hidden(self.REL, head_dropout)
        self.rel_root = nn.Parameter(torch.zeros(self.REL))
        self.rel = nn.Parameter(torch.zeros(sizes.deprel, self.REL + 1, self.REL + 1))
        self.names = Hidden(192, head_dropout)
        self.ner = nn.Linear(192, sizes.ner)
        self.quotes = Hidden(256, head_dropout)
        # for each part: outside, begins, inside
        self.parts = nn.Linear(256, 3 * len(PARTS))
        self.of_content, self.of_source = Biaffine(192, head_dropout), Biaffine(192, head_dropout)

    def forward(self, batch: Batch) -> Outputs:
        """Return every score for every word."""
        return self.read(self.states(batch))

    def states(self, batch: Batch) -> list[Tensor]:
        """Return the states (b, w, d) of each word's first piece, the embedding's and each layer's."""
        index = batch.first[:, :, None].expand(-1, -1, WIDTH)
        return [state.gather(1, index) for state in self.encoder(batch)]

    def read(self, states: list[Tensor]) -> Outputs:
        """Return the scores of words whose states (b, w, d) these are."""
        words = torch.stack(states)
        for_tags, for_tree, for_quotes = self.mix_tags(words), self.mix_tree(words), self.mix_quotes(words)
        tags, names, quotes = self.tags(for_tags), self.names(for_quotes), self.quotes(for_quotes)
        return Outputs(
            upos=self.upos(tags),
            xpos=self.xpos(tags),
            feats=self.feats(tags),
            lemma=self.lemma(tags),
            arcs=self.arcs(for_tree),
            rel_dependent=self.rel_dependent(for_tree),
            rel_head=self.rel_head(for_tree),
            ner=self.ner(names),
            parts=self.parts(quotes),
            of_content=self.of_content(for_quotes),
            of_source=self.of_source(for_quotes),
        )

    def relations(self, dependent: Tensor, head: Tensor) -> Tensor:
        """Scores (m, relations) for m pairs of vectors (m, REL); a root's head is ``rel_root``."""
        one = torch.ones(len(dependent), 1)
        d, h = torch.cat([dependent, one], 1), torch.cat([head, one], 1)
        r, k, _ = self.rel.shape
        return ((d @ self.rel.permute(1, 0, 2).reshape(k, r * k)).view(-1, r, k) * h[:, None]).sum(-1)
