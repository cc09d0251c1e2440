"""The tables, as the newest migration leaves them; a test compares the two.

::

    articles ──< article_speakers >── speakers ──< speaker_names
        ├──────< quotes >───────────────┘
        └──────< quote_states                        api_keys    idempotency_keys

An article's rows hold what one article says; ``speakers`` and ``speaker_names`` sum up, over all articles, the rows of
``article_speakers`` that bear the same speaker id. ``quotes`` holds what is held true now, a person's corrections
included; ``quote_states`` what each quote was, from its first change on.

Full text belongs to the dialect and is made by the migrations: in SQLite the tables ``quote_search`` and
``article_search``, which triggers keep to the letter, in PostgreSQL columns ``search`` that the database computes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The recency of what has no publication time: after everything that has one.
UNDATED = 2**63 - 1


def recency(published_at: datetime | None) -> int:
    """Minus the microseconds from 1970 to ``published_at``; ``UNDATED`` for None.

    Ascending recency is newest first with the undated at the end, so that one plain index walk gives a page, in every
    database. Raises ValueError for a time without a zone.

    >>> recency(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    -1000000
    """
    if published_at is None:
        return UNDATED
    return -((zoned(published_at) - EPOCH) // timedelta(microseconds=1))


def published(recency: int) -> datetime | None:
    """The publication time that has this recency, in UTC."""
    return None if recency == UNDATED else EPOCH - timedelta(microseconds=recency)


def zoned(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a time without a zone, or outside the years 1 to 9999 in UTC."""
    if moment.utcoffset() is None:
        raise ValueError(
            f"a time needs its zone to be stored: got {moment.isoformat()}; give it an offset such as +00:00"
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"got the time {moment.isoformat()}, which in UTC is outside the years 1 to 9999") from error


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with microseconds: written in UTC, read with its zone, also where the database keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """To UTC. Raises ValueError for a time without a zone."""
        return None if value is None else zoned(value)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """From UTC, with the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# An integer of 64 bits; SQLite keeps a table in the order of a key that is called INTEGER.
BigKey = BigInteger().with_variant(Integer, "sqlite")
# Ids and names are sorted by code point in every database, so that a cursor means the same everywhere.
Sorted = Text().with_variant(Text(collation="C"), "postgresql")
Json = JSON(none_as_null=True)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

articles = Table(
    "articles",
    metadata,
    Column("id", Sorted, primary_key=True),
    # digest of text, outlet and URL: what makes two articles the same
    Column("content_key", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("title", Text),
    Column("url", Text),
    Column("outlet", Text),
    Column("published_at", UtcDateTime),
    Column("recency", BigInteger, nullable=False),
    Column("language", Text, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("paragraphs", Integer, nullable=False),
    Column("quote_count", Integer, nullable=False),
    Column("model_name", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("model_stanza", Text, nullable=False),
    # [{"code", "message", "span": [start, end] or null}]
    Column("warnings", Json, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    # the place in lists, see places
    Column("number", BigInteger, nullable=False, unique=True),
    # what was looked for, a model.Scope
    Column("scope", Text, nullable=False, server_default="speech"),
    # last, so that reading a head never walks through the text
    Column("text", Text, nullable=False),
    Index(None, "outlet", "number"),
    Index(None, "model_name", "model_version", "id"),
)

speakers = Table(
    "speakers",
    metadata,
    Column("id", Text, primary_key=True),
    # name and role as the last published article with this speaker gives them
    Column("name", Sorted, nullable=False),
    Column("kind", Text, nullable=False),
    Column("role", Text),
    Column("quote_count", Integer, nullable=False),
    Column("article_count", Integer, nullable=False),
    Column("first_quoted", UtcDateTime),
    Column("last_quoted", UtcDateTime),
)
Index(None, speakers.c.quote_count.desc(), speakers.c.name, speakers.c.id)

speaker_names = Table(
    "speaker_names",
    metadata,
    Column("speaker_id", ForeignKey("speakers.id", ondelete="CASCADE"), primary_key=True),
    # a name or an alias as articles write it, and one row for each of its words, folded by names.words_of
    Column("name", Text, primary_key=True),
    Column("word", Text, primary_key=True),
    Index(None, "word", "speaker_id", "name"),
)

article_speakers = Table(
    "article_speakers",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    # place in Extraction.speakers, from 0
    Column("ordinal", Integer, primary_key=True),
    Column("speaker_id", ForeignKey("speakers.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text),
    Column("aliases", Json, nullable=False),
    # the article's, copied for the indices
    Column("outlet", Text),
    Column("recency", BigInteger, nullable=False),
    # quotes of the article that have this speaker, without the rejected ones
    Column("quote_count", Integer, nullable=False, server_default="0"),
    # id in the operator's names file
    Column("reference", Text),
    # why the article's speaker is held to be this one, see identities
    Column("grounds", Json),
    Index(None, "speaker_id", "recency", "article_id"),
    Index(None, "speaker_id", "outlet"),
)

# few have one; a list of speakers asks for each one's newest
Index(
    None,
    article_speakers.c.speaker_id,
    article_speakers.c.recency,
    article_speakers.c.article_id,
    article_speakers.c.reference,
    sqlite_where=article_speakers.c.reference.is_not(None),
    postgresql_where=article_speakers.c.reference.is_not(None),
)

quotes = Table(
    "quotes",
    metadata,
    # The place in lists, see places. What names a quote is (article_id, id): two outlets can print one text.
    Column("number", BigKey, primary_key=True, autoincrement=False),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("id", Text, nullable=False),
    # place in Extraction.quotes, from 0
    Column("ordinal", Integer, nullable=False),
    # the article's, copied for the indices
    Column("recency", BigInteger, nullable=False),
    Column("outlet", Text),
    Column("speaker_id", ForeignKey("speakers.id")),
    Column("speaker_ordinal", Integer),
    Column("type", Text, nullable=False),
    Column("polarity", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("cue_lemma", Text),
    Column("text", Text, nullable=False),
    # spans are [start, end]; where there are several, a list of them
    Column("spans", Json, nullable=False),
    Column("cue_spans", Json),
    Column("mention", Json),  # [start, end, form]
    Column("addressee", Json),
    Column("venue", Json),
    Column("time", Json),
    Column("inside_id", Text),
    Column("inside_ordinal", Integer),
    Column("pattern", Text, nullable=False),
    Column("paragraph", Integer, nullable=False),
    Column("sentence", Integer, nullable=False),
    Column("attribution_evidence", Json, nullable=False),
    Column("evidence", Json, nullable=False),
    # counts the quote's states from 1
    Column("version", Integer, nullable=False, server_default="1"),
    # a person's last word on it, a model.Review
    Column("review", Text),
    UniqueConstraint("article_id", "id"),
    UniqueConstraint("article_id", "ordinal"),
    ForeignKeyConstraint(
        ["article_id", "speaker_ordinal"], ["article_speakers.article_id", "article_speakers.ordinal"]
    ),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
    # Each filter has an index that is also in the order of the list: a page is read without a sort. Confidence stands
    # in the plain one, so that quotes below a bound are passed over without being fetched.
    Index(None, "number", "confidence"),
    Index(None, "confidence", "number"),
    # with the review, so that the quotes of many speakers of one name are sorted before any is fetched
    Index(None, "speaker_id", "number", "review"),
    Index(None, "outlet", "number"),
    Index(None, "cue_lemma", "number"),
    Index(None, "type", "number"),
    Index(None, "polarity", "number"),
    Index(None, "id"),
)
# what people have looked at, which is little of all
Index(
    None,
    quotes.c.number,
    quotes.c.review,
    sqlite_where=quotes.c.review.is_not(None),
    postgresql_where=quotes.c.review.is_not(None),
)

quote_states = Table(
    "quote_states",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    # no reference: a quote that a newer model finds no more has a history all the same
    Column("quote_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    # the person whose word it is; else the model, by name and version
    Column("by", Text),
    Column("reason", Text),
    Column("model", Text),
    Column("review", Text),
    # the quote, see states; null where it is gone
    Column("state", Json),
    Index(None, "quote_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # SHA-256 of the secret, which is random and long, so that no slower digest is needed
    Column("digest", Text, nullable=False, unique=True),
    Column("scopes", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    # the id of the API key, "" without one
    Column("owner", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    # null while the first request is not answered
    Column("status", Integer),
    Column("reference", Text),
    Index(None, "begun_at"),
)
