"""What a reading of an article has at hand, and what it has settled so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.model import Attribution
from service.parse.tree import Sentence, Word
from service.speakers.discourse import Choice, Discourse
from service.speakers.mentions import Reading
from service.speakers.names import NameIndex, NameMention
from service.speakers.roles import RoleClaim

Key = tuple[str, int]


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
