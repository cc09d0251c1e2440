"""Lists of what is stored, filtered, in one order each, a page at a time.

A page is found by the sort key of the last item before it (keyset pagination): the tenth page costs no more than the
first, and what is stored meanwhile neither repeats nor hides an item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, literal, select, tuple_

from service.model import ArticleHead, Page, QuoteFilter, Speaker, SpeakerEntry, SpeakerKind, StoredQuote
from service.store.context import context_of
from service.store.cursors import Key, read_cursor, write_cursor
from service.store.fulltext import matches
from service.store.names import words_of
from service.store.reading import HEAD, article
from service.store.records import head_of, is_storable, quote_of, speaker_of
from service.store.tables import (
    UNDATED,
    article_speakers,
    recency,
    speaker_names,
)
from service.store.tables import (
    articles as stored_articles,
)
from service.store.tables import (
    quotes as stored_quotes,
)
from service.store.tables import (
    speakers as stored_speakers,
)

T = TypeVar("T")

_SPEAKER_ID = re.compile(r"s-[0-9a-f]{16}")


def articles(connection: Connection, *, outlet: str | None, cursor: str | None, limit: int) -> Page[ArticleHead]:
    """One page of the heads of stored articles, see ``Store.articles``."""
    key = (stored_articles.c.recency, stored_articles.c.id)
    of = f"articles {outlet!r}"
    query = select(*HEAD).order_by(*key).limit(_one_more(limit))
    if outlet is not None:
        query = query.where(stored_articles.c.outlet == outlet)
    if cursor is not None:
        query = query.where(_after(key, read_cursor(cursor, of=of, like=(int, str))))
    rows = _rows(connection, query, outlet)
    return _page([head_of(row) for row in rows], limit, [(row["recency"], row["id"]) for row in rows], of)


def quotes(connection: Connection, filter: QuoteFilter, *, cursor: str | None, limit: int) -> Page[StoredQuote]:
    """One page of the quotes for which the filter holds, see ``Store.quotes``."""
    query = quotes_query(filter, cursor=cursor, limit=limit)
    rows = _rows(connection, query, *(value for value in astuple(filter) if isinstance(value, str)))
    keys: list[Key] = [(row["recency"], row["article_id"], row["ordinal"]) for row in rows]
    return _page(_with_their_articles(connection, rows), limit, keys, _named(filter))


def quotes_query(filter: QuoteFilter, *, cursor: str | None = None, limit: int = 50) -> Select[Any]:
    """The query behind ``quotes``, for the tests that ask the database how it would go about it."""
    table = stored_quotes.c
    key = (table.recency, table.article_id, table.ordinal)
    query = select(stored_quotes).where(*_conditions(filter)).order_by(*key).limit(_one_more(limit))
    if cursor is not None:
        query = query.where(_after(key, read_cursor(cursor, of=_named(filter), like=(int, str, int))))
    return query


def article_quotes(connection: Connection, id: str) -> tuple[StoredQuote, ...]:
    """The quotes of one article in text order. Raises NotFound."""
    article(connection, id)
    query = select(stored_quotes).where(stored_quotes.c.article_id == id).order_by(stored_quotes.c.ordinal)
    return tuple(_with_their_articles(connection, connection.execute(query).mappings().all()))


def speakers(connection: Connection, *, text: str | None, cursor: str | None, limit: int) -> Page[SpeakerEntry]:
    """One page of who is quoted, see ``Store.speakers``."""
    table = stored_speakers.c
    of = f"speakers {text!r}"
    query = select(stored_speakers).where(table.quote_count > 0)
    query = query.order_by(table.quote_count.desc(), table.name, table.id).limit(_one_more(limit))
    if text is not None:
        query = query.where(_is_speaker(table.id, text))
    if cursor is not None:
        count, name, id = read_cursor(cursor, of=of, like=(int, str, str))
        # the first condition lets the index start where the page does
        query = query.where(
            table.quote_count <= count, (table.quote_count < count) | _after((table.name, table.id), (name, id))
        )
    rows = _rows(connection, query, text)
    return _page(_entries(connection, rows), limit, [(row["quote_count"], row["name"], row["id"]) for row in rows], of)


def _conditions(filter: QuoteFilter) -> Iterable[ColumnElement[bool]]:
    table = stored_quotes.c
    for column, value in (
        (table.outlet, filter.outlet),
        (table.article_id, filter.article),
        (table.type, filter.type and filter.type.value),
        (table.polarity, filter.polarity and filter.polarity.value),
        (table.cue_lemma, filter.cue),
    ):
        if value is not None:
            yield column == value
    if filter.speaker is not None:
        yield _is_speaker(table.speaker_id, filter.speaker)
    if filter.text is not None:
        yield matches(filter.text)
    # recency runs against time
    if filter.since is not None:
        yield table.recency <= recency(filter.since)
    if filter.until is not None:
        yield table.recency >= recency(filter.until)
        yield table.recency < UNDATED
    if filter.min_confidence is not None:
        yield table.confidence >= filter.min_confidence


def _is_speaker(column: ColumnElement[Any], wanted: str) -> ColumnElement[bool]:
    """That a column holds ``wanted``, a speaker's id, or the id of a speaker one of whose names has all its words."""
    if _SPEAKER_ID.fullmatch(wanted):
        return column == wanted
    words = words_of(wanted) or (wanted.strip(),)
    named = (
        select(speaker_names.c.speaker_id)
        .where(speaker_names.c.word.in_(words))
        .group_by(speaker_names.c.speaker_id, speaker_names.c.name)
        .having(func.count() == len(words))
    )
    return column.in_(named)


def _after(columns: Sequence[ColumnElement[Any]], key: Key) -> ColumnElement[bool]:
    return tuple_(*columns) > tuple_(*(literal(part) for part in key))


def _one_more(limit: int) -> int:
    """One row beyond the page tells whether there is a next one."""
    if limit < 1:
        raise ValueError(f"a page holds at least one item: got a limit of {limit}")
    return limit + 1


def _rows(connection: Connection, query: Select[Any], *wanted: str | None) -> Sequence[RowMapping]:
    """The query's rows; none where a string is wanted that cannot be stored."""
    if not all(is_storable(text) for text in wanted):
        return ()
    return connection.execute(query).mappings().all()


def _page(items: Sequence[T], limit: int, keys: Sequence[Key], of: str) -> Page[T]:
    if len(items) <= limit:
        return Page(items=tuple(items))
    return Page(items=tuple(items[:limit]), next_cursor=write_cursor(keys[limit - 1], of=of))


def _named(filter: QuoteFilter) -> str:
    return f"quotes {filter!r}"


def _with_their_articles(connection: Connection, rows: Sequence[RowMapping]) -> list[StoredQuote]:
    ids = {row["article_id"] for row in rows}
    articles = {
        row["id"]: (head_of(row), row["text"])
        for row in connection.execute(select(stored_articles).where(stored_articles.c.id.in_(ids))).mappings()
    }
    people = (
        select(article_speakers, stored_speakers.c.kind)
        .join(stored_speakers, stored_speakers.c.id == article_speakers.c.speaker_id)
        .where(article_speakers.c.article_id.in_(ids))
    )
    speakers: dict[tuple[str, int], Speaker] = {
        (row["article_id"], row["ordinal"]): speaker_of(row, SpeakerKind(row["kind"]))
        for row in connection.execute(people).mappings()
    }
    found = []
    for row in rows:
        quote = quote_of(row, speakers.get((row["article_id"], row["speaker_ordinal"])))
        head, text = articles[row["article_id"]]
        before, after = context_of(text, quote.attribution.spans)
        found.append(StoredQuote(quote=quote, article=head, article_text=text, before=before, after=after))
    return found


def _entries(connection: Connection, rows: Sequence[RowMapping]) -> list[SpeakerEntry]:
    ids = [row["id"] for row in rows]
    names: dict[str, list[str]] = {}
    named = select(speaker_names.c.speaker_id, speaker_names.c.name).where(speaker_names.c.speaker_id.in_(ids))
    for id, name in connection.execute(named.distinct().order_by(speaker_names.c.name)):
        names.setdefault(id, []).append(name)
    outlets: dict[str, list[str]] = {}
    appeared = select(article_speakers.c.speaker_id, article_speakers.c.outlet).where(
        article_speakers.c.speaker_id.in_(ids), article_speakers.c.outlet.is_not(None)
    )
    for id, outlet in connection.execute(appeared.distinct().order_by(article_speakers.c.outlet)):
        outlets.setdefault(id, []).append(outlet)
    return [
        SpeakerEntry(
            speaker=Speaker(
                name=row["name"],
                kind=SpeakerKind(row["kind"]),
                role=row["role"],
                aliases=tuple(name for name in names[row["id"]] if name != row["name"]),
            ),
            quote_count=row["quote_count"],
            article_count=row["article_count"],
            outlets=tuple(outlets.get(row["id"], ())),
            first_quoted=row["first_quoted"],
            last_quoted=row["last_quoted"],
        )
        for row in rows
    ]
