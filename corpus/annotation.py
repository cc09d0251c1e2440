"""Annotation files, one an article, resolved to offsets.

A file has ``speakers`` (name: kind), ``quotes`` (id: fields) and, under ``silent``, places where a careless reader
might see a quote and there is none. README.md describes the fields.

>>> source = '''
... speakers: {the mayor: person}
... quotes:
...   q1: {quote: '{"We will pay,"} [said] <the mayor>', speaker: the mayor}
... '''
>>> annotate("pay", '"We will pay," said the mayor.', source).row["quotes"][0]["content"]
[[0, 14]]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from corpus.fragments import FragmentError, Located, Offsets, locate

HERE = Path(__file__).parent
ARTICLES = HERE / "articles"
ANNOTATIONS = HERE / "annotations"

KINDS = ("person", "organisation", "group", "document", "unknown")
ACTS = ("speech", "writing")
FIELDS = {
    "quote", "speaker", "addressee", "venue", "when", "polarity", "inside", "sure", "type", "act", "shows",
}  # fmt: skip
OPENERS, CLOSERS = "“‘\"'„«", "”’\"'“»"


class AnnotationError(ValueError):
    """An annotation that cannot be used; the message names the file and the quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A place that is no quote: its offsets, and the phenomena that it is an example of."""

    span: tuple[int, int]
    shows: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """One article: its gold row as written to ``gold.jsonl``, what each quote shows, and its silent places."""

    row: dict[str, Any]
    shows: Mapping[str, tuple[str, ...]]
    silent: tuple[Silent, ...]


def annotated_articles() -> Iterator[Annotated]:
    """Every article of the corpus, by file name. Raises AnnotationError."""
    articles = {p.stem for p in ARTICLES.glob("*.txt")}
    annotations = {p.stem for p in ANNOTATIONS.glob("*.yaml")}
    for name in sorted(articles ^ annotations):
        missing = "annotations/" + name + ".yaml" if name in articles else "articles/" + name + ".txt"
        raise AnnotationError(f"{missing} is missing: an article and its annotation go together")
    for name in sorted(articles):
        # newline="" keeps the text as stored, so that offsets are those of the file
        with (ARTICLES / f"{name}.txt").open(encoding="utf-8", newline="") as file:
            text = file.read()
        source = (ANNOTATIONS / f"{name}.yaml").read_text(encoding="utf-8")
        yield annotate(name, text, source)


def annotate(name: str, text: str, source: str) -> Annotated:
    """Resolve one annotation file (``source`` is its YAML). Raises AnnotationError."""
    data = yaml.safe_load(source)
    unknown = set(data) - {"speakers", "quotes", "silent"}
    if unknown:
        raise AnnotationError(f"{name}: unknown part {sorted(unknown)}; known are speakers, quotes, silent")
    speakers: dict[str, str] = data["speakers"]
    _check_speakers(name, text, speakers)
    quotes = [_resolve(f"{name}: {id}", id, fields, text, speakers) for id, fields in data["quotes"].items()]
    quotes.sort(key=lambda q: (q["content"][0][0], -q["content"][-1][1]))
    _check_nesting(name, quotes)
    if idle := set(speakers) - {quote["speaker"] for quote in quotes}:
        raise AnnotationError(f"{name}: nobody is quoted as {sorted(idle)}; take the line out of speakers")
    return Annotated(
        row={"article": name, "text": text, "quotes": quotes},
        shows={id: tuple(fields.get("shows") or ()) for id, fields in data["quotes"].items()},
        silent=tuple(_silent_places(name, text, data.get("silent") or (), quotes)),
    )


def _silent_places(
    name: str, text: str, items: Iterable[Mapping[str, Any]], quotes: Sequence[Mapping[str, Any]]
) -> Iterator[Silent]:
    for item in items:
        where = f"{name}: silent {item['text']!r}"
        start, end = _locate(where, "{" + item["text"] + "}", text).content[0]
        for quote in quotes:
            spans = [*quote["content"], *quote["cue"]]
            if any(start <= a and b <= end for a, b in spans):
                raise AnnotationError(f"{where}: {quote['id']} is a quote there; take it from one of the two lists")
        yield Silent(span=(start, end), shows=tuple(item["shows"]))


def _check_speakers(name: str, text: str, speakers: dict[str, str]) -> None:
    flat = " ".join(text.split()).casefold()
    for speaker, kind in speakers.items():
        if kind not in KINDS:
            raise AnnotationError(f"{name}: speaker {speaker!r} has kind {kind!r}; allowed are {', '.join(KINDS)}")
        if speaker.casefold() not in flat:
            raise AnnotationError(f"{name}: speaker {speaker!r} is nowhere in the article; write a name as it stands")


def _check_nesting(name: str, quotes: list[dict[str, Any]]) -> None:
    by_id = {q["id"]: q for q in quotes}
    for quote in quotes:
        outer = quote["inside"]
        if outer is None:
            continue
        if outer not in by_id:
            raise AnnotationError(f"{name}: {quote['id']} is inside {outer!r}, which is no quote of this article")
        start, end = quote["content"][0][0], quote["content"][-1][1]
        if not (by_id[outer]["content"][0][0] <= start and end <= by_id[outer]["content"][-1][1]):
            raise AnnotationError(f"{name}: {quote['id']} is inside {outer}, but its content stands outside it")


def _locate(where: str, fragment: str, text: str) -> Located:
    try:
        return locate(fragment, text)
    except FragmentError as error:
        raise AnnotationError(f"{where}: {error}") from None


def _resolve(where: str, id: str, fields: Mapping[str, Any], text: str, speakers: Mapping[str, str]) -> dict[str, Any]:
    """One quote's gold row."""
    for needed in ("quote", "speaker"):
        if needed not in fields:
            raise AnnotationError(f"{where}: has no {needed!r}; write null where the article names no speaker")
    if unknown := set(fields) - FIELDS:
        raise AnnotationError(f"{where}: unknown field {sorted(unknown)}; known are {', '.join(sorted(FIELDS))}")
    speaker = fields["speaker"]
    if speaker is not None and speaker not in speakers:
        raise AnnotationError(f"{where}: {speaker!r} is not listed under speakers ({', '.join(speakers)})")
    found = _locate(where, fields["quote"], text)
    if not found.content:
        raise AnnotationError(f"{where}: marks no content; put it between braces")
    for field in ("addressee", "venue", "when"):
        if (value := fields.get(field)) is not None and value not in text:
            raise AnnotationError(f"{where}: {field} {value!r} is nowhere in the article")
    return {
        "id": id,
        "type": _one_of(
            where, "type", fields.get("type") or type_of(found.content, text), ("direct", "indirect", "mixed")
        ),
        "content": [list(s) for s in found.content],
        "source": [list(s) for s in found.source],
        "cue": [list(s) for s in found.cue],
        "speaker": speaker,
        "speaker_kind": speakers[speaker] if speaker is not None else "unknown",
        "addressee": fields.get("addressee"),
        "venue": fields.get("venue"),
        "when": fields.get("when"),
        "polarity": _one_of(where, "polarity", fields.get("polarity", "asserted"), ("asserted", "denied")),
        "inside": fields.get("inside"),
        "sure": fields.get("sure", True),
        "act": _one_of(where, "act", fields.get("act", "speech"), ACTS),
    }


def _one_of(where: str, field: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise AnnotationError(f"{where}: {field} is {value!r}; allowed are {', '.join(allowed)}")
    return value


def type_of(content: Offsets, text: str) -> str:
    """``direct`` where every span begins with a quotation mark, and none is followed by words outside the marks.

    Good enough for most; a file says ``type`` where a title in marks or a missing mark misleads it.
    """
    pieces = [text[start:end] for start, end in content]
    if all(_wholly_marked(piece) for piece in pieces):
        return "direct"
    # an opening mark: not after a letter (that would be an apostrophe), and right before a word
    return "mixed" if any(re.search(rf"(?<!\w)[{OPENERS}][\w…\[]", piece) for piece in pieces) else "indirect"


def _wholly_marked(piece: str) -> bool:
    if piece[0] not in OPENERS:
        return False
    closer = CLOSERS[OPENERS.index(piece[0])]
    # a closing mark in the middle: the quotation ends before the content does
    inner = [m.start() for m in re.finditer(rf"(?<=[\w.,!?…–-]){closer}(?!\w)", piece[1:-1])]
    return not any(re.match(r"\s+\w", piece[1 + at + 1 :]) for at in inner if closer not in "’'")
