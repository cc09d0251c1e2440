"""The register put right after an article was stored, so that who is who does not depend on the order of import.

When an article was read, each of its speakers joined whom the register then held. Now all articles of that name are
parted anew (``service.identities.grouping``), and those move that belong elsewhere in the light of the new one. What
people decided never moves: pinned articles, and quotes that a person reviewed. An id that nobody is left with leads
from then on to the one that most of its articles went to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, insert, select, update

from service.identities import Group, Member, is_named, name_key, part
from service.identities.joining import FIRST
from service.identities.names import NameKey, is_form_of
from service.model import SpeakerKind
from service.store.identities import merged_into, new_identity
from service.store.identity_tables import identity_merges
from service.store.people import LARGEST, People, Row
from service.store.tables import article_speakers, published, quotes, speakers

# made once: to put a statement together takes longer than to run it
_NAMED_IN = (
    select(article_speakers.c.name, article_speakers.c.recency, article_speakers.c.grounds, speakers.c.kind)
    .join(speakers, speakers.c.id == article_speakers.c.speaker_id)
    .where(article_speakers.c.article_id == bindparam("id"))
    .order_by(article_speakers.c.ordinal)
)


def regroup(
    connection: Connection, article_id: str, *, people: People | None = None, fresh: bool = False
) -> tuple[str, ...]:
    """Put right who the article's speakers are, and all who share their names; the ids whose sums no longer hold.

    ``people``: what was read already. ``fresh``: the article was stored a moment ago, so that a speaker in whom nobody
    was recognised shares no name.
    """
    known = People(connection) if people is None else people
    rows = connection.execute(_NAMED_IN, {"id": article_id}).all()
    asked = [
        (name, SpeakerKind(kind), published(at)) for name, at, grounds, kind in rows if not fresh or grounds != [FIRST]
    ]
    changed: dict[str, None] = {}
    for name, kind, at in asked:
        if is_named(name, kind):
            changed |= dict.fromkeys(_settle(connection, known, name, kind, at))
    return tuple(changed)


def _settle(
    connection: Connection, people: People, name: str, kind: SpeakerKind, at: datetime | None
) -> tuple[str, ...]:
    """The names's own articles first, then those of its shorter forms, which the longer ones tell."""
    key = name_key(name)
    rows = people.rows(people.candidates(name, kind, at), kind)
    if len(rows) < 2:
        return ()
    shorter = {row.key for row in rows if is_form_of(row.key, key)}
    changed: dict[str, None] = {}
    for wanted in (key, *sorted(shorter, key=lambda k: (-len(k), k))):
        own = [row for row in rows if wanted in row.seen.keys]
        if wanted != key or len(key) == 1 or kind is not SpeakerKind.PERSON:
            # a short name means whoever is near in time to the article that gives it
            places = {(row.seen.name, row.seen.published_at) for row in own}
            near = {id for said, day in places for id in people.candidates(said, kind, day)}
            near |= {row.identity for row in rows}
            rows = people.rows(near, kind)
        moved = _part(connection, wanted, rows, kind)
        if moved:
            people.forget()
            rows = people.rows({*(row.identity for row in rows), *moved}, kind)
        changed |= dict.fromkeys(moved)
    return tuple(changed)


def _part(connection: Connection, key: NameKey, rows: Sequence[Row], kind: SpeakerKind) -> tuple[str, ...]:
    """Part the articles of one name; what longer forms of it are is given. The ids that lost or gained an article."""
    asked = [row for row in rows if key in row.seen.keys]
    longer = [row for row in rows if key not in row.seen.keys and is_form_of(key, row.key)]
    if not asked or not 2 <= len(asked) + len(longer) <= LARGEST:
        return ()
    members = {_member(row, fixed=row.fixed): row for row in asked}
    members |= {_member(row, fixed=True): row for row in longer}
    return _apply(connection, members, part(list(members)), kind)


def _member(row: Row, *, fixed: bool) -> Member:
    return Member(appearance=row.seen, identity=row.identity, fixed=fixed)


def _apply(
    connection: Connection, rows: dict[Member, Row], groups: Sequence[Group], kind: SpeakerKind
) -> tuple[str, ...]:
    """Move what is not where it belongs; the ids that lost or gained an article."""
    named = _ids_for(connection, groups, kind)
    belongs = [(rows[m], named[group.token], why) for group in groups for m, why in group.members if not m.fixed]
    went: dict[str, Counter[str]] = {}
    for row, id, _ in belongs:
        if row.identity != id:
            _move(connection, row, into=id)
            went.setdefault(row.identity, Counter())[id] += 1
    for row, _, why in belongs if went else ():
        grounds = [_told(reason, named) for reason in why]
        connection.execute(update(article_speakers).where(_is(row)).values(grounds=grounds))
    for left, into in went.items():
        still = select(article_speakers.c.article_id).where(article_speakers.c.speaker_id == left).limit(1)
        if connection.scalar(still) is None:
            _lead(connection, left, into=min(into, key=lambda id: (-into[id], id)))
    return tuple(dict.fromkeys([*went, *(id for into in went.values() for id in into)]))


def _told(reason: str, named: dict[str, str]) -> str:
    for token, id in named.items():
        reason = reason.replace(token, id)
    return reason


def _ids_for(connection: Connection, groups: Sequence[Group], kind: SpeakerKind) -> dict[str, str]:
    """Token of a group -> the id that it keeps: what a person decided, else what most of its articles have now."""
    named = {group.token: str(m.identity) for group in groups for m, _ in group.members if m.fixed}
    shares = [
        (-count, id, group.token)
        for group in groups
        if group.token not in named
        for id, count in Counter(str(m.identity) for m, _ in group.members).items()
    ]
    for _, id, token in sorted(shares):
        if token not in named and id not in named.values():
            named[token] = id
    for group in groups:
        if group.token not in named:
            first = min(m.appearance.article_id for m, _ in group.members)
            named[group.token] = _free_id(connection, kind, group.members[0][0].appearance.name, first, named.values())
    return named


def _free_id(connection: Connection, kind: SpeakerKind, name: str, article_id: str, taken: Iterable[str]) -> str:
    parts = [kind.value, name, article_id]
    while True:
        id = new_identity(*parts)
        known = connection.scalar(select(speakers.c.id).where(speakers.c.id == id))
        if known is None and id not in set(taken) and merged_into(connection, id) == id:
            return id
        parts.append("regrouped")


def _is(row: Row) -> ColumnElement[bool]:
    return and_(article_speakers.c.article_id == row.seen.article_id, article_speakers.c.ordinal == row.ordinal)


def _move(connection: Connection, row: Row, *, into: str) -> None:
    if connection.scalar(select(speakers.c.id).where(speakers.c.id == into)) is None:
        old = connection.execute(select(speakers).where(speakers.c.id == row.identity)).mappings().one()
        connection.execute(insert(speakers).values({**old, "id": into}))
        connection.execute(delete(identity_merges).where(identity_merges.c.merged_id == into))
    connection.execute(update(article_speakers).where(_is(row)).values(speaker_id=into))
    said = (quotes.c.article_id == row.seen.article_id) & (quotes.c.speaker_ordinal == row.ordinal)
    connection.execute(update(quotes).where(said, quotes.c.speaker_id == row.identity).values(speaker_id=into))


def _lead(connection: Connection, left: str, *, into: str) -> None:
    """An id that was given out still leads to somebody."""
    connection.execute(update(identity_merges).where(identity_merges.c.into_id == left).values(into_id=into))
    connection.execute(delete(identity_merges).where(identity_merges.c.merged_id == left))
    connection.execute(insert(identity_merges).values(merged_id=left, into_id=into))
