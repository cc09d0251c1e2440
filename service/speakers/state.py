"""What a reading of an article has at hand, and what it has settled so far."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from service.model import Attribution
from service.parse.tree import Sentence, Word
from service.speakers.discourse import Choice, Discourse
from service.speakers.mentions import Reading
from service.speakers.names import NameIndex, NameMention
from service.speakers.roles import RoleClaim

Key = tuple[str, int]
# paragraphs that bring the story up: a standfirst and the lede
_LEDE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to be read at ``offset``: a name (``number``), a word, or an attribution without a mention."""

    offset: int
    sort: str
    number: int
    sentence: Sentence
    word: Word | None = None

    @property
    def key(self) -> Key:
        """What the item is known by: a name by its number, a word by its offset."""
        return self.sort, self.number if self.sort in {"name", "flow"} else self.offset


@dataclass(slots=True, kw_only=True)
class State:
    """One reading of one article.

    ``links`` are the choices for attributions, ``choices`` those for single items, ``readings`` what the attributions'
    mentions are, and ``sources`` the attributions whose mention an item is. ``headings`` are indices of paragraphs.
    """

    discourse: Discourse
    index: NameIndex
    attributions: Sequence[Attribution]
    claims: Sequence[RoleClaim]
    headings: frozenset[int]
    links: dict[int, Choice] = field(default_factory=dict)
    choices: dict[Key, Choice] = field(default_factory=dict)
    readings: dict[int, Reading] = field(default_factory=dict)
    sources: dict[Key, list[int]] = field(default_factory=dict)

    _claims: dict[int, list[RoleClaim]] = field(init=False)
    _contents: list[tuple[int, int, int]] = field(init=False)
    _reach: list[int] = field(init=False)
    _lede: int | None = None

    def __post_init__(self) -> None:
        spans = ((s.start, s.end, i) for i, a in enumerate(self.attributions) for s in a.spans)
        self._contents = sorted(spans)
        self._reach = list(accumulate((end for _, end, _ in self._contents), max))
        self._claims = {}
        for claim in self.claims:
            self._claims.setdefault(self.names[claim.name].sentence, []).append(claim)

    def claims_in(self, sentence: Sentence) -> Sequence[RoleClaim]:
        """The roles that the sentence ties to a name."""
        return self._claims.get(sentence.index, ())

    def around(self, offset: int) -> list[int]:
        """The attributions whose content holds the code point, innermost first."""
        found: list[int] = []
        i = bisect_right(self._contents, offset, key=lambda c: c[0]) - 1
        while i >= 0 and self._reach[i] > offset:
            if self._contents[i][1] > offset:
                found.append(self._contents[i][2])
            i -= 1
        return found

    @property
    def names(self) -> list[NameMention]:
        """All names of the article, in text order."""
        return self.index.names

    def name_at(self, sentence: Sentence, word: Word) -> int | None:
        """The index of the name that ``word`` is part of."""
        return self.index.at(sentence, word)

    def choice_at(self, sentence: Sentence, word: Word) -> Choice | None:
        """What was settled for the mention that ``word`` heads."""
        number = self.name_at(sentence, word)
        start = word.span.start
        keys: list[Key] = [("name", number)] if number is not None else [("pronoun", start), ("nominal", start)]
        return next((self.choices[k] for k in keys if k in self.choices), None)

    def lede(self) -> int:
        """The index of the second paragraph of the body that tells something, -1 for none: a standfirst may be first.

        Bylines have no verb.
        """
        if self._lede is None:
            body = (s for s in self.discourse.parse.sentences if s.paragraph not in self.headings)
            telling = dict.fromkeys(s.paragraph for s in body if any(w.upos == "VERB" for w in s.words))
            self._lede = max(list(telling)[:_LEDE], default=-1)
        return self._lede
