"""What people decide about who is who: merging two identities, splitting one; kept for ever, with their history.

Each decision pins the speakers of the articles that it is about, so that neither a new release of the models nor a
second import undoes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from service.errors import BadCorrection, NotFound
from service.identities import IdentityChange
from service.store.identities import merged_into, new_identity
from service.store.identity_tables import identity_changes, identity_merges, identity_pins
from service.store.tables import article_speakers, quotes, speakers
from service.store.writing import forget

_LONGEST_REASON = 2000


def merge(connection: Connection, id: str, other: str, *, by: str, reason: str) -> str:
    """Make all that ``other`` said ``id``'s; the id that holds. See ``Store.merge_speakers``."""
    _check(by, reason)
    id, other_id = found(connection, id), found(connection, other)
    if id == other_id:
        raise BadCorrection(f"{other!r} and {id!r} are one speaker already", field="other")
    name = _name(connection, other_id)
    articles = _articles(connection, other_id)
    _pin(connection, (id, other_id), into=id)
    _move(connection, other_id, articles, into=id)
    connection.execute(update(identity_merges).where(identity_merges.c.into_id == other_id).values(into_id=id))
    connection.execute(insert(identity_merges).values(merged_id=other_id, into_id=id))
    forget(connection, (other_id, id))
    _note(connection, "merged", id, other_id, name=name, articles=articles, by=by, reason=reason)
    return id


def split(connection: Connection, id: str, articles: Sequence[str], *, by: str, reason: str) -> str:
    """Give what the articles quote of ``id`` to somebody else, whose id is returned. See ``Store.split_speaker``."""
    _check(by, reason)
    id = found(connection, id)
    known = _articles(connection, id)
    wanted = list(dict.fromkeys(articles))
    strangers = [article for article in wanted if article not in known]
    if strangers:
        raise BadCorrection(
            f"{id!r} is quoted in no article {strangers[0]!r}; name articles that the speaker's page lists",
            field="articles",
        )
    if not wanted or len(wanted) == len(known):
        raise BadCorrection(
            f"got {len(wanted)} of the {len(known)} articles of {id!r}; name at least one, and leave at least one",
            field="articles",
        )
    new = new_identity("split", id, *sorted(wanted))
    name = _name(connection, id)
    row = connection.execute(select(speakers).where(speakers.c.id == id)).mappings().one()
    if connection.scalar(select(speakers.c.id).where(speakers.c.id == new)) is None:
        connection.execute(insert(speakers).values({**row, "id": new}))
    # an id that was merged away and is split off again stands for itself once more
    connection.execute(delete(identity_merges).where(identity_merges.c.merged_id == new))
    _pin(connection, (id,), into=id)
    _move(connection, id, wanted, into=new)
    _pin(connection, (new,), into=new)
    forget(connection, (id, new))
    _note(connection, "split", id, new, name=name, articles=wanted, by=by, reason=reason)
    return new


def history(connection: Connection, id: str) -> tuple[IdentityChange, ...]:
    """What people decided about an identity and about those that were merged into it or split from it, oldest first."""
    merged = connection.scalars(select(identity_merges.c.merged_id).where(identity_merges.c.into_id == id))
    ids = (id, *merged)
    table = identity_changes.c
    query = select(identity_changes).where(or_(table.speaker_id.in_(ids), table.other_id.in_(ids)))
    return tuple(
        IdentityChange(
            number=row["number"],
            at=row["at"],
            by=row["by"],
            action=row["action"],
            speaker_id=row["speaker_id"],
            other_id=row["other_id"],
            other_name=row["other_name"],
            articles=tuple(row["articles"]),
            reason=row["reason"],
        )
        for row in connection.execute(query.order_by(table.number)).mappings()
    )


def found(connection: Connection, id: str) -> str:
    """The id that holds in the place of ``id``. Raises NotFound."""
    id = merged_into(connection, id)
    if connection.scalar(select(speakers.c.id).where(speakers.c.id == id)) is None:
        raise NotFound("speaker", id)
    return id


def _check(by: str, reason: str) -> None:
    if not by.strip():
        raise BadCorrection("a change needs the name of whoever makes it: got none", field="by")
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise BadCorrection(
            f"a change needs a reason of 1 to {_LONGEST_REASON:,} characters: got {len(reason):,}", field="reason"
        )


def _name(connection: Connection, id: str) -> str:
    return str(connection.scalar(select(speakers.c.name).where(speakers.c.id == id)))


def _articles(connection: Connection, id: str) -> list[str]:
    query = select(article_speakers.c.article_id).where(article_speakers.c.speaker_id == id).distinct()
    return list(connection.scalars(query.order_by(article_speakers.c.article_id)))


def _pin(connection: Connection, ids: Iterable[str], *, into: str) -> None:
    """Tie all that is now one of ``ids``, and what was tied to them before, to ``into``."""
    ids = list(ids)
    connection.execute(update(identity_pins).where(identity_pins.c.speaker_id.in_(ids)).values(speaker_id=into))
    rows = connection.execute(
        select(article_speakers.c.article_id, speakers.c.kind, article_speakers.c.name)
        .join(speakers, speakers.c.id == article_speakers.c.speaker_id)
        .where(article_speakers.c.speaker_id.in_(ids))
        .distinct()
    ).all()
    for row in rows:
        key = and_(
            identity_pins.c.article_id == row.article_id,
            identity_pins.c.kind == row.kind,
            identity_pins.c.name == row.name,
        )
        connection.execute(delete(identity_pins).where(key))
    if rows:
        pins = [{"article_id": r.article_id, "kind": r.kind, "name": r.name, "speaker_id": into} for r in rows]
        connection.execute(insert(identity_pins), pins)


def _move(connection: Connection, id: str, articles: Sequence[str], *, into: str) -> None:
    for table in (article_speakers, quotes):
        moved = update(table).where(table.c.speaker_id == id, table.c.article_id.in_(articles))
        connection.execute(moved.values(speaker_id=into))
    grounds = update(article_speakers).where(
        article_speakers.c.speaker_id == into, article_speakers.c.article_id.in_(articles)
    )
    connection.execute(grounds.values(grounds=["decided by a person"]))


def _note(
    connection: Connection,
    action: str,
    id: str,
    other: str,
    *,
    name: str,
    articles: Sequence[str],
    by: str,
    reason: str,
) -> None:
    last = connection.scalar(select(func.max(identity_changes.c.number))) or 0
    connection.execute(
        insert(identity_changes).values(
            number=last + 1,
            at=datetime.now(UTC),
            by=by.strip(),
            action=action,
            speaker_id=id,
            other_id=other,
            other_name=name,
            articles=list(articles),
            reason=reason.strip(),
        )
    )
