"""Articles with attributions as documents: the words that the service's own tokenizer finds, labelled by spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.parse.bodies import mark_classes
from service.parse.encoding import HEADING, PARAGRAPH, SENTENCE
from service.text import read_layout
from service.text.layout import ParagraphKind
from training.encoder.data import Document, Sentence
from training.encoder.model import PARTS, POINTERS
from training.pack.names import NamedSentence

# a paragraph's number and its sentences, each of words as (form, start, end)
Paragraphs = Sequence[tuple[int, Sequence[Sequence[tuple[str, int, int]]]]]


def read_article(
    name: str,
    text: str,
    paragraphs: Paragraphs,
    attributions: Sequence[Mapping[str, Any]],
    names: Sequence[NamedSentence] | None,
) -> Document:
    """Return the article as a document; ``names`` are its named entities in sentences of other words, or None."""
    layout = read_layout(text)
    words = [w for _, sentences in paragraphs for s in sentences for w in s]
    parts, pointers = _labels(words, attributions)
    tags = _names(text, words, names) if names is not None else None
    inside = mark_classes(text, layout)
    found: list[Sentence] = []
    at = 0
    for number, sentences in paragraphs:
        heading = layout.paragraphs[number].kind is ParagraphKind.HEADING
        for k, s in enumerate(sentences):
            found.append(
                Sentence(
                    forms=[form for form, _, _ in s],
                    start=SENTENCE if k else HEADING if heading else PARAGRAPH,
                    marks=[inside[start] for _, start, _ in s],
                    names=tags[at : at + len(s)] if tags is not None else None,
                )
            )
            at += len(s)
    return Document(name=name, sentences=found, parts=parts, pointers=pointers)


def _labels(
    words: Sequence[tuple[str, int, int]], attributions: Sequence[Mapping[str, Any]]
) -> tuple[list[list[int]], list[list[int]]]:
    parts = [[0] * len(PARTS) for _ in words]
    pointers = [[-1] * len(POINTERS) for _ in words]
    middles = [(start + end) / 2 for _, start, end in words]
    # the longer content first, so that one reported inside it keeps its own words
    for a in sorted(attributions, key=lambda a: -sum(e - s for s, e in a["content"])):
        inside = {
            part: [[i for i, m in enumerate(middles) if s <= m < e] for s, e in sorted(a[part])] for part in PARTS
        }
        cue = next((run[0] for run in inside["cue"] if run), -1)
        for p, part in enumerate(PARTS):
            for run in inside[part]:
                for k, i in enumerate(run):
                    parts[i][p] = 1 if k == 0 else 2
                    if part in POINTERS:
                        pointers[i][POINTERS.index(part)] = cue
    return parts, pointers


def _names(text: str, words: Sequence[tuple[str, int, int]], sentences: Sequence[NamedSentence]) -> list[str]:
    """Return a BIO tag a word, from sentences whose words are the same text cut otherwise."""
    kinds: list[str | None] = [None] * (len(text) + 1)
    firsts: set[int] = set()
    at = 0
    for sentence in sentences:
        tags = sentence.tags()
        for form, tag in zip(sentence.words, tags, strict=True):
            start = text.find(form, at)
            if start < 0 or start > at + 400:
                continue
            at = start + len(form)
            if tag != "O":
                kinds[start:at] = [tag[2:]] * len(form)
                if tag[0] == "B":
                    firsts.add(start)
    found: list[str] = []
    last: str | None = None
    for _, start, end in words:
        kind = kinds[start]
        begins = kind is not None and (kind != last or any(i in firsts for i in range(start, end)))
        found.append("O" if kind is None else f"{'B' if begins else 'I'}-{kind}")
        last = kind
    return found
