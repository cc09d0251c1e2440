"""The tables of bulk jobs.

::

    jobs ──< job_parts      lines that are to be read; a part that was gone through is deleted
      └────< job_faults     why lines gave no article
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from service.store.tables import Sorted, UtcDateTime, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", Sorted, primary_key=True),
    # a bulk.JobState, or "receiving" while its parts are being written
    Column("state", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("by", Text),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("message", Text),
    Index(None, "created_at", "id"),
    Index(None, "state", "created_at"),
)

job_parts = Table(
    "job_parts",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    # from 0
    Column("number", Integer, primary_key=True, autoincrement=False),
    # of its lines
    Column("done", Integer, nullable=False, server_default="0"),
    # how often it was taken since its last progress
    Column("attempts", Integer, nullable=False, server_default="0"),
    # when its id was put into the queue; null: it is not in it
    Column("queued_at", UtcDateTime),
    # the worker that has it, and until when; null: nobody
    Column("owner", Text),
    Column("leased_until", UtcDateTime),
    # a line each: its number in the job, a tab, what it holds; last, so that looking for parts never walks through it
    Column("lines", Text, nullable=False),
    Index(None, "leased_until"),
)

job_faults = Table(
    "job_faults",
    metadata,
    Column("job_id", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    # of several in one line, from 0
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("pointer", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
