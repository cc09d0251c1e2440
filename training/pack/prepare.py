"""From the data folder to the files that training reads; see README.md for what the data folder holds."""

import logging
import lzma
import random
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from stanza.models.common.pretrain import PretrainedWordVocab
from stanza.models.common.vocab import VOCAB_PREFIX

from training.pack.names import read_uner, write_sentences
from training.pack.names_gum import read_gum, read_nameless
from training.pack.names_silver import read_silver

log = logging.getLogger(__name__)

TRAIN = ("en_ewt-train", "en_gum-train")
HELD_OUT = ("en_ewt-dev", "en_ewt-test", "en_gum-dev", "en_gum-test", "en_pud-test")
# Silver documents that are kept for measuring; drawn with this seed.
SILVER_DEV_DOCUMENTS, SILVER_SEED = 40, 1


def prepare(data: Path, work: Path) -> None:
    """Write treebanks, vectors and names into `work`; raises `FileNotFoundError` for a file."""
    work.mkdir(parents=True, exist_ok=True)
    unpacked = {name: _unpack(data / "ud" / f"{name}.conllu.xz", work) for name in (*TRAIN, *HELD_OUT)}
    for name in TRAIN:
        held_out = [unpacked[other] for other in HELD_OUT]
        kept, dropped = without_held_out(unpacked[name].read_text(encoding="utf-8"), held_out)
        unpacked[name].write_text(kept, encoding="utf-8")
        log.info("%s: %d documents left out, they are measured on: %s", name, len(dropped), " ".join(dropped) or "none")
    (work / "train.conllu").write_text(
        "".join(unpacked[n].read_text(encoding="utf-8") for n in TRAIN), encoding="utf-8"
    )
    write_pretrain(data / "vectors" / "glove-6b-100d-top100k.npz", work / "vectors.pt")
    write_sentences(read_gum(unpacked["en_gum-train"]), work / "names_gum.jsonl")
    write_sentences(read_nameless(unpacked["en_ewt-train"]), work / "names_none.jsonl")
    silver = read_silver(data / "ner" / "ner_silver.jsonl.xz", data / "polnear" / "train.jsonl.xz")
    documents = sorted(silver)
    random.Random(SILVER_SEED).shuffle(documents)  # noqa: S311  # a split, not a secret
    for name, chosen in (
        ("names_silver_dev", documents[:SILVER_DEV_DOCUMENTS]),
        ("names_silver_train", documents[SILVER_DEV_DOCUMENTS:]),
    ):
        write_sentences([s for d in chosen for s in silver[d]], work / f"{name}.jsonl")
    for part in ("dev", "test"):
        uner = read_uner(data / "ner" / f"uner_en_ewt-{part}.iob2.xz", unpacked[f"en_ewt-{part}"])
        write_sentences(uner, work / f"names_uner_{part}.jsonl")


def _unpack(source: Path, folder: Path) -> Path:
    target = folder / source.stem
    with lzma.open(source, "rt", encoding="utf-8") as packed:
        target.write_text(packed.read(), encoding="utf-8")
    return target


def without_held_out(treebank: str, held_out: Iterable[Path]) -> tuple[str, list[str]]:
    """Return the treebank (CoNLL-U) without the documents that held-out files contain too, and those documents' ids.

    GUM's parts, as they come, share eight documents; a model that trained on them would be measured on them.
    """
    elsewhere = {name for path in held_out for name in _documents(path.read_text(encoding="utf-8"))}
    kept: list[str] = []
    dropped: list[str] = []
    for name, document in _documents(treebank).items():
        if name in elsewhere:
            dropped.append(name)
        else:
            kept.append(document)
    return "".join(kept), dropped


def _documents(treebank: str) -> dict[str, str]:
    """Return the text of each document by its id."""
    found: dict[str, str] = {}
    for document in re.split(r"(?m)^(?=# newdoc id = )", treebank):
        if document.strip():
            name = document.partition("\n")[0].removeprefix("# newdoc id = ")
            found[name] = found.get(name, "") + document
    return found


def write_pretrain(vectors: Path, target: Path) -> None:
    """Write vectors (``.npz`` with `words` and `vectors`) as a file that Stanza reads; the order of words is kept."""
    table = np.load(vectors)
    words = [str(word) for word in table["words"]]
    width = table["vectors"].shape[1]
    rows = np.concatenate([np.zeros((len(VOCAB_PREFIX), width)), table["vectors"]]).astype(np.float32)
    vocabulary = PretrainedWordVocab(words, lang="", lower=True)
    state = {"vocab": vocabulary.state_dict(), "emb": torch.from_numpy(rows)}
    # the older format is the one that Stanza's own loader writes
    torch.save(state, target, _use_new_zipfile_serialization=False)
