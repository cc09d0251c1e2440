"""The network of a pack, read back from its graph: to go on from where it ended, or to teach a smaller one.

Checkpoints (weights and optimiser, 250 MB) are not kept with the packs. The graph's 8-bit weights are within half a
hundred-and-twenty-eighth of a column's largest, which a few steps of training make good.

A network with fewer layers takes some (``kept_layers``), a narrower one the strongest units of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from training.encoder.data import Labels
from training.encoder.export import LOCAL_LAYERS
from training.encoder.model import Network, Shape, kept_layers, narrowed
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
    shape = network.encoder.shape
    _choose_layers(state, kept_layers(_layers(state), shape.layers))
    for number in range(shape.layers):
        layer = f"encoder.layers.{number}"
        up, bias, down = f"{layer}.up.weight", f"{layer}.up.bias", f"{layer}.down.weight"
        if up in state:
            state[up], state[bias], state[down] = narrowed(state[up], state[bias], state[down], shape.inner)
    wanted = network.state_dict()
    wrong = [n for n in wanted if n not in state or state[n].shape != wanted[n].shape]
    if wrong:
        raise ValueError(f"{pack}: its graph does not fit this network in {', '.join(sorted(wrong)[:5])}")
    network.load_state_dict({n: state[n] for n in wanted})


def read_pack(pack: Path, labels: Labels) -> Network:
    """Return the network of the pack in that folder as it is, for the labels it was trained on."""
    graph = onnx.load(str(pack / FILES["encoder"]), load_external_data=False)
    local = next((int(p.value) for p in graph.metadata_props if p.key == LOCAL_LAYERS), 0)
    state = _state(pack)
    inner = len(state["encoder.layers.0.up.bias"])
    network = Network(labels.sizes, shape=Shape(layers=_layers(state), inner=inner, local=local))
    load_pack(network, pack, labels.index["ner"]["O"])
    return network.eval()


def _layers(state: Mapping[str, Tensor]) -> int:
    return sum(name.endswith(".qkv.weight") for name in state)


def _choose_layers(state: dict[str, Tensor], kept: Sequence[int]) -> None:
    """Keep these layers, numbered anew; a mix gives the weight of a layer left out to the one kept before it."""
    have = _layers(state)
    if have == len(kept):
        return
    layers = {n: state.pop(n) for n in list(state) if n.startswith("encoder.layers.")}
    for number, old in enumerate(kept):
        prefix = f"encoder.layers.{old}."
        state |= {
            f"encoder.layers.{number}.{n.removeprefix(prefix)}": v for n, v in layers.items() if n.startswith(prefix)
        }
    # the state before the first layer is the mix's first
    standing_for = [sum(old <= number for old in kept) for number in range(have)]
    for mix in _MIXES:
        weights = torch.softmax(state[f"{mix}.weights"], 0)
        found = torch.zeros(len(kept) + 1).index_add(0, torch.tensor([0, *standing_for]), weights)
        state[f"{mix}.weights"] = found.log()


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
