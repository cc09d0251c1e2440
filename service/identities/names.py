"""Names as they are compared across articles: without case, accents, titles and initials.

>>> name_key("Sir Alastair J. Boyce")
('alastair', 'boyce')
>>> name_key("The Seafarers’ Guild")
('seafarers', 'guild')
>>> is_named("a spokesperson for the trust", SpeakerKind.PERSON)
False
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from service.identities import lexicon_files as lexicon
from service.model import SpeakerKind

NameKey = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# what opens a description, not a name
_DESCRIBING = frozenset(
    ("a", "an", "one", "two", "some", "another", "other", "our", "my", "his", "her", "their", "its", "your", "this",
     "that", "these", "those", "several", "many", "more", "most", "few", "all", "both", "no")
)  # fmt: skip
_OWNER = re.compile(r"['’]s?\s")
_SCRIPTS_WITHOUT_CASE = frozenset(("Lo",))


@lru_cache(maxsize=65_536)
def name_key(name: str) -> NameKey:
    """The words of a name as compared; for a name of titles and initials alone, all of its words."""
    words = _words(name)
    kept = tuple(w for w in words if len(w) > 1 and not lexicon.is_title(w) and w != "the")
    return kept or words


@lru_cache(maxsize=65_536)
def initials_of(name: str) -> NameKey:
    """The single letters inside a name, in order: *j* of *Alastair J. Boyce*."""
    return tuple(w for w in _words(name)[1:] if len(w) == 1)


def is_form_of(short: NameKey, full: NameKey) -> bool:
    """Whether the one is short for the other: *Karin* or *Erlend* for *Karin Erlend*, *Unity* for *Unity Party*."""
    return 0 < len(short) < len(full) and (full[: len(short)] == short or full[-len(short) :] == short)


@lru_cache(maxsize=65_536)
def genders_of(names: tuple[str, ...]) -> frozenset[str]:
    """What the titles in the names tell: of ``("Okafor", "Ms Okafor")`` it is ``{"f"}``."""
    first = (words[0] for name in names if len(words := _words(name)) > 1)
    return frozenset(gender for word in first if (gender := lexicon.gender_of_title(word)))


def is_named(name: str, kind: SpeakerKind) -> bool:
    """Whether a speaker goes by a name that another article can mean too, and not by a description.

    Only people and organisations have a place in the register: *two officials* and *the letter* of one article are
    not those of the next.
    """
    if kind not in (SpeakerKind.PERSON, SpeakerKind.ORGANISATION):
        return False
    first, _, rest = name.strip().partition(" ")
    if first.casefold() == "the":
        first, _, rest = rest.partition(" ")
    # One and Another are somebody without a name at the head of a sentence
    if first.casefold() in _DESCRIBING or not first:
        return False
    if kind is SpeakerKind.PERSON and (_OWNER.search(name) or _ends_small(rest)):
        return False
    return first[0].isupper() or unicodedata.category(first[0]) in _SCRIPTS_WITHOUT_CASE


def _ends_small(rest: str) -> bool:
    """Whether the last word has a small letter where a name has a capital: *Southline spokesperson*."""
    words = rest.split()
    return bool(words) and words[-1][0].islower()


def _words(name: str) -> NameKey:
    # folding first: some capitals only decompose into what folding would have given
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    found = (w.replace("’", "'") for w in _WORD.findall(plain))
    return tuple(w.removesuffix("'s").rstrip("'").replace("'", "") for w in found)
