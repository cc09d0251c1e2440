"""Scores of a pack on raw text: words, sentences, tags and lemmas by the CoNLL 2018 scorer, and names by exact span."""

import io
import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import stanza
from udtools import udeval

from training.pack.names import NamedSentence, read_sentences

METRICS = ("Words", "Sentences", "UPOS", "XPOS", "UFeats", "AllTags", "Lemmas")
TREEBANKS = ("en_ewt-test", "en_pud-test", "en_gum-test")


def open_pack(models: Mapping[str, Path], vectors: Path) -> Any:
    """Return Stanza's pipeline without the parser; `models` has the keys tokenize, mwt, pos, lemma and ner."""
    options = {f"{name}_model_path": str(path) for name, path in models.items()}
    options |= {f"{name}_pretrain_path": str(vectors) for name in ("pos", "ner") if name in models}
    with tempfile.TemporaryDirectory() as empty:
        (Path(empty) / "resources.json").write_text(json.dumps({}), encoding="utf-8")
        return stanza.Pipeline(
            "en",
            dir=empty,
            processors=",".join(models),
            package=None,
            download_method=None,
            use_gpu=False,
            allow_unknown_language=True,
            verbose=False,
            **options,
        )


def score_pack(pipeline: Any, work: Path) -> dict[str, dict[str, float]]:
    """Return F1 in percent by treebank and measure, and of the names of Universal NER's EWT test part."""
    scores: dict[str, dict[str, float]] = {}
    for name in TREEBANKS:
        gold = work / f"{name}.conllu"
        text = raw_text(gold)
        started = time.process_time()
        document = pipeline(text)
        seconds = time.process_time() - started
        result = udeval.evaluate(udeval.load_conllu_file(str(gold)), _load(as_conllu(document)))
        scores[name] = {metric: round(100 * result[metric].f1, 2) for metric in METRICS}
        scores[name]["words a second"] = round(document.num_words / seconds)
        if name == "en_ewt-test":
            scores["uner-test raw"] = _name_scores(document, read_sentences(work / "names_uner_test.jsonl"), gold)
    return scores


def raw_text(treebank: Path) -> str:
    """Return the text of a treebank: sentences with a space between, paragraphs and documents with a blank line."""
    paragraphs: list[list[str]] = [[]]
    for line in _lines(treebank):
        if line.startswith(("# newdoc", "# newpar")):
            paragraphs.append([])
        elif line.startswith("# text = "):
            paragraphs[-1].append(line.removeprefix("# text = "))
    return "\n\n".join(" ".join(sentences) for sentences in paragraphs if sentences)


def as_conllu(document: Any) -> str:
    """Return the document with a flat tree in place of a parse, which the scorer wants but `METRICS` do not use."""
    rows: list[str] = []
    for sentence in document.sentences:
        for token in sentence.tokens:
            if len(token.words) > 1:
                rows.append(f"{token.id[0]}-{token.id[-1]}\t{token.text}" + "\t_" * 8)
            for word in token.words:
                head, relation = ("0", "root") if word.id == 1 else ("1", "dep")
                # Stanza replaces the text of a very long token, say a web address; the scorer wants what stood there
                form = word.text if len(token.words) > 1 else document.text[token.start_char : token.end_char]
                columns = (word.id, form, word.lemma, word.upos, word.xpos, word.feats, head, relation, "_", "_")
                rows.append("\t".join(str(column or "_") for column in columns))
        rows.append("")
    return "\n".join(rows) + "\n"


def _load(conllu: str) -> Any:
    return udeval.load_conllu(io.StringIO(conllu), "system", {})


def _name_scores(document: Any, gold: list[NamedSentence], treebank: Path) -> dict[str, float]:
    """Return F1 by kind; names are the same if they cover the same characters, white space not counted."""
    found = set(_found_spans(document))
    wanted = set(gold_spans(gold, treebank))
    scores = {kind: _f1(found, wanted, {kind}) for kind in ("PER", "ORG", "LOC")}
    return {**scores, "all": _f1(found, wanted, set(scores))}


def _f1(found: set[tuple[int, int, str]], wanted: set[tuple[int, int, str]], kinds: set[str]) -> float:
    mine = {span for span in found if span[2] in kinds}
    theirs = {span for span in wanted if span[2] in kinds}
    return round(200 * len(mine & theirs) / max(1, len(mine) + len(theirs)), 2)


def gold_spans(sentences: list[NamedSentence], treebank: Path) -> Iterator[tuple[int, int, str]]:
    """Yield the names with their places among the characters of the treebank's text that are not white space."""
    texts = [line.removeprefix("# text = ") for line in _lines(treebank) if line.startswith("# text = ")]
    start = 0
    for sentence, text in zip(sentences, texts, strict=True):
        starts = [start]
        for word in sentence.words:
            starts.append(starts[-1] + len("".join(word.split())))
        for name in sentence.names:
            yield starts[name.first], starts[name.end], name.kind
        start += len("".join(text.split()))


def _lines(treebank: Path) -> list[str]:
    return treebank.read_text(encoding="utf-8").splitlines()


def _found_spans(document: Any) -> Iterator[tuple[int, int, str]]:
    """Yield the names found; a clitic at the end of one (*Ada's*) is not part of it."""
    solid = [0]
    for character in document.text:
        solid.append(solid[-1] + (not character.isspace()))
    for name in document.ents:
        end = name.end_char
        last = name.tokens[-1]
        if len(last.words) > 1:
            end = last.start_char + len(last.words[0].text)
        yield solid[name.start_char], solid[end], name.type
