"""Stored quotes that may be like a text: found by the index of terms, never by going through the quotes."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest
from itertools import islice
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, Table, bindparam, func, select, text

from service.errors import NotFound
from service.model import ArticleHead, Polarity, QuoteType, StoredQuote
from service.store import stretches
from service.store.filling import stored_quotes
from service.store.fulltext import Lexemes, Way, matching, place_in
from service.store.matching_tables import quote_utterances, stored_days
from service.store.names import words_of
from service.store.places import UNDATED_FROM, places_of
from service.store.reading import HEAD, not_rejected
from service.store.records import head_of
from service.store.tables import article_speakers, articles, published, quotes, recency, speaker_names
from service.verdicts import Candidate

# a term that more quotes have tells little, and would cost a walk through all of them
COMMON = 500
# so many entries of the index are weighed at most, rarest terms first
WEIGHED = 4000
# texts that are ranked at once: so many lists of what is filed under a term are held in memory
TEXTS_AT_ONCE = 64
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
    rarity = _counts(connection, terms.keys(), within)
    chosen = _chosen(terms, rarity)
    if not chosen:
        return _newest(connection, _most_telling(terms, rarity), within, limit)
    low, high = within
    rows = connection.exec_driver_sql(_RANKED.format(wanted=_values(chosen), low=low, high=high, limit=limit))
    return [row[0] for row in rows]


def ranked_each(
    connection: Connection, asked: Mapping[int, Mapping[int, float]], *, limit: int
) -> dict[int, list[int]]:
    """As ``ranked``, for several texts (key -> terms) over all quotes; what is filed under a term is read once."""
    found: dict[int, list[int]] = {}
    for texts in _some_of(asked, TEXTS_AT_ONCE):
        rarity = _counts(connection, {term for terms in texts.values() for term in terms}, (LEAST, MOST))
        chosen = {key: _chosen(terms, rarity) for key, terms in texts.items()}
        filed = _filed(connection, {term for weights in chosen.values() for term in weights})
        for key, weights in chosen.items():
            if weights:
                found[key] = _best(weights, filed, limit)
            else:
                common = _most_telling(texts[key], rarity)
                found[key] = _newest(connection, common, (LEAST, MOST), limit)
    return found


def _some_of(asked: Mapping[int, Mapping[int, float]], size: int) -> Iterator[dict[int, Mapping[int, float]]]:
    rest = iter(asked.items())
    while some := dict(islice(rest, size)):
        yield some


def _chosen(terms: Mapping[int, float], rarity: Mapping[int, int]) -> dict[int, float]:
    """The rarest of the terms, as many as are weighed, with what each tells."""
    chosen: dict[int, float] = {}
    weighed = 0
    for term in sorted(terms, key=rarity.__getitem__):
        count = rarity[term]
        if 0 < count < COMMON and weighed + count <= WEIGHED:
            weighed += count
            chosen[term] = terms[term] * (1 + math.log(COMMON / count))
    return chosen


def _most_telling(terms: Mapping[int, float], rarity: Mapping[int, int]) -> list[int]:
    """Where all are common: those by which the newest quotes are taken."""
    return sorted((term for term in terms if rarity[term]), key=lambda term: -terms[term])[:4]


def _best(weights: Mapping[int, float], filed: Mapping[int, Sequence[int]], limit: int) -> list[int]:
    """What ``_RANKED`` gives, of terms whose quotes are known."""
    scores: dict[int, int] = {}
    for term, told in weights.items():
        weight = _whole(told)
        for number in filed[term]:
            scores[number] = scores.get(number, 0) + weight
    return [number for _, number in nsmallest(limit, ((-score, number) for number, score in scores.items()))]


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
    place = quotes.c.number
    query = _walking(connection, select(place), quotes, words, within)
    if connection.dialect.name != "postgresql":
        return by_number(connection, connection.scalars(query.limit(limit)).all())
    walk = select(place).where(place >= within[0], place < within[1]).order_by(place)
    rows = stretches.found(connection, query.order_by(place), walk, newest=True, wanted=limit)
    return by_number(connection, [row["number"] for row in rows])


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
    dialect, words = connection.dialect.name, f'"{phrase}"'
    place = place_in(table, dialect=dialect, way=Way.WALKED)
    lexemes = Lexemes.of(connection, words) if table is quotes and dialect == "postgresql" else None
    found = matching(query, table, words, dialect=dialect, way=Way.WALKED, lexemes=lexemes)
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
    found = {row[0]: _candidate(row) for row in rows}
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
    WITH wanted(term) AS ({wanted})
    SELECT wanted.term, (
        SELECT count(*) FROM (
            SELECT 1 FROM quote_terms WHERE quote_terms.term = wanted.term AND quote >= :low AND quote < :high
            LIMIT :limit
        ) AS capped
    ) FROM wanted
"""
# a list as one value: a row for each number would take the driver longer to read than the database to find
_FILED = """
    WITH wanted(term) AS ({wanted})
    SELECT wanted.term, (SELECT {joined} FROM quote_terms WHERE quote_terms.term = wanted.term) FROM wanted
"""
_BY_DIALECT = {
    "sqlite": {"wanted": "SELECT value FROM json_each(:terms)", "joined": "group_concat(quote, ' ')"},
    "postgresql": {
        "wanted": "SELECT unnest(CAST(:terms AS integer[]))",
        "joined": "string_agg(CAST(quote AS text), ' ')",
    },
}
_COUNTED_IN = {name: text(_COUNTED.format(**parts)) for name, parts in _BY_DIALECT.items()}
_FILED_IN = {name: text(_FILED.format(**parts)) for name, parts in _BY_DIALECT.items()}
_NEWEST = """
    SELECT quote FROM quote_terms WHERE term = {term} AND quote >= {low} AND quote < {high} ORDER BY quote LIMIT {limit}
"""


def _counts(connection: Connection, terms: Collection[int], within: Range) -> dict[int, int]:
    """In how many quotes each term stands; counting stops at ``COMMON``."""
    if not terms:
        return {}
    bound = _bound(within, COMMON) | _listed(connection, terms)
    return {row[0]: row[1] for row in connection.execute(_COUNTED_IN[connection.dialect.name], bound)}


def _filed(connection: Connection, terms: Collection[int]) -> dict[int, list[int]]:
    """The numbers of the quotes that are filed under each term, in any order; each term has one at least."""
    if not terms:
        return {}
    rows = connection.execute(_FILED_IN[connection.dialect.name], _listed(connection, terms))
    return {row[0]: [*map(int, row[1].split())] for row in rows}


def _listed(connection: Connection, terms: Collection[int]) -> dict[str, Any]:
    """Terms as the one value that ``wanted`` is made of."""
    listed = list(terms)
    return {"terms": listed if connection.dialect.name == "postgresql" else json.dumps(listed)}


def _newest(connection: Connection, terms: Sequence[int], within: Range, limit: int) -> list[int]:
    found = dict[int, None]()
    for term in terms:
        asked = _NEWEST.format(term=term, low=within[0], high=within[1], limit=limit)
        found |= dict.fromkeys(row[0] for row in connection.exec_driver_sql(asked))
    return list(found)[:limit]


def _values(weights: Mapping[int, float]) -> str:
    return ", ".join(f"({term}, {_whole(weight)})" for term, weight in weights.items())


def _whole(weight: float) -> int:
    """Ten-thousandths: whole numbers are summed up alike everywhere, and in any order."""
    return round(weight * 10_000)


def _bound(within: Range, limit: int) -> dict[str, Any]:
    return {"low": within[0], "high": within[1], "limit": limit}


def _day(moment: datetime) -> int:
    return -recency(moment) // 86_400_000_000


def _shown() -> Select[Any]:
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


def _candidate(row: Row[Any]) -> Candidate:
    number, id, article, words, type, polarity, speaker, recency, inside, name, aliases = tuple(row)
    return Candidate(
        number=number,
        id=id,
        article=article,
        text=words,
        type=_TYPES[type],
        polarity=_POLARITIES[polarity],
        speaker=speaker,
        names=() if name is None else (name, *aliases),
        published_at=published(recency),
        inside=inside,
    )


_TYPES = {type.value: type for type in QuoteType}
_POLARITIES = {polarity.value: polarity for polarity in Polarity}
