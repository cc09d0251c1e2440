"""What somebody speaks of: the words that they use in more of their quotes than everybody else does.

The measure is the log-likelihood ratio of the word's counts on both sides (Dunning 1993, *Accurate Methods for the
Statistics of Surprise and Coincidence*; for comparing two collections: Rayson and Garside 2000), which holds for rare
words, too. A word counts once a quote, whatever its ending, so that one long quote makes no topic; words that hold
sentences together do not count.

>>> own = ["The pumps failed.", "Nobody checked the pump.", "We are sorry."]
>>> [(topic.words, topic.quotes) for topic in topics(own, ["We are sorry.", "Rents rose again."] * 20)]
[(('pump', 'pumps'), 2)]
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from service.facets import Topic
from service.matching.lexicon_files import ranks
from service.matching.stems import is_modal, is_number, stem
from service.matching.weights import is_content
from service.matching.words import fold

# the probability that a word is more frequent by chance is below one in a hundred from here on (chi-squared, 1 degree)
LEAST_RATIO = 6.63
# what is in one quote only is what that quote is about, not what its speaker talks about
LEAST_QUOTES = 2
# words as common as these (say, get, people) tell no topic, whoever prefers them
_COMMONPLACE = 250
# the forms of a word that are shown
_FORMS = 3
# letters, with apostrophes and hyphens inside; a word of one or two letters is a remnant (s, t, mr) or no topic
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_HEAD = re.compile(r"(?:^|[.!?:…\n“‘\"«])\W*")


def topics(own: Sequence[str], others: Sequence[str], *, limit: int = 20) -> tuple[Topic, ...]:
    """The words of ``own`` quotes that tell them from the ``others``, most telling first."""
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    counts: Counter[str] = Counter()
    for text in own:
        found = {form: stem(fold(form)) for form in _words(text)}
        for form, word in found.items():
            forms[word][form] += 1
        counts.update(set(found.values()))
    elsewhere = Counter(word for text in others for word in {stem(fold(form)) for form in _words(text)})
    made = [
        Topic(
            words=_commonest(forms[word]),
            quotes=count,
            share=count / len(own),
            share_elsewhere=elsewhere[word] / len(others) if others else 0.0,
            ratio=log_likelihood(count, len(own), elsewhere[word], len(others)),
        )
        for word, count in counts.items()
        if count >= LEAST_QUOTES
    ]
    telling = (topic for topic in made if topic.ratio >= LEAST_RATIO and topic.share > topic.share_elsewhere)
    return tuple(sorted(telling, key=lambda topic: (-topic.ratio, topic.words))[:limit])


def log_likelihood(count: int, of: int, other_count: int, other_of: int) -> float:
    """Dunning's ratio for a word in ``count`` of ``of`` quotes here and ``other_count`` of ``other_of`` elsewhere.

    >>> log_likelihood(5, 100, 50, 1000), round(log_likelihood(5, 100, 1, 1000), 1)
    (0.0, 19.0)
    """
    share = (count + other_count) / (of + other_of)
    cells = (
        (count, of * share),
        (other_count, other_of * share),
        (of - count, of * (1 - share)),
        (other_of - other_count, other_of * (1 - share)),
    )
    return 2 * sum(seen * math.log(seen / expected) for seen, expected in cells if seen)


def _words(text: str) -> Iterable[str]:
    """The words that may tell a topic, without *'s*, as they are written but for those that head a sentence."""
    heads = {match.end() for match in _HEAD.finditer(text)}
    written = {
        match.group().casefold() if match.start() in heads and match.group().istitle() else match.group()
        for match in _WORD.finditer(text)
    }
    for form in written:
        plain = re.sub("['’]s$", "", form, flags=re.IGNORECASE)
        folded = fold(plain)
        rank = ranks("frequent_words.txt").get(folded, _COMMONPLACE + 1)
        if (
            len(plain) > 2
            and rank > _COMMONPLACE
            and is_content(folded)
            and not (is_modal(folded) or is_number(folded))
        ):
            yield plain


def _commonest(forms: Counter[str]) -> tuple[str, ...]:
    """The forms of a word that are used most, each in its commonest spelling, the small letters where in doubt."""
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for form, count in forms.items():
        spellings[form.casefold()][form] += count
    ranked = sorted(spellings.values(), key=lambda each: (-each.total(), min(each, key=str.casefold)))
    return tuple(min(each, key=lambda form: (-each[form], form.swapcase())) for each in ranked[:_FORMS])
