"""One speaker counted: how often in each period; and the words, with everybody else's to compare."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, func, literal_column, select

from service.audit import Period, fitting, start_of
from service.errors import NotFound
from service.facets import Moments, SpeakerArticle, SpeakerTexts, Timeline
from service.store.auditing import day_of
from service.store.identity_changes import found
from service.store.reading import not_rejected
from service.store.records import is_storable
from service.store.tables import article_speakers, articles, quotes

#: Quotes whose words are counted at most, on either side.
TEXTS = 1_000
# so many periods are few
_FEW = 60


def timeline(connection: Connection, id: str, period: Period | None) -> Timeline:
    """How often in each period, see ``Store.speaker_timeline``."""
    table = article_speakers.c
    day = day_of(article_speakers)
    query = select(
        day.label("day"),
        func.count(table.article_id.distinct()).label("articles"),
        func.sum(table.quote_count).label("said"),
    ).where(table.speaker_id == _held(connection, id), table.quote_count > 0)
    days = [(row.day, row.articles, int(row.said)) for row in connection.execute(query.group_by(literal_column("day")))]
    dated = [date.fromordinal(number) for number, _, _ in days if number > 0]
    length = period or (fitting(min(dated), max(dated), most=_FEW) if dated else Period.DAY)
    sums: dict[date | None, tuple[int, int]] = {}
    for number, appeared, said in days:
        start = start_of(date.fromordinal(number), length) if number > 0 else None
        before = sums.get(start, (0, 0))
        sums[start] = (before[0] + appeared, before[1] + said)
    ordered = sorted(sums.items(), key=lambda item: (item[0] is None, item[0] or date.max))
    return Timeline(
        period=length,
        moments=tuple(Moments(start=start, articles=appeared, quotes=said) for start, (appeared, said) in ordered),
    )


def texts(connection: Connection, id: str, *, limit: int) -> SpeakerTexts:
    """The speaker's words and the others', see ``Store.speaker_texts``."""
    id = _held(connection, id)
    table = quotes.c
    query = select(table.text).where(not_rejected()).order_by(table.number).limit(limit)
    others = query.where(table.speaker_id.is_distinct_from(id))
    return SpeakerTexts(
        own=tuple(connection.scalars(query.where(table.speaker_id == id))), others=tuple(connection.scalars(others))
    )


def articles_of(connection: Connection, id: str, *, limit: int) -> tuple[SpeakerArticle, ...]:
    """The newest articles that quote a speaker, see ``Store.speaker_articles``."""
    table = article_speakers.c
    query = (
        select(table.article_id, table.name, table.aliases, table.quote_count, table.grounds, table.recency)
        .add_columns(articles.c.title, articles.c.outlet, articles.c.published_at)
        .join(articles, articles.c.id == table.article_id)
        .where(table.speaker_id == _held(connection, id))
        .order_by(table.recency, table.article_id, table.ordinal)
        .limit(limit)
    )
    found: dict[str, SpeakerArticle] = {}
    for row in connection.execute(query):
        # one article can have two names for one speaker that only the register, or a person, joined
        before = found.get(row.article_id)
        names = (*(before.names if before else ()), row.name, *row.aliases)
        found[row.article_id] = SpeakerArticle(
            article=row.article_id,
            title=row.title,
            outlet=row.outlet,
            published_at=row.published_at,
            names=tuple(dict.fromkeys(names)),
            quotes=row.quote_count + (before.quotes if before else 0),
            grounds=tuple(dict.fromkeys((*(before.grounds if before else ()), *(row.grounds or ())))),
        )
    return tuple(found.values())


def _held(connection: Connection, id: str) -> str:
    if not is_storable(id):
        raise NotFound("speaker", id)
    return found(connection, id)
