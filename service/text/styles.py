"""The styles of quotation marks, and what it costs each mark to open or close one.

>>> opens, closes = costs_of("”", open_=5.0, close=0.0)
>>> closes[Style.CURLY_DOUBLE], closes[Style.STRAIGHT_DOUBLE]
(0.0, 0.7)
"""

from __future__ import annotations

from enum import StrEnum


class Style(StrEnum):
    """A kind of pair. The value shows how it opens and closes."""

    STRAIGHT_DOUBLE = '""'
    CURLY_DOUBLE = "“”"
    LOW_DOUBLE = "„“"
    STRAIGHT_SINGLE = "''"
    CURLY_SINGLE = "‘’"
    LOW_SINGLE = "‚‘"
    GUILLEMETS = "«»"
    REVERSED_GUILLEMETS = "»«"
    ANGLES = "‹›"
    REVERSED_ANGLES = "›‹"


SINGLE = frozenset({Style.STRAIGHT_SINGLE, Style.CURLY_SINGLE, Style.LOW_SINGLE})
DOUBLE = frozenset({Style.STRAIGHT_DOUBLE, Style.CURLY_DOUBLE, Style.LOW_DOUBLE})
SINGLE_GLYPHS = frozenset("'’‘‚‛`´′")
GLYPHS = SINGLE_GLYPHS | frozenset('"“”„‟″«»‹›')

_Opens = tuple[tuple[Style, float], ...]
_Closes = dict[Style, float]


def group(style: Style) -> str:
    """Single, double or pointed: the marks that writers mix within one quotation."""
    return "single" if style in SINGLE else "double" if style in DOUBLE else "pointed"


def costs_of(glyph: str, *, open_: float, close: float) -> tuple[_Opens, _Closes]:
    """What each style costs that ``glyph`` can open, likeliest first, and that it can close.

    ``open_`` and ``close`` are what its neighbours say: the cost of a mark without direction there.
    """
    if glyph in SINGLE_GLYPHS:
        return _single(glyph, open_, close)
    if glyph in ("«", "»", "‹", "›"):
        return _pointed(glyph, open_, close)
    return _double(glyph, open_, close)


def _single(glyph: str, open_: float, close: float) -> tuple[_Opens, _Closes]:
    straight, curly, low = Style.STRAIGHT_SINGLE, Style.CURLY_SINGLE, Style.LOW_SINGLE
    if glyph in "'′":
        return ((straight, open_), (curly, open_ + 0.7)), {straight: close, curly: close + 0.5, low: close + 0.5}
    if glyph in "‘‛`":
        # German ‚so‘ closes with it
        return ((curly, min(open_, 0.5)),), {curly: close + 2.5, low: close}
    if glyph == "‚":
        return ((low, open_),), {}
    return ((curly, open_ + 2.5),), {curly: close, straight: close + 0.5, low: close}


def _double(glyph: str, open_: float, close: float) -> tuple[_Opens, _Closes]:
    straight, curly, low = Style.STRAIGHT_DOUBLE, Style.CURLY_DOUBLE, Style.LOW_DOUBLE
    if glyph in ('"', '""', "''", "″"):
        return ((straight, open_),), {straight: close, curly: close + 0.7, low: close + 0.5}
    if glyph in ("“", "‟", "““", "``", "‘‘"):
        looks_closing = open_ > close
        return ((curly, 2.0 if looks_closing else 0.0),), {curly: close + 2.5, low: close, straight: close + 3}
    if glyph == "„":
        return ((low, 0.0),), {}
    looks_opening = close > open_
    closing = 2.0 if looks_opening else 0.0
    return ((curly, open_ + 2.5),), {curly: closing, straight: closing + 0.7, low: closing}


def _pointed(glyph: str, open_: float, close: float) -> tuple[_Opens, _Closes]:
    """French « so », German »so«, Swedish »so», and their single forms; the French put spaces inside."""
    usual, reversed_ = Style.GUILLEMETS, Style.REVERSED_GUILLEMETS
    if glyph in "‹›":
        usual, reversed_ = Style.ANGLES, Style.REVERSED_ANGLES
    if glyph in "«‹":
        return ((usual, 2.5 if open_ > close else 0.0),), {reversed_: close}
    return ((reversed_, open_ + 0.5),), {usual: 1.0 if close > open_ else 0.0, reversed_: close + 1.5}
