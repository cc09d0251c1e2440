"""The register's word lists, read once from the commented files in ``lexicon/``.

>>> field_of("nurse"), field_of("mother")
('health', '')
>>> gender_of_title("dame")
'f'
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of ``lexicon/<name>`` that are no comment, split at tabs."""
    text = (files(__package__) / "lexicon" / name).read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def _column(name: str, index: int) -> dict[str, str]:
    return {row[0]: "" if row[index] == "-" else row[index] for row in rows(name)}


def field_of(role: str) -> str:
    """The field of work of a role noun, empty for one that anybody can hold and for unknown ones."""
    return _column("fields.tsv", 1).get(role, "")


def is_of_one_body(role: str) -> bool:
    """Whether the role's holder belongs to one place or body (*mayor*)."""
    return _column("fields.tsv", 2).get(role, "") == "yes"


def is_anybodys(role: str) -> bool:
    """Whether the role noun is one that anybody can hold beside any work (*mother*, *resident*)."""
    return role in {row[0] for row in rows("anybody.txt")}


def is_title(word: str) -> bool:
    """Whether the lower-case word, without full stop, is a title."""
    return word in _column("titles.tsv", 1)


def gender_of_title(word: str) -> str:
    """``f``, ``m``, or empty where the title tells none."""
    return _column("titles.tsv", 1).get(word, "")
