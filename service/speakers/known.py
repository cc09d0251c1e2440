"""Speakers that the operator's names file knows: an id for a name, and a name for an office by its date.

*The prime minister* of an article of May 2022 is whoever the file says held that office then. The file only adds what
the article leaves open: a role that clashes, or two entries that fit equally well, link nobody.

>>> row = KnownSpeaker(id="vl-1", name="Ilse Brandvik", role="Prime Minister of Varland", since=date(2021, 6, 1))
>>> KnownSpeakers([row]).by_office("the prime minister", date(2022, 5, 1))[0].name
'Ilse Brandvik'
>>> KnownSpeakers([row]).by_office("the prime minister", date(2019, 5, 1))
()
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from service.identities.names import NameKey, is_named, name_key
from service.identities.roles import Fit, compare, read_role
from service.model import Link, Resolution, Speaker, SpeakerKind

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SMALL = frozenset(("the", "of", "for", "and", "in", "at"))
_CERTAINTY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSpeaker:
    """One row of the file: somebody in one role. ``since`` and ``until`` are both inclusive, None: open.

    Several rows may have one ``id``: the same person in other roles, or at other times.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    role: str | None = None
    since: date | None = None
    until: date | None = None
    kind: SpeakerKind = SpeakerKind.PERSON

    def holds(self, day: date) -> bool:
        """Whether the row's role was held on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class KnownSpeakers:
    """The rows of a names file, found by name and by office."""

    def __init__(self, rows: Iterable[KnownSpeaker]) -> None:
        self.rows = tuple(rows)
        self._by_name: dict[tuple[SpeakerKind, NameKey], list[KnownSpeaker]] = defaultdict(list)
        self._by_noun: dict[str, list[KnownSpeaker]] = defaultdict(list)
        self._roles: dict[str, list[str]] = defaultdict(list)
        for row in self.rows:
            for key in dict.fromkeys(name_key(name) for name in (row.name, *row.aliases)):
                self._by_name[row.kind, key].append(row)
            if row.role is not None:
                self._by_noun[read_role(row.role).noun].append(row)
                self._roles[row.id].append(row.role)

    def by_name(self, speaker: Speaker) -> tuple[KnownSpeaker, ...]:
        """Who bears the speaker's name, one row an id, less those of whose roles all clash with the article's."""
        rows = self._by_name.get((speaker.kind, name_key(speaker.name)), [])
        found: dict[str, KnownSpeaker] = {}
        for row in rows:
            if row.id not in found and not self._clashes(speaker, row.id):
                found[row.id] = row
        return tuple(found.values())

    def _clashes(self, speaker: Speaker, id: str) -> bool:
        roles = self._roles.get(id, [])
        if speaker.role is None or not roles:
            return False
        said = read_role(speaker.role)
        return all(compare(said, read_role(role)) is Fit.CLASH for role in roles)

    def by_office(self, description: str, day: date) -> tuple[KnownSpeaker, ...]:
        """Who held the office that a description names on that day, one row an id."""
        said = read_role(description)
        wanted = _office(description)
        found: dict[str, KnownSpeaker] = {}
        for row in self._by_noun.get(said.noun, ()):
            if row.role is None or not row.holds(day):
                continue
            names = read_role(row.role).proper
            # *the prime minister* and *Varland's prime minister* for *Prime Minister of Varland*, never the deputy one
            if said.proper - wanted <= names and wanted - names == _office(row.role) - names:
                found.setdefault(row.id, row)
        return tuple(found.values())


def _office(role: str) -> frozenset[str]:
    words = (w.casefold().removesuffix("'s").removesuffix("’s") for w in _WORD.findall(role))
    return frozenset(words) - _SMALL


def link_known(resolution: Resolution, known: KnownSpeakers, published_at: datetime | None) -> Resolution:
    """The resolution with what the names file knows of its speakers; speakers that prove to be one are joined.

    ``published_at`` decides who held an office; without it offices stay as the article words them.
    """
    found = [_known(speaker, known, published_at) for speaker in resolution.speakers]
    speakers: list[Speaker] = []
    places: list[int] = []
    # by the file's id where its speaker stands
    referred: dict[str, int] = {}
    for speaker, (row, _) in zip(resolution.speakers, found, strict=True):
        linked = speaker if row is None else _with_row(speaker, row)
        same = referred.get(linked.reference) if linked.reference else None
        if same is None:
            if linked.reference:
                referred[linked.reference] = len(speakers)
            places.append(len(speakers))
            speakers.append(linked)
        else:
            places.append(same)
            speakers[same] = _joined(speakers[same], linked)
    links = tuple(_relinked(link, places, found) for link in resolution.links)
    return Resolution(speakers=tuple(speakers), links=links, addressees=resolution.addressees)


def _known(
    speaker: Speaker, known: KnownSpeakers, published_at: datetime | None
) -> tuple[KnownSpeaker | None, tuple[str, ...]]:
    """The speaker's row and why; no row and no reason where the file has nothing to say."""
    if is_named(speaker.name, speaker.kind):
        rows = known.by_name(speaker)
        said = f"names file: {speaker.name}"
    elif published_at is not None and _is_office(speaker):
        day = published_at.date()
        rows = known.by_office(speaker.name, day)
        said = f"names file: {speaker.name} on {day.isoformat()}"
    else:
        return None, ()
    if len(rows) == 1:
        return rows[0], (f"{said} -> {rows[0].name} ({rows[0].id})",)
    if rows:
        rivals = " or ".join(f"{row.name} ({row.id})" for row in rows[:3])
        return None, (f"{said}: {rivals}, the file does not tell",)
    return None, ()


def _is_office(speaker: Speaker) -> bool:
    """Whether the description is definite: *the prime minister*, *Varland’s prime minister*, not *a minister*."""
    if speaker.kind is not SpeakerKind.PERSON:
        return False
    first = speaker.name.split()[0] if speaker.name.split() else ""
    return first == "the" or first.endswith(("'s", "’s"))


def _with_row(speaker: Speaker, row: KnownSpeaker) -> Speaker:
    if is_named(speaker.name, speaker.kind):
        return replace(speaker, reference=row.id)
    return Speaker(name=row.name, kind=row.kind, role=speaker.role or speaker.name, reference=row.id)


def _joined(first: Speaker, other: Speaker) -> Speaker:
    names = (*first.aliases, other.name, *other.aliases)
    aliases = tuple(dict.fromkeys(name for name in names if name != first.name))
    return replace(first, role=first.role or other.role, aliases=aliases)


def _relinked(link: Link, places: Sequence[int], found: Sequence[tuple[KnownSpeaker | None, tuple[str, ...]]]) -> Link:
    if link.speaker is None:
        return link
    row, reasons = found[link.speaker]
    return replace(
        link,
        speaker=places[link.speaker],
        certainty=link.certainty if row is None else round(link.certainty * _CERTAINTY, 3),
        evidence=(*link.evidence, *reasons),
    )
