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


def _same(offset: int) -> int:
    return offset
