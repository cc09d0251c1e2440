"""What a quote was: its states, kept from its first change on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, select

from service.errors import Conflict, NotFound
from service.model import Quote, Review, Speaker, SpeakerKind, StoredQuote
from service.review import QuoteState
from service.store.filling import stored_quotes
from service.store.records import Values, is_storable, quote_of, quote_values
from service.store.tables import articles, quote_states, quotes
from service.store.writing import insert_new

# one more than are named in the message
_NAMED = 4


def find(connection: Connection, id: str, article: str | None) -> RowMapping:
    """The row of a quote, rejected or not. Raises as ``Store.quote``."""
    possible = is_storable(id) and is_storable(article)
    found = _of(connection, select(quotes), quotes.c.id == id, quotes, article) if possible else ()
    if not found:
        raise NotFound("quote", id)
    if len(found) > 1:
        raise _several(id, [row["article_id"] for row in found])
    return found[0]


def quote(connection: Connection, id: str, article: str | None) -> StoredQuote:
    """One quote, see ``Store.quote``."""
    return stored_quotes(connection, [find(connection, id, article)])[0]


def history(connection: Connection, id: str, article: str | None) -> tuple[QuoteState, ...]:
    """Every state of a quote, see ``Store.history``."""
    kept = select(quote_states).order_by(quote_states.c.version)
    rows = _history_rows(connection, kept, id, article)
    if rows:
        return tuple(_state_of(row) for row in rows)
    stored = quote(connection, id, article)
    return (_first_state(connection, stored),)


def keep_first(connection: Connection, stored: StoredQuote) -> None:
    """Write down the state of a quote that is about to change for the first time."""
    first = _first_state(connection, stored)
    write(
        connection,
        stored.article.id,
        stored.quote,
        version=first.version,
        at=first.at,
        model=first.model,
        review=first.review,
    )


def write(
    connection: Connection,
    article_id: str,
    quote: Quote,
    *,
    version: int,
    at: datetime,
    by: str | None = None,
    reason: str | None = None,
    model: str | None = None,
    review: Review | None = None,
    gone: bool = False,
) -> None:
    """Write down a state, unless one with this version is there; ``gone``: the model finds the quote no more."""
    insert_new(
        connection,
        quote_states,
        [
            {
                "article_id": article_id,
                "quote_id": quote.id,
                "version": version,
                "at": at,
                "by": by,
                "reason": reason,
                "model": model,
                "review": review.value if review else None,
                "state": None if gone else _values_of(quote),
            }
        ],
    )


def _of(
    connection: Connection, query: Select[Any], named: ColumnElement[bool], table: Table, article: str | None
) -> list[RowMapping]:
    query = query.where(named).limit(_NAMED)
    if article is not None:
        query = query.where(table.c.article_id == article)
    return list(connection.execute(query).mappings())


def _history_rows(connection: Connection, kept: Select[Any], id: str, article: str | None) -> list[RowMapping]:
    if not (is_storable(id) and is_storable(article)):
        return []
    if article is None:
        # the quote that is there says which article is meant; where none is, the histories themselves
        there = _of(connection, select(quotes.c.article_id), quotes.c.id == id, quotes, None)
        gone = select(quote_states.c.article_id).distinct()
        named = there or _of(connection, gone, quote_states.c.quote_id == id, quote_states, None)
        if not named:
            return []
        if len(named) > 1:
            raise _several(id, [row["article_id"] for row in named])
        article = named[0]["article_id"]
    mine = kept.where(quote_states.c.quote_id == id, quote_states.c.article_id == article)
    return list(connection.execute(mine).mappings())


def _several(id: str, article_ids: list[str]) -> Conflict:
    shown = ", ".join(repr(article_id) for article_id in article_ids[: _NAMED - 1])
    more = ", …" if len(article_ids) == _NAMED else ""
    return Conflict(f"the quote {id!r} stands in several articles of one text ({shown}{more}); say which one is meant")


def _first_state(connection: Connection, stored: StoredQuote) -> QuoteState:
    query = select(articles.c.model_name, articles.c.model_version).where(articles.c.id == stored.article.id)
    name, version = connection.execute(query).one()
    return QuoteState(
        version=stored.version,
        at=stored.article.stored_at,
        by=None,
        reason=None,
        model=f"{name} {version}",
        review=stored.review,
        quote=stored.quote,
    )


def _state_of(row: RowMapping) -> QuoteState:
    return QuoteState(
        version=row["version"],
        at=row["at"],
        by=row["by"],
        reason=row["reason"],
        model=row["model"],
        review=Review(row["review"]) if row["review"] else None,
        quote=None if row["state"] is None else _quote_in(row["state"]),
    )


def _values_of(quote: Quote) -> Values:
    values = quote_values(quote, None)
    del values["speaker_id"], values["speaker_ordinal"]
    speaker = quote.speaker
    values["speaker"] = speaker and {
        "name": speaker.name,
        "kind": speaker.kind.value,
        "role": speaker.role,
        "aliases": list(speaker.aliases),
    }
    return values


def _quote_in(state: Mapping[str, Any]) -> Quote:
    given = state["speaker"]
    speaker = given and Speaker(
        name=given["name"], kind=SpeakerKind(given["kind"]), role=given["role"], aliases=tuple(given["aliases"])
    )
    return quote_of(state, speaker)


def reviewed_articles(connection: Connection, *, after: str | None = None) -> tuple[str, ...]:
    """The ids of the articles in which a person has looked at a quote, in order, those behind ``after``."""
    query = select(quotes.c.article_id).where(quotes.c.review.is_not(None)).distinct()
    if after is not None:
        query = query.where(quotes.c.article_id > after)
    return tuple(connection.scalars(query.order_by(quotes.c.article_id)))
