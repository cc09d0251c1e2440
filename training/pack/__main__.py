"""``python -m training.pack``: prepare the data, train the tagger of names, label names with it.

    python -m training.pack prepare --data DATA --work WORK
    python -m training.pack ner --work WORK [--settings TOML] [--start NER.pt]
    python -m training.pack correct --work WORK --ner NER.pt

DATA may be left out where ``QUOTH_TRAINING_DATA`` names it. A training that was stopped goes on from its last
checkpoint when the same command is given again; after a change of the settings, remove ``WORK/ner`` to begin
anew.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from training.pack.loop import train
from training.pack.names import NamedSentence, read_sentences, read_treebank, write_sentences
from training.pack.names_corrected import corrected
from training.pack.names_gum import PROPER
from training.pack.ner import NerLearner, find_names
from training.pack.prepare import prepare
from training.pack.settings import read_settings

HERE = Path(__file__).parent
# Of the silver sentences that hold no name, one in so many is trained on: they teach little.
NAMELESS_SHARE = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _arguments().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    # the trainings are meant to run beside other work; more threads gain little on batches of this size
    torch.set_num_threads(options.threads)
    if options.command == "prepare":
        prepare(options.data or _data_folder(), options.work)
    elif options.command == "ner":
        train_ner(options.work, options.settings or HERE / "ner.toml", options.start)
    else:
        correct(options.work, options.ner)
    return 0


def train_ner(work: Path, settings_file: Path, start: Path | None) -> None:
    """Train the tagger of names, from `start` on if there is one; ``ner/best.pt`` is best on UNER's dev and silver."""
    settings = read_settings(settings_file)
    gum = read_sentences(work / "names_gum.jsonl")
    none = read_sentences(work / "names_none.jsonl")
    silver = read_sentences(work / "names_silver_train.jsonl")
    kept = [s for i, s in enumerate(silver) if s.names or i % NAMELESS_SHARE == 0]
    path = work / "names_corrected.jsonl"
    more = read_sentences(path) if path.exists() else []
    dev: dict[str, list[NamedSentence]] = {
        "uner": read_sentences(work / "names_uner_dev.jsonl"),
        "silver": read_sentences(work / "names_silver_dev.jsonl"),
    }
    # GUM is annotated by people and of many genres: it counts twice
    learner = NerLearner(
        settings, train=[*gum, *gum, *none, *more, *kept], dev=dev, vectors=work / "vectors.pt", start=start
    )
    train(learner, settings.schedule, work / "ner", max_gradient=learner.max_gradient)


def correct(work: Path, model: Path) -> None:
    """Write EWT's training sentences with the names that `model` finds, corrected by EWT's proper nouns."""
    words = [w for _, w in read_treebank(work / "en_ewt-train.conllu") if any(word.xpos in PROPER for word in w)]
    sentences = [
        NamedSentence(words=tuple(x.form for x in w), glued=tuple(x.glued for x in w), names=()) for w in words
    ]
    found = find_names(model, work / "vectors.pt", sentences)
    kept = [corrected(sentence, w) for sentence, w in zip(found, words, strict=True)]
    write_sentences([sentence for sentence in kept if sentence is not None], work / "names_corrected.jsonl")


def _data_folder() -> Path:
    named = os.environ.get("QUOTH_TRAINING_DATA")
    if not named:
        raise SystemExit("no data folder: give --data FOLDER or set QUOTH_TRAINING_DATA")
    return Path(named)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.pack", description="Prepare data; train the tagger of names."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, summary in (
        ("prepare", "write what training reads"),
        ("ner", "train the tagger of names"),
        ("correct", "label EWT's training part with a model of names, corrected by the treebank's tags"),
    ):
        command = commands.add_parser(name, help=summary)
        command.add_argument("--work", type=Path, required=True, help="folder for prepared data and checkpoints")
        command.add_argument("--threads", type=int, default=1)
        if name == "prepare":
            command.add_argument("--data", type=Path, help="the data folder; default: QUOTH_TRAINING_DATA")
        elif name == "correct":
            command.add_argument("--ner", type=Path, required=True, help="the model of names that labels")
        else:
            command.add_argument("--start", type=Path, help="a trained model to go on from")
            command.add_argument("--settings", type=Path, help="default: the TOML file beside the code")
    return parser


if __name__ == "__main__":
    sys.exit(main())
