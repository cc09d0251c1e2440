"""Two runs of words laid side by side.

>>> [(step.kind.value, step.left, step.right) for step in align("we will pay it".split(), "we will not pay".split())]
[('kept', (0, 2), (0, 2)), ('added', (2, 2), (2, 3)), ('kept', (2, 3), (3, 4)), ('dropped', (3, 4), (4, 4))]
>>> window("pay every bill".split(), "she said that we will pay every last bill in May".split())
(5, 9)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq, Levenshtein

from service.verdicts import Change

_KINDS = {"equal": Change.KEPT, "insert": Change.ADDED, "delete": Change.DROPPED, "replace": Change.REPLACED}


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of an alignment: half-open ranges of places in the left and in the right run."""

    kind: Change
    left: tuple[int, int]
    right: tuple[int, int]


def align(left: Sequence[str], right: Sequence[str]) -> tuple[Step, ...]:
    """The fewest changes (words added, dropped, replaced) that make the right run out of the left one, in order."""
    # a list, since a tuple of one-character words is taken for a string's characters all the same, but not cached
    return tuple(
        Step(_KINDS[code.tag], (code.src_start, code.src_end), (code.dest_start, code.dest_end))
        for code in Levenshtein.opcodes(list(left), list(right))
    )


def kept(left: Sequence[str], right: Sequence[str]) -> tuple[Step, ...]:
    """The most words that both have in the same order, as steps."""
    return tuple(
        Step(Change.KEPT, (code.src_start, code.src_end), (code.dest_start, code.dest_end))
        for code in LCSseq.opcodes(list(left), list(right))
        if code.tag == "equal"
    )


def window(short: Sequence[str], long: Sequence[str], *, slack: int = 3) -> tuple[int, int]:
    """Where in ``long`` the words of ``short`` stand closest together: a half-open range, cut to words they share.

    The range is empty where they share none. ``slack`` is how many words may have come between.
    """
    whole = run_of(short, long)
    if whole is not None:
        return whole, whole + len(short)
    if len(short) >= len(long):
        start, end = 0, len(long)
    else:
        found = fuzz.partial_ratio_alignment(list(short), list(long))
        start = max(0, (found.dest_start if found else 0) - slack)
        end = min(len(long), (found.dest_end if found else len(long)) + slack)
    steps = kept(short, long[start:end])
    if not steps:
        return start, start
    return start + steps[0].right[0], start + steps[-1].right[1]


def run_of(short: Sequence[str], long: Sequence[str]) -> int | None:
    """Where all of ``short`` stands in ``long``, word by word; None where it does not.

    >>> run_of(["b", "c"], ["a", "b", "b", "c"])
    2
    """
    if not short:
        return None
    first, size = short[0], len(short)
    wanted = list(short)
    for start in range(len(long) - size + 1):
        if long[start] == first and list(long[start : start + size]) == wanted:
            return start
    return None
