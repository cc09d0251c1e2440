"""A parser without models, for tests of what stands around it: one sentence a paragraph, every word under the first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.model import Notice, Span
from service.parse.tree import ROOT, Parse, Sentence, Word
from service.text.layout import Layout


class FlatParser:
    """Fast and deterministic; its trees say nothing, so quotes come from quotation marks alone."""

    name = "flat"
    version = "1"
    stanza_version = "none"

    def parse(self, articles: Sequence[tuple[str, Layout]]) -> list[tuple[Parse, tuple[Notice, ...]]]:
        return [(_parse(text, layout), ()) for text, layout in articles]


def _parse(text: str, layout: Layout) -> Parse:
    sentences: list[Sentence] = []
    for paragraph in layout.paragraphs:
        if paragraph.body is None:
            continue
        at = paragraph.body.start
        spans = [Span(at + m.start(), at + m.end()) for m in re.finditer(r"\w+|[^\w\s]", paragraph.body.of(text))]
        if not spans:
            continue
        words = tuple(_word(i, span, text) for i, span in enumerate(spans))
        whole = Span(spans[0].start, spans[-1].end)
        sentences.append(Sentence(index=len(sentences), paragraph=paragraph.index, span=whole, words=words))
    return Parse(sentences=tuple(sentences))


def _word(index: int, span: Span, text: str) -> Word:
    form = span.of(text)
    return Word(
        index=index,
        span=span,
        form=form,
        lemma=form.lower(),
        upos="NOUN" if form[0].isalnum() else "PUNCT",
        xpos="NN" if form[0].isalnum() else ".",
        feats="",
        head=0 if index else ROOT,
        deprel="dep" if index else "root",
    )
