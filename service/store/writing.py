"""Changes to what is stored; each is one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Label, Table, TextClause, bindparam, func, select, text, update
from sqlalchemy import delete as deleting
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from service.errors import Conflict, NotFound
from service.model import ArticleHead, Extraction
from service.store.engine import Database
from service.store.identities import fresh_registered
from service.store.people import People
from service.store.places import next_place
from service.store.reading import article as read_article
from service.store.reading import find, same
from service.store.records import ArticleRecord, Values, names_of, record_of
from service.store.regrouping import regroup
from service.store.tables import (
    UNDATED,
    article_speakers,
    articles,
    published,
    quotes,
    speaker_names,
    speakers,
    zoned,
)

# made once: to put a statement together takes longer than to run it
_NAMED = select(articles.c.id).where(articles.c.id == bindparam("id"))
# rows that PostgreSQL is sent together
_ROWS_AT_ONCE = 1000


def save(database: Database, extraction: Extraction) -> tuple[ArticleHead, bool]:
    """Store a new article, see ``Store.save``."""
    # made ready before the write lock is taken
    record = record_of(extraction, stored_at=datetime.now(UTC))
    with database.writing() as connection:
        stored = same(connection, extraction.article)
        if stored is not None:
            return stored, False
        insert_fresh(connection, extraction, record, People(connection))
        return read_article(connection, record.article["id"]), True


def insert_fresh(connection: Connection, extraction: Extraction, record: ArticleRecord, people: People) -> None:
    """Write an article whose content is not stored yet, ``record`` being its rows, ``people`` what is known of others.

    Raises Conflict, before anything is written, where its id names another one.
    """
    _refuse_taken(connection, record)
    known = fresh_registered(connection, extraction, record, people)
    insert(connection, known)
    people.note(known)
    moved = regroup(connection, known.article["id"], people=people, fresh=True)
    if moved:
        forget(connection, moved)
        people.forget()


def delete(database: Database, id: str) -> None:
    """Remove an article, see ``Store.delete``."""
    with database.writing() as connection:
        if find(connection, id) is None:
            raise NotFound("article", id)
        forget(connection, remove(connection, id))


def _refuse_taken(connection: Connection, record: ArticleRecord) -> None:
    if connection.scalar(_NAMED, {"id": record.article["id"]}) is None:
        return
    other = find(connection, record.article["id"])
    if other is not None:
        raise Conflict(
            f"the id {other.id!r} already names another article (sha256 {other.sha256[:12]}…, "
            f"outlet {other.outlet!r}, URL {other.url!r}); choose another id, or replace that article"
        )


def insert(connection: Connection, record: ArticleRecord) -> None:
    """Write the rows of a new article."""
    recency = record.article["recency"]
    connection.execute(
        articles.insert(), record.article | {"number": next_place(connection, articles.c.number, recency, count=1)}
    )
    insert_new(connection, speakers, record.speakers)
    insert_new(connection, speaker_names, record.names)
    insert_rows(connection, article_speakers, record.article_speakers)
    first = next_place(connection, quotes.c.number, recency, count=len(record.quotes))
    insert_rows(connection, quotes, [row | {"number": number} for number, row in enumerate(record.quotes, start=first)])
    sum_up(connection, [speaker["id"] for speaker in record.speakers])


def insert_new(connection: Connection, table: Table, rows: Iterable[Values]) -> None:
    """Insert the rows whose key is not there yet."""
    insert_rows(connection, table, rows, unless_known=True)


def insert_rows(connection: Connection, table: Table, rows: Iterable[Values], *, unless_known: bool = False) -> None:
    """Insert rows that all give the same columns; ``unless_known``: without those whose key is there already."""
    rows = list(rows)
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(_into_sqlite(table, unless_known), rows)
        return
    # one way to the server for many rows, and one statement for any number of them
    statement = _into_postgresql(table, tuple(rows[0]), unless_known)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        connection.execute(
            statement, {"rows": json.dumps(rows[start : start + _ROWS_AT_ONCE], default=_moment, ensure_ascii=False)}
        )


@cache
def _into_sqlite(table: Table, unless_known: bool) -> Insert:
    return sqlite_insert(table).on_conflict_do_nothing() if unless_known else table.insert()


@cache
def _into_postgresql(table: Table, columns: tuple[str, ...], unless_known: bool) -> TextClause:
    """An insert of rows as the server reads them out of one value, JSON."""
    listed = ", ".join(f'"{name}"' for name in columns)
    given = f"json_populate_recordset(CAST(NULL AS {table.name}), CAST(:rows AS json))"
    known = " ON CONFLICT DO NOTHING" if unless_known else ""
    # names of our own, no user's text
    return text(f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM {given}{known}")  # noqa: S608


def _moment(value: object) -> str:
    """A time as JSON has it. Raises TypeError for anything else, ValueError for a time without a zone."""
    if not isinstance(value, datetime):
        raise TypeError(f"a row holds what no column takes: {type(value).__name__}")
    return zoned(value).isoformat()


def remove(connection: Connection, id: str) -> tuple[str, ...]:
    """Delete an article with what hangs on it; the ids of its speakers, whose sums no longer hold."""
    ids = connection.scalars(
        select(article_speakers.c.speaker_id).where(article_speakers.c.article_id == id).distinct()
    )
    affected = tuple(ids)
    connection.execute(deleting(articles).where(articles.c.id == id))
    return affected


def forget(connection: Connection, ids: Iterable[str]) -> None:
    """Bring speakers up to date who lost an article: some are quoted no more, others have lost an alias."""
    for id in ids:
        left = connection.execute(
            select(article_speakers.c.name, article_speakers.c.aliases).where(article_speakers.c.speaker_id == id)
        ).all()
        if not left:
            connection.execute(deleting(speakers).where(speakers.c.id == id))
            continue
        connection.execute(deleting(speaker_names).where(speaker_names.c.speaker_id == id))
        insert_new(connection, speaker_names, names_of((id, name) for row in left for name in (row.name, *row.aliases)))
        sum_up(connection, [id])


def sum_up(connection: Connection, ids: Sequence[str]) -> None:
    """Count anew what the speakers' rows sum up; counted, not added to, so that it cannot drift."""
    sums = connection.execute(_SUMMED, {"ids": list(ids)}).all()
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
        connection.execute(_SUM_UP, values)


def _sums() -> tuple[Label[Any], ...]:
    """What a speaker's row sums up, each looked up by an index that starts with the speaker."""
    of_speaker = article_speakers.c.speaker_id == speakers.c.id
    quoted = article_speakers.c.quote_count > 0
    dated = select(article_speakers.c.recency).where(of_speaker, quoted, article_speakers.c.recency < UNDATED)
    said = select(func.coalesce(func.sum(article_speakers.c.quote_count), 0)).where(of_speaker)
    # an article can give one speaker twice, by two descriptions
    appeared = select(func.count(article_speakers.c.article_id.distinct())).where(of_speaker, quoted)
    newest_first = (
        select(article_speakers.c.name)
        .where(of_speaker)
        .order_by(article_speakers.c.recency, article_speakers.c.article_id, article_speakers.c.ordinal)
        .limit(1)
    )
    # Karin Erlend, also where the newest article says no more than Karin
    full = newest_first.where(article_speakers.c.name.contains(" "))
    with_role = newest_first.with_only_columns(article_speakers.c.role).where(article_speakers.c.role.is_not(None))
    return (
        func.coalesce(full.scalar_subquery(), newest_first.scalar_subquery()).label("newest_name"),
        with_role.scalar_subquery().label("newest_role"),
        said.scalar_subquery().label("said"),
        appeared.scalar_subquery().label("appeared"),
        dated.with_only_columns(func.min(article_speakers.c.recency)).scalar_subquery().label("newest"),
        dated.with_only_columns(func.max(article_speakers.c.recency)).scalar_subquery().label("oldest"),
    )


_SUMMED = select(speakers.c.id, *_sums()).where(speakers.c.id.in_(bindparam("ids", expanding=True)))
_SUM_UP = update(speakers).where(speakers.c.id == bindparam("summed_id"))
