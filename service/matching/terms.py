"""A text as hashed terms, by which an index finds quotes that may be alike.

Two kinds: the concepts of its content words, which a rewording keeps, and shingles (three words on end), which tell
phrases of common words apart. Of the shingles an indexed text keeps some only, chosen by winnowing (Schleimer,
Wilkerson and Aiken 2003): any five words on end that two texts share give them a shingle in common.

>>> sorted(indexed_terms("The crew were magnificent.")) == sorted(indexed_terms("the CREW were magnificent"))
True
>>> indexed_terms("we will have known it") <= searched_terms("and we will have known it").keys()
True
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from zlib import crc32

from service.matching.stems import concept
from service.matching.weights import information, is_content, weight
from service.matching.words import spoken_words

SHINGLE = 3
WINDOW = 3


def indexed_terms(text: str) -> frozenset[int]:
    """The terms under which a quote is filed; each in -2^31..2^31-1."""
    forms = _forms(text)
    return frozenset((*_concepts(forms), *_winnowed(_shingle_hashes(forms))))


def searched_terms(text: str) -> dict[int, float]:
    """The terms by which a text is looked for, with how much each tells (0 to 2)."""
    forms = _forms(text)
    told = (information(shingle) * 2 / SHINGLE for shingle in _shingles(forms))
    found = dict(zip(_shingle_hashes(forms), told, strict=True))
    return found | {_concept(form): weight(form) for form in forms if is_content(form)}


def content_terms(text: str) -> dict[int, float]:
    """Those of ``searched_terms`` that stand for content words."""
    return {_concept(form): weight(form) for form in _forms(text) if is_content(form)}


def telling_phrases(text: str, *, most: int = 4) -> dict[str, frozenset[int]]:
    """The runs of three words that tell most, none overlapping another, most telling first; a short text whole.

    Each with the terms of its content words, by which it can be told how rare it may be.

    >>> [*telling_phrases("We will keep it off the radio until Monday", most=1)]
    ['radio until monday']
    """
    forms = _forms(text)
    if len(forms) <= SHINGLE:
        return {" ".join(forms): frozenset(_concepts(forms))} if forms else {}
    places = sorted(range(len(forms) - SHINGLE + 1), key=lambda p: -information(forms[p : p + SHINGLE]))
    chosen: list[int] = []
    for place in places:
        if len(chosen) < most and all(abs(place - other) >= SHINGLE for other in chosen):
            chosen.append(place)
    runs = [forms[place : place + SHINGLE] for place in chosen]
    return {" ".join(run): frozenset(_concepts(run)) for run in runs}


def _forms(text: str) -> tuple[str, ...]:
    return tuple(word.form for word in spoken_words(text))


def _concepts(forms: Sequence[str]) -> Iterator[int]:
    return (_concept(form) for form in forms if is_content(form))


@lru_cache(maxsize=50_000)
def _concept(form: str) -> int:
    return _hash(("", concept(form)))


def _shingles(forms: Sequence[str]) -> list[tuple[str, ...]]:
    size = min(SHINGLE, len(forms))
    return [tuple(forms[place : place + size]) for place in range(len(forms) - size + 1)] if size else []


# filed and then looked for, a quote is asked for twice
@lru_cache(maxsize=512)
def _shingle_hashes(forms: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(_hash(shingle) for shingle in _shingles(forms))


def _winnowed(hashes: Sequence[int]) -> Iterator[int]:
    """The least hash of each window; fewer shingles than a window are one window."""
    for start in range(max(1, len(hashes) - WINDOW + 1)):
        if window := hashes[start : start + WINDOW]:
            yield min(window)


def _hash(words: tuple[str, ...]) -> int:
    # crc32 spreads well enough for buckets; a collision costs one more comparison, never a wrong answer
    unsigned = crc32("\x00".join(words).encode("utf-8", "surrogatepass"))
    return unsigned - 2**31
