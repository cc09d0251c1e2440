"""A drawing of what the steps make of two sentences: the tree, the parts of the quotes, and who is meant.

Words stand on a line with their parts of speech; arcs lead from a word to those that it governs, with the relation
(Universal Dependencies); bars below are the parts of the quotes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from service.model import Article, Extraction, Quote, Span
from service.parse.parser import Parser
from service.parse.tree import ROOT, Parse, Sentence, Word
from service.pipeline import Pipeline
from service.text import read_layout

EXAMPLE = (
    '"We will pay every bill," Mayor Ada Brandt told reporters on Monday. '
    "She denied that the town had known of the leak."
)

# all in pixels; a letter of a monospaced font is 0.6 of its height wide
_LETTER = 8.4
_GAP = 18.0
_MARGIN = 16.0
_LEVEL = 26.0
_WORDS_TO_BARS = 44.0
_BAR = 24.0
_COLOURS = {
    "content": "#1b6ca8",
    "cue": "#b3541e",
    "source": "#5b3a8c",
    "addressee": "#2f7d4f",
    "when": "#7a6a00",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A sentence on its line: ``left`` and ``right`` are each word's ends, ``base`` the words' base line."""

    sentence: Sentence
    left: tuple[float, ...]
    right: tuple[float, ...]
    base: float

    def middle(self, word: int) -> float:
        return (self.left[word] + self.right[word]) / 2

    def words_of(self, span: Span) -> tuple[int, int] | None:
        """First and last word that the span touches, None for a span of another sentence."""
        touched = [word.index for word in self.sentence.words if word.span.overlaps(span)]
        return (touched[0], touched[-1]) if touched else None


def example_parse(parser: Parser) -> str:
    """The drawing of ``EXAMPLE`` as SVG."""
    [(parse, _)] = parser.parse([(EXAMPLE, read_layout(EXAMPLE))])
    extraction = Pipeline(parser, max_chars=len(EXAMPLE)).extract(Article(text=EXAMPLE))
    return drawing(parse, extraction)


def drawing(parse: Parse, extraction: Extraction) -> str:
    """One line for each sentence, drawn as SVG; white ground, so that it can be read in dark and in light."""
    rows: list[_Row] = []
    shapes: list[str] = []
    top = _MARGIN
    for sentence in parse.sentences:
        levels = _levels(sentence)
        row = _placed(sentence, base=top + _LEVEL * (max(levels.values(), default=0) + 2.2))
        rows.append(row)
        shapes += _words(row)
        shapes += _arcs(row, levels)
        bars = [bar for quote in extraction.quotes for bar in _parts(quote) if row.words_of(bar[1])]
        shapes += _bars(row, bars, extraction.article.text)
        top = row.base + _WORDS_TO_BARS + _BAR + _MARGIN
    shapes += _speakers(rows, extraction, top)
    width = max(row.right[-1] for row in rows) + _MARGIN
    height = top + _LEVEL * len(extraction.speakers)
    return _document(width, height, extraction.article.text, shapes)


def _document(width: float, height: float, text: str, shapes: Sequence[str]) -> str:
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">',
        f"<title>Dependency trees and quotes of: {escape(text)}</title>",
        '<defs><marker id="tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto">'
        '<path d="M0 0L6 3L0 6z" fill="#555"/></marker></defs>',
        '<rect width="100%" height="100%" fill="#fff"/>',
        *shapes,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _placed(sentence: Sentence, *, base: float) -> _Row:
    left: list[float] = []
    right: list[float] = []
    at = _MARGIN
    for word in sentence.words:
        wide = max(len(word.form), len(word.upos) * 0.75) * _LETTER
        left.append(at)
        right.append(at + wide)
        at += wide + _GAP
    return _Row(sentence=sentence, left=tuple(left), right=tuple(right), base=base)


def _is_drawn(word: Word) -> bool:
    return word.head != ROOT and word.relation != "punct"


def _levels(sentence: Sentence) -> dict[int, int]:
    """How high the arc to each word runs, from 0: above all arcs inside it; they cross only where the tree does."""
    levels: dict[int, int] = {}
    ends = {word.index: tuple(sorted((word.index, word.head))) for word in sentence.words if _is_drawn(word)}
    for index, (first, last) in sorted(ends.items(), key=lambda each: each[1][1] - each[1][0]):
        under = [levels[i] for i in levels if ends[i][0] < last and ends[i][1] > first]
        levels[index] = max(under, default=-1) + 1
    return levels


def _words(row: _Row) -> Iterator[str]:
    for word in row.sentence.words:
        middle = row.middle(word.index)
        yield f'<text x="{middle:.1f}" y="{row.base:.1f}" text-anchor="middle">{escape(word.form)}</text>'
        yield (
            f'<text x="{middle:.1f}" y="{row.base + 16:.1f}" text-anchor="middle" font-size="10" fill="#666">'
            f"{word.upos}</text>"
        )


def _arcs(row: _Row, levels: dict[int, int]) -> Iterator[str]:
    feet = row.base - 18
    for word in row.sentence.words:
        end = row.middle(word.index)
        if word.head == ROOT:
            top = feet - _LEVEL * (max(levels.values(), default=0) + 1.3)
            yield _path(f"M{end:.1f} {top:.1f}V{feet:.1f}")
            yield _label(end + 4, top + 6, "root", anchor="start")
        elif word.index in levels:
            # governor and dependent each have their own foot, a little towards the other
            lean = 4 if word.head < word.index else -4
            start = row.middle(word.head) + lean
            top = feet - _LEVEL * (levels[word.index] + 0.6)
            yield _path(f"M{start:.1f} {feet:.1f}L{start:.1f} {top:.1f}H{end - lean:.1f}V{feet:.1f}")
            yield _label((start + end) / 2, top - 3, word.deprel)


def _path(d: str) -> str:
    return f'<path d="{d}" fill="none" stroke="#555" marker-end="url(#tip)"/>'


def _label(x: float, y: float, words: str, *, anchor: str = "middle", colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="11" fill="{colour}">{escape(words)}</text>'


def _parts(quote: Quote) -> Iterator[tuple[str, Span, str]]:
    """Part, span and what the bar says, for all that a quote has."""
    found = quote.attribution
    denied = ", denied" if found.polarity == "denied" else ""
    for span in found.spans:
        yield "content", span, f"content ({found.type.value}{denied})"
    for span in found.cue.spans if found.cue else ():
        yield "cue", span, "cue"
    for part, where in (
        ("source", found.mention.span if found.mention else None),
        ("addressee", found.addressee),
        ("when", found.when),
    ):
        if where:
            yield part, where, part


def _bars(row: _Row, bars: Sequence[tuple[str, Span, str]], text: str) -> Iterator[str]:
    y = row.base + _WORDS_TO_BARS - 14
    for part, span, says in bars:
        ends = row.words_of(span)
        if ends is None:
            raise ValueError(f"{span.of(text)!r} is not in this sentence")
        first, last = row.left[ends[0]], row.right[ends[1]]
        colour = _COLOURS[part]
        yield f'<rect x="{first:.1f}" y="{y:.1f}" width="{last - first:.1f}" height="5" rx="2" fill="{colour}"/>'
        yield _label((first + last) / 2, y + 18, says, colour=colour)


def _speakers(rows: Sequence[_Row], extraction: Extraction, top: float) -> Iterator[str]:
    """Below all: each speaker with the mentions that were resolved to it."""
    for number, speaker in enumerate(extraction.speakers):
        mentions = [
            quote.attribution.mention.span.of(extraction.article.text)
            for quote in extraction.quotes
            if quote.attribution.mention and quote.speaker and quote.speaker.id == speaker.id
        ]
        role = f", {speaker.role}" if speaker.role else ""
        says = f"speaker: {speaker.name}{role}  ←  {', '.join(mentions)}"
        yield _label(rows[0].left[0], top + _LEVEL * number + 4, says, anchor="start", colour=_COLOURS["source"])
