"""What words mean alike: stems, numbers, negations.

>>> stem("drove") == stem("driving") == stem("drives"), stem("twice"), stem("can't")
(True, '2', 'can')
>>> negations(["i", "don't", "know", "nobody"])
2
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from Stemmer import Stemmer

from service.matching.lexicon_files import lines, words
from service.matching.words import fold


@lru_cache(maxsize=100_000)
def stem(form: str) -> str:
    """The stem of a folded word; the figure of a number; the verb of a contraction."""
    numbers, irregular = _pairs("numbers.tsv"), _pairs("irregular.tsv")
    if form in numbers:
        return numbers[form]
    base = re.sub(r"(n't|'(s|m|d|ll|re|ve|t))$", "", form) or form
    stemmed: str = _stemmer().stemWord(irregular.get(base, base))
    return irregular.get(stemmed, stemmed)


@lru_cache(maxsize=100_000)
def concept(form: str) -> str:
    """The stem of a folded word, or that of the first word of its set of synonyms.

    >>> concept("quit") == concept("resigned"), concept("lorries") == concept("truck")
    (True, True)
    """
    found = stem(form)
    return _synonyms().get(found, found)


@lru_cache(maxsize=100_000)
def gist(form: str) -> str:
    """A folded word with what reporting it changes taken away: person and tense (*I will* is *she would*).

    >>> gist("i'll") == gist("she'd"), gist("our") == gist("their"), gist("driven") == gist("drove")
    (True, True, True)
    """
    return _pairs("reporting.tsv").get(form) or concept(form)


def is_negation(form: str) -> bool:
    """Whether the folded word negates."""
    return form in words("negations.txt") or form.endswith("n't")


def negations(forms: Iterable[str]) -> int:
    """How many words negate."""
    return sum(map(is_negation, forms))


def is_modal(form: str) -> bool:
    """Whether the folded word is a modal verb, contracted or not."""
    return modal_of(form) in words("modals.txt")


def is_number(form: str) -> bool:
    """Whether the folded word is a number, in figures or in words; *one* and *first* are too often something else."""
    return form[:1].isdigit() or (form in _pairs("numbers.tsv") and form not in _OFTEN_NO_NUMBER)


def modal_of(form: str) -> str:
    """The modal verb that a folded word is or holds; the word itself where it holds none.

    >>> modal_of("won't"), modal_of("they'll"), modal_of("mightn't")
    ('will', 'will', 'might')
    """
    if form == "cannot" or form.startswith("can't"):
        return "can"
    if form.endswith("'ll") or form.startswith("won't"):
        return "will"
    if form.startswith("shan't"):
        return "shall"
    return form.removesuffix("n't")


@cache
def _synonyms() -> dict[str, str]:
    sets = [[stem(fold(word)) for word in " ".join(line).split()] for line in lines("synonyms.txt")]
    known: dict[str, str] = {}
    for first, *others in sets:
        for other in (first, *others):
            # the first set that a word stands in is its set
            known.setdefault(other, known.get(first, first))
    return known


@cache
def _pairs(name: str) -> dict[str, str]:
    return {line[0]: line[1] for line in lines(name)}


@cache
def _stemmer() -> Stemmer:
    return Stemmer("english")


_OFTEN_NO_NUMBER = frozenset(("one", "first", "second", "once", "half"))
