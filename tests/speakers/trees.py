"""Trees by hand: ``Okafor/PROPN/nsubj:1 said/VERB/root ./PUNCT/punct:1`` is one sentence.

A word is ``form/UPOS/relation:head`` with the head's 0-based index; ``root`` has none. Spaces part the words.
"""

from __future__ import annotations

from service.model import Span
from service.parse.tree import ROOT, Parse, Sentence, Word
from service.text import Layout, read_layout


def parse_of(*sentences: str) -> tuple[str, Layout, Parse]:
    """The text (a paragraph a sentence), its layout, and its parse without entities."""
    text, trees = "", []
    for number, line in enumerate(sentences):
        words = []
        for index, item in enumerate(line.split()):
            form, upos, relation = item.split("/")
            deprel, _, head = relation.rpartition(":") if relation != "root" else ("root", "", "")
            start = len(text)
            text += form
            words.append(
                Word(
                    index=index,
                    span=Span(start, len(text)),
                    form=form,
                    lemma=form.lower(),
                    upos=upos,
                    xpos="",
                    feats="",
                    head=int(head) if head else ROOT,
                    deprel=deprel,
                )
            )
            text += " "
        text = text.rstrip() + "\n\n"
        span = Span(words[0].span.start, words[-1].span.end)
        trees.append(Sentence(index=number, paragraph=number, span=span, words=tuple(words)))
    return text, read_layout(text), Parse(sentences=tuple(trees))
