"""Whether what is stored is whole and agrees with itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import Column, ColumnElement, Connection, Table, exc, func, or_, select

from service.store import matching_index
from service.store.engine import Database
from service.store.matching_index import Matcher
from service.store.reading import not_rejected
from service.store.tables import article_speakers, articles, quotes, speakers

# articles whose texts are held in memory at a time
_BATCH = 200
_SHOWN = 3
# how FTS5 is asked to compare itself with what it stands for
_FULL_TEXT = (
    "INSERT INTO quote_search(quote_search, rank) VALUES ('integrity-check', 1)",
    "INSERT INTO article_search(article_search, rank) VALUES ('integrity-check', 1)",
)
_OUTDATED_INDEX = (
    "the index of quotes that are alike was made with other word lists than this release's, so verifications and "
    "variants may miss some; make it anew with `quoth db reindex`"
)


def problems(database: Database, matcher: Matcher | None) -> tuple[str, ...]:
    """One sentence for each kind of fault, see ``Store.problems``; without a matcher, none on the index of likeness."""
    with database.reading() as connection:
        sqlite = connection.dialect.name == "sqlite"
        found = list(_file_faults(connection)) if sqlite else []
        if not found:
            found += _counts(connection)
            found += _altered_texts(connection)
            if matcher is not None and matching_index.is_outdated(connection, matcher):
                found.append(_OUTDATED_INDEX)
    if sqlite and not found:
        # SQLite asks for the right to write before it compares the index with the texts
        with database.writing() as connection:
            found += _full_text_faults(connection)
    return tuple(found)


def _file_faults(connection: Connection) -> Iterator[str]:
    """What SQLite finds in its own file."""
    for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield f"the file is damaged: {line}"
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        yield f"{len(lost)} rows refer to nothing, in {', '.join(sorted({row[0] for row in lost}))}"


def _full_text_faults(connection: Connection) -> Iterator[str]:
    for question in _FULL_TEXT:
        try:
            connection.exec_driver_sql(question)
        except exc.DatabaseError as error:
            if "malformed" not in str(error):
                raise
            yield "the full text is not that of the texts; restore a backup, or dump and restore this database"


def _counts(connection: Connection) -> Iterator[str]:
    of_article = select(func.count()).where(quotes.c.article_id == articles.c.id, not_rejected()).scalar_subquery()
    yield from _named(
        connection, "have another number of quotes than is noted", articles, articles.c.quote_count != of_article
    )
    of_speaker = (
        select(func.count())
        .where(
            quotes.c.article_id == article_speakers.c.article_id,
            quotes.c.speaker_ordinal == article_speakers.c.ordinal,
            not_rejected(),
        )
        .scalar_subquery()
    )
    yield from _named(
        connection,
        "have another number of quotes by a speaker than is noted",
        article_speakers,
        article_speakers.c.quote_count != of_speaker,
    )
    said = (
        select(func.coalesce(func.sum(article_speakers.c.quote_count), 0))
        .where(article_speakers.c.speaker_id == speakers.c.id)
        .scalar_subquery()
    )
    yield from _named(
        connection, "have another number of quotes than their articles say", speakers, speakers.c.quote_count != said
    )
    same_article = quotes.c.article_id == articles.c.id
    strayed = select(quotes.c.article_id.label("id")).join(articles, same_article)
    differs = or_(
        quotes.c.recency != articles.c.recency,
        func.coalesce(quotes.c.outlet, "") != func.coalesce(articles.c.outlet, ""),
    )
    ids = connection.scalars(strayed.where(differs).distinct().limit(_SHOWN + 1)).all()
    yield from _sentence(list(ids), "have quotes with another date or outlet than their own", "articles")


def _named(connection: Connection, fault: str, table: Table, condition: ColumnElement[bool]) -> Iterator[str]:
    id: Column[str] = table.c.article_id if "article_id" in table.c else table.c.id
    ids = connection.scalars(select(id).where(condition).distinct().limit(_SHOWN + 1)).all()
    yield from _sentence(list(ids), fault, "speakers" if table is speakers else "articles")


def _sentence(ids: list[str], fault: str, kind: str) -> Iterator[str]:
    if ids:
        shown = ", ".join(repr(id) for id in ids[:_SHOWN]) + (", …" if len(ids) > _SHOWN else "")
        yield f"{kind} {fault}: {shown}"


def _altered_texts(connection: Connection) -> Iterator[str]:
    """Texts that are no longer what was stored."""
    altered: list[str] = []
    after = ""
    while len(altered) <= _SHOWN:
        query = select(articles.c.id, articles.c.sha256, articles.c.text).where(articles.c.id > after)
        rows = connection.execute(query.order_by(articles.c.id).limit(_BATCH)).all()
        if not rows:
            break
        altered += [row.id for row in rows if hashlib.sha256(row.text.encode()).hexdigest() != row.sha256]
        after = rows[-1].id
    yield from _sentence(altered, "have another text than was stored", "articles")


def size(connection: Connection) -> tuple[int, int]:
    """How many articles and quotes there are."""
    counts = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (articles, quotes)]
    return counts[0], counts[1]
