"""An article stored again: read by a newer model, or sent once more under its id.

Where the text is the same, its quotes are not thrown away but brought up to date: what is found again keeps its id and
its place, and what a person reviewed stays as the person left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select, update
from sqlalchemy import delete as deleting

from service.errors import Conflict
from service.model import ArticleHead, Extraction, ModelInfo, Quote, Span, Speaker, StoredQuote
from service.review import Renewal
from service.store import states
from service.store.engine import Database
from service.store.filling import stored_quotes
from service.store.identities import identified, registered
from service.store.places import next_place
from service.store.reading import article as read_article
from service.store.reading import extraction as read_extraction
from service.store.reading import find, same
from service.store.records import ArticleRecord, Values, record_of
from service.store.regrouping import regroup
from service.store.reviewing import count_article
from service.store.tables import article_speakers, articles, quote_states, quotes, speaker_names, speakers
from service.store.writing import forget, insert, insert_new, insert_rows, remove

#: Two readings are of the same words where they share at least this part of the characters that either has.
LEAST_SHARED = 0.5

# a person would notice a change of these; confidence and evidence change with every model
_NOTICED = ("speaker_id", "type", "polarity", "act", "cue_lemma", "mention", "addressee", "venue", "time", "inside_id")


def replace(database: Database, extraction: Extraction) -> tuple[ArticleHead, bool]:
    """Store an article in the place of what its id named, see ``Store.replace``."""
    record = record_of(extraction, stored_at=datetime.now(UTC))
    id = record.article["id"]
    with database.writing() as connection:
        stored = same(connection, extraction.article)
        if stored is not None and stored.id != id:
            raise Conflict(
                f"the article {id!r} cannot be stored: {stored.id!r} already names the same text, outlet and URL; "
                "use that id, or delete that article first"
            )
        before = find(connection, id)
        if before is not None and before.sha256 == extraction.article.sha256:
            named = changed(extraction, article=changed(extraction.article, id=id))
            _bring_up_to_date(connection, before, named, stored_at=record.article["stored_at"])
        else:
            known = registered(connection, extraction, stored_at=record.article["stored_at"])
            abandoned = () if before is None else remove(connection, id)
            insert(connection, known)
            forget(connection, abandoned)
            forget(connection, regroup(connection, id))
        return read_article(connection, id), before is None


def renew(database: Database, extraction: Extraction) -> Renewal:
    """Put a newer model's reading in the place of the old one, see ``Store.renew``."""
    with database.writing() as connection:
        before = read_article(connection, str(extraction.article.id))
        if before.sha256 != extraction.article.sha256:
            raise Conflict(f"the article {before.id!r} has another text by now; read that one")
        # what is known of the article may have changed while it was read; the text has not
        article = changed(
            extraction.article,
            title=before.title,
            url=before.url,
            outlet=before.outlet,
            published_at=before.published_at,
            language=before.language,
        )
        return _bring_up_to_date(connection, before, changed(extraction, article=article), stored_at=before.stored_at)


def outdated(connection: Connection, model: ModelInfo) -> int:
    """How many articles are to be renewed, see ``Store.outdated``."""
    return connection.execute(select(func.count()).select_from(articles).where(_not_by(model))).scalar_one()


def next_outdated(connection: Connection, model: ModelInfo, *, after: str | None, limit: int) -> tuple[Extraction, ...]:
    """Some of them, see ``Store.next_outdated``."""
    query = select(articles.c.id).where(_not_by(model)).order_by(articles.c.id).limit(limit)
    if after is not None:
        query = query.where(articles.c.id > after)
    return tuple(read_extraction(connection, id) for id in connection.scalars(query).all())


def _not_by(model: ModelInfo) -> Any:
    return (articles.c.model_name != model.name) | (articles.c.model_version != model.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A quote as it is stored: its row, and itself."""

    row: RowMapping
    stored: StoredQuote


def _bring_up_to_date(
    connection: Connection, before: ArticleHead, extraction: Extraction, *, stored_at: datetime
) -> Renewal:
    id = before.id
    rows = connection.execute(select(quotes).where(quotes.c.article_id == id).order_by(quotes.c.ordinal)).mappings()
    listed = list(rows)
    pairs = zip(listed, stored_quotes(connection, listed), strict=True)
    known = {row["id"]: _Known(row=row, stored=stored) for row, stored in pairs}
    extraction, grounds = identified(connection, extraction)
    merged = _merge(extraction, [one.stored for one in known.values()])
    record = record_of(merged, stored_at=stored_at, grounds=grounds)
    wanted = {values["id"]: values for values in record.quotes}
    altered = {id for id, one in known.items() if id in wanted and _differ(one, wanted[id])}
    removed = known.keys() - wanted.keys()
    for quote_id in altered | removed:
        # as it was, before anything of the article changes
        states.keep_first(connection, known[quote_id].stored)
    named = article_speakers.c.article_id == id
    people = set(connection.scalars(select(article_speakers.c.speaker_id).where(named)))
    moved = _update_article(connection, record)
    base = _add_speakers(connection, record)
    connection.execute(deleting(quotes).where(quotes.c.article_id == id, quotes.c.id.in_(removed)))
    _update_quotes(connection, record, known, altered=altered, moved=moved, base=base)
    connection.execute(deleting(article_speakers).where(named, article_speakers.c.ordinal < base))
    _write_states(connection, merged, known, altered=altered, removed=removed)
    count_article(connection, id)
    forget(connection, sorted(people | {row["id"] for row in record.speakers}))
    kept = sum(one.stored.review is not None for one in known.values())
    return Renewal(
        kept=kept,
        unchanged=len(known) - kept - len(altered) - len(removed),
        changed=len(altered),
        added=len(wanted.keys() - known.keys()),
        removed=len(removed),
    )


def _merge(extraction: Extraction, stored: Sequence[StoredQuote]) -> Extraction:
    """The model's reading, with the quotes that a person reviewed in the place of what it says of the same words."""
    reviewed = {one.quote.id: one.quote for one in stored if one.review is not None}
    known = {one.quote.id for one in stored}
    # what was there beside a reviewed quote stays beside it; only what is new can be another reading of it
    found = [
        quote
        for quote in extraction.quotes
        if quote.id not in reviewed
        and (quote.id in known or not any(_same_words(quote, kept) for kept in reviewed.values()))
    ]
    ordered = sorted([*found, *reviewed.values()], key=lambda quote: quote.attribution.spans)
    places = {quote.id: place for place, quote in enumerate(ordered)}
    people = {speaker.id: speaker for speaker in extraction.speakers}
    for quote in ordered:
        if quote.speaker is not None:
            people.setdefault(quote.speaker.id, quote.speaker)
    said = {quote.speaker.id for quote in ordered if quote.speaker is not None}
    return changed(
        extraction,
        quotes=tuple(_placed(quote, places, people) for quote in ordered),
        speakers=tuple(speaker for id, speaker in people.items() if id in said or speaker in extraction.speakers),
    )


def _placed(quote: Quote, places: Mapping[str, int], people: Mapping[str, Speaker]) -> Quote:
    inside = quote.inside if quote.inside in places else None
    return changed(
        quote,
        inside=inside,
        attribution=changed(quote.attribution, inside=None if inside is None else places[inside]),
        # as the newest reading describes them
        speaker=quote.speaker and people[quote.speaker.id],
    )


def _same_words(one: Quote, other: Quote) -> bool:
    """Whether two quotes are readings of the same words by the same cue."""
    ours, theirs = one.attribution, other.attribution
    if ours.cue and theirs.cue and not any(a.overlaps(b) for a in ours.cue.spans for b in theirs.cue.spans):
        return False
    a, b = _characters(ours.spans), _characters(theirs.spans)
    return len(a & b) / len(a | b) >= LEAST_SHARED


def _characters(spans: Iterable[Span]) -> set[int]:
    return {place for span in spans for place in range(span.start, span.end)}


def _differ(one: _Known, values: Values) -> bool:
    """Whether a person would notice that the model now says something else of the quote."""
    return one.stored.review is None and any(one.row[name] != values[name] for name in _NOTICED)


def _update_article(connection: Connection, record: ArticleRecord) -> bool:
    """Write what is known of the article; whether its place in lists changed."""
    mine = articles.c.id == record.article["id"]
    recency = record.article["recency"]
    moved = bool(connection.scalar(select(articles.c.recency).where(mine)) != recency)
    values = {name: value for name, value in record.article.items() if name not in ("id", "text", "sha256")}
    if moved:
        values["number"] = next_place(connection, articles.c.number, recency, count=1)
    connection.execute(update(articles).where(mine).values(**values))
    return moved


def _add_speakers(connection: Connection, record: ArticleRecord) -> int:
    """Add the article's speakers behind those that it has, which quotes still refer to; the place of the first."""
    mine = article_speakers.c.article_id == record.article["id"]
    last = connection.scalar(select(func.max(article_speakers.c.ordinal)).where(mine))
    base = 0 if last is None else last + 1
    insert_new(connection, speakers, record.speakers)
    insert_new(connection, speaker_names, record.names)
    rows = [row | {"ordinal": row["ordinal"] + base} for row in record.article_speakers]
    insert_rows(connection, article_speakers, rows)
    return base


def _update_quotes(
    connection: Connection,
    record: ArticleRecord,
    known: Mapping[str, _Known],
    *,
    altered: Set[str],
    moved: bool,
    base: int,
) -> None:
    """Write the quotes: those that are known in their rows, the others in new ones."""
    id, recency = record.article["id"], record.article["recency"]
    rows = [_with_speaker(values, base) for values in record.quotes]
    old = [values for values in rows if values["id"] in known]
    new = [values for values in rows if values["id"] not in known]
    fresh = next_place(connection, quotes.c.number, recency, count=len(rows) if moved else len(new))
    numbers = iter(range(fresh, fresh + len(rows)))
    if old:
        above = max(len(rows), *(one.row["ordinal"] + 1 for one in known.values()))
        connection.execute(update(quotes).where(quotes.c.article_id == id).values(ordinal=quotes.c.ordinal + above))
        connection.execute(
            update(quotes).where(quotes.c.number == bindparam("known_number")),
            [
                {name: value for name, value in values.items() if name not in ("id", "article_id", "text", "spans")}
                | {
                    "known_number": known[values["id"]].row["number"],
                    "version": known[values["id"]].stored.version + (values["id"] in altered),
                }
                | ({"number": next(numbers)} if moved else {})
                for values in old
            ],
        )
    versions = _versions(connection, id, [values["id"] for values in new])
    insert_rows(
        connection,
        quotes,
        [values | {"number": next(numbers), "version": versions.get(values["id"], 0) + 1} for values in new],
    )


def _write_states(
    connection: Connection, merged: Extraction, known: Mapping[str, _Known], *, altered: Set[str], removed: Set[str]
) -> None:
    id = str(merged.article.id)
    about: dict[str, Any] = {"at": datetime.now(UTC), "model": f"{merged.model.name} {merged.model.version}"}
    found = {quote.id: quote for quote in merged.quotes}
    for quote_id in removed:
        stored = known[quote_id].stored
        states.write(connection, id, stored.quote, version=stored.version + 1, gone=True, **about)
    for quote_id in altered:
        states.write(connection, id, found[quote_id], version=known[quote_id].stored.version + 1, **about)
    added = [quote for quote in merged.quotes if quote.id not in known]
    versions = _versions(connection, id, [quote.id for quote in added])
    for quote in added:
        states.write(connection, id, quote, version=versions.get(quote.id, 0) + 1, **about)


def _versions(connection: Connection, article_id: str, ids: Sequence[str]) -> dict[str, int]:
    """The last version of each quote that has a history."""
    table = quote_states.c
    query = select(table.quote_id, func.max(table.version).label("newest")).where(
        table.article_id == article_id, table.quote_id.in_(ids)
    )
    return {row.quote_id: row.newest for row in connection.execute(query.group_by(table.quote_id))}


def _with_speaker(values: Values, base: int) -> Values:
    ordinal = values["speaker_ordinal"]
    return values if ordinal is None else values | {"speaker_ordinal": ordinal + base}
