"""Rows of a list made whole: quotes with their articles and speakers, speakers with their names and outlets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, bindparam, func, select

from service.model import Review, Speaker, SpeakerEntry, SpeakerKind, StoredQuote
from service.store.context import context_of
from service.store.records import head_of, quote_of, speaker_of
from service.store.tables import article_speakers, articles, speaker_names, speakers

# made once: to put a statement together takes longer than to run it
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_ARTICLES = select(articles).where(articles.c.id.in_(_IDS))
_PEOPLE = (
    select(article_speakers, speakers.c.kind)
    .join(speakers, speakers.c.id == article_speakers.c.speaker_id)
    .where(article_speakers.c.article_id.in_(_IDS))
)

# as the newest article has it that has one
_REFERENCES = select(
    speakers.c.id,
    select(article_speakers.c.reference)
    .where(article_speakers.c.speaker_id == speakers.c.id, article_speakers.c.reference.is_not(None))
    .order_by(article_speakers.c.recency, article_speakers.c.article_id)
    .limit(1)
    .correlate(speakers)
    .scalar_subquery()
    .label("reference"),
).where(speakers.c.id.in_(_IDS))


def stored_quotes(connection: Connection, rows: Sequence[RowMapping]) -> list[StoredQuote]:
    """The quotes of these rows, in their order."""
    if not rows:
        return []
    ids = [*{row["article_id"] for row in rows}]
    found = {row["id"]: (head_of(row), row["text"]) for row in connection.execute(_ARTICLES, {"ids": ids}).mappings()}
    known: dict[tuple[str, int], Speaker] = {
        (row["article_id"], row["ordinal"]): speaker_of(row, SpeakerKind(row["kind"]))
        for row in connection.execute(_PEOPLE, {"ids": ids}).mappings()
    }
    made = []
    for row in rows:
        quote = quote_of(row, known.get((row["article_id"], row["speaker_ordinal"])))
        head, text = found[row["article_id"]]
        before, after = context_of(text, quote.attribution.spans)
        made.append(
            StoredQuote(
                quote=quote,
                article=head,
                article_text=text,
                before=before,
                after=after,
                version=row["version"],
                review=Review(row["review"]) if row["review"] else None,
            )
        )
    return made


def speaker_entries(connection: Connection, rows: Sequence[RowMapping]) -> list[SpeakerEntry]:
    """The speakers of these rows, in their order."""
    ids = [row["id"] for row in rows]
    names: dict[str, set[str]] = {}
    named = select(speaker_names.c.speaker_id, speaker_names.c.name).where(speaker_names.c.speaker_id.in_(ids))
    for id, name in connection.execute(named.distinct()):
        names.setdefault(id, set()).add(name)
    outlets = _outlets(connection, ids)
    references = {row.id: row.reference for row in connection.execute(_REFERENCES, {"ids": ids})}
    return [
        SpeakerEntry(
            speaker=Speaker(
                name=row["name"],
                kind=SpeakerKind(row["kind"]),
                role=row["role"],
                aliases=tuple(sorted(names.get(row["id"], set()) - {row["name"]})),
                reference=references[row["id"]],
                identity=row["id"],
            ),
            quote_count=row["quote_count"],
            article_count=row["article_count"],
            outlets=tuple(sorted(outlets.get(row["id"], ()))),
            first_quoted=row["first_quoted"],
            last_quoted=row["last_quoted"],
        )
        for row in rows
    ]


def _outlets(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    """The outlets that quote each speaker; a speaker of thousands of articles costs no more than one of few.

    The index is not read through but asked, for each outlet, for the next one (a loose index scan).
    """
    next_one = (
        select(func.min(article_speakers.c.outlet))
        .where(article_speakers.c.speaker_id == speakers.c.id, article_speakers.c.outlet.is_not(None))
        .correlate(speakers)
        .scalar_subquery()
    )
    first = select(speakers.c.id.label("speaker_id"), next_one.label("outlet")).where(speakers.c.id.in_(ids))
    walk = first.cte("walk", recursive=True)
    following = (
        select(func.min(article_speakers.c.outlet))
        .where(article_speakers.c.speaker_id == walk.c.speaker_id, article_speakers.c.outlet > walk.c.outlet)
        .correlate(walk)
        .scalar_subquery()
    )
    walk = walk.union_all(select(walk.c.speaker_id, following).where(walk.c.outlet.is_not(None)))
    found: dict[str, list[str]] = {}
    for id, outlet in connection.execute(select(walk.c.speaker_id, walk.c.outlet).where(walk.c.outlet.is_not(None))):
        found.setdefault(id, []).append(outlet)
    return found
