"""Apostrophes told from single quotation marks, by the words beside them.

>>> text = "The dogs' bowls"
>>> apostrophe_cost("'", left="W", right="S", words=Words.around(text, 8, 9, 0, 15))
0.6
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.text.lexicon import read_lexicon

# no elision and no possessive needs more letters than that to be told
_LONGEST_WORD = 12
_STRAIGHT = str.maketrans("’‘´`", "''''")
_BEFORE = re.compile(r"[\w'’‘]*$")
_AFTER = re.compile(r"[\w'’‘]*")
_TWO_DIGIT_YEAR = re.compile(r"\d\d(?:s|\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words beside a mark: ``before`` and ``after`` touch it, ``next`` comes after a space; empty if none does."""

    before: str
    after: str
    next: str

    @classmethod
    def around(cls, text: str, start: int, end: int, first: int, last: int) -> Words:
        """The words beside the mark ``text[start:end]``, looked for in ``text[first:last]`` only; cut when long."""
        before = _BEFORE.search(text[max(first, start - _LONGEST_WORD) : start])
        after = _AFTER.match(text[end : min(last, end + _LONGEST_WORD)])
        following = _AFTER.match(text[end + 1 : min(last, end + 1 + _LONGEST_WORD)])
        return cls(
            before=before[0] if before else "",
            after=after[0] if after else "",
            next=following[0] if following else "",
        )


def is_elision(words: Words) -> bool:
    """Whether the mark can stand for letters left out in front of the word after it: *'tis*, *'90s*."""
    after = words.after.casefold().translate(_STRAIGHT)
    return "'" + after.rstrip("'") in read_lexicon("elisions") or _TWO_DIGIT_YEAR.match(after) is not None


def apostrophe_cost(glyph: str, *, left: str, right: str, words: Words) -> float | None:
    """What it costs to read the mark as an apostrophe, None if it cannot be one.

    ``left`` and ``right`` are the classes of its neighbours as ``marks`` has them.
    """
    if left in "SEO" and right == "W":
        if is_elision(words):
            return 0.5 if glyph in "‘‛`" else 0.2
        # the curly ’ before a letter is an apostrophe, known or not
        return 1.0 if glyph == "’" else None
    if left == "W" and right != "W" and words.before:
        return _after_word(words.before.casefold().translate(_STRAIGHT), words.next.casefold(), right)
    return None


def _after_word(word: str, following: str, right: str) -> float | None:
    elided = word.rpartition("'")[2] + "'" in read_lexicon("elisions")
    clipped = word.endswith("in") and len(word) > 3
    # 6' tall: feet and minutes
    if elided or clipped or word[-1].isdigit():
        return 0.5
    # a possessive plural stands before what is possessed; before a stop it is rare
    if word[-1] in "szx":
        return 0.6 if right == "S" and following not in read_lexicon("never_possessed") else 1.5
    return None
