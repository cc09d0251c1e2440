"""The gender that an article gives a person: by title, by role noun, by its own pronouns, and by first name.

Never by a cue. ``f``, ``m``, or empty where nothing tells. A first name that both women and men bear tells nothing.

>>> by_first_name("Maria"), by_first_name("Robin")
('f', '')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from service.parse.tree import Parse, Sentence, Word
from service.speakers import lexicon_files as lexicon
from service.speakers.spelling import plain

# shares beyond which a first name decides on its own
_FEMININE, _MASCULINE = 0.8, 0.2
_RARE = 0.05
PRONOUN_GENDER = {
    "he": "m", "him": "m", "his": "m", "himself": "m",
    "she": "f", "her": "f", "hers": "f", "herself": "f",
}  # fmt: skip


def by_first_name(name: str) -> str:
    """What a first name tells."""
    share = lexicon.woman_share(_listed(name))
    if share is None:
        return ""
    return "f" if share >= _FEMININE else "m" if share <= _MASCULINE else ""


def _listed(name: str) -> str:
    """The name as the lists have it: of *Kelly-Ann*, which they lack, *kelly*."""
    known = plain(name)
    return known if lexicon.is_first_name(known) else known.split("-", maxsplit=1)[0]


def is_telling(name: str) -> bool:
    """Whether the first name is common and hardly anyone of the other gender bears it."""
    listed = _listed(name)
    share = lexicon.woman_share(listed) if lexicon.is_common_first_name(listed) else None
    return share is not None and not _RARE < share < 1 - _RARE


def by_titles(titles: Iterable[str]) -> str:
    """What the titles tell, empty where they clash."""
    found = {g for t in titles if (g := lexicon.gender_of_title(t))}
    return found.pop() if len(found) == 1 else ""


def by_roles(heads: Iterable[str]) -> str:
    """What role nouns tell (*spokeswoman*), empty where they clash."""
    found = {g for h in heads if (g := lexicon.gender_of_role(h))}
    return found.pop() if len(found) == 1 else ""


def by_pronouns(parse: Parse, persons_at: dict[int, list[tuple[int, int]]]) -> dict[int, tuple[str, int]]:
    """Person -> gender by pronouns that can mean nobody else, and how many say so.

    ``persons_at`` gives for each sentence the ``(word index, person)`` of its names in order. A pronoun counts where
    its sentence names one person only, before it, or where it is the subject that opens the sentence after such a one.
    """
    votes: dict[int, Counter[str]] = {}
    for sentence in parse.sentences:
        here = persons_at.get(sentence.index, [])
        alone = {person for _, person in here}
        if len(alone) == 1:
            first, person = here[0]
            _count(votes, person, (w for w in sentence.words if w.index > first))
        elif not alone and sentence.index:
            before = {p for _, p in persons_at.get(sentence.index - 1, [])}
            if len(before) == 1:
                _count(votes, before.pop(), _opening_subject(sentence))
    tops = {person: _majority(found) for person, found in votes.items()}
    return {person: (top, votes[person][top]) for person, top in tops.items() if top}


def _count(votes: dict[int, Counter[str]], person: int, words: Iterable[Word]) -> None:
    for word in words:
        gender = PRONOUN_GENDER.get(plain(word.form)) if word.upos == "PRON" else None
        if gender:
            votes.setdefault(person, Counter())[gender] += 1


def _opening_subject(sentence: Sentence) -> tuple[Word, ...]:
    return tuple(w for w in sentence.words[:1] if w.relation == "nsubj")


def _majority(found: Counter[str]) -> str:
    (top, most), *rest = found.most_common()
    return top if not rest or most >= 3 * rest[0][1] else ""
