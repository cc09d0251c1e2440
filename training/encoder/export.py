"""The trained network as an ONNX graph with 8-bit weights, which ONNX Runtime runs in the service.

Weights of matrix products are rounded to 8 bits per output channel, activations as they come (dynamic quantisation);
the table of word pieces is kept in 8 bits too. The graph reads one window at a time: without padding there is no mask,
and ONNX Runtime's own attention (``com.microsoft.MultiHeadAttention``, tiled like flash attention) does the rest.
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

from training.encoder.model import HEADS, Batch, Layer, Network

INPUTS = ("ids", "case", "marks", "starts", "first")
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


def _layer(layer: Layer, x: Tensor) -> Tensor:
    q, k, v = layer.qkv(x).chunk(3, -1)
    x = layer.norm1(x + layer.out(Fused.apply(q, k, v)))  # type: ignore[no-untyped-call] # torch has none for it
    found: Tensor = layer.norm2(x + layer.down(nn.functional.gelu(layer.up(x))))
    return found


class Exported(nn.Module):
    """The network on one window, with the best class in place of the scores where only the best is wanted."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, case: Tensor, marks: Tensor, starts: Tensor, first: Tensor) -> tuple[Tensor, ...]:
        """Return the outputs in the order of ``OUTPUTS``."""
        encoder = self.network.encoder
        states = [encoder.embed(Batch(ids, ids, case, marks, starts, first))]
        for layer in encoder.layers:
            assert isinstance(layer, Layer)  # noqa: S101 - a ModuleList does not say what it holds
            states.append(_layer(layer, states[-1]))
        out = self.network.read([state[0, first[0]][None] for state in states])
        return tuple(
            getattr(out, name).argmax(-1).to(torch.int32) if name in CLASSES else getattr(out, name) for name in OUTPUTS
        )


def export(network: Network, target: Path, *, quantised: bool = True) -> None:
    """Write the graph to ``target``."""
    network.eval()
    n, w = 12, 8
    example = (*(torch.zeros(1, n, dtype=torch.long) for _ in range(4)), torch.arange(w)[None])
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
            input_names=list(INPUTS),
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
        else:
            onnx.save(onnx.load(str(plain)), str(target))
