"""Characters that may be quotation marks, and what each could be where it stands.

A straight mark says nothing of its direction, and the curly ’ is an apostrophe more often than a mark. So each mark
gets *costs*: for opening a quotation of some style, for closing one, for being an apostrophe or a measure
(*6'2"*), and for being a stray. ``pairing`` then looks for the reading of a paragraph that costs least. A cost of 0 is
the normal case, 1 unusual, 3 hardly ever; a stray double mark costs 5, a stray single one 4. The numbers only need to
rank readings; they were set by hand on the cases in tests/text.

>>> [mark.literal for mark in find_marks("The MPs' vote isn't 'rigged'", 0, 28)]
[0.6, None, None]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from service.text.apostrophes import Words, apostrophe_cost, is_elision
from service.text.styles import SINGLE_GLYPHS, Style, costs_of
from service.text.whitespace import INVISIBLE, is_blank

# ''quoted'' in the manner of typewriters and TeX is one mark, and so is a double mark typed twice; a long run of
# straight marks is a drawn line. What stands in a tag of HTML that was left in the text is no prose.
_MARKS = re.compile(r"<[a-zA-Z/!][^<>\n]{0,1000}>|''+|\"\"+|““|””|``|‘‘|’’|[\"“”„‟″«»'‘’‚‛‹›`´′]")
_DRAWN_LINE = "line"

_STRAY_DOUBLE, _STRAY_SINGLE = 5.0, 4.0

# fish 'n' chips
_AND = re.compile(r"['’‘]n['’‘](?!\w)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\s?s\b")

_DASHES = "-–—―‒"
_LEFT_OPEN = "([{</*_¡¿" + _DASHES
_RIGHT_CLOSED = ".,;:!?)]}>/*_…"
_STOPS = ".,;!?…"
_LEADS_IN = tuple(_STOPS + ":-–—\"'”’")

# What a mark can be by the character to its left and to its right: (cost of opening, cost of closing).
# Left: E the paragraph's edge, S space, O an opening bracket or a dash, N a stop or comma, C a colon, W anything else.
# Right: E the edge, S space, P closing punctuation, D a dash, W anything else.
_CONTEXT: dict[str, tuple[float, float]] = {
    "SW": (0, 6), "SS": (2, 2), "SP": (3, 2), "SD": (0.5, 3), "SE": (6, 1),
    "EW": (0, 6), "ES": (1, 6), "EP": (3, 6), "ED": (0.5, 6), "EE": (3, 3),
    "OW": (0, 2), "OS": (4, 0.3), "OP": (4, 0.5), "OD": (1, 1), "OE": (6, 0.3),
    "NW": (2, 0.5), "NS": (6, 0), "NP": (6, 0), "ND": (5, 0), "NE": (6, 0),
    "CW": (0.5, 2), "CS": (5, 0.5), "CP": (5, 0.5), "CD": (2, 1), "CE": (6, 0.5),
    "WW": (1.5, 1.5), "WS": (5, 0), "WP": (5, 0), "WD": (4, 0), "WE": (6, 0),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark at ``[start, end)``, offsets into the article.

    ``opens`` and ``closes`` give the cost for each style that it can open or close. ``literal`` is the cost of its
    being an apostrophe, a measure or the like, None if it cannot be; ``stray`` that of being a mark without a partner.
    ``leads`` says that nothing but marks stands before it in its paragraph; ``stopped`` that punctuation or the
    paragraph's end stands next to it, as it does next to the end of a quoted sentence; ``introduced`` that what is
    before it can lead into a quotation (*said:*, *said,* or a sentence's end); ``opens_sentence`` that, besides, a
    capital follows.
    """

    start: int
    end: int
    opens: tuple[tuple[Style, float], ...]
    closes: dict[Style, float]
    literal: float | None
    stray: float
    leads: bool
    stopped: bool
    introduced: bool
    opens_sentence: bool


@dataclass(slots=True)
class _Token:
    start: int
    end: int
    glyph: str


def find_marks(text: str, start: int, end: int) -> Iterator[Mark]:
    """The marks in ``text[start:end]`` in text order, without those that can only be apostrophes or measures."""
    leads_until = start
    for run in _runs(text, start, end):
        first, last = run[0].start, run[-1].end
        left, right = _left(text, start, first), _right(text, last, end)
        leads = _only_blank(text, leads_until, first)
        for token in run:
            yield _mark(text, token, left, right, leads=leads, whole=(start, end))
        if leads:
            leads_until = last


def _only_blank(text: str, start: int, end: int) -> bool:
    # more than a few blanks between two marks are no typesetting
    return end - start <= 4 and all(map(is_blank, text[start:end]))


def _runs(text: str, start: int, end: int) -> Iterator[list[_Token]]:
    """Marks that touch one another, together, for they look to the same neighbours: *said 'no'"*."""
    run: list[_Token] = []
    for token in _tokens(text, start, end):
        if run and token.start != run[-1].end:
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _tokens(text: str, start: int, end: int) -> Iterator[_Token]:
    skipped = start
    for match in _MARKS.finditer(text, start, end):
        glyph, at = match[0], match.start()
        if glyph[0] == "<" or at < skipped:
            continue
        before, after = _neighbour(text, at - 1, start, -1), _neighbour(text, match.end(), end, 1)
        if glyph == "'''":
            # a quotation in a quotation opens or closes: ''He said 'no,'''
            cut = at + (1 if before and not before.isspace() else 2)
            yield _Token(at, cut, text[at:cut])
            yield _Token(cut, at + 3, text[cut : at + 3])
        elif glyph[0] in SINGLE_GLYPHS and _AND.match(text, at, end) and not before.isalnum():
            skipped = at + 3
        elif glyph in ("''", "’’") and after == "s" and not text[at + 3 : at + 4].isalnum():
            # "the 'Herald''s": a mark and the possessive's apostrophe
            yield _Token(at, at + 1, glyph[0])
        elif not _is_literal(text, match, before, after):
            yield _Token(at, match.end(), glyph if len(glyph) <= 2 else _DRAWN_LINE)


def _is_literal(text: str, match: re.Match[str], before: str, after: str) -> bool:
    """*don't*, *O'Brien*, *D.C.'s*, *6'2*, *5″*: an apostrophe or a measure, and nothing else."""
    glyph = match[0]
    if glyph in ("''", "’’") or (glyph in SINGLE_GLYPHS and glyph != "‚"):
        if before.isalnum() and after.isalnum():
            return True
        if before and not before.isspace() and before not in _LEFT_OPEN and after == "s":
            return _POSSESSIVE.match(text, match.end(), match.end() + 2) is not None
    return glyph in ("′", "″") and before.isdigit()


def _neighbour(text: str, offset: int, edge: int, step: int) -> str:
    """The next character that is no accent and not invisible; empty beyond the edge. Looks at eight at most."""
    for _ in range(8):
        if (offset < edge) if step < 0 else (offset >= edge):
            return ""
        character = text[offset]
        if character not in INVISIBLE and not unicodedata.combining(character):
            return character
        offset += step
    return text[offset - step]


def _left(text: str, start: int, offset: int) -> str:
    character = _neighbour(text, offset - 1, start, -1)
    if not character:
        return "E"
    if character.isspace():
        return "S"
    if character in _LEFT_OPEN:
        return "O"
    if character == ":":
        return "C"
    return "N" if character in _STOPS else "W"


def _right(text: str, offset: int, end: int) -> str:
    character = _neighbour(text, offset, end, 1)
    if not character:
        return "E"
    if character.isspace():
        return "S"
    if character in _DASHES:
        return "D"
    if character in ".…":
        # “...and then”: dots that a word follows at once are part of what is quoted
        after = text[offset : min(end, offset + 6)].lstrip(".…")
        if after and after[0].isalnum():
            return "W"
    # an apostrophe is all that can be left of a mark here: "the 'Herald'’s"
    return "P" if character in _RIGHT_CLOSED or character in "'’" else "W"


def _mark(text: str, token: _Token, left: str, right: str, *, leads: bool, whole: tuple[int, int]) -> Mark:
    words = Words.around(text, token.start, token.end, *whole)
    before = text[max(whole[0], token.start - 3) : token.start].rstrip()
    introduced = leads or before[-1:] in _LEADS_IN
    opens, closes, literal = _roles(token.glyph, left, right, words)
    return Mark(
        start=token.start,
        end=token.end,
        opens=opens,
        closes=closes,
        literal=literal,
        stray=_STRAY_SINGLE if token.glyph in SINGLE_GLYPHS else _STRAY_DOUBLE,
        leads=leads,
        stopped=left in "NOE" or right in "PDE",
        introduced=introduced,
        opens_sentence=introduced and words.after[:1].isupper(),
    )


def _roles(
    glyph: str, left: str, right: str, words: Words
) -> tuple[tuple[tuple[Style, float], ...], dict[Style, float], float | None]:
    """Costs of opening, of closing, and of being an apostrophe or a measure."""
    if glyph == _DRAWN_LINE:
        return (), {}, None
    open_, close = _CONTEXT[left + right]
    opens, closes = costs_of(glyph, open_=open_, close=close)
    literal: float | None = None
    if glyph in SINGLE_GLYPHS:
        literal = apostrophe_cost(glyph, left=left, right=right, words=words)
        if literal is not None and left == "W":
            # a possessive plural can be a closing mark as well: the 'workers' would ask
            closes = {style: cost + (0.4 if right == "S" else 0.1) for style, cost in closes.items()}
        elif literal is not None and is_elision(words):
            opens = tuple((style, cost + 1.0) for style, cost in opens)
    elif glyph in ('""', "''") and left in "ES" and right in "ESP":
        # nothing was put between them
        literal = 1.0
    elif glyph in ('"', "”") and words.before[-1:].isdigit():
        # a 12" pizza
        literal = 0.8
        closes = {style: cost + 0.2 for style, cost in closes.items()}
    return opens, closes, literal
