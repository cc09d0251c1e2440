"""Full text over quotes and articles: what a user types, turned into a search that cannot be malformed.

Words must all occur, in any order; ``"words in double quotes"`` must occur as they stand. Case and accents do not
count. Nothing else has a meaning: stars, brackets, AND and NEAR are words or punctuation like any other. SQLite (FTS5)
and PostgreSQL (tsvector) find the same; in PostgreSQL, phrases are found in the first 16,383 words of a text only, and
words in its first 200,000 characters.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from functools import reduce
from typing import Any, Self

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    false,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What SQLite's index of quotes knows of them besides their words: each None where it does not matter."""

    speakers: Collection[str] | None = None
    outlet: str | None = None
    cue: str | None = None

    def expression(self) -> str:
        """An FTS5 expression for the tags, empty where nothing is asked. A tag is hexadecimal: nothing to interpret."""
        asked = [f"{kind}{_hex(name)}" for kind, name in (("o", self.outlet), ("c", self.cue)) if name is not None]
        if self.speakers is not None:
            asked.append(" OR ".join(f"s{_hex(speaker)}" for speaker in self.speakers) or '""')
        return " AND ".join(f"({tag})" for tag in asked)


NO_TAGS = Tags()


_SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")


def _spelt() -> Select[Any]:
    """What the database makes of each of ``:parts``: its words, its pairs of neighbouring words, and the phrase."""
    given = (
        func.unnest(bindparam("parts", type_=ARRAY(Text)))
        .table_valued("part", with_ordinality="place")
        .render_derived()
    )
    words = func.quoth_words(given.c.part)
    phrase = cast(func.phraseto_tsquery(_SIMPLE, words), Text)
    return select(words, func.quoth_pairs(words), phrase).select_from(given).order_by(given.c.place)


_SPELT = _spelt()
# of a longer phrase, that many pairs would be looked up in vain
_MOST_PAIRS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexemes:
    """What PostgreSQL looks up in its index of quotes, as text of the type tsquery; see schema 0006.

    ``indexed`` has words, and for phrases their pairs of neighbouring words; ``phrases`` is what the pairs do not prove
    and has to be looked at, None where that is nothing. ``long`` finds the texts of which no pairs are kept, None where
    no phrase is asked for: a query of its own, since one with both would have the index look at all words of a phrase.
    """

    indexed: str
    phrases: str | None
    long: str | None

    @classmethod
    def of(cls, connection: Connection, words: str) -> Self | None:
        """For what a user typed; None where that has no word, and nothing is found."""
        indexed, phrases, wholes, paired = list[str](), list[str](), list[str](), False
        for spelt, pairs, whole in connection.execute(_SPELT, {"parts": list(parts_of(words))}):
            if not whole:
                continue
            wholes.append(f"({whole})")
            if not 0 < len(pairs) <= _MOST_PAIRS:
                indexed.append(f"({whole})")
                continue
            paired = True
            # a pair is two words of letters and digits and a space: nothing in it has a meaning
            indexed += [f"'{pair}'" for pair in pairs]
            if len(spelt.split()) > 2:
                phrases.append(f"({whole})")
        if not wholes:
            return None
        return cls(
            indexed=" & ".join(indexed),
            phrases=" & ".join(phrases) or None,
            long=" & ".join(("'long:'", *wholes)) if paired else None,
        )

    def are_in(self, search: ColumnElement[Any]) -> ColumnElement[bool]:
        """That the column has them."""
        found: ColumnElement[bool] = search.op("@@")(cast(self.indexed, TSQUERY))
        if self.phrases is not None:
            # the function behind the operator, with which no index is asked
            found &= func.ts_match_vq(search, cast(self.phrases, TSQUERY))
        if self.long is not None:
            found |= search.op("@@")(cast(self.long, TSQUERY))
        return found


class Way(Enum):
    """How SQLite goes about it; for PostgreSQL see ``stretches``.

    ``WALKED``: it reads its index in the order of ``number`` and stops with the page. ``ASKED``: few rows are looked at
    for other reasons, or nearly all fit; the index is asked about each. ``GATHERED``: few fit, all are looked up.
    """

    WALKED = auto()
    ASKED = auto()
    GATHERED = auto()


def matching(
    query: Select[Any],
    table: Table,
    words: str,
    *,
    dialect: str,
    way: Way,
    tags: Tags = NO_TAGS,
    lexemes: Lexemes | None = None,
) -> Select[Any]:
    """The query, from ``table`` (quotes or articles), for rows that hold the words only.

    ``tags`` narrow what SQLite reads in its index of quotes; the query has to ask for the same in the columns.
    ``lexemes`` are those of the words, for PostgreSQL's index of quotes; None: the words have none.
    """
    if dialect == "postgresql":
        return query.where(_matches(table, words, lexemes))
    index = _INDEX[table.name]
    holds = _holds(table, words, tags)
    if way is Way.GATHERED:
        return query.where(table.c.number.in_(select(index.c.rowid).where(holds)))
    if way is Way.ASKED:
        asked = select(literal(1)).select_from(index).where(index.c.rowid == table.c.number, holds)
        return query.where(asked.correlate(table).exists())
    return query.select_from(_CrossJoin(index, table, table.c.number == index.c.rowid)).where(holds)


def are_common(connection: Connection, words: str, *, many: int) -> bool:
    """Whether so many quotes of a SQLite database hold the words; no more are counted."""
    counted = select(literal(1)).select_from(_INDEX[quotes.name]).where(_holds(quotes, words, NO_TAGS)).limit(many)
    return connection.scalar(select(func.count()).select_from(counted.subquery())) == many


def place_in(table: Table, *, dialect: str, way: Way) -> ColumnElement[Any]:
    """The number by which a query of ``matching`` is sorted and cut into pages."""
    return table.c.number if dialect == "postgresql" or way is not Way.WALKED else _INDEX[table.name].c.rowid


def _holds(table: Table, words: str, tags: Tags) -> ColumnElement[bool]:
    index = _INDEX[table.name]
    expression = match_expression(words)
    if table is quotes:
        tagged = tags.expression()
        expression = f"text : ({expression})" + (f" AND tags : ({tagged})" if tagged else "")
    found: ColumnElement[bool] = index.c[index.name].match(expression)
    return found


def _hex(name: str) -> str:
    return name.encode("utf-8", "surrogatepass").hex()


def _matches(table: Table, words: str, lexemes: Lexemes | None) -> ColumnElement[bool]:
    search: ColumnElement[Any] = literal_column(f"{table.name}.search")
    if table is quotes:
        return false() if lexemes is None else lexemes.are_in(search)
    asked = [func.phraseto_tsquery(_SIMPLE, func.quoth_words(literal(part))) for part in parts_of(words)]
    if not asked:
        return false()
    # "&&" passes over a part without words; of such parts only, it makes a search that nothing fits
    whole: ColumnElement[Any] = reduce(lambda left, right: left.op("&&")(right), asked)
    found: ColumnElement[bool] = search.op("@@")(whole)
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
