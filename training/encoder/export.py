"""The trained network as an ONNX graph with 8-bit weights, which ONNX Runtime runs in the service.

Weights of matrix products are rounded to 8 bits per output channel, activations as they come (dynamic quantisation);
the table of word pieces is kept in 8 bits too. The graph reads one window at a time: without padding there is no mask,
and ONNX Runtime's own attention (``com.microsoft.MultiHeadAttention``, tiled like flash attention) does the rest. Where
layers attend in blocks, the window comes filled up to whole blocks, with their form and half a block's size.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from training.encoder.model import HEADS, WIDTH, Batch, Layer, Network

INPUTS = ("ids", "case", "marks", "starts", "first")
# of a network with layers that attend in blocks: (blocks, -1, width); how far the shifted blocks are shifted
BLOCK_INPUTS = ("blocks", "shift")
# where the graph says how many layers these are
LOCAL_LAYERS = "local_layers"
OUTPUTS = (
    "upos", "xpos", "feats", "lemma", "arcs", "rel_dependent", "rel_head", "ner", "parts", "of_content", "of_source",
)  # fmt: skip
CLASSES = ("upos", "xpos", "feats", "lemma")


class Fused(torch.autograd.Function):
    """Attention as the operator that ONNX Runtime has for it."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor) -> Tensor:  # noqa: ARG004 - autograd hands it over
        """Attend, as the network does in training."""
        b, n, d = q.shape
        q, k, v = (x.view(b, n, HEADS, d // HEADS).transpose(1, 2) for x in (q, k, v))
        return nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, d)

    @staticmethod
    def symbolic(g: Any, q: Any, k: Any, v: Any) -> Any:
        """Return the operator for the exporter."""
        return g.op("com.microsoft::MultiHeadAttention", q, k, v, num_heads_i=HEADS).setType(q.type())


class Formed(torch.autograd.Function):
    """States in the form that an input gives."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, form: Tensor) -> Tensor:  # noqa: ARG004 - autograd hands it over
        """Return ``x`` in the form."""
        return x.reshape(form.tolist())

    @staticmethod
    def symbolic(g: Any, x: Any, form: Any) -> Any:
        """Return the operator for the exporter."""
        return g.op("Reshape", x, form).setType(x.type().with_sizes([None, None, WIDTH]))


class Rolled(torch.autograd.Function):
    """States (1, n, d) begun at piece ``by`` (1,), from the end where it is negative; what was before goes last."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, by: Tensor) -> Tensor:  # noqa: ARG004 - autograd hands it over
        """Return the states rolled."""
        return torch.roll(x, -int(by), 1)

    @staticmethod
    def symbolic(g: Any, x: Any, by: Any) -> Any:
        """Return the operators for the exporter."""
        axis, start, end = (g.op("Constant", value_t=torch.tensor([k])) for k in (1, 0, torch.iinfo(torch.int64).max))
        rolled = g.op("Concat", g.op("Slice", x, by, end, axis), g.op("Slice", x, start, by, axis), axis_i=1)
        return rolled.setType(x.type())


def _layer(layer: Layer, x: Tensor, blocks: Tensor | None) -> Tensor:
    """One layer; with ``blocks``, a window's pieces attend to those of their block alone."""
    q, k, v = layer.qkv(x).chunk(3, -1)
    if blocks is not None:
        q, k, v = (Formed.apply(part, blocks) for part in (q, k, v))  # type: ignore[no-untyped-call] # torch has none
    attended = Fused.apply(q, k, v)  # type: ignore[no-untyped-call]
    if blocks is not None:
        attended = Formed.apply(attended, torch.tensor([1, -1, WIDTH]))  # type: ignore[no-untyped-call]
    x = layer.norm1(x + layer.out(attended))
    found: Tensor = layer.norm2(x + layer.down(nn.functional.gelu(layer.up(x))))
    return found


class Exported(nn.Module):
    """The network on one window, with the best class in place of the scores where only the best is wanted."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(  # noqa: PLR0917 - the graph's inputs
        self,
        ids: Tensor,
        case: Tensor,
        marks: Tensor,
        starts: Tensor,
        first: Tensor,
        blocks: Tensor | None = None,
        shift: Tensor | None = None,
    ) -> tuple[Tensor, ...]:
        """Return the outputs in the order of ``OUTPUTS``."""
        encoder = self.network.encoder
        states = [encoder.embed(Batch(ids, ids, case, marks, starts, first, ids, ids))]
        for number, layer in enumerate(encoder.layers):
            assert isinstance(layer, Layer)  # noqa: S101 - a ModuleList does not say what it holds
            local = number < encoder.shape.local
            x = states[-1]
            if local and number % 2:
                x = Rolled.apply(x, shift)  # type: ignore[no-untyped-call]
            x = _layer(layer, x, blocks if local else None)
            if local and number % 2:
                x = Rolled.apply(x, -shift)  # type: ignore[no-untyped-call,operator]
            states.append(x)
        out = self.network.read([state[0, first[0]][None] for state in states])
        return tuple(
            getattr(out, name).argmax(-1).to(torch.int32) if name in CLASSES else getattr(out, name) for name in OUTPUTS
        )


def export(network: Network, target: Path, *, quantised: bool = True) -> None:
    """Write the graph to ``target``."""
    network.eval()
    local = network.encoder.shape.local
    n, w = 12, 8
    example = (*(torch.zeros(1, n, dtype=torch.long) for _ in range(4)), torch.arange(w)[None])
    if local:
        example += (torch.tensor([2, -1, WIDTH]), torch.tensor([3]))
    pieces, words = {1: "n"}, {1: "w"}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # torch would rather use its newer exporter, which cannot write an operator of ONNX Runtime's own
        warnings.simplefilter("ignore")
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            # the exporter puts it back into the mode that it came in, and the network with it
            Exported(network).eval(),
            example,
            str(plain),
            input_names=[*INPUTS, *(BLOCK_INPUTS if local else ())],
            output_names=list(OUTPUTS),
            dynamic_axes={name: words if name == "first" else pieces for name in INPUTS}
            | dict.fromkeys(OUTPUTS, words),
            opset_version=17,
            custom_opsets={"com.microsoft": 1},
            dynamo=False,
        )
        if quantised:
            quantize_dynamic(
                str(plain),
                str(target),
                weight_type=QuantType.QInt8,
                per_channel=True,
                op_types_to_quantize=["MatMul", "Gemm", "Gather"],
                extra_options={"MatMulConstBOnly": True},
            )
        made = onnx.load(str(target if quantised else plain))
        onnx.helper.set_model_props(made, {LOCAL_LAYERS: str(local)})
        onnx.save(made, str(target))
