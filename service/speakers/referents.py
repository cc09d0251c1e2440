"""Whom and what the article names: names joined into referents.

*Ravi Menon*, *Dr Menon*, *Menon* and *Ravi* are one person; *Labour* and *the Labour Party* one organisation.
Two people with one surname stay two, and a bare surname then keeps both as candidates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from service.model import SpeakerKind
from service.parse.tree import Parse
from service.speakers import gender as genders
from service.speakers import lexicon_files as lexicon
from service.speakers.names import NameMention
from service.speakers.referent import Key, Referent, classify
from service.speakers.roles import RoleClaim
from service.speakers.spelling import plain
from service.speakers.votes import Votes

# votes of one place of a short name beyond which it is no person's, though somebody bears it as a surname
_TELLING = 1.2
# people of one surname, or of one first name, among whom a short name is looked for
_MOST_NAMESAKES = 100


@dataclass(slots=True, kw_only=True)
class Cast:
    """The referents of an article, and for each of its names those that it can stand for (one, if it is clear)."""

    names: list[NameMention]
    referents: list[Referent]
    candidates: list[tuple[int, ...]]
    _bodies: dict[str, list[Referent]] | None = None

    def bodies(self, word: str) -> list[Referent]:
        """The organisations by name, of a known sort, whose names begin with the word; asked once all are known."""
        if self._bodies is None:
            self._bodies = defaultdict(list)
            for referent in self.referents:
                if referent.named and referent.org_class:
                    self._bodies[referent.key[0]].append(referent)
        return self._bodies.get(word, [])

    def places(self) -> dict[int, list[NameMention]]:
        """The names that stand for each referent and for no other, in text order."""
        found: dict[int, list[NameMention]] = defaultdict(list)
        for name, candidates in zip(self.names, self.candidates, strict=True):
            if len(candidates) == 1:
                found[candidates[0]].append(name)
        return found

    def add(self, **values: object) -> Referent:
        """A further referent with the next index."""
        referent = Referent(index=len(self.referents), **values)  # type: ignore[arg-type]
        self.referents.append(referent)
        return referent


def join(parse: Parse, names: list[NameMention], claims: Sequence[RoleClaim], sources: frozenset[int]) -> Cast:
    """Join the article's names. ``sources`` are the indices of the names that something is attributed to."""
    votes = _votes(names, claims)
    uses = _Uses(names)
    persons = _full_persons(uses, votes, {names[i].key for i in sources})
    cast = Cast(names=names, referents=[], candidates=[() for _ in names])
    for keys in persons:
        best = max(keys, key=lambda k: (len(k), -uses.first[k]))
        cast.add(name=uses.surface(best), kind=SpeakerKind.PERSON, named=True, key=best)
    holders = {k: i for i, keys in enumerate(persons) for k in keys}
    for number, name in enumerate(names):
        if name.key in holders:
            cast.candidates[number] = (holders[name.key],)
    # a title in front of a short name can bar somebody whose gender is known by now
    _set_genders(cast, {})
    surnames, given = _by_end(cast.referents)
    rest: list[int] = []
    for number, name in enumerate(names):
        if name.key in holders:
            continue
        if found := _persons_for(name, votes[name.key], surnames, given):
            cast.candidates[number] = found
        else:
            rest.append(number)
    _join_rest(cast, uses, rest, votes, sources)
    _leave_to_namesake(cast)
    for claim in claims:
        if len(cast.candidates[claim.name]) == 1:
            referent = cast.referents[cast.candidates[claim.name][0]]
            referent.learn(claim.phrase)
    _set_genders(cast, _pronoun_votes(parse, cast))
    classify(cast.referents, cast.places(), {i for n in sources for i in cast.candidates[n]})
    return cast


def _leave_to_namesake(cast: Cast) -> None:
    """*President Quill* is not Ada Quill where a *Mr. Quill* is about and nobody calls Ada Quill president.

    A role before a bare surname then belongs to the one whom the article knows by surname alone.
    """
    honorifics: dict[Key, dict[str, int]] = defaultdict(dict)
    offices: dict[int, set[str]] = defaultdict(set)
    for number, name in enumerate(cast.names):
        if len(cast.candidates[number]) != 1:
            continue
        (index,) = cast.candidates[number]
        gender = lexicon.gender_of_title(name.title) if name.title else ""
        if gender and len(cast.referents[index].key) == 1:
            honorifics[name.key][gender] = index
        if len(name.key) > 1 and name.prefix:
            offices[index].add(plain(name.prefix[-1].form))
    for number, name in enumerate(cast.names):
        rivals = honorifics.get(name.key, {})
        if len(cast.candidates[number]) != 1 or len(rivals) != 1 or name.title or not name.prefix:
            continue
        (index,) = cast.candidates[number]
        ((gender, rival),) = rivals.items()
        person = cast.referents[index]
        known_otherwise = person.gender and person.gender != gender
        if rival != index and known_otherwise and plain(name.prefix[-1].form) not in offices[index]:
            cast.candidates[number] = (rival,)


class _Uses:
    """Where each key is used first, and how it is written there."""

    def __init__(self, names: Sequence[NameMention]) -> None:
        self.first: dict[Key, int] = {}
        self._written: dict[Key, NameMention] = {}
        for number, name in enumerate(names):
            self.first.setdefault(name.key, number)
            if name.key not in self._written or (self._written[name.key].in_heading and not name.in_heading):
                self._written[name.key] = name

    def surface(self, key: Key) -> str:
        """The name as first written outside a heading; where it stands in headings only, as there."""
        return " ".join(self._written[key].tokens)


def _by_end(persons: Sequence[Referent]) -> tuple[dict[str, list[Referent]], dict[str, list[Referent]]]:
    """The persons by the last and by the first word of their names."""
    surnames: dict[str, list[Referent]] = defaultdict(list)
    given: dict[str, list[Referent]] = defaultdict(list)
    for person in persons:
        for found in (surnames[person.key[-1]], given[person.key[0]]):
            if len(found) < _MOST_NAMESAKES:
                found.append(person)
    return surnames, given


def _votes(names: Sequence[NameMention], claims: Sequence[RoleClaim]) -> dict[Key, Votes]:
    """The sum of what all places of a name say; a surname speaks for the full name, a first word for a body."""
    votes: dict[Key, Votes] = defaultdict(Votes)
    for name in names:
        if not name.in_heading or name.title:
            votes[name.key] += name.votes
        else:
            votes[name.key] += Votes()
    for claim in claims:
        votes[names[claim.name].key] += Votes(person=2.0)
    full = [k for k in votes if len(k) > 1]
    surnames = {k[-1] for k in full if lexicon.is_first_name(k[0]) and votes[k].person > 0}
    for key in full:
        short = votes.get(key[-1:])
        if short is None and key[0] in surnames and not lexicon.is_first_name(key[0]):
            # Halvorsen Coatings, where Linda Halvorsen is a person: what follows a surname makes it a body's name
            votes[key] += Votes(organisation=2.0 + votes[key].person)
        elif short is not None and not lexicon.marks_organisation(key[-1]):
            votes[key] += Votes(person=1.0 + min(short.person, 2.0))
        elif key[:1] in votes and not lexicon.is_first_name(key[0]):
            votes[key] += Votes(organisation=0.5 + min(votes[key[:1]].organisation, 2.0))
    return votes


def _is_person(votes: Votes) -> bool:
    return votes.person > 0 and votes.person >= votes.organisation and votes.person >= votes.place


def _full_persons(uses: _Uses, votes: dict[Key, Votes], spoken: set[Key]) -> list[list[Key]]:
    """Keys of two and more words that name persons, those of one person together, in the order of their first use."""
    keys = [k for k in uses.first if len(k) > 1]
    keys = [k for k in keys if _is_person(votes[k]) or (k in spoken and not any(_as_list(votes[k])))]
    groups: list[list[Key]] = []
    # one person's names share their last word and have first names that fit, or one goes on where another ends; looked
    # up by both, since an article may name thousands of one surname or one first name
    by_words: dict[tuple[str, str], dict[int, None]] = defaultdict(dict)
    by_start: dict[Key, dict[int, None]] = defaultdict(dict)
    for key in sorted(keys, key=len, reverse=True):
        first, last = key[0], key[-1]
        alike = (by_start[key], *(by_words[name, last] for name in (first, *lexicon.full_first_names(first))))
        near = dict.fromkeys(g for found in alike for g in islice(found, _MOST_NAMESAKES))
        fitting = [g for g in near if any(_same_person(key, other) for other in groups[g])]
        home = fitting[0] if len(fitting) == 1 else len(groups)
        if home == len(groups):
            groups.append([])
        groups[home].append(key)
        for name in {first, first[:1], *lexicon.full_first_names(first)}:
            by_words[name, last][home] = None
        for length in range(2, len(key)):
            by_start[key[:length]][home] = None
    return sorted(groups, key=lambda g: min(uses.first[k] for k in g))


def _as_list(votes: Votes) -> tuple[float, float, float]:
    return votes.person, votes.organisation, votes.place


def _same_person(short: Key, full: Key) -> bool:
    """*John Smith* and *John A Smith*, *J Smith*; the surname is the last word."""
    if short[-1] != full[-1]:
        # Maria Okafor and Maria Okafor-Nair, Ana de la Cruz and Ana de la Cruz Lopez: the longer goes on
        return len(short) > 1 and full[: len(short)] == short
    first, other = short[0], full[0]
    if first == other:
        return set(short) <= set(full) or len(short) == len(full) == 2
    if first in lexicon.full_first_names(other) or other in lexicon.full_first_names(first):
        # Robert Marsh and Bob Marsh
        return len(short) == len(full) == 2
    return len(first) == 1 and other.startswith(first)


def _persons_for(
    name: NameMention, votes: Votes, surnames: dict[str, list[Referent]], given: dict[str, list[Referent]]
) -> tuple[int, ...]:
    """The persons whose surname, or else first name, the short name is, less those whose gender the title bars."""
    key = name.key
    if name.votes.organisation >= _TELLING and votes.person < votes.organisation:
        return ()
    # Valeska Paris is Paris for short, but not where something is in Paris
    if name.votes.place >= _TELLING and not name.title:
        return ()
    by_surname = [r for r in surnames.get(key[-1], ()) if len(r.key) > len(key) and r.key[-len(key) :] == key]
    familiar = not name.title or name.title in lexicon.words("given_name_titles.txt")
    by_first = [r for r in given.get(key[0], ()) if familiar and len(r.key) > len(key) and r.key[: len(key)] == key]
    if len(key) == 1 and familiar and not (by_surname or by_first):
        by_first = [r for full in sorted(lexicon.full_first_names(key[0])) for r in given.get(full, ())]
    gender = lexicon.gender_of_title(name.title) if name.title else ""
    fitting = [r.index for r in (by_surname or by_first) if not (gender and r.gender and r.gender != gender)]
    return tuple(fitting)


def _join_rest(cast: Cast, uses: _Uses, rest: list[int], votes: dict[Key, Votes], sources: frozenset[int]) -> None:
    """Names that belong to no full person: organisations, places, and persons with one name."""
    by_key: dict[tuple[Key, str], list[int]] = {}
    for number in rest:
        name = cast.names[number]
        title = name.title if lexicon.gender_of_title(name.title) else ""
        by_key.setdefault((name.key, title), []).append(number)
    bodies = _Bodies()
    for (key, honorific), numbers in sorted(by_key.items(), key=lambda item: (-len(item[0][0]), item[1][0])):
        kind = _kind(votes[key], cast.names[numbers[0]], any(n in sources for n in numbers))
        # the recogniser takes a body's short name for a surname easily: where the full name is a body's, so is it
        home = None if honorific else bodies.short_for(key)
        if home is not None and kind is SpeakerKind.PERSON and cast.referents[home].name.split()[-1].islower():
            # the Quill campaign is named after Quill, not the other way round
            home = None
        if home is None:
            home = cast.add(name=uses.surface(key), kind=kind, named=True, key=key).index
            if kind is SpeakerKind.ORGANISATION:
                bodies.add(key, home)
        for number in numbers:
            cast.candidates[number] = (home,)


def _kind(votes: Votes, name: NameMention, spoken: bool) -> SpeakerKind:
    if " ".join(name.key) in lexicon.words("metonyms.tsv"):
        # Downing Street denied it: the place stands for who sits there
        return SpeakerKind.ORGANISATION
    if spoken and not name.title and " ".join(name.key) in lexicon.words("capitals.txt"):
        return SpeakerKind.ORGANISATION
    if (name.title and votes.place < 5.0) or (_is_person(votes) and votes.person >= 1.0):
        return SpeakerKind.PERSON
    if votes.place > votes.organisation and not spoken:
        return SpeakerKind.UNKNOWN
    if votes.organisation == 0 and spoken and lexicon.is_surname(name.key[-1]):
        return SpeakerKind.PERSON
    return SpeakerKind.ORGANISATION


class _Bodies:
    """The organisations so far, by the words with which their names begin and by their initials."""

    def __init__(self) -> None:
        self._starts: dict[Key, set[int]] = defaultdict(set)
        self._initials: dict[str, set[int]] = defaultdict(set)

    def add(self, key: Key, index: int) -> None:
        """Enter an organisation."""
        for length in range(1, len(key)):
            self._starts[key[:length]].add(index)
        if len(key) > 1:
            self._initials["".join(t[0] for t in key if t not in {"of", "the", "and"})].add(index)

    def short_for(self, key: Key) -> int | None:
        """The organisation that *Labour* is short for (*Labour Party*), or *OIA* (initials); None if not just one."""
        initials = self._initials.get(key[0], set()) if len(key) == 1 and len(key[0]) > 1 else set()
        found = self._starts.get(key, set()) | initials
        return next(iter(found)) if len(found) == 1 else None


def _pronoun_votes(parse: Parse, cast: Cast) -> dict[int, tuple[str, int]]:
    places: dict[int, list[tuple[int, int]]] = {}
    for name, found in zip(cast.names, cast.candidates, strict=True):
        # Asked about Kelly-Ann's nan, he softened: whose nan it is, is not who the sentence is about
        owner = any(w.deprel == "nmod:poss" for w in name.words)
        persons = [i for i in found if cast.referents[i].is_person and not owner]
        for person in persons:
            places.setdefault(name.sentence, []).append((name.words[0].index, person))
    return genders.by_pronouns(parse, places)


def _set_genders(cast: Cast, pronouns: dict[int, tuple[str, int]]) -> None:
    """Titles and role nouns are sure; then a first name that tells; then the article's pronouns, person -> gender."""
    places = cast.places()
    for referent in cast.referents:
        if not referent.is_person:
            continue
        titles = [n.title for n in places[referent.index]]
        sure = genders.by_titles(titles) or genders.by_roles(p.head for p in referent.roles)
        by_name = genders.by_first_name(referent.key[0]) if len(referent.key) > 1 else ""
        by_text, count = pronouns.get(referent.index, ("", 0))
        if by_name and count == 1:
            # one pronoun may be misread, and says less than a first name
            by_text = ""
        # a first name that only women (or only men) bear outweighs the article's pronouns, which may be misread
        referent.gender = sure or (by_name if by_name and genders.is_telling(referent.key[0]) else by_text or by_name)
        referent.titles = {t for t in titles if t}
        known = lexicon.is_surname(referent.key[-1]) or lexicon.is_first_name(referent.key[0])
        referent.doubtful = len(referent.key) == 1 and not (known or referent.titles or referent.roles)
