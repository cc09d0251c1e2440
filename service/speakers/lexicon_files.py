"""The step's word lists, read once from the commented files in ``lexicon/``.

>>> gender_of_title("dame"), gender_of_role("spokeswoman")
('f', 'f')
>>> woman_share("maria") > 0.9
True
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

Gender = str  # "f", "m", or "" where it is not known


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of ``lexicon/<name>`` that are no comment, split at tabs."""
    return tuple(_rows(name))


def _rows(name: str) -> Iterator[tuple[str, ...]]:
    with (files(__package__) / "lexicon" / name).open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                yield tuple(line.rstrip("\n").split("\t"))


@cache
def words(name: str) -> frozenset[str]:
    """The first column of a list."""
    return frozenset(row[0] for row in rows(name))


@cache
def column(name: str, index: int) -> dict[str, str]:
    """The first column -> the column at ``index`` (0-based); ``-`` is the empty string."""
    return {row[0]: "" if row[index] == "-" else row[index] for row in rows(name)}


@cache
def _shares() -> dict[str, float]:
    return {row[0]: float(row[1]) for file in ("first_names.tsv", "first_names_more.tsv") for row in rows(file)}


@cache
def _sources() -> dict[str, int]:
    return {row[0]: int(row[2].removeprefix("U") or "0") for row in rows("first_names.tsv")}


def woman_share(first_name: str) -> float | None:
    """The share of women among those who bear the name (lower case), 0..1; None for an unknown name."""
    return _shares().get(first_name)


def is_first_name(word: str) -> bool:
    """Whether the lower-case word is a first name somewhere."""
    return word in _shares()


def is_surname(word: str) -> bool:
    """Whether the lower-case word is among the more frequent surnames of the United States."""
    return word in words("surnames.txt")


def is_common_first_name(word: str) -> bool:
    """Whether several countries list the lower-case word as a first name (*dean*, but not *chance*)."""
    return _sources().get(word, 0) >= 5


def gender_of_title(title: str) -> Gender:
    """What a title (lower case, without full stop) tells of gender."""
    return column("titles.tsv", 1).get(title, "")


def gender_of_role(noun: str) -> Gender:
    """What a role noun (singular, lower case) tells of gender."""
    return column("roles.tsv", 1).get(noun, "")


def is_title(word: str) -> bool:
    """Whether the lower-case word, without full stop, is a title."""
    return word in words("titles.tsv")


@lru_cache(maxsize=50_000)
def is_role(noun: str) -> bool:
    """Whether the singular, lower-case noun names a person by role."""
    return noun in words("roles.tsv") or (len(noun) > 6 and noun.endswith(tuple(words("role_suffixes.txt"))))


@lru_cache(maxsize=50_000)
def is_organisation_noun(noun: str) -> bool:
    """Whether the singular, lower-case noun heads names of organisations or stands for one."""
    return noun in words("organisations.tsv")


def organisation_class(noun: str) -> str:
    """The class in which nouns stand for one another (*firm* and *company*), empty for other nouns."""
    return column("organisations.tsv", 1).get(noun, "")


def marks_organisation(word: str) -> bool:
    """Whether the lower-case word inside a capitalised name is a sign of an organisation."""
    return column("organisations.tsv", 2).get(word, "") == "yes"


@cache
def full_first_names(short: str) -> frozenset[str]:
    """The first names for which the lower-case one is short (*bob*: robert), empty for others."""
    return frozenset(column("short_first_names.tsv", 1).get(short, "").split())


@cache
def same_roles(noun: str) -> frozenset[str]:
    """Words that an article may use for the same office, ``noun`` included."""
    found = {noun}
    for one, other in rows("same_roles.tsv"):
        if one == noun:
            found.add(other)
        elif other == noun:
            found.add(one)
    return frozenset(found)
