"""Changes to what is stored; each is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Label, Table, bindparam, func, select, update
from sqlalchemy import delete as deleting
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from service.errors import Conflict, NotFound
from service.model import ArticleHead, Extraction
from service.store.engine import Database
from service.store.reading import article as read_article
from service.store.reading import find, same
from service.store.records import ArticleRecord, Values, names_of, record_of
from service.store.tables import (
    UNDATED,
    article_speakers,
    articles,
    published,
    quotes,
    speaker_names,
    speakers,
)


def save(database: Database, extraction: Extraction) -> tuple[ArticleHead, bool]:
    """Store a new article, see ``Store.save``."""
    # made ready before the write lock is taken
    record = record_of(extraction, stored_at=datetime.now(UTC))
    with database.writing() as connection:
        stored = same(connection, extraction.article)
        if stored is not None:
            return stored, False
        _refuse_taken(connection, record)
        _insert(connection, record)
        return read_article(connection, record.article["id"]), True


def replace(database: Database, extraction: Extraction) -> tuple[ArticleHead, bool]:
    """Store an article in the place of what its id named, see ``Store.replace``."""
    record = record_of(extraction, stored_at=datetime.now(UTC))
    id = record.article["id"]
    with database.writing() as connection:
        stored = same(connection, extraction.article)
        if stored is not None and stored.id != id:
            raise Conflict(
                f"the article {id!r} cannot be stored: {stored.id!r} already names the same text, outlet and URL; "
                "use that id, or delete that article first"
            )
        created = find(connection, id) is None
        abandoned = () if created else _remove(connection, id)
        _insert(connection, record)
        _forget(connection, abandoned)
        return read_article(connection, id), created


def delete(database: Database, id: str) -> None:
    """Remove an article, see ``Store.delete``."""
    with database.writing() as connection:
        if find(connection, id) is None:
            raise NotFound("article", id)
        _forget(connection, _remove(connection, id))


def _refuse_taken(connection: Connection, record: ArticleRecord) -> None:
    other = find(connection, record.article["id"])
    if other is not None:
        raise Conflict(
            f"the id {other.id!r} already names another article (sha256 {other.sha256[:12]}…, "
            f"outlet {other.outlet!r}, URL {other.url!r}); choose another id, or replace that article"
        )


def _insert(connection: Connection, record: ArticleRecord) -> None:
    connection.execute(articles.insert(), record.article)
    _insert_new(connection, speakers, record.speakers)
    _insert_new(connection, speaker_names, record.names)
    if record.article_speakers:
        connection.execute(article_speakers.insert(), list(record.article_speakers))
    if record.quotes:
        connection.execute(quotes.insert(), list(record.quotes))
    _sum_up(connection, [speaker["id"] for speaker in record.speakers])


def _insert_new(connection: Connection, table: Table, rows: Iterable[Values]) -> None:
    """Insert the rows whose key is not there yet."""
    rows = list(rows)
    if rows:
        connection.execute(sqlite_insert(table).on_conflict_do_nothing(), rows)


def _remove(connection: Connection, id: str) -> tuple[str, ...]:
    """Delete an article with what hangs on it; the ids of its speakers, whose sums no longer hold."""
    ids = connection.scalars(
        select(article_speakers.c.speaker_id).where(article_speakers.c.article_id == id).distinct()
    )
    affected = tuple(ids)
    connection.execute(deleting(articles).where(articles.c.id == id))
    return affected


def _forget(connection: Connection, ids: Iterable[str]) -> None:
    """Bring speakers up to date who lost an article: some are quoted no more, others have lost an alias."""
    for id in ids:
        left = connection.execute(
            select(article_speakers.c.name, article_speakers.c.aliases).where(article_speakers.c.speaker_id == id)
        ).all()
        if not left:
            connection.execute(deleting(speakers).where(speakers.c.id == id))
            continue
        connection.execute(deleting(speaker_names).where(speaker_names.c.speaker_id == id))
        _insert_new(
            connection, speaker_names, names_of((id, name) for row in left for name in (row.name, *row.aliases))
        )
        _sum_up(connection, [id])


def _sum_up(connection: Connection, ids: Sequence[str]) -> None:
    """Count anew what the speakers' rows sum up; counted, not added to, so that it cannot drift."""
    sums = connection.execute(select(speakers.c.id, *_SUMS).where(speakers.c.id.in_(ids))).all()
    values = [
        {
            "summed_id": row.id,
            "name": row.newest_name,
            "role": row.newest_role,
            "quote_count": row.said,
            "article_count": row.appeared,
            "first_quoted": None if row.oldest is None else published(row.oldest),
            "last_quoted": None if row.newest is None else published(row.newest),
        }
        for row in sums
    ]
    if values:
        connection.execute(update(speakers).where(speakers.c.id == bindparam("summed_id")), values)


def _sums() -> tuple[Label[Any], ...]:
    """What a speaker's row sums up, each looked up by an index that starts with the speaker."""
    dated = select(quotes.c.recency).where(quotes.c.speaker_id == speakers.c.id, quotes.c.recency < UNDATED)
    said = select(func.count()).where(quotes.c.speaker_id == speakers.c.id)
    # recency belongs to the article, so it adds nothing but the order of the index, in which equals are neighbours
    appeared = (
        select(quotes.c.recency, quotes.c.article_id)
        .where(quotes.c.speaker_id == speakers.c.id)
        .distinct()
        .correlate(speakers)
        .subquery()
    )
    newest_first = (
        select(article_speakers.c.name)
        .where(article_speakers.c.speaker_id == speakers.c.id)
        .order_by(article_speakers.c.recency, article_speakers.c.article_id, article_speakers.c.ordinal)
        .limit(1)
    )
    with_role = newest_first.with_only_columns(article_speakers.c.role).where(article_speakers.c.role.is_not(None))
    return (
        newest_first.scalar_subquery().label("newest_name"),
        with_role.scalar_subquery().label("newest_role"),
        said.scalar_subquery().label("said"),
        select(func.count()).select_from(appeared).scalar_subquery().label("appeared"),
        dated.with_only_columns(func.min(quotes.c.recency)).scalar_subquery().label("newest"),
        dated.with_only_columns(func.max(quotes.c.recency)).scalar_subquery().label("oldest"),
    )


_SUMS = _sums()
