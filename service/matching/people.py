"""Whether two names can be one speaker's.

>>> may_be_same(("Moana Hartley", "Hartley"), ("Ms Hartley",)), may_be_same(("Des Pryor",), ("Helen Pryor",))
(True, False)
"""

from __future__ import annotations

import re
from functools import lru_cache

from service.matching.lexicon_files import words
from service.matching.stems import stem
from service.matching.words import fold

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@lru_cache(maxsize=20_000)
def may_be_same(names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether a name of the one is, but for titles, a name of the other or a part of it.

    A part has to hold the last word: *Hartley* and *Moana Hartley* can be one, *Moana* and *Moana Reed* too, but a
    given name and another surname cannot.
    """
    left = [parts for parts in map(_parts, names) if parts]
    right = [parts for parts in map(_parts, others) if parts]
    # the fullest names decide: an alias that two people share (*Pryor*) makes them not one
    return bool(left and right) and _fits(max(left, key=len), max(right, key=len))


@lru_cache(maxsize=20_000)
def are_named(names: tuple[str, ...]) -> bool:
    """Whether a proper name is among them: *a spokesman* and *two officials* are descriptions.

    >>> are_named(("a Southline spokesman",)), are_named(("Eleven top docs",)), are_named(("Des Pryor", "he"))
    (False, False, True)
    """
    return any(_is_name(name) for name in names)


def _is_name(name: str) -> bool:
    parts = name.split()
    # a description begins with an article or a number, or has no capital but its first
    described = parts[0][:1].islower() or fold(parts[0]) in words("describing.txt")
    return not described and all(part[:1].isupper() or fold(part) in words("titles.txt") for part in parts)


def _fits(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    short, long = sorted((left, right), key=len)
    return set(short) <= set(long)


@lru_cache(maxsize=20_000)
def _parts(name: str) -> tuple[str, ...]:
    folded = [stem(fold(word).removesuffix("'s")) for word in _WORD.findall(name)]
    return tuple(word for word in folded if word not in words("titles.txt"))
