"""The tables by which quotes that are alike are found; both can be made anew from the quotes.

``quote_terms`` files each quote under hashed words and shingles. ``quote_utterances`` holds the clusters: rows of one
``cluster`` are one utterance; ``place`` is the utterance's in its quote, from 0; what nothing else is like has no row.
There are no foreign keys: triggers note in ``quote_changes`` which quotes came, went or changed, whoever did it, and
the index follows before the commit.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from service.store.tables import metadata

quote_terms = Table(
    "quote_terms",
    metadata,
    Column("term", Integer, primary_key=True, autoincrement=False),
    Column("quote", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

quote_utterances = Table(
    "quote_utterances",
    metadata,
    Column("quote", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("cluster", BigInteger, nullable=False),
    Index(None, "cluster", "quote", "place"),
)

# what changed in quotes since the index was brought up to date; the old text where there was one
quote_changes = Table(
    "quote_changes",
    metadata,
    Column("number", BigInteger, nullable=False),
    Column("text", Text),
)

# how many articles and quotes were published each day, so that a verdict can say how much it rests on
stored_days = Table(
    "stored_days",
    metadata,
    # days since 1970-01-01 in UTC; the undated stand under the last number
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("articles", Integer, nullable=False),
    Column("quotes", Integer, nullable=False),
)
