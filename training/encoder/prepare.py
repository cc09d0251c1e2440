"""From what ``training.pack prepare`` wrote, and the articles, to the material that the training reads."""

from __future__ import annotations

import json
import logging
import lzma
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from service.parse.bodies import bodies, cut_bodies, model_texts
from service.parse.encoder_engine import words_of
from service.parse.tokenizer import Tokenizer
from service.text import read_layout
from training.encoder.articles import Paragraphs, read_article
from training.encoder.data import UNKNOWN, Document, Labels, read_conllu
from training.encoder.packing import FILES
from training.encoder.train import Material
from training.pack.names import NamedSentence, read_sentences
from training.pack.names_silver import read_silver

log = logging.getLogger(__name__)


def prepare(data: Path, work: Path, pack: Path) -> None:
    """Write ``work/material.pkl``; the tokenizer of ``pack`` cuts the articles into words.

    Raises FileNotFoundError where ``training.pack prepare`` (and ``correct``, for EWT's names) has not been run.
    """
    treebank = [
        *treebank_documents(work / "en_ewt-train.conllu", work / "names_none.jsonl", work / "names_corrected.jsonl"),
        *treebank_documents(work / "en_gum-train.conllu", work / "names_gum.jsonl"),
        *named_documents(work / "en_ewt-dev.conllu", work / "names_uner_dev.jsonl"),
    ]
    silver = read_silver(data / "ner" / "ner_silver.jsonl.xz", data / "polnear" / "train.jsonl.xz")
    tokenizer = Tokenizer.load(pack / FILES["tokenize"], pack / FILES["characters"])
    articles = article_documents(data / "polnear" / "train.jsonl.xz", tokenizer, silver)
    material = Material(labels=Labels.of(treebank), treebank=treebank, articles=articles)
    log.info("%d documents of treebanks, %d articles; %s", len(treebank), len(articles), material.labels.sizes)
    with (work / "material.pkl").open("wb") as file:
        pickle.dump(material, file)


def treebank_documents(path: Path, *names: Path) -> list[Document]:
    """Return the treebank's documents with the names that the files give to sentences of the same words."""
    known = {s.words: s.tags() for source in names for s in reversed(read_sentences(source))}
    documents = read_conllu(path)
    for document in documents:
        for sentence in document.sentences:
            sentence.names = known.get(tuple(sentence.forms))
    return documents


# every fifth document of the dev part stays out, to choose by (``packing.NAMES_OUTSIDE``)
_HELD_OUT = 5
_PROPER = ("NNP", "NNPS")


def named_documents(treebank: Path, names: Path) -> list[Document]:
    """Return a treebank's documents with their gold names and no other annotation, but for every fifth.

    The dev part of EWT is measured on for words and trees, so only its names are learnt. Universal NER has no MISC:
    what may be one (a proper noun or a capitalised adjective without a name) is left unknown.
    """
    documents = treebank_documents(treebank, names)
    for document in documents:
        for s in document.sentences:
            if s.names is not None:
                s.names = [
                    UNKNOWN if tag == "O" and _may_be_named(form, xpos) else tag
                    for form, tag, xpos in zip(s.forms, s.names, s.xpos or (), strict=True)
                ]
            s.upos = s.xpos = s.feats = s.lemmas = s.heads = s.deprels = None
    return [d for k, d in enumerate(documents) if k % _HELD_OUT]


def _may_be_named(form: str, xpos: str) -> bool:
    return xpos in _PROPER or (xpos == "JJ" and form[:1].isupper())


def article_documents(path: Path, tokenizer: Tokenizer, names: Mapping[str, Sequence[NamedSentence]]) -> list[Document]:
    """Return the articles of a PolNeAR file (``.jsonl.xz``), cut into words as the service cuts them."""
    found = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row: dict[str, Any] = json.loads(line)
            paragraphs = cut_article(row["text"], tokenizer)
            its = names.get(row["article"].removesuffix(".txt"))
            found.append(read_article(row["article"], row["text"], paragraphs, row["attributions"], its))
    return [d for d in found if d.sentences]


def cut_article(text: str, tokenizer: Tokenizer) -> Paragraphs:
    """Return the article's paragraphs in sentences of words, as the service's parser sees them."""
    its = list(bodies(text, read_layout(text)))
    texts, places = model_texts(its)
    cuts, _ = cut_bodies(its, tokenizer.tokenise(texts), places)
    sentences: dict[int, list[list[tuple[str, int, int]]]] = {}
    for cut in cuts:
        words = [(form, span.start, span.end) for span, _, form in words_of(cut)]
        sentences.setdefault(cut.body.paragraph, []).append(words)
    return sorted(sentences.items())
