"""What counts as nothing: white space, and characters that only steer a typesetter.

>>> trim("\\ufeff  Maria\\xa0said.\\u200b ", 0, 16)
(3, 14)
"""

from __future__ import annotations

# zero-width space, word joiner, byte-order mark, direction marks. The zero-width joiner and non-joiner are left out:
# they are parts of emoji and of words.
INVISIBLE = frozenset(
    "\u00ad\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


def is_blank(character: str) -> bool:
    """Whether the one character leaves no ink and joins nothing."""
    return character.isspace() or character in INVISIBLE


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The ends of ``text[start:end]`` without blank characters to either side; equal where nothing is left."""
    while start < end and is_blank(text[start]):
        start += 1
    while start < end and is_blank(text[end - 1]):
        end -= 1
    return start, end
