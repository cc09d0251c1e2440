"""A person's word on a quote: taken, written into the history, and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy import delete as deleting

from service.errors import BadCorrection, NotFound, Stale
from service.model import SPANS_JOINED_BY, Review, Span, Speaker, SpeakerKind, StoredQuote
from service.review import KEEP, Correction
from service.store import states
from service.store.engine import Database
from service.store.filling import stored_quotes
from service.store.identities import merged_into
from service.store.names import words_of
from service.store.naming import is_speaker_id
from service.store.reading import not_rejected
from service.store.records import Values, is_storable, names_of, registered_speaker, speaker_of, unquoted
from service.store.tables import article_speakers, articles, quotes, speaker_names, speakers
from service.store.writing import forget, insert_new, insert_rows, sum_up

LONGEST_NAME = 300
LONGEST_REASON = 2000


def correct(
    database: Database, id: str, correction: Correction, *, version: int | None, article: str | None
) -> StoredQuote:
    """Take a person's word, see ``Store.correct``."""
    _check(correction)
    with database.writing() as connection:
        row = states.find(connection, id, article)
        [stored] = stored_quotes(connection, [row])
        if version is not None and version != stored.version:
            raise Stale(id, expected=version, current=stored.version)
        if correction.restore is None:
            changes = _changes(connection, stored, correction)
            differs = any(row[name] != value for name, value in changes.items())
            review: Review | None = _review(stored.review, correction, differs=differs)
        else:
            changes, review = _restored(connection, stored, correction.restore)
            differs = any(row[name] != value for name, value in changes.items())
        if not differs and review is stored.review:
            return stored
        states.keep_first(connection, stored)
        connection.execute(
            update(quotes)
            .where(quotes.c.number == row["number"])
            .values(**changes, review=review.value if review else None, version=stored.version + 1)
        )
        if "spans" in changes:
            _sort(connection, stored.article.id)
        _count(connection, stored.article.id, [stored.quote.speaker, changes.get("speaker_id")])
        now = states.quote(connection, id, stored.article.id)
        states.write(
            connection,
            stored.article.id,
            now.quote,
            version=now.version,
            at=datetime.now(UTC),
            by=correction.by,
            reason=correction.reason,
            review=review,
        )
        return now


def _check(correction: Correction) -> None:
    """Raises BadCorrection for what no quote could take."""
    if correction.restore is not None:
        if correction.changes_content or correction.status is not None:
            raise BadCorrection("what is restored says everything: leave out speaker, spans, type and status")
    elif not correction.changes_content and correction.status is None:
        raise BadCorrection("the correction says nothing; give a speaker, spans, a type or a status")
    if correction.status is Review.CORRECTED:
        raise BadCorrection("the status says 'corrected'; allowed are confirmed and rejected", field="status")
    if correction.status is Review.REJECTED and correction.changes_content:
        raise BadCorrection("a rejected quote is none: leave out speaker, spans and type", field="status")
    if not correction.by.strip() or not is_storable(correction.by):
        raise BadCorrection("it is not said who corrects", field="by")
    reason = correction.reason
    if reason is not None and (len(reason) > LONGEST_REASON or not is_storable(reason)):
        raise BadCorrection(f"the reason must be text of at most {LONGEST_REASON:,} characters", field="reason")


def _review(before: Review | None, correction: Correction, *, differs: bool) -> Review:
    if correction.status is Review.REJECTED:
        return Review.REJECTED
    if differs:
        return Review.CORRECTED
    # what was said again is confirmed; what a person had put right stays so
    return Review.CORRECTED if before is Review.CORRECTED else Review.CONFIRMED


def _changes(connection: Connection, stored: StoredQuote, correction: Correction) -> Values:
    changes: Values = {}
    if correction.type is not None:
        changes["type"] = correction.type.value
    if correction.spans is not None:
        spans = _checked(correction.spans, stored.article_text)
        changes["spans"] = [[span.start, span.end] for span in spans]
        changes["text"] = SPANS_JOINED_BY.join(span.of(stored.article_text) for span in spans)
    if correction.speaker is None:
        changes |= {"speaker_id": None, "speaker_ordinal": None}
    elif correction.speaker is not KEEP:
        speaker, ordinal = _speaker(connection, stored.article.id, correction.speaker)
        if ordinal is None:
            ordinal = _add_speaker(connection, stored, speaker)
        changes |= {"speaker_id": speaker.id, "speaker_ordinal": ordinal}
    return changes


def _restored(connection: Connection, stored: StoredQuote, version: int) -> tuple[Values, Review | None]:
    """The speaker, spans and type of an earlier state, and what was said of it."""
    known = {state.version: state for state in states.history(connection, stored.quote.id, stored.article.id)}
    state = known.get(version)
    if state is None or state.quote is None:
        versions = ", ".join(str(each.version) for each in known.values() if each.quote is not None)
        raise BadCorrection(f"got version {version}; the history has {versions}", field="restore")
    quote = state.quote
    changes: Values = {
        "type": quote.attribution.type.value,
        "spans": [[span.start, span.end] for span in quote.attribution.spans],
        "text": quote.text,
        "speaker_id": None,
        "speaker_ordinal": None,
    }
    if quote.speaker is not None:
        speaker, ordinal = _as_before(connection, stored, quote.speaker)
        changes |= {"speaker_id": speaker.id, "speaker_ordinal": ordinal}
    return changes, state.review


def _as_before(connection: Connection, stored: StoredQuote, speaker: Speaker) -> tuple[Speaker, int]:
    """A speaker of an earlier state, who is made one of the article's again where they are none any more."""
    for here, ordinal in _speakers_here(connection, stored.article.id):
        if (here.name, here.kind) == (speaker.name, speaker.kind):
            return here, ordinal
    back = replace(speaker, identity=merged_into(connection, speaker.id))
    return back, _add_speaker(connection, stored, back)


def _checked(spans: Sequence[Span], text: str) -> Sequence[Span]:
    if not spans:
        raise BadCorrection("got no span; a quote has at least one", field="spans")
    if any(a.end > b.start for a, b in pairwise(spans)):
        raise BadCorrection("the spans must be in text order and not overlap", field="spans")
    if spans[-1].end > len(text):
        raise BadCorrection(
            f"the spans must lie in the article, which has {len(text):,} characters; got an end of {spans[-1].end:,}",
            field="spans",
        )
    return spans


def _speaker(connection: Connection, article_id: str, wanted: str) -> tuple[Speaker, int | None]:
    """Who is meant, with the place among the article's speakers where they are one of them."""
    if not wanted.strip() or len(wanted) > LONGEST_NAME or not is_storable(wanted):
        raise BadCorrection(f"a speaker is an id, or a name of 1 to {LONGEST_NAME} characters", field="speaker")
    here = _speakers_here(connection, article_id)
    if is_speaker_id(wanted):
        for speaker, ordinal in here:
            if speaker.id == wanted:
                return speaker, ordinal
        return _known(connection, wanted), None
    name = " ".join(wanted.split())
    words = words_of(name)
    for names in (lambda s: (s.name,), lambda s: s.aliases):
        named = [(s, ordinal) for s, ordinal in here if any(n == name or words_of(n) == words != () for n in names(s))]
        if len({speaker.id for speaker, _ in named}) == 1:
            return named[0]
        if named:
            raise _ambiguous(name, [speaker.id for speaker, _ in named])
    ids = _ids_named(connection, name)
    if len(ids) > 1:
        raise _ambiguous(name, ids)
    return (_known(connection, ids[0]) if ids else Speaker(name=name, kind=SpeakerKind.UNKNOWN)), None


def _speakers_here(connection: Connection, article_id: str) -> list[tuple[Speaker, int]]:
    """The article's speakers, each with the place among them."""
    query = (
        select(article_speakers, speakers.c.kind)
        .join(speakers, speakers.c.id == article_speakers.c.speaker_id)
        .where(article_speakers.c.article_id == article_id)
        .order_by(article_speakers.c.ordinal)
    )
    rows = connection.execute(query).mappings()
    return [(speaker_of(row, SpeakerKind(row["kind"])), row["ordinal"]) for row in rows]


def _ids_named(connection: Connection, name: str) -> list[str]:
    """The speakers of other articles whose main name it is."""
    words = words_of(name) or (name,)
    query = select(speaker_names.c.speaker_id).where(speaker_names.c.word == words[0]).distinct()
    found = connection.execute(select(speakers.c.id, speakers.c.name).where(speakers.c.id.in_(query)))
    return sorted(id for id, known in found if known == name or words_of(known) == words)


def _known(connection: Connection, id: str) -> Speaker:
    row = connection.execute(select(speakers).where(speakers.c.id == id)).mappings().first()
    if row is None:
        raise NotFound("speaker", id)
    return registered_speaker(row)


def _ambiguous(name: str, ids: Sequence[str]) -> BadCorrection:
    shown = ", ".join(sorted(set(ids))[:5])
    return BadCorrection(f"several speakers are called {name!r} ({shown}); give the id of one", field="speaker")


def _add_speaker(connection: Connection, stored: StoredQuote, speaker: Speaker) -> int:
    """Make somebody one of the article's speakers, the last one; the place among them."""
    here = article_speakers.c.article_id == stored.article.id
    last = connection.scalar(select(func.max(article_speakers.c.ordinal)).where(here))
    ordinal = 0 if last is None else last + 1
    insert_new(connection, speakers, [unquoted(speaker)])
    insert_new(connection, speaker_names, names_of((speaker.id, name) for name in (speaker.name, *speaker.aliases)))
    recency = connection.scalar(select(articles.c.recency).where(articles.c.id == stored.article.id))
    insert_rows(
        connection,
        article_speakers,
        [
            {
                "article_id": stored.article.id,
                "ordinal": ordinal,
                "speaker_id": speaker.id,
                "name": speaker.name,
                "role": speaker.role,
                "aliases": list(speaker.aliases),
                "outlet": stored.article.outlet,
                "recency": recency,
            }
        ],
    )
    return ordinal


def _sort(connection: Connection, article_id: str) -> None:
    """Put the article's quotes in text order again."""
    here = quotes.c.article_id == article_id
    query = select(quotes.c.number, quotes.c.ordinal, quotes.c.inside_ordinal, quotes.c.spans).where(here)
    rows = connection.execute(query.order_by(quotes.c.ordinal)).all()
    ordered = sorted(rows, key=lambda row: (row.spans, row.ordinal))
    if ordered == rows:
        return
    places = {row.ordinal: place for place, row in enumerate(ordered)}
    # out of the way first: two quotes of one place are refused, even for a moment
    above = rows[-1].ordinal + 1
    connection.execute(update(quotes).where(here).values(ordinal=quotes.c.ordinal + above))
    connection.execute(
        update(quotes).where(quotes.c.number == bindparam("place_of")),
        [
            {"place_of": row.number, "ordinal": place, "inside_ordinal": places.get(row.inside_ordinal)}
            for place, row in enumerate(ordered)
        ],
    )


def _count(connection: Connection, article_id: str, concerned: Sequence[Speaker | str | None]) -> None:
    """Count the article's quotes anew, and those of the speakers (or their ids) who won or lost one."""
    count_article(connection, article_id)
    ids = {speaker.id if isinstance(speaker, Speaker) else speaker for speaker in concerned if speaker is not None}
    quoted = select(quotes.c.speaker_ordinal).where(
        quotes.c.article_id == article_id, quotes.c.speaker_ordinal.is_not(None)
    )
    connection.execute(
        deleting(article_speakers).where(
            article_speakers.c.article_id == article_id,
            article_speakers.c.speaker_id.in_(ids),
            article_speakers.c.ordinal.not_in(quoted),
        )
    )
    forget(connection, ids)
    sum_up(connection, sorted(ids))


def count_article(connection: Connection, article_id: str) -> None:
    """Count the quotes of an article, all and by speaker, without the rejected ones."""
    mine = select(func.count()).where(quotes.c.article_id == article_id, not_rejected())
    connection.execute(update(articles).where(articles.c.id == article_id).values(quote_count=mine.scalar_subquery()))
    of_speaker = mine.where(quotes.c.speaker_ordinal == article_speakers.c.ordinal).correlate(article_speakers)
    connection.execute(
        update(article_speakers)
        .where(article_speakers.c.article_id == article_id)
        .values(quote_count=of_speaker.scalar_subquery())
    )
