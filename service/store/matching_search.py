"""Stored quotes that may be like a text: found by the index of terms, never by going through the quotes."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, Table, bindparam, func, select, text

from service.errors import NotFound
from service.model import ArticleHead, Polarity, QuoteType, StoredQuote
from service.store.filling import stored_quotes
from service.store.fulltext import Way, matching, place_in
from service.store.matching_tables import quote_utterances, stored_days
from service.store.names import words_of
from service.store.places import UNDATED_FROM, places_of
from service.store.reading import HEAD, not_rejected
from service.store.records import head_of
from service.store.tables import UNDATED, article_speakers, articles, published, quotes, recency, speaker_names
from service.verdicts import Candidate

# a term that more quotes have tells little, and would cost a walk through all of them
COMMON = 500
# so many entries of the index are weighed at most, rarest terms first
WEIGHED = 4000
# of one speaker's quotes, the newest so many are looked at
OF_SPEAKER = 2000
# a phrase of common words only is looked for in so many texts: nearly every one has all of its words
NEWEST_TEXTS = 500
LEAST, MOST = 0, 2**63 - 1

Range = tuple[int, int]


def range_of(since: datetime | None, until: datetime | None) -> Range:
    """The numbers ``[low, high)`` of what was published then; what is undated only where no bound is given."""
    if since is None and until is None:
        return LEAST, MOST
    low = LEAST if until is None else places_of(recency(until))[0]
    high = UNDATED_FROM if since is None else places_of(recency(since))[1]
    return low, high


def candidates(
    connection: Connection, terms: Mapping[int, float], *, within: Range = (LEAST, MOST), limit: int
) -> list[Candidate]:
    """The quotes that share most with a text of these terms, best first."""
    return by_number(connection, ranked(connection, terms, within=within, limit=limit))


def ranked(
    connection: Connection, terms: Mapping[int, float], *, within: Range = (LEAST, MOST), limit: int
) -> list[int]:
    """The numbers of the quotes that share most with a text of these terms, best first."""
    rarity = _counts(connection, list(terms), within)
    chosen: dict[int, float] = {}
    weighed = 0
    for term, count in sorted(rarity.items(), key=lambda item: item[1]):
        if not 0 < count < COMMON or weighed + count > WEIGHED:
            continue
        weighed += count
        chosen[term] = terms[term] * (1 + math.log(COMMON / count))
    if not chosen:
        # nothing but common words: the newest that have the most telling of them
        common = sorted((term for term, count in rarity.items() if count), key=lambda term: -terms[term])[:4]
        return _newest(connection, common, within, limit)
    low, high = within
    rows = connection.exec_driver_sql(_RANKED.format(wanted=_values(chosen), low=low, high=high, limit=limit))
    return [row[0] for row in rows]


def candidates_of(
    connection: Connection, speakers: Collection[str], terms: Mapping[int, float], *, within: Range, limit: int
) -> list[Candidate]:
    """Of the newest quotes of some speakers, those that share most with a text of these terms, best first."""
    if not terms or not speakers:
        return []
    told = sorted(terms, key=lambda term: -terms[term])[:8]
    asked = text(_RANKED_OF.format(_values({term: terms[term] for term in told}))).bindparams(_SPEAKERS)
    bound = _bound(within, limit) | {"speakers": list(speakers), "newest": OF_SPEAKER}
    return by_number(connection, connection.scalars(asked, bound).all())


def with_phrase(connection: Connection, words: str, *, within: Range, limit: int) -> list[Candidate]:
    """The newest quotes in which the words stand side by side, found by full text."""
    query = _walking(connection, select(quotes.c.number), quotes, words, within).limit(limit)
    return by_number(connection, connection.scalars(query).all())


def texts_with(
    connection: Connection, phrases: Mapping[str, Collection[int]], *, within: Range, limit: int
) -> tuple[list[tuple[ArticleHead, str]], bool]:
    """Articles, with their texts, in which one of the phrases stands; those of the first phrase first.

    ``phrases``: each with the terms of its content words. False where a phrase of common words only was looked for in
    the newest texts instead of in all.
    """
    rarity = _counts(connection, [*{term for terms in phrases.values() for term in terms}], within)
    newest: Range | None = None
    found: dict[str, tuple[ArticleHead, str]] = {}
    for phrase, terms in phrases.items():
        searched = within
        if all(rarity[term] == COMMON for term in terms):
            if newest not in (None, within):
                # of phrases that stand nearly everywhere, the first, which tells most, will do
                continue
            searched = newest = _newest_texts(connection, within)
        query = _walking(connection, select(*HEAD, articles.c.text), articles, phrase, searched).limit(limit)
        for row in connection.execute(query).mappings():
            found.setdefault(row["id"], (head_of(row), row["text"]))
        if len(found) >= limit:
            break
    return list(found.values())[:limit], newest is None or newest == within


def _walking(connection: Connection, query: Select[Any], table: Table, phrase: str, within: Range) -> Select[Any]:
    """The query, from quotes or articles, for what holds the phrase; in SQLite the newest first."""
    dialect = connection.dialect.name
    place = place_in(table, dialect=dialect, way=Way.WALKED)
    found = matching(query, table, f'"{phrase}"', dialect=dialect, way=Way.WALKED)
    return found.where(place >= within[0], place < within[1])


def _newest_texts(connection: Connection, within: Range) -> Range:
    """The numbers of the newest articles; all where there are no more."""
    number = articles.c.number
    behind = select(number).where(number >= within[0], number < within[1]).order_by(number)
    end = connection.scalar(behind.offset(NEWEST_TEXTS).limit(1))
    return within if end is None else (within[0], end)


def of_article(connection: Connection, article_id: str) -> list[Candidate]:
    """The quotes of an article in text order, without the rejected ones."""
    numbers = select(quotes.c.number).where(quotes.c.article_id == article_id).order_by(quotes.c.ordinal)
    return by_number(connection, connection.scalars(numbers).all())


def by_number(connection: Connection, numbers: Collection[int]) -> list[Candidate]:
    """The quotes with these numbers, in their order; those that are gone or rejected are left out."""
    rows = connection.execute(_NUMBERED, {"numbers": list(numbers)}).all() if numbers else []
    found = {row.number: _candidate(row) for row in rows}
    return [found[number] for number in numbers if number in found]


def quotes_numbered(connection: Connection, numbers: Sequence[int]) -> list[StoredQuote]:
    """The quotes with these numbers, rejected or not, in their order; those that are gone are left out."""
    if not numbers:
        return []
    found = connection.execute(_WHOLE, {"numbers": numbers}).mappings()
    rows = {row["number"]: row for row in found}
    return stored_quotes(connection, [rows[number] for number in numbers if number in rows])


def quotes_of(connection: Connection, ids: Collection[str]) -> dict[str, tuple[StoredQuote, ...]]:
    """The quotes of each of these articles in text order, without the rejected ones."""
    rows = connection.execute(_OF_ARTICLES, {"ids": list(ids)}).mappings().all() if ids else []
    found: dict[str, tuple[StoredQuote, ...]] = {}
    for quote in stored_quotes(connection, rows):
        found[quote.article.id] = (*found.get(quote.article.id, ()), quote)
    return found


def speakers_named(connection: Connection, name: str) -> list[str]:
    """The ids of speakers one of whose names has all words of the name; a name of several words also by its last."""
    for words in (words_of(name), words_of(name)[-1:]):
        if not words:
            return []
        named = (
            select(speaker_names.c.speaker_id)
            .where(speaker_names.c.word.in_(words))
            .group_by(speaker_names.c.speaker_id, speaker_names.c.name)
            .having(func.count() == len(words))
        )
        found = list(dict.fromkeys(connection.scalars(named.limit(200))))
        if found:
            return found
    return []


def one(connection: Connection, article_id: str, id: str) -> Candidate:
    """The quote of an article with this id. Raises NotFound."""
    numbers = select(quotes.c.number).where(quotes.c.article_id == article_id, quotes.c.id == id)
    found = by_number(connection, connection.scalars(numbers).all())
    if not found:
        raise NotFound("quote", id)
    return found[0]


def variants_of(connection: Connection, number: int, *, limit: int) -> list[int]:
    """The numbers of the quotes that share a cluster with a quote, newest first, without itself."""
    mine = quote_utterances.alias("mine")
    theirs = quote_utterances.alias("theirs")
    query = (
        select(theirs.c.quote)
        .join(mine, mine.c.cluster == theirs.c.cluster)
        .where(mine.c.quote == number, theirs.c.quote != number)
        .distinct()
        .order_by(theirs.c.quote)
        .limit(limit)
    )
    return list(connection.scalars(query))


def stored(connection: Connection, since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """How many articles and quotes are stored that were published in these days (whole days, UTC)."""
    query = select(func.coalesce(func.sum(stored_days.c.articles), 0), func.coalesce(func.sum(stored_days.c.quotes), 0))
    if since is not None:
        query = query.where(stored_days.c.day >= _day(since))
    if until is not None:
        query = query.where(stored_days.c.day <= _day(until))
    if since is not None:
        query = query.where(stored_days.c.day < 2**31 - 1)
    row = connection.execute(query).one()
    return row[0], row[1]


# Numbers of our own making, not a user's text, stand in these statements themselves: they are other ones each time, and
# to compile each anew would take longer than to run it.
_RANKED = """
    WITH wanted(term, weight) AS (VALUES {wanted})
    SELECT quote_terms.quote FROM wanted JOIN quote_terms ON quote_terms.term = wanted.term
    WHERE quote_terms.quote >= {low} AND quote_terms.quote < {high}
    GROUP BY quote_terms.quote ORDER BY sum(wanted.weight) DESC, quote_terms.quote LIMIT {limit}
"""
_RANKED_OF = """
    WITH wanted(term, weight) AS (VALUES {}), own(number) AS (
        SELECT number FROM quotes WHERE speaker_id IN :speakers AND number >= :low AND number < :high
        ORDER BY number LIMIT :newest
    )
    SELECT own.number FROM own CROSS JOIN wanted
    JOIN quote_terms ON quote_terms.term = wanted.term AND quote_terms.quote = own.number
    GROUP BY own.number ORDER BY sum(wanted.weight) DESC, own.number LIMIT :limit
"""
_SPEAKERS: BindParameter[Any] = bindparam("speakers", expanding=True)
_COUNTED = """
    WITH wanted(term) AS (VALUES {wanted})
    SELECT wanted.term, (
        SELECT count(*) FROM (
            SELECT 1 FROM quote_terms WHERE quote_terms.term = wanted.term AND quote >= {low} AND quote < {high}
            LIMIT {common}
        ) AS capped
    ) FROM wanted
"""
_NEWEST = """
    SELECT quote FROM quote_terms WHERE term = {term} AND quote >= {low} AND quote < {high} ORDER BY quote LIMIT {limit}
"""


def _counts(connection: Connection, terms: Sequence[int], within: Range) -> dict[int, int]:
    """In how many quotes each term stands; counting stops at ``COMMON``."""
    if not terms:
        return {}
    listed = ", ".join(f"({term})" for term in terms)
    asked = _COUNTED.format(wanted=listed, low=within[0], high=within[1], common=COMMON)
    return {row[0]: row[1] for row in connection.exec_driver_sql(asked)}


def _newest(connection: Connection, terms: Sequence[int], within: Range, limit: int) -> list[int]:
    found = dict[int, None]()
    for term in terms:
        asked = _NEWEST.format(term=term, low=within[0], high=within[1], limit=limit)
        found |= dict.fromkeys(row[0] for row in connection.exec_driver_sql(asked))
    return list(found)[:limit]


def _values(weights: Mapping[int, float]) -> str:
    return ", ".join(f"({term}, {weight:.4f})" for term, weight in weights.items())


def _bound(within: Range, limit: int) -> dict[str, int]:
    return {"low": within[0], "high": within[1], "limit": limit}


def _day(moment: datetime) -> int:
    return -recency(moment) // 86_400_000_000


def _shown() -> Select[tuple[object, ...]]:
    table = quotes.c
    return (
        select(
            table.number, table.id, table.article_id, table.text, table.type, table.polarity, table.speaker_id,
            table.recency, table.inside_id, article_speakers.c.name, article_speakers.c.aliases,
        )
        .outerjoin(
            article_speakers,
            (article_speakers.c.article_id == table.article_id)
            & (article_speakers.c.ordinal == table.speaker_ordinal),
        )
        .where(not_rejected())
    )  # fmt: skip


# made once: to put a statement together takes longer than to run it
_NUMBERED = _shown().where(quotes.c.number.in_(bindparam("numbers", expanding=True)))
_WHOLE = select(quotes).where(quotes.c.number.in_(bindparam("numbers", expanding=True)))
_OF_ARTICLES = (
    select(quotes)
    .where(quotes.c.article_id.in_(bindparam("ids", expanding=True)), not_rejected())
    .order_by(quotes.c.article_id, quotes.c.ordinal)
)


def _candidate(row: Row[tuple[object, ...]]) -> Candidate:
    return Candidate(
        number=row.number,
        id=row.id,
        article=row.article_id,
        text=row.text,
        type=QuoteType(row.type),
        polarity=Polarity(row.polarity),
        speaker=row.speaker_id,
        names=() if row.name is None else (row.name, *row.aliases),
        published_at=None if row.recency == UNDATED else published(row.recency),
        inside=row.inside_id,
    )
