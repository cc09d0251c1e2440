"""What people are said to be, compared across articles by the words alone.

>>> one, other = read_role("the Harrowmere mayor"), read_role("mayor of Port Tarrow")
>>> one.noun, sorted(one.proper), sorted(other.proper)
('mayor', ['harrowmere'], ['port', 'tarrow'])
>>> compare(one, other)
<Fit.CLASH: 'clash'>
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from service.identities import lexicon_files as lexicon

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# where the noun phrase's head stands before: *MP for Hamilton West*, *nurse who …*
_AFTER_HEAD = re.compile(r"\s(?:of|for|at|in|with|from|on|to|who|and|by)\s|[,;(]")
# an article that gives no other capital begins roles with these
_SMALL = frozenset(("the", "a", "an", "former", "ex", "acting", "deputy", "then", "late", "outgoing", "current"))


class Fit(StrEnum):
    """How two roles go together; UNLIKE: nothing shows that they are one's, nor two people's."""

    SAME = "same"
    SAME_FIELD = "same field"
    OPEN = "open"
    UNLIKE = "unlike"
    CLASH = "clash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """``noun`` is the head in lower case, one word; ``proper`` are the names in the role, lower case."""

    text: str
    noun: str
    proper: frozenset[str]


@lru_cache(maxsize=16_384)
def read_role(text: str) -> Role:
    """The parts of a role as an article words it."""
    plain = " ".join(text.split())
    low = plain.casefold()
    for words, noun in lexicon.rows("fixed_roles.tsv"):
        found = re.search(rf"\b{re.escape(words)}\b", low)
        if found:
            rest = plain[: found.start()] + " " + plain[found.end() :]
            return Role(text=text, noun=noun, proper=_proper(rest, noun))
    head = _WORD.findall(_AFTER_HEAD.split(low, maxsplit=1)[0]) or _WORD.findall(low)
    noun = head[-1] if head else ""
    return Role(text=text, noun=noun, proper=_proper(plain, noun))


def _proper(text: str, noun: str) -> frozenset[str]:
    words = (w for w in _WORD.findall(text) if w[0].isupper())
    return frozenset(w.casefold().removesuffix("'s").removesuffix("’s") for w in words) - _SMALL - {noun}


def compare(one: Role, other: Role) -> Fit:
    """How the two go together; OPEN where neither agreement nor contradiction can be told."""
    field, other_field = lexicon.field_of(one.noun), lexicon.field_of(other.noun)
    disjoint = bool(one.proper and other.proper) and not one.proper & other.proper
    if one.noun == other.noun:
        if disjoint and lexicon.is_of_one_body(one.noun):
            return Fit.CLASH
        if lexicon.is_of_one_body(one.noun) and bool(one.proper) != bool(other.proper):
            # *the mayor* of one article may be another town's than *the mayor of Port Tarrow*
            return Fit.UNLIKE
        return Fit.OPEN if disjoint else Fit.SAME
    if field and other_field:
        return Fit.SAME_FIELD if field == other_field else Fit.CLASH
    # *Southline spokesman* and *Southline manager*: one body, whatever the work
    if one.proper & other.proper:
        return Fit.SAME_FIELD
    return Fit.OPEN if lexicon.is_anybodys(one.noun) or lexicon.is_anybodys(other.noun) else Fit.UNLIKE
