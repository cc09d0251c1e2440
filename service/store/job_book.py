"""The store's methods for bulk jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from service.bulk import Backlog, Job, JobState, Lease, LineFault, NewPart, Outcome, PartId
from service.model import Article, Page, Scope
from service.store import job_parts, jobs
from service.store.engine import Database
from service.store.reading import stored_keys
from service.store.records import content_key


class JobBook:
    """Bulk jobs, and who works at which part of them. A part of ``Store``."""

    _database: Database

    def create_job(self, content: Iterable[NewPart | LineFault], *, scope: Scope, by: str | None = None) -> Job:
        """Keep lines that are to be read, and faults of those that cannot be; ``by``: the API key's name.

        The job is there for others once all of it is; where ``content`` raises, or the database, there is none.
        """
        return jobs.create(self._database, content, scope=scope, by=by)

    def job(self, id: str) -> Job:
        """A job as it stands. Raises NotFound."""
        with self._database.reading() as connection:
            return jobs.show(connection, id)

    def jobs(self, *, state: JobState | None = None, cursor: str | None = None, limit: int = 50) -> Page[Job]:
        """Jobs without their faults, newest first. Raises BadCursor."""
        with self._database.reading() as connection:
            return jobs.page(connection, state=state, cursor=cursor, limit=limit)

    def job_faults(self, id: str, *, cursor: str | None = None, limit: int = 50) -> Page[LineFault]:
        """Why lines of a job gave no article, in the order of the lines. Raises NotFound and BadCursor."""
        with self._database.reading() as connection:
            return jobs.faults(connection, id, cursor=cursor, limit=limit)

    def cancel_job(self, id: str) -> Job:
        """Stop a job; what it stored stays. One that has ended is left as it is. Raises NotFound."""
        return jobs.cancel(self._database, id)

    def resume_job(self, id: str) -> Job:
        """Let a job that was cancelled or failed go on where it stopped; others are left alone. Raises NotFound."""
        return jobs.resume(self._database, id)

    def forget_jobs(self, *, ended_before: datetime) -> int:
        """Forget jobs that ended before a time, and those whose handing over was given up; how many they were."""
        return jobs.forget(self._database, ended_before=ended_before)

    def backlog(self) -> Backlog:
        """What waits to be read."""
        with self._database.reading() as connection:
            return jobs.backlog(connection)

    def parts_to_queue(self, *, limit: int, lost_before: datetime | None = None) -> tuple[PartId, ...]:
        """Parts whose ids the caller is to put into the queue, of the oldest job first; each is given out once.

        Those that were never in it, that were given back, and whose lease ran out. ``lost_before``: also those that
        were put into it before that time and that nobody has taken, for a queue that has lost them.
        """
        return job_parts.to_queue(self._database, limit=limit, lost_before=lost_before)

    def known(self, articles: Sequence[Article]) -> tuple[bool, ...]:
        """Whether each is stored already: the same text, outlet and URL."""
        keys = [content_key(article) for article in articles]
        with self._database.reading() as connection:
            there = stored_keys(connection, keys)
        return tuple(key in there for key in keys)

    def take_part(self, part: PartId, *, owner: str, seconds: float) -> Lease | None:
        """Lend a part to a worker for some seconds; None where it is another's, was gone through, or its job ended."""
        return job_parts.take(self._database, part, owner=owner, seconds=seconds)

    def renew_lease(self, lease: Lease, *, seconds: float) -> None:
        """Keep a part for some seconds from now. Raises LeaseLost."""
        job_parts.renew(self._database, lease, seconds=seconds)

    def give_back(self, lease: Lease, *, after_seconds: float | None = None) -> None:
        """Let others have a part that is not gone through; after some seconds where taking it did not go well."""
        job_parts.give_back(self._database, lease, after_seconds=after_seconds)

    def fail_job(self, lease: Lease, message: str) -> None:
        """End the job of a part that a worker has: it cannot go on, and ``message`` says why."""
        job_parts.fail(self._database, lease, message)

    def advance(self, lease: Lease, at: int, outcomes: Sequence[Outcome], *, seconds: float) -> int:
        """Store what became of the lines from ``at`` on (an index into ``lease.lines``), and the progress with it.

        How many of the lines are gone through then; the part is kept for some seconds more. Called again because the
        answer was lost, it changes nothing. An article that cannot be stored is a fault of its line. Raises LeaseLost.
        """
        return job_parts.advance(self._database, lease, at, outcomes, seconds=seconds)
