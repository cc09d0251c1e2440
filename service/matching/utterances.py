"""A quote as the utterances that it is made of: its sentences, and the clauses of a report.

Two outlets seldom cut at the same places: what is one quote here is two there. So what is compared, and what is
clustered, are sentences; a report (*that X and that Y*) is cut where a second *that* begins another thought.

>>> from service.model import QuoteType
>>> [unit.text for unit in utterances_of("it was late and that they would wait", QuoteType.INDIRECT)]
['it was late', 'that they would wait']
>>> [unit.text for unit in utterances_of('"I did not lie. I trusted too many."', QuoteType.DIRECT)]
['I did not lie', 'I trusted too many']
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from service.matching.stems import concept, gist, is_number, negations, stem
from service.matching.weights import information, is_content, weight
from service.matching.words import Word, spoken_words
from service.model import QuoteType

_DETERMINERS = frozenset(("a", "an", "the", "this", "that", "his", "her", "its", "their", "our", "my"))


# compared by identity, which is quick: an utterance is made once for each text
@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """One sentence of a quote.

    ``gist``: each word as reported speech keeps it (see ``stems.gist``); ``senses``: each of these with what its words
    tell. ``stems``: those of its content words with their weights (the heaviest form's); ``content``: the sum of these.
    ``names_only``: the reporter's word for what is spoken of (*an inquiry*, *the mayor's resignation*), which says
    nothing of it.
    """

    text: str
    words: tuple[Word, ...]
    forms: tuple[str, ...]
    gist: tuple[str, ...]
    senses: dict[str, float]
    information: float
    stems: dict[str, float]
    content: float
    numbers: frozenset[str]
    negations: int
    marked: bool
    names_only: bool


@lru_cache(maxsize=4096)
def utterances_of(text: str, type: QuoteType) -> tuple[Utterance, ...]:
    """The utterances of a quote's text, in order."""
    words = spoken_words(text)
    return tuple(utterance_of(text, piece, type) for piece in _cut(words, type))


def _cut(words: tuple[Word, ...], type: QuoteType) -> Iterator[tuple[Word, ...]]:
    start = 0
    for place, word in enumerate(words):
        ends = place + 1 == len(words) or word.sentence != words[place + 1].sentence
        if ends:
            yield words[start : place + 1]
            start = place + 1
        elif type is not QuoteType.DIRECT and place > start and _second_that(words, place):
            yield words[start:place]
            start = place + 1


def _second_that(words: tuple[Word, ...], place: int) -> bool:
    pair = words[place : place + 2]
    return [word.form for word in pair] in (["and", "that"], ["but", "that"]) and not any(word.marked for word in pair)


def utterance_of(text: str, words: tuple[Word, ...], type: QuoteType) -> Utterance:
    """Some words of a text (one at least), as one utterance."""
    forms = tuple(word.form for word in words)
    stems: dict[str, float] = {}
    for form in forms:
        if is_content(form):
            name = concept(form)
            stems[name] = max(weight(form), stems.get(name, 0.0))
    senses: dict[str, float] = {}
    for form in set(forms):
        senses[gist(form)] = senses.get(gist(form), 0.0) + weight(form)
    marked = type is QuoteType.DIRECT or all(word.marked for word in words)
    return Utterance(
        text=text[words[0].start : words[-1].end],
        words=words,
        forms=forms,
        gist=tuple(map(gist, forms)),
        senses=senses,
        information=information(forms),
        stems=stems,
        content=sum(stems.values()),
        numbers=frozenset(stem(form) for form in forms if is_number(form)),
        negations=negations(forms),
        marked=marked,
        names_only=not marked and _names_only(text, words),
    )


def _names_only(text: str, words: tuple[Word, ...]) -> bool:
    """Whether the words are a determiner or a possessor and one noun: no verb, nothing further that is said.

    >>> [_names_only(said, spoken_words(said)) for said in ("an inquiry", "Ada's arrest", "an inquiry into it")]
    [True, True, False]
    """
    first, *rest = words
    if not rest or not (first.form in _DETERMINERS or first.form.endswith("'s")):
        return False
    told = [word for word in rest if not text[word.start].isupper()]
    return len(told) <= 1 and all(is_content(word.form) for word in rest)
