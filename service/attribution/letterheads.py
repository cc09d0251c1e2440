"""Press releases that begin with their sender: *From the desk of Commissioner Ada Brandt*, then the sender's words.

The line stands in a paragraph of its own or opens that of the words, which are a quotation or, behind a colon, the rest
of the paragraph. There is no verb to lean on: the reading goes by shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.attribution.headings import HeadingQuote
from service.model import MentionForm, Span
from service.parse.tree import Parse
from service.text.layout import Layout, Paragraph

PATTERN = "credit-letterhead"
# possessive: what is taken is never given back, or a line of blanks would take time with the cube of its length
_LINE = re.compile(
    r"(?P<cue>from\s+the\s+(?:desk|office)\s+of)\s++(?P<name>[^\n:\"“”„«]{2,120}?)(?P<end>\s*+[:–—-]?\s*+)",
    re.IGNORECASE,
)
# where the line ends, if it opens the paragraph of the words
_STOP = re.compile(r":|[\"“„«]")
_LONGEST_NAME = 12
# what a sender's line may hold: *Commissioner Ada Brandt, member for Port Tarrow*
_NOMINAL = frozenset({"PROPN", "NOUN", "ADJ", "DET", "NUM", "ADP", "PUNCT", "CCONJ", "PART", "X"})


@dataclass(frozen=True, slots=True)
class _Sender:
    """``end``: where the line ends; ``introduces``: with a colon."""

    cue: Span
    name: Span
    end: int
    introduces: bool


def read_letterheads(text: str, layout: Layout, parse: Parse) -> list[tuple[int | None, HeadingQuote]]:
    """The first words of each sender, with the index of their quotation in the layout; None: they are without marks."""
    opening = {q.spans[0].start: i for i, q in enumerate(layout.quotations) if q.parent is None}
    found: list[tuple[int | None, HeadingQuote]] = []
    for paragraph in layout.paragraphs:
        sender = _sender(text, paragraph, parse)
        words = _words(text, layout, paragraph, sender.end) if sender is not None else None
        if sender is None or words is None:
            continue
        index = opening.get(words.start)
        spans = (words,) if index is None else layout.quotations[index].spans
        beside = paragraph.span.covers(words)
        if index is not None or (sender.introduces and beside and text[words.start].isalnum()):
            quote = HeadingQuote(
                span=spans[0],
                name=sender.name,
                form=MentionForm.NAME,
                cue=sender.cue,
                pattern=PATTERN,
                further=spans[1:],
            )
            found.append((index, quote))
    return found


def _sender(text: str, paragraph: Paragraph, parse: Parse) -> _Sender | None:
    """The sender whom a paragraph opens with, None for none."""
    body = paragraph.body
    if body is None:
        return None
    stop = _STOP.search(text, body.start, body.end)
    end = body.end if stop is None else stop.start() + (stop.group() == ":")
    line = _LINE.fullmatch(text, body.start, end)
    if line is None:
        return None
    start, name = line.start("name"), line["name"].partition(",")[0].rstrip(" .")
    words = parse.words_in(Span(*line.span("name")))
    named = any(w.upos == "PROPN" for w in words) and all(w.upos in _NOMINAL for w in words)
    if not name or not named or len(line["name"].split()) > _LONGEST_NAME:
        return None
    return _Sender(Span(*line.span("cue")), Span(start, start + len(name)), end, ":" in line["end"])


def _words(text: str, layout: Layout, paragraph: Paragraph, end: int) -> Span | None:
    """What stands behind the line: the rest of its paragraph, else the next one; without white space and last stop."""
    following = layout.paragraphs[paragraph.index + 1 : paragraph.index + 2]
    stretches = [(end, max(end, paragraph.span.end)), *((p.body.start, p.body.end) for p in following if p.body)]
    for first, last in stretches:
        said = text[first:last]
        start = first + len(said) - len(said.lstrip())
        said = said.strip()
        if said:
            return Span(start, start + max(len(said.removesuffix(".")), 1))
    return None
