"""Stanza's tokenizer as an ONNX graph, so that the service runs it without PyTorch.

    python -m training.tokenizer.graph TOKENIZE.pt FOLDER

writes ``tokenize.onnx`` and ``characters.json`` into FOLDER. The graph does what Stanza's network does, and a test
compares the two: characters and their features go through a bidirectional LSTM, whose states, damped where they are
sure of no token's end, go through a second one; three logistic outputs of each (a token's end, a sentence's end,
several words) add up, and their logarithms are the labels' scores (``service.parse.tokenizer``).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from service.parse.tokenizer import FEATURES

Floats = npt.NDArray[np.float32]
GRAPH, CHARACTERS = "tokenize.onnx", "characters.json"
_OPSET = 17
_HEADS = ("tok", "sent", "mwt")
# which logarithms each label's score adds: column a label, rows the probability of softplus' two signs (see ``graph``):
# no token's end, no sentence's end, not several words, then the same three with yes
_SUMS = np.array(
    [
        [1, 0, 0, 0, 0],
        [0, 1, 0, 1, 0],
        [0, 1, 1, 0, 0],
        [0, 1, 1, 1, 1],
        [0, 0, 1, 0, 1],
        [0, 0, 0, 1, 1],
    ],
    np.float32,
)
# PyTorch keeps an LSTM's gates in the order input, forget, cell, output; ONNX input, output, forget, cell
_GATES = (0, 3, 1, 2)


def write(source: Path, folder: Path) -> None:
    """Write the graph and the characters of the model in ``source``, a file of Stanza's trainer.

    Raises ValueError for a model that was trained with what the graph has not: other features, a dictionary, a
    character language model, convolutions, more than one layer, one stage, or no multi-word tokens.
    """
    state: dict[str, Any] = torch.load(source, map_location="cpu", weights_only=True)
    config, weights = state["config"], {name: w.numpy() for name, w in state["model"].items()}
    odd = [name for name in ("use_dictionary", "charlm_forward_file", "conv_res") if config.get(name)]
    plain = config["rnn_layers"] == 1 and config["hierarchical"] and config["hier_invtemp"] > 0
    if odd or not plain or tuple(config["feat_funcs"]) != FEATURES or "mwt_clf.weight" not in weights:
        found = ", ".join(odd) or f"{config['rnn_layers']} layers, {', '.join(config['feat_funcs'])}"
        raise ValueError(
            f"{source.name} has {found}; wanted are two stages of one layer, features {', '.join(FEATURES)}"
        )
    onnx.save(graph(weights, float(config["hier_invtemp"])), str(folder / GRAPH))
    characters = json.dumps(state["vocab"]["_unit2id"], ensure_ascii=False)
    (folder / CHARACTERS).write_text(characters + "\n", encoding="utf-8")


def graph(weights: Mapping[str, Floats], inverse_temperature: float) -> onnx.ModelProto:
    """Return the graph of a model with these weights.

    Inputs, time first: ``ids`` (time, batch) int64, ``features`` (time, batch, 5) float32, ``lengths`` (batch,) int32.
    Output: ``labels`` (time, batch) int64.
    """
    constants: dict[str, npt.NDArray[Any]] = {"table": weights["embeddings.weight"]}
    nodes: list[onnx.NodeProto] = []

    def add(kind: str, inputs: Sequence[str], output: str, **attributes: object) -> str:
        nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def lstm(name: str, x: str) -> str:
        hidden = weights[f"{name}.weight_hh_l0"].shape[1]
        for part, kind in (("W", "weight_ih"), ("R", "weight_hh")):
            constants[f"{name}.{part}"] = np.stack([_gates(weights[f"{name}.{kind}_l0{d}"]) for d in ("", "_reverse")])
        constants[f"{name}.B"] = np.stack(
            [
                np.concatenate([_gates(weights[f"{name}.bias_{k}_l0{d}"]) for k in ("ih", "hh")])
                for d in ("", "_reverse")
            ]
        )
        inputs = [x, f"{name}.W", f"{name}.R", f"{name}.B", "lengths"]
        both = add("LSTM", inputs, f"{name}.both", hidden_size=hidden, direction="bidirectional")
        # (time, 2, batch, hidden) to (time, batch, 2 * hidden)
        turned = add("Transpose", [both], f"{name}.turned", perm=[0, 2, 1, 3])
        constants["joined"] = np.array([0, 0, -1])
        return add("Reshape", [turned, "joined"], f"{name}.states")

    def scores(ending: str, x: str) -> str:
        constants[f"heads{ending}"] = np.concatenate([weights[f"{h}_clf{ending}.weight"] for h in _HEADS]).T.copy()
        return add("MatMul", [x, f"heads{ending}"], f"scores{ending}")

    embedded = add("Gather", ["table", "ids"], "embedded")
    first = lstm("rnn", add("Concat", [embedded, "features"], "given", axis=2))
    constants["bias"] = np.concatenate([weights[f"{h}_clf.bias"] for h in _HEADS])
    stage1 = add("Add", [scores("", first), "bias"], "stage1")
    constants |= {"zero": np.array([0]), "one": np.array([1]), "two": np.array([2])}
    constants["cold"] = np.array(inverse_temperature, np.float32)
    token = add("Slice", [stage1, "zero", "one", "two"], "token")
    damped = add("Mul", [first, add("Sigmoid", [add("Mul", [token, "cold"], "cooled")], "gate")], "damped")
    total = add("Add", [stage1, scores("2", lstm("rnn2", damped))], "total")
    add("Neg", [total], "against")
    # log sigmoid(x) = -softplus(-x)
    constants["sums"] = _SUMS
    logs = [add("Neg", [add("Softplus", [x], f"soft_{x}")], f"log_{x}") for x in ("total", "against")]
    ways = add("MatMul", [add("Concat", [logs[0], logs[1]], "logs", axis=2), "sums"], "ways")
    add("ArgMax", [ways], "labels", axis=2, keepdims=0)
    return _model(nodes, constants)


def _model(nodes: Sequence[onnx.NodeProto], constants: Mapping[str, npt.NDArray[Any]]) -> onnx.ModelProto:
    """Inputs and output as ``graph`` has them, checked."""
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT64, ["time", "batch"]),
        helper.make_tensor_value_info("features", TensorProto.FLOAT, ["time", "batch", len(FEATURES)]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
    ]
    output = helper.make_tensor_value_info("labels", TensorProto.INT64, ["time", "batch"])
    made = [numpy_helper.from_array(np.ascontiguousarray(v), name) for name, v in constants.items()]
    model = helper.make_model(
        helper.make_graph(nodes, "tokenizer", inputs, [output], made), opset_imports=[helper.make_opsetid("", _OPSET)]
    )
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def _gates(weights: Floats) -> Floats:
    parts = np.split(weights, 4)
    return np.concatenate([parts[k] for k in _GATES])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.tokenizer.graph", description=write.__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    write(options.source, options.folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
