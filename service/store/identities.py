"""Whom an article's speakers are in the register, decided when the article is stored.

First comes what a person decided about this article, then what the register held before the article was read anew,
then the evidence (``service.identities``). Nothing here ever joins two identities that exist: an article is added to
one of them or begins its own. What later evidence shows to be wrong, ``regrouping`` mends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from service.identities import Appearance, choose, is_named, name_key
from service.identities.names import NameKey
from service.model import Extraction, Speaker
from service.store.identity_tables import identity_merges, identity_pins
from service.store.people import People
from service.store.records import ArticleRecord, Values, id_of, record_of
from service.store.tables import article_speakers, speakers

# made once: to put a statement together takes longer than to run it
_PINNED = select(identity_pins).where(identity_pins.c.article_id == bindparam("id"))

# an identity, and why it is that one
_Decided = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the register held of an article's speaker before the article was read anew."""

    kind: str
    name: str
    speaker_id: str


def registered(connection: Connection, extraction: Extraction, *, stored_at: datetime) -> ArticleRecord:
    """The rows of an article with its speakers as the register knows them. Raises as ``records.record_of``."""
    known, grounds = identified(connection, extraction)
    return record_of(known, stored_at=stored_at, grounds=grounds)


def fresh_registered(
    connection: Connection, extraction: Extraction, record: ArticleRecord, people: People
) -> ArticleRecord:
    """The rows of an article that is not stored yet, ``record``, with its speakers as the register knows them."""
    appearances = _appearances(extraction, record.article["id"])
    decided = _weighed_all(appearances, _pinned(connection, record.article["id"], appearances), people)
    grounds = dict(decided.values())

    def known(values: Values, column: str) -> Values:
        return values | {column: decided[values[column]][0]}

    in_article = [known(values, "speaker_id") for values in record.article_speakers]
    found = {values["id"]: values for values in (known(values, "id") for values in record.speakers)}
    named = {tuple(values.values()): values for values in (known(values, "speaker_id") for values in record.names)}
    return replace(
        record,
        quotes=tuple(q if q["speaker_id"] is None else known(q, "speaker_id") for q in record.quotes),
        article_speakers=tuple(values | {"grounds": list(grounds[values["speaker_id"]])} for values in in_article),
        speakers=tuple(found.values()),
        names=tuple(named.values()),
    )


def identified(connection: Connection, extraction: Extraction) -> tuple[Extraction, Mapping[str, Sequence[str]]]:
    """The extraction with each speaker's identity in the register, and identity -> why it is that one."""
    article_id = id_of(extraction.article)
    appearances = _appearances(extraction, article_id)
    known_before = _held(connection, article_id)
    given = _pinned(connection, article_id, appearances)
    _recognise(connection, given, appearances, known_before, "as before the article was read anew", pinned=False)
    decided = _weighed_all(appearances, given, People(connection))

    def known(speaker: Speaker) -> Speaker:
        return replace(speaker, identity=decided[speaker.id][0])

    quotes = tuple(q if q.speaker is None else replace(q, speaker=known(q.speaker)) for q in extraction.quotes)
    speakers = tuple(known(speaker) for speaker in extraction.speakers)
    return replace(extraction, quotes=quotes, speakers=speakers), dict(decided.values())


def new_identity(*parts: str) -> str:
    """An id for somebody whose name alone does not tell who it is: a pure function of ``parts``."""
    return "s-" + hashlib.sha256("\x00".join(("identity", *parts)).encode()).hexdigest()[:16]


def merged_into(connection: Connection, id: str) -> str:
    """The id that holds in the place of ``id``, which may be ``id`` itself."""
    into = connection.scalar(select(identity_merges.c.into_id).where(identity_merges.c.merged_id == id))
    return id if into is None else str(into)


def _appearances(extraction: Extraction, article_id: str) -> dict[str, Appearance]:
    """Each speaker of the article by its id; what two entries of one name say is put together."""
    article = extraction.article
    keys = {s.id: name_key(s.name) for s in extraction.speakers if is_named(s.name, s.kind)}
    found: dict[str, Appearance] = {}
    quoted = (quote.speaker for quote in extraction.quotes if quote.speaker is not None)
    for speaker in (*extraction.speakers, *quoted):
        first = found.get(speaker.id)
        if first is not None:
            aliases = tuple(dict.fromkeys((*first.aliases, *speaker.aliases)))
            reference = first.reference or speaker.reference
            found[speaker.id] = replace(first, role=first.role or speaker.role, aliases=aliases, reference=reference)
            continue
        found[speaker.id] = Appearance(
            article_id=article_id,
            name=speaker.name,
            kind=speaker.kind,
            role=speaker.role,
            aliases=speaker.aliases,
            outlet=article.outlet,
            published_at=article.published_at,
            reference=speaker.reference,
            company=_company(key for other, key in keys.items() if other != speaker.id),
        )
    return found


def _company(keys: Iterable[NameKey]) -> frozenset[NameKey]:
    """Names that tell something: *Karin* can be anybody."""
    return frozenset(key for key in keys if len(key) > 1)


def _pinned(connection: Connection, article_id: str, appearances: Mapping[str, Appearance]) -> dict[str, _Decided]:
    """A person's word on the speakers of this article."""
    rows = connection.execute(_PINNED, {"id": article_id})
    pinned = [Held(kind=row.kind, name=row.name, speaker_id=row.speaker_id) for row in rows]
    found: dict[str, _Decided] = {}
    _recognise(connection, found, appearances, pinned, "decided by a person", pinned=True)
    return found


def _recognise(
    connection: Connection,
    found: dict[str, _Decided],
    appearances: Mapping[str, Appearance],
    known: Sequence[Held],
    why: str,
    *,
    pinned: bool,
) -> None:
    """Add to ``found`` who of the article's speakers are among the known ones; ``pinned``: those without a name too."""
    for id, appearance in appearances.items() if known else ():
        if id in found or not (pinned or is_named(appearance.name, appearance.kind)):
            continue
        match = _same_speaker(appearance, known, used={identity for identity, _ in found.values()})
        if match is not None:
            found[id] = (merged_into(connection, match.speaker_id), (why,))


def _held(connection: Connection, article_id: str) -> tuple[Held, ...]:
    """The speakers of a stored article with their identities; empty where there is no such article."""
    rows = connection.execute(
        select(article_speakers.c.name, article_speakers.c.speaker_id, speakers.c.kind)
        .join(speakers, speakers.c.id == article_speakers.c.speaker_id)
        .where(article_speakers.c.article_id == article_id)
    )
    return tuple(Held(kind=row.kind, name=row.name, speaker_id=row.speaker_id) for row in rows)


def _same_speaker(appearance: Appearance, known: Sequence[Held], used: Collection[str]) -> Held | None:
    """The entry for the speaker: by its name, else the only one whose name is another form of it."""
    alike = [h for h in known if h.kind == appearance.kind.value]
    exact = next((h for h in alike if h.name == appearance.name), None)
    if exact is not None:
        return exact
    names = {name_key(name) for name in (appearance.name, *appearance.aliases)}
    # the name that another release of the models gave: longer or shorter
    other = [h for h in alike if h.speaker_id not in used and name_key(h.name) in names]
    return other[0] if len({h.speaker_id for h in other}) == 1 else None


def _weighed_all(
    appearances: Mapping[str, Appearance], given: Mapping[str, _Decided], people: People
) -> dict[str, _Decided]:
    """Who each speaker is: as ``given``, else by the evidence."""
    decided = dict(given)
    taken = {identity for identity, _ in decided.values()}
    open_ones = {id: seen for id, seen in appearances.items() if id not in decided and is_named(seen.name, seen.kind)}
    alike = {id: people.candidates(seen.name, seen.kind, seen.published_at) for id, seen in open_ones.items()}
    people.read(candidate for found in alike.values() for candidate in found)
    not_free = people.taken(open_ones)
    for id, appearance in appearances.items():
        if id in decided:
            continue
        own = new_identity(appearance.kind.value, appearance.name, appearance.article_id)
        if id not in alike:
            decided[id] = own, ("a source without a name is of its own article",)
        else:
            decision = choose(appearance, [people.profile(c, appearance) for c in alike[id] if c not in taken])
            # the id that the name alone gives is the first comer's
            first = own if id in not_free or id in taken else id
            decided[id] = decision.identity or first, decision.evidence
        taken.add(decided[id][0])
    return decided
