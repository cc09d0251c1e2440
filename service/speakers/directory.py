"""Looks up whom a noun can mean: persons by role and title, bodies by class, sources without a name by their noun.

It only proposes; ``nominals`` decides how well a phrase fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from service.model import SpeakerKind
from service.speakers import lexicon_files as lexicon
from service.speakers.phrases import NounPhrase
from service.speakers.referent import Referent

# letters that two forms of a word share at least (ferry, ferries)
_STEM = 4
# of more holders of one role only those can be meant who came up of late
_MOST_HOLDERS = 100

# referents by index
_Holders = dict[int, Referent]


class Directory:
    """The referents of an article by the nouns that can stand for them; it grows as the article is read."""

    def __init__(self, referents: Iterable[Referent]) -> None:
        self._by_role: dict[str, _Holders] = defaultdict(dict)
        self._by_title: dict[str, _Holders] = defaultdict(dict)
        self._by_class: dict[str, _Holders] = defaultdict(dict)
        self._by_stem: dict[str, _Holders] = defaultdict(dict)
        self._unnamed: dict[str, list[Referent]] = defaultdict(list)
        self._documents: list[Referent] = []
        for referent in referents:
            self._enter(referent)

    def _enter(self, referent: Referent) -> None:
        for role in referent.roles:
            self._by_role[role.head][referent.index] = referent
        for title in referent.titles:
            self._by_title[title][referent.index] = referent
        if referent.kind is not SpeakerKind.ORGANISATION:
            return
        # a company that the article names often needs no other sign; a body of no known class is found by its words
        self._by_class[referent.org_class or ("company" if referent.often else "")][referent.index] = referent
        if not referent.org_class:
            for word in referent.key:
                self._by_stem[word[:_STEM]][referent.index] = referent

    def learn(self, referent: Referent, role: NounPhrase) -> None:
        """Note a role that the article gives somebody as it goes on."""
        referent.learn(role)
        self._by_role[role.head][referent.index] = referent

    def note_unnamed(self, referent: Referent) -> None:
        """Enter a source without a name."""
        self._unnamed[referent.head].append(referent)
        if referent.kind is SpeakerKind.DOCUMENT:
            self._documents.append(referent)

    def unnamed(self, head: str) -> list[Referent]:
        """The sources without a name whose description has this head, in the order of the article."""
        return self._unnamed.get(head, [])

    def documents(self) -> list[Referent]:
        """The documents so far."""
        return self._documents

    def candidates(self, phrase: NounPhrase, recently: Callable[[], Iterable[int]]) -> list[Referent]:
        """The named referents that the phrase may describe, in the order of the article, each once.

        ``recently`` gives those who came up of late; only where too many fit is it asked.
        """
        found: _Holders = {}
        for holders in self._holders(phrase):
            if len(holders) <= _MOST_HOLDERS:
                found |= holders
            else:
                found |= {i: holders[i] for i in recently() if i in holders}
        return [found[i] for i in sorted(found)]

    def _holders(self, phrase: NounPhrase) -> Iterator[_Holders]:
        for head in (*lexicon.same_roles(phrase.head), *_narrower(phrase.head), *phrase.proper):
            yield self._by_role.get(head, {})
        for title in _titles_for(phrase.head):
            yield self._by_title.get(title, {})
        wanted = lexicon.organisation_class(phrase.head)
        if wanted:
            yield self._by_class.get(wanted, {})
            for word in phrase.modifiers:
                yield self._by_stem.get(word[:_STEM], {})


@cache
def _narrower(head: str) -> tuple[str, ...]:
    """The role nouns for which an article may use the wider ``head`` (*politician* for *mp*)."""
    return tuple(role for role, wider in lexicon.column("roles.tsv", 2).items() if wider == head)


@cache
def _titles_for(head: str) -> tuple[str, ...]:
    """The titles that entitle to the role noun ``head``."""
    return tuple(row[0] for row in lexicon.rows("title_roles.tsv") if row[1] == head)
