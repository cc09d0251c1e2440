"""``python -m training.tokenizer``: train the tokenizer, score it, look at its faults.

    python -m training.tokenizer --work WORK [--settings TOML] [--start TOKENIZE.pt]   # -> WORK/tokenizer/best.pt

WORK is what ``python -m training.pack prepare`` filled. A training that was stopped goes on from its last checkpoint
when the same command is given again; remove ``WORK/tokenizer`` to begin anew.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from training.pack.loop import train
from training.pack.settings import read_settings
from training.tokenizer.learner import TokenizerLearner
from training.tokenizer.paragraphs import read_paragraphs

HERE = Path(__file__).parent
DEV = {"ewt": "en_ewt-dev", "gum": "en_gum-dev"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.tokenizer", description="Train the tokenizer.")
    parser.add_argument("--work", type=Path, required=True, help="folder that training.pack prepare filled")
    parser.add_argument("--settings", type=Path, default=HERE / "tokenizer.toml")
    parser.add_argument("--start", type=Path, help="go on from this model (its sizes and alphabet are kept)")
    parser.add_argument("--out", type=Path, help="folder of the model and its checkpoint (WORK/tokenizer)")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    torch.set_num_threads(options.threads)
    # gradients of confident characters become so small that the processor is slow with them
    torch.set_flush_denormal(True)
    settings = read_settings(options.settings)
    learner = TokenizerLearner(
        settings,
        train=read_paragraphs((options.work / "train.conllu").read_text(encoding="utf-8")),
        dev={n: read_paragraphs((options.work / f"{f}.conllu").read_text(encoding="utf-8")) for n, f in DEV.items()},
        start=options.start,
    )
    folder = options.out or options.work / "tokenizer"
    train(learner, settings.schedule, folder, max_gradient=learner.max_gradient)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
