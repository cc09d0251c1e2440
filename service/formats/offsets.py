"""Offsets in the unit that the reader counts in: code points (Python), or UTF-16 code units (JavaScript, Java).

>>> to_utf16 = converter("👍 ok", Unit.UTF16)
>>> [to_utf16(offset) for offset in (0, 1, 2)]
[0, 2, 3]
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from enum import StrEnum


class Unit(StrEnum):
    """What an offset counts."""

    CODE_POINT = "codepoint"
    UTF16 = "utf16"


def converter(text: str, unit: Unit) -> Callable[[int], int]:
    """A function from an offset into ``text`` in code points to the same place in ``unit``; both are 0-based."""
    if unit is Unit.CODE_POINT or text.isascii():
        return _same
    # the characters beyond the basic plane take two code units each
    wide = [place for place, character in enumerate(text) if character > "\uffff"]
    return lambda offset: offset + bisect_left(wide, offset)


def back_converter(text: str, unit: Unit) -> Callable[[int], int]:
    """The inverse: a function from an offset in ``unit`` to the same place in code points.

    It raises ValueError for a place inside a character (between the two code units of a pair), or behind the text.
    """
    if unit is Unit.CODE_POINT or text.isascii():
        return lambda offset: _within(offset, len(text))
    starts = [0]
    for character in text:
        starts.append(starts[-1] + (2 if character > "\uffff" else 1))

    def place(offset: int) -> int:
        found = bisect_left(starts, _within(offset, starts[-1]))
        if starts[found] != offset:
            raise ValueError(f"the offset {offset} is inside a character, which ends at {starts[found]}")
        return found

    return place


def _within(offset: int, length: int) -> int:
    if not 0 <= offset <= length:
        raise ValueError(f"the offset {offset} is outside the text, which ends at {length}")
    return offset


def _same(offset: int) -> int:
    return offset
