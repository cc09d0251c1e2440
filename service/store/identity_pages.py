"""A speaker's page: names, roles over time, outlets, first and last quote, and what people decided."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, distinct, func, select

from service.identities import AliasUse, OutletUse, RolePeriod, SpeakerPage
from service.model import StoredQuote
from service.store.filling import speaker_entries, stored_quotes
from service.store.identity_changes import found, history
from service.store.identity_tables import identity_merges, identity_pins
from service.store.places import UNDATED_FROM
from service.store.reading import not_rejected
from service.store.tables import UNDATED, article_speakers, published, quotes, speakers

# articles for which the grounds are given
_GROUNDS = 50


def page(connection: Connection, id: str) -> SpeakerPage:
    """The page of the speaker with this id, or of the one into whom it was merged. Raises NotFound."""
    id = found(connection, id)
    row = connection.execute(select(speakers).where(speakers.c.id == id)).mappings().one()
    [entry] = speaker_entries(connection, [row])
    changes = history(connection, id)
    merged = select(identity_merges.c.merged_id).where(identity_merges.c.into_id == id)
    pinned = connection.scalar(select(identity_pins.c.speaker_id).where(identity_pins.c.speaker_id == id).limit(1))
    return SpeakerPage(
        entry=entry,
        confirmed=pinned is not None,
        aliases=_aliases(connection, id, entry.speaker.name),
        roles=_roles(connection, id),
        outlets=_outlets(connection, id),
        first_quote=_quote(connection, id, newest=False),
        last_quote=_quote(connection, id, newest=True),
        merged_ids=tuple(connection.scalars(merged.order_by(identity_merges.c.merged_id))),
        grounds=_grounds(connection, id),
        history=changes,
    )


def _aliases(connection: Connection, id: str, name: str) -> tuple[AliasUse, ...]:
    query = select(article_speakers.c.article_id, article_speakers.c.name, article_speakers.c.aliases)
    rows = connection.execute(query.where(article_speakers.c.speaker_id == id))
    uses = {(row.article_id, used) for row in rows for used in (row.name, *row.aliases)}
    counts = Counter(used for _, used in uses if used != name)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(AliasUse(name=used, article_count=count) for used, count in ranked)


def _roles(connection: Connection, id: str) -> tuple[RolePeriod, ...]:
    """Roles that differ in capitals or in an article before them are one; shown as the newest article words it."""
    table = article_speakers.c
    query = select(table.article_id, table.role, table.recency).where(table.speaker_id == id, table.role.is_not(None))
    periods: dict[str, RolePeriod] = {}
    for row in connection.execute(query.order_by(table.recency, table.article_id)):
        at = None if row.recency == UNDATED else published(row.recency)
        key = row.role.casefold().removeprefix("the ").removeprefix("a ").removeprefix("an ")
        known = periods.get(key)
        seen = (at, known.first_seen, known.last_seen) if known else (at,)
        dates = [moment for moment in seen if moment is not None]
        periods[key] = RolePeriod(
            role=known.role if known else row.role,
            article_count=1 + (known.article_count if known else 0),
            first_seen=min(dates, default=None),
            last_seen=max(dates, default=None),
        )
    return tuple(periods.values())


def _outlets(connection: Connection, id: str) -> tuple[OutletUse, ...]:
    table = article_speakers.c
    articles = func.count(distinct(table.article_id)).label("articles")
    query = select(table.outlet, articles, func.sum(table.quote_count).label("said"))
    rows = connection.execute(query.where(table.speaker_id == id, table.quote_count > 0).group_by(table.outlet))
    uses = (OutletUse(outlet=r.outlet, article_count=r.articles, quote_count=r.said) for r in rows)
    return tuple(sorted(uses, key=lambda use: (-use.article_count, -use.quote_count, use.outlet or "")))


def _quote(connection: Connection, id: str, *, newest: bool) -> StoredQuote | None:
    """By the place in lists, which is newest first with the undated at the end."""
    table = quotes.c
    said = select(quotes).where(table.speaker_id == id, not_rejected())
    for query in (said.where(table.number < UNDATED_FROM), said):
        row = (
            connection.execute(query.order_by(table.number if newest else table.number.desc()).limit(1))
            .mappings()
            .first()
        )
        if row is not None:
            return stored_quotes(connection, [row])[0]
    return None


def _grounds(connection: Connection, id: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    table = article_speakers.c
    query = select(table.article_id, table.grounds).where(table.speaker_id == id, table.grounds.is_not(None))
    rows = connection.execute(query.order_by(table.recency, table.article_id, table.ordinal).limit(_GROUNDS))
    return tuple((row.article_id, tuple(row.grounds)) for row in rows)
