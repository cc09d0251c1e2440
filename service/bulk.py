"""Bulk jobs: many articles handed over at once, and read by whichever worker is free.

A job is cut into parts of some articles. A worker takes a part by a lease, which says until when it is its own, and
renews it while it lives; a part whose lease ran out belongs to the next worker that comes. What a worker found is
stored together with the part's progress, in one transaction, so that a worker may end at any moment: nothing is lost,
and nothing is counted twice.

>>> JobState.RUNNING.ended, JobState.CANCELLED.ended
(False, True)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.model import Extraction, Scope


class JobState(StrEnum):
    """``queued``: nobody has begun. ``done``: every line was gone through, whatever became of it. ``cancelled``: a
    person stopped it. ``failed``: it cannot go on, by a fault that is no article's. The last two can be resumed.
    """  # fmt: skip

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether nothing goes on any more."""
        return self in (JobState.DONE, JobState.CANCELLED, JobState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFault:
    """Why a line gave no article: ``line`` counts from 1, ``pointer`` is a JSON pointer into the line's object."""

    line: int
    pointer: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it stands.

    ``total`` lines were handed over that hold something; of these ``done`` were gone through: ``stored``, ``known``
    (stored before) or ``failed``. ``by`` is the name of the API key, None: it came without one. ``message`` says why a
    failed job cannot go on. ``faults`` are those of the first lines that failed.
    """

    id: str
    state: JobState
    scope: Scope
    by: str | None
    total: int
    done: int
    stored: int
    known: int
    failed: int
    created_at: datetime
    started_at: datetime | None
    updated_at: datetime
    ended_at: datetime | None
    message: str | None = None
    faults: tuple[LineFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartId:
    """All that the queue holds of a part: its job's id and its number in it, from 0."""

    job: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """Lines to be read by one worker: their numbers in the job, from 1, and what they hold."""

    lines: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A part in a worker's hands.

    ``owner`` names the worker. ``done`` of ``lines`` were gone through before. ``attempts`` counts, from 1, how often
    the part was taken since its last progress.
    """

    part: PartId
    owner: str
    scope: Scope
    lines: tuple[tuple[int, str], ...]
    done: int
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a line: an extraction to be stored, faults, or neither where the article was stored before."""

    line: int
    extraction: Extraction | None = None
    faults: tuple[LineFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits: jobs that nobody has begun and that go on, their articles, and when the oldest was handed over."""

    queued: int
    running: int
    articles: int
    oldest: datetime | None
