"""The tables of what people decided about who is who; they outlast the articles that they are about.

``identity_merges`` leads an id that was merged to the one that holds. ``identity_pins`` ties a speaker of an article,
by the name that the article gives, to an identity: whatever is read anew, however often, ends there.
``identity_changes`` is the history.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from service.store.tables import Json, Sorted, UtcDateTime, metadata

identity_merges = Table(
    "identity_merges",
    metadata,
    Column("merged_id", Text, primary_key=True),
    # never itself a merged one
    Column("into_id", Text, nullable=False),
    Index(None, "into_id"),
)

identity_pins = Table(
    "identity_pins",
    metadata,
    # no foreign keys: an article that is deleted and comes again is still the one that was decided about
    Column("article_id", Sorted, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Sorted, primary_key=True),
    Column("speaker_id", Text, nullable=False),
    Index(None, "speaker_id"),
)

identity_changes = Table(
    "identity_changes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("speaker_id", Text, nullable=False),
    Column("other_id", Text, nullable=False),
    Column("other_name", Text, nullable=False),
    Column("articles", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "speaker_id", "number"),
    Index(None, "other_id", "number"),
)
