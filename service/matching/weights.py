"""How much a word tells: nothing much if everybody uses it, much if it is rare.

A fixed list of common words is the measure, not what happens to be stored: whether two quotes are the same utterance
does not change with what else is stored.

>>> weight("it") < weight("pump") < weight("serviceable") <= 1.0
True
>>> round(information(["it", "is", "what", "it", "is"]), 1) < round(information(["manageable", "boring"]), 1)
True
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

from service.matching.lexicon_files import ranks, words

_COMMON = "frequent_words.txt"


@lru_cache(maxsize=100_000)
def weight(form: str) -> float:
    """0 to 1, by the square of the logarithm of its rank among common words (Zipf's law makes that information)."""
    known = ranks(_COMMON)
    base = form.removesuffix("'s").partition("'")[0] if form not in known else form
    rank = known.get(form, known.get(base))
    if rank is None and form[:1].isdigit():
        # figures say much, but less than a rare word
        return 0.7
    share = 1.0 if rank is None else math.log(1 + rank) / math.log(1 + len(known))
    return share * share


def information(forms: Iterable[str]) -> float:
    """The weights of different words, summed up: repeating a word adds nothing."""
    return sum(map(weight, set(forms)))


def is_content(form: str) -> bool:
    """Whether the word says what is spoken of, rather than holding the sentence together or negating it."""
    return form not in words("function_words.txt") and form not in words("negations.txt") and not form.endswith("n't")
