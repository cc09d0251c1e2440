"""The step's word lists, read once from the commented files in ``lexicon/``.

>>> "not" in words("negations.txt")
True
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def lines(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of ``lexicon/<name>`` that are no comment, split at tabs. Raises FileNotFoundError."""
    text = (files(__package__) / "lexicon" / name).read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def words(name: str) -> frozenset[str]:
    """The words of a list, several to a line allowed."""
    return frozenset(word for line in lines(name) for word in " ".join(line).split())


@cache
def ranks(name: str) -> dict[str, int]:
    """Each word's place in a list, from 1."""
    return {line[0]: place for place, line in enumerate(lines(name), start=1)}
