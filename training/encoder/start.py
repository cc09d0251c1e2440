"""The network of a pack, read back from its graph, so that a training can go on where another ended.

Checkpoints (weights and optimiser, 250 MB) are not kept with the packs. The graph's 8-bit weights are within half a
hundred-and-twenty-eighth of a column's largest, which a few steps of training make good.

A narrower network than the pack's takes the strongest units of each layer.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from training.encoder.model import INNER, LAYERS, Network, narrowed
from training.encoder.packing import FILES, NAMES_OUTSIDE

_PREFIX = "network."
_QUANTISED, _SCALE, _ZERO = "_quantized", "_scale", "_zero_point"
_MIXES = ("mix_tags", "mix_tree", "mix_quotes")


def load_pack(network: Network, pack: Path, outside: int) -> None:
    """Fill the network with the weights of the pack in that folder; ``outside`` is the number of the tag *no name*.

    Raises ValueError where the pack's graph lacks a weight or has another shape, for instance because its labels are
    not those of the material.
    """
    state = _state(pack)
    state["ner.bias"][outside] -= NAMES_OUTSIDE
    with np.load(pack / FILES["relations"], allow_pickle=False) as data:
        state["rel"], state["rel_root"] = (torch.from_numpy(data[k].astype(np.float32)) for k in ("weight", "root"))
    _narrow_relations(state, network.REL)
    for number in range(LAYERS):
        layer = f"encoder.layers.{number}"
        up, bias, down = f"{layer}.up.weight", f"{layer}.up.bias", f"{layer}.down.weight"
        state[up], state[bias], state[down] = narrowed(state[up], state[bias], state[down], INNER)
    wanted = network.state_dict()
    wrong = [n for n in wanted if n not in state or state[n].shape != wanted[n].shape]
    if wrong:
        raise ValueError(f"{pack}: its graph does not fit this network in {', '.join(sorted(wrong)[:5])}")
    network.load_state_dict({n: state[n] for n in wanted})


def _narrow_relations(state: dict[str, Tensor], width: int) -> None:
    """Keep the ``width`` strongest units of either side of the relations' bilinear form, and its constant."""
    for side, axis in (("rel_dependent", 1), ("rel_head", 2)):
        form = state["rel"].transpose(1, axis)
        strength = state[f"{side}.linear.weight"].norm(dim=1) * form[:, :-1].norm(dim=(0, 2))
        kept = strength.topk(min(width, len(strength))).indices.sort().values
        state[f"{side}.linear.weight"] = state[f"{side}.linear.weight"][kept]
        state[f"{side}.linear.bias"] = state[f"{side}.linear.bias"][kept]
        form = form[:, torch.cat([kept, torch.tensor([len(strength)])])]
        state["rel"] = form.transpose(1, axis).contiguous()
        if side == "rel_head":
            state["rel_root"] = state["rel_root"][kept]


def _state(pack: Path) -> dict[str, Tensor]:
    graph = onnx.load(str(pack / FILES["encoder"])).graph
    values = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.initializer}
    # the exporter keeps equal values once
    values |= {n.output[0]: values[n.input[0]] for n in graph.node if n.op_type == "Identity" and n.input[0] in values}

    def exact(name: str) -> Tensor:
        return (values[name + _QUANTISED].float() - values[name + _ZERO].float()) * values[name + _SCALE]

    state = {
        n.removeprefix(_PREFIX): v for n, v in values.items() if n.startswith(_PREFIX) and v.dtype == torch.float32
    }
    # a product and the sum after it bear the same path; the sum names the module by its bias
    products = {n.name.removesuffix("MatMul_quant"): n.input[1] for n in graph.node if n.op_type == "MatMulInteger"}
    for node in graph.node:
        if node.op_type == "Add" and node.input[0].endswith(".bias") and node.name.removesuffix("Add") in products:
            weight = products[node.name.removesuffix("Add")].removesuffix(_QUANTISED)
            module = node.input[0].removeprefix(_PREFIX).removesuffix(".bias")
            state[f"{module}.weight"] = exact(weight).T.contiguous()
    for kind in ("word", "case", "marks", "starts"):
        state[f"encoder.{kind}.weight"] = exact(f"{_PREFIX}encoder.{kind}.weight")
    mixed = [node.input[0] for node in graph.node if node.op_type == "Einsum"]
    for mix, name in zip(_MIXES, mixed, strict=True):
        state[f"{mix}.weights"] = values[name].log()
    return state
