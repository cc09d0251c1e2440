"""Full text over quotes and articles: what a user types, turned into a search that cannot be malformed.

Words must all occur, in any order; ``"words in double quotes"`` must occur as they stand. Case and accents do not
count. Nothing else has a meaning: stars, brackets, AND and NEAR are words or punctuation like any other. SQLite (FTS5)
and PostgreSQL (tsvector) find the same; in PostgreSQL, phrases are found in the first 16,383 words of a text only, and
words in its first 200,000 characters.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    false,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import Join

from service.search_words import parts_of
from service.store.tables import articles, quotes

# SQLite's full-text tables: the column of the table's own name stands for all of it. No part of our metadata, since
# they belong to the dialect.
_INDEX = {
    found.name: Table(name, MetaData(), Column("rowid", Integer), Column(name, Text))
    for found, name in ((quotes, "quote_search"), (articles, "article_search"))
}


def match_expression(words: str) -> str:
    """An FTS5 expression: quoted strings side by side, which FTS5 reads as AND and whose insides it never interprets.

    A string without a letter or digit is an empty phrase, which FTS5 passes over; where all are empty, and for the
    expression ``""`` of a blank search, nothing matches.
    """
    return " ".join(f'"{part}"' for part in parts_of(words)) or '""'


def matching(query: Select[Any], table: Table, words: str, *, dialect: str, walked: bool) -> Select[Any]:
    """The query, from ``table`` (quotes or articles), for rows that hold the words only.

    ``walked``: the rows are wanted in the order of ``number``, and most of those that hold the words; then SQLite reads
    its index in that order and stops with the page, where it would gather all that match otherwise.
    """
    if dialect == "postgresql":
        return query.where(_tsquery_matches(table, words))
    index = _INDEX[table.name]
    holds = index.c[index.name].match(match_expression(words))
    if not walked:
        return query.where(table.c.number.in_(select(index.c.rowid).where(holds)))
    return query.select_from(_CrossJoin(index, table, table.c.number == index.c.rowid)).where(holds)


def place_in(table: Table, *, dialect: str, walked: bool) -> ColumnElement[Any]:
    """The number by which a query of ``matching`` is sorted and cut into pages."""
    return table.c.number if dialect == "postgresql" or not walked else _INDEX[table.name].c.rowid


def _tsquery_matches(table: Table, words: str) -> ColumnElement[bool]:
    config: ColumnElement[Any] = literal_column("'simple'::regconfig")
    asked = [func.phraseto_tsquery(config, func.quoth_words(literal(part))) for part in parts_of(words)]
    if not asked:
        return false()
    # "&&" passes over a part without words; of such parts only, it makes a search that nothing fits
    whole: ColumnElement[Any] = reduce(lambda left, right: left.op("&&")(right), asked)
    found: ColumnElement[bool] = literal_column(f"{table.name}.search").op("@@")(whole)
    return found


class _CrossJoin(Join):
    """A join whose left side SQLite reads first, whatever it thinks of it."""

    inherit_cache = True


@compiles(_CrossJoin)
def _cross_join(join: _CrossJoin, compiler: Any, **options: Any) -> str:
    options["asfrom"] = True
    options["from_linter"] = None
    left, right = compiler.process(join.left, **options), compiler.process(join.right, **options)
    del options["asfrom"]
    return f"{left} CROSS JOIN {right} ON {compiler.process(join.onclause, **options)}"
