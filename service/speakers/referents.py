"""Whom and what the article names: names joined into referents.

*Gaurav Sharma*, *Dr Sharma*, *Sharma* and *Gaurav* are one person; *Labour* and *the Labour Party* one organisation.
Two people with one surname stay two, and a bare surname then keeps both as candidates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from service.model import SpeakerKind
from service.parse.tree import Parse
from service.speakers import gender as genders
from service.speakers import lexicon_files as lexicon
from service.speakers.names import NameMention
from service.speakers.phrases import NounPhrase
from service.speakers.roles import RoleClaim
from service.speakers.spelling import plain
from service.speakers.votes import Votes

Key = tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Referent:
    """Somebody or something that the article speaks of; built up within this step, never handed out.

    ``name`` is the fullest name, or the description of one without a name (``named`` is False). ``roles`` are in the
    order of the article; ``often`` says that it names this one more than once and quotes it. ``number`` is
    ``singular``, ``plural`` or ``either``.
    """

    index: int
    name: str
    kind: SpeakerKind
    named: bool
    key: Key = ()
    gender: str = ""
    gender_sure: bool = False
    number: str = "singular"
    roles: list[NounPhrase] = field(default_factory=list)
    head: str = ""
    org_class: str = ""
    modifiers: set[str] = field(default_factory=set)
    often: bool = False
    titles: set[str] = field(default_factory=set)
    descriptions: list[str] = field(default_factory=list)

    @property
    def is_person(self) -> bool:
        """Whether this is one person."""
        return self.kind is SpeakerKind.PERSON


@dataclass(slots=True, kw_only=True)
class Cast:
    """The referents of an article, and for each of its names those that it can stand for (one, if it is clear)."""

    names: list[NameMention]
    referents: list[Referent]
    candidates: list[tuple[int, ...]]

    def add(self, **values: object) -> Referent:
        """A further referent with the next index."""
        referent = Referent(index=len(self.referents), **values)  # type: ignore[arg-type]
        self.referents.append(referent)
        return referent


def join(parse: Parse, names: list[NameMention], claims: Sequence[RoleClaim], sources: frozenset[int]) -> Cast:
    """Join the article's names. ``sources`` are the indices of the names that something is attributed to."""
    votes = _votes(names, claims)
    persons = _full_persons(names, votes, sources)
    cast = Cast(names=names, referents=[], candidates=[() for _ in names])
    for keys in persons:
        best = max(keys, key=lambda k: (len(k), -_first(names, k)))
        cast.add(name=_surface(names, best), kind=SpeakerKind.PERSON, named=True, key=best)
    holders = {k: i for i, keys in enumerate(persons) for k in keys}
    _set_genders(cast, holders, [])
    rest: list[int] = []
    for number, name in enumerate(names):
        if name.key in holders:
            cast.candidates[number] = (holders[name.key],)
        elif found := _persons_for(cast, name, votes[name.key]):
            cast.candidates[number] = found
        else:
            rest.append(number)
    _join_rest(cast, rest, votes, sources)
    for claim in claims:
        if len(cast.candidates[claim.name]) == 1:
            referent = cast.referents[cast.candidates[claim.name][0]]
            referent.roles.append(claim.phrase)
            referent.modifiers |= claim.phrase.modifiers
    _set_genders(cast, holders, _pronoun_votes(parse, cast))
    _set_classes(cast, sources)
    return cast


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


def _full_persons(names: Sequence[NameMention], votes: dict[Key, Votes], sources: frozenset[int]) -> list[list[Key]]:
    """Keys of two and more words that name persons, those of one person together, in the order of their first use."""
    spoken = {names[i].key for i in sources}
    keys = list(dict.fromkeys(n.key for n in names if len(n.key) > 1))
    keys = [k for k in keys if _is_person(votes[k]) or (k in spoken and not any(_as_list(votes[k])))]
    groups: list[list[Key]] = []
    for key in sorted(keys, key=len, reverse=True):
        fitting = [g for g in groups if any(_same_person(key, other) for other in g)]
        if len(fitting) == 1:
            fitting[0].append(key)
        else:
            groups.append([key])
    return sorted(groups, key=lambda g: min(_first(names, k) for k in g))


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
    return len(first) == 1 and other.startswith(first)


def _first(names: Sequence[NameMention], key: Key) -> int:
    return next(i for i, n in enumerate(names) if n.key == key)


def _surface(names: Sequence[NameMention], key: Key) -> str:
    """The name as first written outside a heading, where it stands in one only as there."""
    places = [n for n in names if n.key == key]
    return " ".join(next((n for n in places if not n.in_heading), places[0]).tokens)


def _persons_for(cast: Cast, name: NameMention, votes: Votes) -> tuple[int, ...]:
    """The persons whose surname, or else first name, the short name is, less those whose gender the title bars."""
    key = name.key
    if votes.organisation >= 2.0 and votes.person < votes.organisation:
        return ()
    if votes.place > 1.0 and votes.person < votes.place and not name.title:
        return ()
    by_surname = [r for r in cast.referents if len(r.key) > len(key) and r.key[-len(key) :] == key]
    given = not name.title or name.title in lexicon.words("given_name_titles.txt")
    by_first = [r for r in cast.referents if len(r.key) > len(key) and r.key[: len(key)] == key and given]
    gender = lexicon.gender_of_title(name.title) if name.title else ""
    fitting = [r.index for r in (by_surname or by_first) if not (gender and r.gender and r.gender != gender)]
    return tuple(fitting)


def _join_rest(cast: Cast, rest: list[int], votes: dict[Key, Votes], sources: frozenset[int]) -> None:
    """Names that belong to no full person: organisations, places, and persons with one name."""
    by_key: dict[tuple[Key, str], list[int]] = {}
    for number in rest:
        name = cast.names[number]
        title = name.title if lexicon.gender_of_title(name.title) else ""
        by_key.setdefault((name.key, title), []).append(number)
    made: list[tuple[Key, int]] = []
    for (key, _title), numbers in sorted(by_key.items(), key=lambda item: (-len(item[0][0]), item[1][0])):
        kind = _kind(votes[key], cast.names[numbers[0]], any(n in sources for n in numbers))
        # the recogniser takes a body's short name for a surname easily: where the full name is a body's, so is it
        home = None if _title else _same_body(key, made)
        if home is None:
            referent = cast.add(name=_surface(cast.names, key), kind=kind, named=True, key=key)
            home = referent.index
            if kind is SpeakerKind.ORGANISATION:
                made.append((key, home))
        for number in numbers:
            cast.candidates[number] = (home,)


def _kind(votes: Votes, name: NameMention, spoken: bool) -> SpeakerKind:
    if (name.title and votes.place < 5.0) or (_is_person(votes) and votes.person >= 1.0):
        return SpeakerKind.PERSON
    if votes.place > votes.organisation and not spoken:
        return SpeakerKind.UNKNOWN
    if votes.organisation == 0 and spoken and lexicon.is_surname(name.key[-1]):
        return SpeakerKind.PERSON
    return SpeakerKind.ORGANISATION


def _same_body(key: Key, made: Iterable[tuple[Key, int]]) -> int | None:
    """The one organisation that *Labour* is short for (*Labour Party*), or *OIA* (its initials); None if not one."""
    whole = "".join(key)
    found = {
        index
        for other, index in made
        if (len(other) > len(key) and other[: len(key)] == key)
        or (len(key) == 1 and len(whole) > 1 and whole == "".join(t[0] for t in other if t not in {"of", "the", "and"}))
    }
    return found.pop() if len(found) == 1 else None


def _pronoun_votes(parse: Parse, cast: Cast) -> list[tuple[int, str]]:
    places: dict[int, list[tuple[int, int]]] = {}
    for name, found in zip(cast.names, cast.candidates, strict=True):
        persons = [i for i in found if cast.referents[i].is_person]
        for person in persons:
            places.setdefault(name.sentence, []).append((name.words[0].index, person))
    return list(genders.by_pronouns(parse, places).items())


def _set_genders(cast: Cast, holders: dict[Key, int], pronouns: list[tuple[int, str]]) -> None:
    """Titles and role nouns are sure; the article's pronouns come next; the first name is the last to ask."""
    del holders
    spoken = dict(pronouns)
    for referent in cast.referents:
        if not referent.is_person:
            continue
        titles = [n.title for n, c in zip(cast.names, cast.candidates, strict=True) if c == (referent.index,)]
        sure = genders.by_titles(titles) or genders.by_roles(p.head for p in referent.roles)
        by_name = genders.by_first_name(referent.key[0]) if len(referent.key) > 1 else ""
        by_text = spoken.get(referent.index, "")
        # a first name that only women (or only men) bear outweighs the article's pronouns, which may be misread
        referent.gender = sure or (by_name if by_name and genders.is_telling(referent.key[0]) else by_text or by_name)
        referent.gender_sure = bool(sure or by_text or by_name)
        referent.titles = {t for t in titles if t}


def _set_classes(cast: Cast, sources: frozenset[int]) -> None:
    """What sort of body an organisation is, by its own nouns or by the people whom it has."""
    by_people = {
        "mp": "party", "leader": "party", "caucus": "party", "whip": "party", "candidate": "party",
        "executive": "company", "ceo": "company", "mayor": "council", "councillor": "council",
        "professor": "university", "lecturer": "university", "coach": "club", "captain": "club",
    }  # fmt: skip
    for referent in cast.referents:
        if referent.kind is not SpeakerKind.ORGANISATION:
            continue
        # Council of the Labour Party is a council
        main = referent.key[: referent.key.index("of")] if "of" in referent.key[1:] else referent.key
        nouns = [w for w in (*main[-1:], *main[:1]) if lexicon.is_organisation_noun(plain(w))]
        referent.head = nouns[0] if nouns else ""
        referent.org_class = lexicon.organisation_class(referent.head) if nouns else ""
        if not nouns and len(referent.key) == 2 and referent.key[-1].endswith("s"):
            # Halvorsen Coatings, Tarn Foods: what a company makes stands in the plural behind its name
            referent.org_class = "company"
    for name, found in zip(cast.names, cast.candidates, strict=True):
        body = cast.referents[found[0]] if len(found) == 1 else None
        if body is not None and body.kind is SpeakerKind.ORGANISATION and not body.org_class:
            body.org_class = lexicon.organisation_class(name.followed_by) or lexicon.organisation_class(name.follows)
    spoken = {i for n in sources for i in cast.candidates[n]}
    for referent in cast.referents:
        places = [n for n, c in zip(cast.names, cast.candidates, strict=True) if c == (referent.index,)]
        referent.often = sum(not n.in_heading for n in places) > 1 and bool(spoken & {referent.index})
    for person in cast.referents:
        for role in person.roles:
            for body in cast.referents:
                if body.kind is SpeakerKind.ORGANISATION and not body.org_class and body.key[0] in role.modifiers:
                    body.org_class = by_people.get(role.head, "")
