"""Paragraphs of an article, of some kind, without touching the text.

Three manners of text come in. Web copy has a paragraph a line; so has most text with blank lines, where a block of
several lines is a list or an address. Agency copy is hard-wrapped near one width, and a block of lines is one
paragraph. Which of the two an article is, is decided by evidence from all of its lines (see ``_wrap_width``).

A live-blog stamp alone on a line gives a paragraph with ``body`` None and ``stamp``: it stands for the paragraphs that
follow, as far as the next stamp.

>>> text = "Storm closes port\\n\\n8:15am - The harbour is shut, says Ada Quill."
>>> for paragraph in read_paragraphs(text):
...     print(paragraph.kind.value, paragraph.stamp and paragraph.stamp.of(text), paragraph.body.of(text))
heading None Storm closes port
body 8:15am The harbour is shut, says Ada Quill.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.model import Span
from service.text.datelines import find_dateline
from service.text.kinds import classify, find_bullet, is_rule
from service.text.layout import Paragraph, ParagraphKind
from service.text.stamps import Stamp, find_stamp
from service.text.whitespace import trim

# the widths, in code points, at which people and programs wrap plain text
_NARROWEST, _WIDEST = 40, 120
_RAGGED = 0.85
_TERMINAL = re.compile(r"[.!?…][\"'”’»)\]]*$")


@dataclass(slots=True)
class _Line:
    """A line with ink: ``[start, end)`` without blank characters around it, ``margin`` where the line itself starts."""

    margin: int
    start: int
    end: int

    @property
    def width(self) -> int:
        return self.end - self.margin

    @property
    def indent(self) -> int:
        return self.start - self.margin


def read_paragraphs(text: str) -> tuple[Paragraph, ...]:
    """All paragraphs in text order; every character that is not blank stands in exactly one."""
    blocks = _blocks(text)
    width = _wrap_width(text, blocks)
    spans: list[tuple[int, int]] = []
    for block in blocks:
        if width is None:
            spans.extend((line.start, line.end) for line in block)
        else:
            spans.extend((lines[0].start, lines[-1].end) for lines in _unwrap(text, block, width))
    bullets = [find_bullet(text, start, end) for start, end in spans]
    stamps = _trusted(
        [find_stamp(text, start + bullet, end) for (start, end), bullet in zip(spans, bullets, strict=True)]
    )
    return tuple(
        _paragraph(text, index, Span(*ends), bullet, stamp)
        for index, (ends, bullet, stamp) in enumerate(zip(spans, bullets, stamps, strict=True))
    )


def _blocks(text: str) -> list[list[_Line]]:
    """Lines with ink, grouped where a blank line or U+2029 parts them."""
    blocks: list[list[_Line]] = [[]]
    offset = 0
    for raw in text.splitlines(keepends=True):
        start, end = trim(text, offset, offset + len(raw))
        if start < end:
            blocks[-1].append(_Line(offset, start, end))
        if (start == end or raw.endswith("\u2029")) and blocks[-1]:
            blocks.append([])
        offset += len(raw)
    return [block for block in blocks if block]


def _wrap_width(text: str, blocks: Sequence[Sequence[_Line]]) -> int | None:
    """The width at which the whole text is hard-wrapped, None where a line is a paragraph.

    A program that wraps breaks a line where the next word would not fit, mostly inside a sentence, so that the next
    line mostly goes on in lower case. All three must hold for most line breaks inside blocks.
    """
    breaks = [(a, b) for block in blocks for a, b in pairwise(block)]
    if not breaks:
        return None
    # one line in twenty may stick out: an address on the web cannot be broken
    widths = sorted(a.width for a, _ in breaks)
    width = widths[max(0, (len(widths) * 19) // 20 - 1)] if len(widths) >= 20 else widths[-1]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    full = sum(_is_full(text, a, b, width) for a, b in breaks)
    ended = sum(_ends_sentence(text, a) for a, _ in breaks)
    lower = sum(text[b.start].islower() for _, b in breaks)
    total = len(breaks)
    few = total < 4
    if full >= 0.75 * total and ended <= 0.4 * total and lower >= (0.6 if few else 0.3) * total:
        return width
    return None


def _ends_sentence(text: str, line: _Line) -> bool:
    return _TERMINAL.search(text, max(line.start, line.end - 6), line.end) is not None


def _first_word(text: str, line: _Line) -> int:
    """Length of the line's first word, in code points."""
    length = 0
    while line.start + length < line.end and length <= _WIDEST and not text[line.start + length].isspace():
        length += 1
    return length


def _is_full(text: str, line: _Line, following: _Line, width: int) -> bool:
    """Whether the next word would not have fitted, or by so little that a person may have put it on the next line."""
    return line.width + 1 + _first_word(text, following) > _RAGGED * width


def _unwrap(text: str, block: Sequence[_Line], width: int) -> Iterator[list[_Line]]:
    """The paragraphs of a hard-wrapped block, each as its lines."""
    lines = [block[0]]
    for line in block[1:]:
        if _starts_paragraph(text, lines, line, width):
            yield lines
            lines = []
        lines.append(line)
    yield lines


def _starts_paragraph(text: str, before: Sequence[_Line], line: _Line, width: int) -> bool:
    last = before[-1]
    listed = find_bullet(text, before[0].start, before[0].end) > 0
    if find_bullet(text, line.start, line.end) and (listed or _ends_sentence(text, last)):
        return True
    # an indented first line; but the later lines of a list item hang under its first word
    if line.indent > last.indent and not listed:
        return True
    if _is_full(text, last, line, width):
        return False
    much_too_short = last.width + 1 + _first_word(text, line) <= 0.75 * width
    return _ends_sentence(text, last) or (much_too_short and not text[line.start].islower())


def _trusted(stamps: Sequence[Stamp | None]) -> list[Stamp | None]:
    """The stamps with those left out that only a second stamp in the article would make certain."""
    if sum(stamp is not None for stamp in stamps) >= 2:
        return list(stamps)
    return [stamp if stamp is not None and stamp.certain else None for stamp in stamps]


def _paragraph(text: str, index: int, span: Span, bullet: int, stamp: Stamp | None) -> Paragraph:
    stamp_span = None if stamp is None else Span(stamp.start, stamp.end)
    start, end = trim(text, span.start + bullet if stamp is None else stamp.rest, span.end)
    if start == end or is_rule(text[start:end]):
        return Paragraph(index=index, span=span, kind=ParagraphKind.BODY, body=None, stamp=stamp_span)
    if not bullet and stamp is not None:
        # 8:15am • The mayor came; but a stamp's own dash is gone already
        bullet = find_bullet(text, start, end)
        start, end = trim(text, start + bullet, end)
    kind, first, last = ParagraphKind.LIST_ITEM, 0, end - start
    if not bullet:
        kind, first, last = classify(text[start:end], first=index == 0)
    start, end = trim(text, start + first, start + last)
    if kind is ParagraphKind.BODY and start < end:
        start = find_dateline(text, start, end)
    body = Span(start, end) if start < end else None
    return Paragraph(index=index, span=span, kind=kind, body=body, stamp=stamp_span)
