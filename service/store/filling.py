"""Rows of a list made whole: quotes with their articles and speakers, speakers with their names and outlets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Select,
    Text,
    bindparam,
    func,
    select,
)

from service.context import context_of
from service.model import Review, Speaker, SpeakerEntry, SpeakerKind, StoredQuote
from service.store.reading import HEAD
from service.store.records import head_of, quote_of, speaker_of
from service.store.tables import Json, article_speakers, articles, quotes, speaker_names, speakers

#: What ``stored_quotes`` reads of a quote, and what lists are in the order of.
QUOTE = tuple(column for column in quotes.c if column.name not in ("ordinal", "recency", "outlet", "speaker_id"))
_GIVEN = ("article_id", "ordinal", "speaker_id", "name", "role", "aliases", "reference")


def stored_quotes(connection: Connection, rows: Sequence[RowMapping]) -> list[StoredQuote]:
    """The quotes of these rows, in their order."""
    if not rows:
        return []
    dialect = connection.dialect.name
    ids = [*{row["article_id"] for row in rows}]
    heads = connection.execute(_articles(dialect), {"ids": ids}).mappings()
    found = {row["id"]: (head_of(row), row["text"]) for row in heads}
    known = _speakers_of(connection, rows)
    made = []
    for row in rows:
        quote = quote_of(row, known.get((row["article_id"], row["speaker_ordinal"])))
        head, text = found[row["article_id"]]
        before, after = context_of(text, quote.attribution.spans)
        made.append(
            StoredQuote(
                quote=quote,
                article=head,
                article_text=text,
                before=before,
                after=after,
                version=row["version"],
                review=Review(row["review"]) if row["review"] else None,
            )
        )
    return made


def _speakers_of(connection: Connection, rows: Sequence[RowMapping]) -> dict[tuple[str, int], Speaker]:
    """The speakers of quotes, as their articles give them, by article and place there; of SQLite others, too."""
    places = [*{(row["article_id"], row["speaker_ordinal"]) for row in rows if row["speaker_ordinal"] is not None}]
    if not places:
        return {}
    ids, ordinals = zip(*places, strict=True)
    asked = {"ids": list(ids), "ordinals": list(ordinals)}
    if connection.dialect.name != "postgresql":
        asked = {"ids": [*set(ids)]}
    return {
        (row["article_id"], row["ordinal"]): speaker_of(row, SpeakerKind(row["kind"]))
        for row in connection.execute(_people(connection.dialect.name), asked).mappings()
    }


def speaker_entries(connection: Connection, rows: Sequence[RowMapping]) -> list[SpeakerEntry]:
    """The speakers of these rows, in their order."""
    dialect, ids = connection.dialect.name, {"ids": [row["id"] for row in rows]}
    names: dict[str, set[str]] = {}
    for id, name in connection.execute(_names(dialect), ids):
        names.setdefault(id, set()).add(name)
    outlets = {row[0]: row[1] for row in connection.execute(_outlets(dialect), ids)}
    references = {row.id: row.reference for row in connection.execute(_references(dialect), ids)}
    return [
        SpeakerEntry(
            speaker=Speaker(
                name=row["name"],
                kind=SpeakerKind(row["kind"]),
                role=row["role"],
                aliases=tuple(sorted(names.get(row["id"], set()) - {row["name"]})),
                reference=references[row["id"]],
                identity=row["id"],
            ),
            quote_count=row["quote_count"],
            article_count=row["article_count"],
            outlets=tuple(sorted(outlets.get(row["id"], ()))),
            first_quoted=row["first_quoted"],
            last_quoted=row["last_quoted"],
        )
        for row in rows
    ]


# Made once: to put a statement together takes longer than to run it.


def _among(column: Column[Any], dialect: str) -> ColumnElement[bool]:
    """That a column is one of ``:ids``; to PostgreSQL these are one parameter, and the statement is always the same."""
    if dialect == "postgresql":
        return column == func.any(bindparam("ids", type_=ARRAY(Text)))
    return column.in_(bindparam("ids", expanding=True))


@cache
def _articles(dialect: str) -> Select[Any]:
    return select(*HEAD, articles.c.text).where(_among(articles.c.id, dialect))


@cache
def _people(dialect: str) -> Select[Any]:
    table = article_speakers.c
    query = select(*(table[name] for name in _GIVEN), speakers.c.kind).join_from(
        article_speakers, speakers, speakers.c.id == table.speaker_id
    )
    if dialect != "postgresql":
        return query.where(_among(table.article_id, dialect))
    asked = (
        func.unnest(bindparam("ids", type_=ARRAY(Text)), bindparam("ordinals", type_=ARRAY(Integer)))
        .table_valued("article_id", "ordinal")
        .render_derived()
    )
    return query.join(asked, (asked.c.article_id == table.article_id) & (asked.c.ordinal == table.ordinal))


@cache
def _names(dialect: str) -> Select[Any]:
    names = select(speaker_names.c.speaker_id, speaker_names.c.name).distinct()
    return names.where(_among(speaker_names.c.speaker_id, dialect))


@cache
def _references(dialect: str) -> Select[Any]:
    """As the newest article has it that has one."""
    table = article_speakers.c
    newest = (
        select(table.reference)
        .where(table.speaker_id == speakers.c.id, table.reference.is_not(None))
        .order_by(table.recency, table.article_id)
        .limit(1)
        .correlate(speakers)
        .scalar_subquery()
    )
    return select(speakers.c.id, newest.label("reference")).where(_among(speakers.c.id, dialect))


@cache
def _outlets(dialect: str) -> Select[Any]:
    """The outlets that quote each speaker; a speaker of thousands of articles costs no more than one of few.

    The index is not read through but asked, for each outlet, for the next one (a loose index scan).
    """
    table = article_speakers.c
    next_one = (
        select(func.min(table.outlet))
        .where(table.speaker_id == speakers.c.id, table.outlet.is_not(None))
        .correlate(speakers)
        .scalar_subquery()
    )
    first = select(speakers.c.id.label("speaker_id"), next_one.label("outlet")).where(_among(speakers.c.id, dialect))
    walk = first.cte("walk", recursive=True)
    following = (
        select(func.min(table.outlet))
        .where(table.speaker_id == walk.c.speaker_id, table.outlet > walk.c.outlet)
        .correlate(walk)
        .scalar_subquery()
    )
    walk = walk.union_all(select(walk.c.speaker_id, following).where(walk.c.outlet.is_not(None)))
    gathered = func.json_agg if dialect == "postgresql" else func.json_group_array
    query = select(walk.c.speaker_id, gathered(walk.c.outlet, type_=Json))
    return query.where(walk.c.outlet.is_not(None)).group_by(walk.c.speaker_id)
