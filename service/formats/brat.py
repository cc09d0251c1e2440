"""The quotes of one article as brat standoff (https://brat.nlplab.org/standoff.html): the ``.ann`` file beside its
``.txt``, which is the article's text as it is.

::

    T1	Content 0 14	"We will pay,"
    T2	Cue 20 24	said
    T3	Source 15 19	Okafor
    R1	Cued Arg1:T1 Arg2:T2
    R2	SaidBy Arg1:T1 Arg2:T3
    A1	QuoteType T1 direct
    #1	AnnotatorNotes T1	q-… · Maria Okafor · 0.94

``CONFIGURATION`` is the ``annotation.conf`` that brat needs to show them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from service.model import Act, Extraction, Polarity, Quote, QuoteType, Span

ENTITIES = ("Content", "Cue", "Source", "Addressee", "Venue", "When")
# the relation from a content to each
RELATIONS = {"Cued": "Cue", "SaidBy": "Source", "SaidTo": "Addressee", "SaidAt": "Venue", "SaidWhen": "When",
             "Inside": "Content"}  # fmt: skip
ATTRIBUTES = {
    "QuoteType": tuple(value.value for value in QuoteType),
    "Polarity": tuple(value.value for value in Polarity),
    "Act": tuple(value.value for value in Act),
}
CONFIGURATION = "\n".join(
    [
        "[entities]",
        *ENTITIES,
        "[relations]",
        *(f"{name}\tArg1:Content, Arg2:{end}" for name, end in RELATIONS.items()),
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
        "[events]",
        "[attributes]",
        *(f"{name}\tArg:Content, Value:{'|'.join(values)}" for name, values in ATTRIBUTES.items()),
        "",
    ]
)

# an annotation stands on one line, so a span is cut where a line of the text ends
_LINE_ENDS = re.compile(r"[\r\n]+")


def standoff(extraction: Extraction) -> str:
    """The annotations, each on a line, ended by a line feed; offsets are code points. Empty where there is no quote."""
    return "".join(f"{line}\n" for line in _Writer(extraction.article.text).lines(extraction.quotes))


def fragments(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans without the line ends in them, as brat wants them.

    >>> fragments("one\\ntwo", [Span(0, 7)])
    [Span(start=0, end=3), Span(start=4, end=7)]
    """
    found: list[Span] = []
    for span in spans:
        start = span.start
        for cut in _LINE_ENDS.finditer(text, span.start, span.end):
            found.extend([Span(start, cut.start())] if start < cut.start() else [])
            start = cut.end()
        found.extend([Span(start, span.end)] if start < span.end else [])
    return found


class _Writer:
    """Numbers the annotations of one article, each kind from 1."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._numbers: dict[str, int] = {}

    def lines(self, quotes: Sequence[Quote]) -> Iterator[str]:
        contents: dict[str, str] = {}
        for quote in quotes:
            yield from self._quote(quote, contents)
        # a quote may stand before the one that reports it, so these come when all have their number
        for quote in quotes:
            if quote.id in contents and quote.inside in contents:
                yield self._relation("Inside", contents[quote.id], contents[quote.inside])

    def _quote(self, quote: Quote, contents: dict[str, str]) -> Iterator[str]:
        found = quote.attribution
        if not fragments(self._text, found.spans):  # line ends alone, which no reader of articles finds
            return
        content, line = self._entity("Content", found.spans)
        contents[quote.id] = content
        yield line
        ends: tuple[tuple[str, Sequence[Span]], ...] = (
            ("Cued", found.cue.spans if found.cue else ()),
            ("SaidBy", [found.mention.span] if found.mention else ()),
            ("SaidTo", [found.addressee] if found.addressee else ()),
            ("SaidAt", [found.venue] if found.venue else ()),
            ("SaidWhen", [found.when] if found.when else ()),
        )
        for relation, spans in ends:
            if fragments(self._text, spans):
                end, line = self._entity(RELATIONS[relation], spans)
                yield line
                yield self._relation(relation, content, end)
        for name, value in (("QuoteType", found.type), ("Polarity", found.polarity), ("Act", found.act)):
            yield f"{self._next('A')}\t{name} {content} {value.value}"
        yield f"{self._next('#')}\tAnnotatorNotes {content}\t{self._note(quote)}"

    def _entity(self, kind: str, spans: Iterable[Span]) -> tuple[str, str]:
        pieces = fragments(self._text, spans)
        id = self._next("T")
        places = ";".join(f"{piece.start} {piece.end}" for piece in pieces)
        return id, f"{id}\t{kind} {places}\t{' '.join(piece.of(self._text) for piece in pieces)}"

    def _relation(self, kind: str, content: str, end: str) -> str:
        return f"{self._next('R')}\t{kind} Arg1:{content} Arg2:{end}"

    def _next(self, letter: str) -> str:
        self._numbers[letter] = self._numbers.get(letter, 0) + 1
        return f"{letter}{self._numbers[letter]}"

    @staticmethod
    def _note(quote: Quote) -> str:
        who = " ".join(quote.speaker.name.split()) if quote.speaker else "speaker not known"
        return f"{quote.id} · {who} · {quote.confidence:g}"
