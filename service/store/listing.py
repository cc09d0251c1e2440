"""Lists of what is stored, filtered, in one order each, a page at a time.

A page is found by the place of the last item before it (keyset pagination): the tenth page costs no more than the
first, and what is stored meanwhile neither repeats nor hides an item.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, bindparam, select, tuple_

from service.errors import NotFound
from service.model import ArticleFilter, ArticleHead, Page, QuoteFilter, QuoteOrder, SpeakerEntry, StoredQuote
from service.store import fulltext, stretches
from service.store.cursors import Key, read_cursor, write_cursor
from service.store.filling import QUOTE, speaker_entries, stored_quotes
from service.store.fulltext import Lexemes, Tags, Way
from service.store.identities import merged_into
from service.store.naming import is_speaker, speakers_meant
from service.store.places import UNDATED_FROM, places_of, recency
from service.store.reading import HEAD, article, not_rejected
from service.store.records import head_of, is_storable
from service.store.tables import articles as article_table
from service.store.tables import quotes as quote_table
from service.store.tables import speakers as speaker_table

T = TypeVar("T")

# made once: to put a statement together takes longer than to run it
_ALL_OF_ARTICLE = select(*QUOTE).where(quote_table.c.article_id == bindparam("article")).order_by(quote_table.c.ordinal)
_OF_ARTICLE = _ALL_OF_ARTICLE.where(not_rejected())
# the ids of so many speakers are looked for in the index of words
SPEAKERS_TAGGED = 500
# where so many quotes hold the words, a walk by confidence soon finds a page of them
COMMON = 5_000


def articles(connection: Connection, filter: ArticleFilter, *, cursor: str | None, limit: int) -> Page[ArticleHead]:
    """One page of the heads of stored articles, see ``Store.articles``."""
    of = f"articles {filter!r}"
    if not _can_be_stored(filter.outlet, filter.text):
        return Page(items=())
    query = articles_query(filter, dialect=connection.dialect.name, cursor=cursor, limit=limit)
    rows = connection.execute(query).mappings().all()
    return _page([head_of(row) for row in rows], limit, [(row["number"],) for row in rows], of)


def articles_query(filter: ArticleFilter, *, dialect: str, cursor: str | None = None, limit: int = 50) -> Select[Any]:
    """The query behind ``articles``, for the tests that ask the database how it would go about it."""
    query = select(*HEAD, article_table.c.number).limit(_one_more(limit))
    if filter.text is not None:
        query = fulltext.matching(query, article_table, filter.text, dialect=dialect, way=Way.WALKED)
        place = fulltext.place_in(article_table, dialect=dialect, way=Way.WALKED)
    else:
        place = article_table.c.number
    if filter.outlet is not None:
        query = query.where(article_table.c.outlet == filter.outlet)
    query = query.where(*_in_time(filter, article_table, place)).order_by(place)
    if cursor is not None:
        query = query.where(place > read_cursor(cursor, of=f"articles {filter!r}", like=(int,))[0])
    return query


def quotes(
    connection: Connection, filter: QuoteFilter, *, order: QuoteOrder, cursor: str | None, limit: int
) -> Page[StoredQuote]:
    """One page of the quotes for which the filter holds, see ``Store.quotes``."""
    if not findable(filter):
        # a cursor of another list is refused all the same
        quotes_query(filter, dialect=connection.dialect.name, order=order, cursor=cursor)
        return Page(items=())
    known = known_of(connection, filter, order)
    query = quotes_query(filter, dialect=connection.dialect.name, order=order, cursor=cursor, limit=limit, known=known)
    rows: Sequence[RowMapping]
    if known.lexemes is not None and _is_walked(filter, order):
        walk = _walk(filter, order, cursor)
        rows = stretches.found(connection, query, walk, newest=order is QuoteOrder.NEWEST, wanted=_one_more(limit))
    else:
        rows = connection.execute(query).mappings().all()
    keys: list[Key] = [_key_of(row, order) for row in rows]
    return _page(stored_quotes(connection, rows), limit, keys, _named(filter, order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was looked up to choose a way to the quotes that hold some words.

    ``speakers``: the ids that are meant, None where they are too many or none is asked for. ``common``: whether many
    quotes of a SQLite database hold the words. ``lexemes``: the words as PostgreSQL's index of quotes has them.
    """

    speakers: tuple[str, ...] | None = None
    common: bool = False
    lexemes: Lexemes | None = None


NOTHING_KNOWN = Known()


def known_of(connection: Connection, filter: QuoteFilter, order: QuoteOrder = QuoteOrder.NEWEST) -> Known:
    """What ``quotes_query`` should know beforehand; nothing where no words are asked for."""
    if filter.text is None:
        return NOTHING_KNOWN
    speakers = speakers_meant(connection, filter.speaker, most=SPEAKERS_TAGGED) if filter.speaker else None
    if connection.dialect.name == "postgresql":
        return Known(speakers=speakers, lexemes=Lexemes.of(connection, filter.text))
    common = not _by_place(order) and fulltext.are_common(connection, filter.text, many=COMMON)
    return Known(speakers=speakers, common=common)


def findable(filter: QuoteFilter) -> bool:
    """Whether a quote can be stored for which the filter holds: a database takes neither NUL nor half a pair."""
    strings = (value for value in astuple(filter) if isinstance(value, str) and value is not filter.text)
    return _can_be_stored(*strings, (filter.text or "").replace("\x00", " "))


def quotes_query(
    filter: QuoteFilter,
    *,
    dialect: str,
    order: QuoteOrder = QuoteOrder.NEWEST,
    cursor: str | None = None,
    limit: int = 50,
    known: Known = NOTHING_KNOWN,
) -> Select[Any]:
    """The query behind ``quotes``, for the tests that ask the database how it would go about it."""
    table = quote_table.c
    by_place = _by_place(order)
    place: ColumnElement[Any] = table.number
    query = select(*QUOTE)
    if filter.text is not None:
        way = _way(filter, known, by_place=by_place)
        tags = Tags(speakers=known.speakers, outlet=filter.outlet, cue=filter.cue)
        query = fulltext.matching(
            query, quote_table, filter.text, dialect=dialect, way=way, tags=tags, lexemes=known.lexemes
        )
        place = fulltext.place_in(quote_table, dialect=dialect, way=way)
    query = query.where(*_conditions(filter, known), *_in_time(filter, quote_table, place)).limit(_one_more(limit))
    if cursor is not None:
        like = (int,) if by_place else (float, int)
        query = query.where(_behind(place, order, read_cursor(cursor, of=_named(filter, order), like=like)))
    query = query.order_by(*_ordering(place, order))
    if by_place and filter.speaker is not None and filter.text is None:
        # several speakers' quotes have to be sorted: their places first, in the index, then one page of rows. So also
        # for an id, behind which another may stand, whose number of quotes the planner cannot know.
        places = query.with_only_columns(table.number)
        return select(*QUOTE).where(table.number.in_(places)).order_by(*_ordering(table.number, order))
    return query


def _way(filter: QuoteFilter, known: Known, *, by_place: bool) -> Way:
    """How SQLite gets to the quotes that hold the words."""
    if filter.article is not None:
        return Way.ASKED
    if by_place:
        return Way.WALKED
    return Way.ASKED if known.common else Way.GATHERED


def _is_walked(filter: QuoteFilter, order: QuoteOrder) -> bool:
    """Whether PostgreSQL looks for words stretch by stretch; a speaker or an article has too few quotes for that."""
    return _by_place(order) and filter.article is None and filter.speaker is None


def _walk(filter: QuoteFilter, order: QuoteOrder, cursor: str | None) -> Select[Any]:
    """The places of a list, as far as one index has them in order: of one filter, the one that likely leaves least."""
    table = quote_table.c
    query = select(table.number).order_by(*_ordering(table.number, order))
    for column, value in (
        (table.outlet, filter.outlet),
        (table.cue_lemma, filter.cue),
        (table.polarity, filter.polarity and filter.polarity.value),
        (table.type, filter.type and filter.type.value),
    ):
        if value is not None:
            query = query.where(column == value)
            break
    query = query.where(*_between(filter, table.number))
    if cursor is not None:
        query = query.where(_behind(table.number, order, read_cursor(cursor, of=_named(filter, order), like=(int,))))
    return query


def article_quotes(connection: Connection, id: str, *, with_rejected: bool) -> tuple[StoredQuote, ...]:
    """The quotes of one article in text order. Raises NotFound."""
    query = _ALL_OF_ARTICLE if with_rejected else _OF_ARTICLE
    rows = connection.execute(query, {"article": id}).mappings().all() if is_storable(id) else ()
    if not rows:
        # none because the article has none, or because there is none
        article(connection, id)
    return tuple(stored_quotes(connection, rows))


def speakers(connection: Connection, *, text: str | None, cursor: str | None, limit: int) -> Page[SpeakerEntry]:
    """One page of who is quoted, see ``Store.speakers``."""
    table = speaker_table.c
    of = f"speakers {text!r}"
    query = select(speaker_table).where(table.quote_count > 0)
    query = query.order_by(table.quote_count.desc(), table.name, table.id).limit(_one_more(limit))
    if text is not None:
        query = query.where(is_speaker(table.id, text))
    if cursor is not None:
        count, name, id = read_cursor(cursor, of=of, like=(int, str, str))
        # the first condition lets the index start where the page does
        query = query.where(
            table.quote_count <= count, (table.quote_count < count) | (tuple_(table.name, table.id) > tuple_(name, id))
        )
    if not _can_be_stored(text):
        return Page(items=())
    rows = connection.execute(query).mappings().all()
    keys: list[Key] = [(row["quote_count"], row["name"], row["id"]) for row in rows]
    return _page(speaker_entries(connection, rows), limit, keys, of)


def speaker(connection: Connection, id: str) -> SpeakerEntry:
    """One speaker, see ``Store.speaker``. Raises NotFound."""
    rows: Sequence[RowMapping] = ()
    if is_storable(id):
        query = select(speaker_table).where(speaker_table.c.id == merged_into(connection, id))
        rows = connection.execute(query).mappings().all()
    if not rows:
        raise NotFound("speaker", id)
    return speaker_entries(connection, rows)[0]


def _conditions(filter: QuoteFilter, known: Known) -> Iterable[ColumnElement[bool]]:
    table = quote_table.c
    for column, value in (
        (table.outlet, filter.outlet),
        (table.article_id, filter.article),
        (table.type, filter.type and filter.type.value),
        (table.polarity, filter.polarity and filter.polarity.value),
        (table.cue_lemma, filter.cue),
        (table.review, filter.review and filter.review.value),
    ):
        if value is not None:
            yield column == value
    if filter.speaker is not None:
        meant = known.speakers
        yield is_speaker(table.speaker_id, filter.speaker) if meant is None else table.speaker_id.in_(meant)
    if filter.min_confidence is not None:
        yield table.confidence >= filter.min_confidence
    if filter.reviewed is not None:
        yield table.review.is_not(None) if filter.reviewed else table.review.is_(None)
    elif filter.review is None:
        yield not_rejected()


def _in_time(
    filter: QuoteFilter | ArticleFilter, table: Table, place: ColumnElement[Any]
) -> Iterable[ColumnElement[bool]]:
    # the place is what an index can start and end at; it is exact to a second only
    yield from _between(filter, place)
    if filter.since is not None:
        yield table.c.recency <= recency(filter.since)
    if filter.until is not None:
        yield table.c.recency >= recency(filter.until)


def _between(filter: QuoteFilter | ArticleFilter, place: ColumnElement[Any]) -> Iterable[ColumnElement[bool]]:
    # places run against time
    if filter.since is not None:
        yield place < places_of(recency(filter.since))[1]
    if filter.until is not None:
        yield place >= places_of(recency(filter.until))[0]
        if filter.since is None:
            yield place < UNDATED_FROM


def _by_place(order: QuoteOrder) -> bool:
    return order in (QuoteOrder.NEWEST, QuoteOrder.OLDEST)


def _ordering(place: ColumnElement[Any], order: QuoteOrder) -> tuple[ColumnElement[Any], ...]:
    confidence = quote_table.c.confidence
    return {
        QuoteOrder.NEWEST: (place,),
        QuoteOrder.OLDEST: (place.desc(),),
        QuoteOrder.MOST_CONFIDENT: (confidence.desc(), place.desc()),
        QuoteOrder.LEAST_CONFIDENT: (confidence, place),
    }[order]


def _behind(place: ColumnElement[Any], order: QuoteOrder, key: Key) -> ColumnElement[bool]:
    confidence = quote_table.c.confidence
    if order is QuoteOrder.NEWEST:
        return place > key[0]
    if order is QuoteOrder.OLDEST:
        return place < key[0]
    if order is QuoteOrder.MOST_CONFIDENT:
        return tuple_(confidence, place) < tuple_(*key)
    return tuple_(confidence, place) > tuple_(*key)


def _key_of(row: RowMapping, order: QuoteOrder) -> Key:
    return (row["number"],) if _by_place(order) else (float(row["confidence"]), row["number"])


def _one_more(limit: int) -> int:
    """One row beyond the page tells whether there is a next one."""
    if limit < 1:
        raise ValueError(f"a page holds at least one item: got a limit of {limit}")
    return limit + 1


def _can_be_stored(*wanted: str | None) -> bool:
    """Whether a list for these strings can have items at all."""
    return all(is_storable(text) for text in wanted)


def _page(items: Sequence[T], limit: int, keys: Sequence[Key], of: str) -> Page[T]:
    if len(items) <= limit:
        return Page(items=tuple(items))
    return Page(items=tuple(items[:limit]), next_cursor=write_cursor(keys[limit - 1], of=of))


def _named(filter: QuoteFilter, order: QuoteOrder) -> str:
    return f"quotes {order.value} {filter!r}"
