"""The parts of bulk jobs: taken by workers under a lease, stored with their progress, given back or lost.

Every change asks first whether the worker still has the part. A lease that ran out is not yet lost: only when the part
went to the queue again, or to another worker, does the first one's work come to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Update, and_, or_, select, update
from sqlalchemy import delete as deleting

from service.bulk import JobState, Lease, LineFault, Outcome, PartId
from service.errors import Conflict, LeaseLost
from service.model import Scope
from service.store import jobs
from service.store.engine import Database
from service.store.job_tables import job_parts
from service.store.job_tables import jobs as job_table
from service.store.people import People
from service.store.reading import stored_keys
from service.store.records import ArticleRecord, is_storable, record_of
from service.store.writing import insert_fresh

#: The longest that can be set is an hour.
_NO_LEASE_IS_LONGER = timedelta(hours=2)

_parts = job_parts.c
_OF_JOB = (job_table.c.scope, job_table.c.state, job_table.c.started_at)


def take(database: Database, part: PartId, *, owner: str, seconds: float) -> Lease | None:
    """Lend a part to a worker, see ``Store.take_part``."""
    now = datetime.now(UTC)
    with database.writing() as connection:
        row = connection.execute(_free(part, now)).mappings().first() if is_storable(part.job) else None
        if row is None:
            return None
        attempts = row["attempts"] + 1
        until = now + timedelta(seconds=seconds)
        connection.execute(_this(part).values(owner=owner, leased_until=until, attempts=attempts))
        if row["state"] == JobState.QUEUED.value:
            begun = {"state": JobState.RUNNING.value, "started_at": row["started_at"] or now, "updated_at": now}
            connection.execute(update(job_table).where(job_table.c.id == part.job).values(**begun))
        return Lease(
            part=part,
            owner=owner,
            scope=Scope(row["scope"]),
            lines=jobs.read(row["lines"]),
            done=row["done"],
            attempts=attempts,
        )


def renew(database: Database, lease: Lease, *, seconds: float) -> None:
    """Keep a part for longer, see ``Store.renew_lease``."""
    with database.writing() as connection:
        _held(connection, lease)
        connection.execute(_this(lease.part).values(leased_until=datetime.now(UTC) + timedelta(seconds=seconds)))


def give_back(database: Database, lease: Lease, *, after_seconds: float | None) -> None:
    """Let others have a part, see ``Store.give_back``."""
    with database.writing() as connection:
        if _row(connection, lease) is None:
            return
        if after_seconds is None:
            left = {"owner": None, "leased_until": None, "queued_at": None, "attempts": max(0, lease.attempts - 1)}
            connection.execute(_this(lease.part).values(**left))
        else:
            again = datetime.now(UTC) + timedelta(seconds=after_seconds)
            connection.execute(_this(lease.part).values(owner=None, leased_until=again))


def fail(database: Database, lease: Lease, message: str) -> None:
    """End the job of a part, see ``Store.fail_job``."""
    with database.writing() as connection:
        if _row(connection, lease) is not None:
            jobs.fail(connection, lease.part.job, message)


def advance(database: Database, lease: Lease, at: int, outcomes: Sequence[Outcome], *, seconds: float) -> int:
    """Store what a worker found, see ``Store.advance``."""
    now = datetime.now(UTC)
    end = at + len(outcomes)
    # made ready before the write lock is taken
    ready = [(outcome, _record(outcome, now)) for outcome in outcomes]
    with database.writing() as connection:
        part = connection.execute(select(_parts.done, _parts.owner).where(*_is(lease.part))).mappings().first()
        if part is None or part["owner"] != lease.owner:
            raise LeaseLost(lease.part.job)
        if part["done"] != at:
            # the answer to the same call was lost on its way
            return int(part["done"])
        stored, known, faults = 0, 0, list[LineFault]()
        people = People(connection)
        there = stored_keys(
            connection, [row.article["content_key"] for _, row in ready if isinstance(row, ArticleRecord)]
        )
        for outcome, record in ready:
            found = _save(connection, outcome, record, there, people)
            stored += found is True
            known += found is False
            faults.extend(found if isinstance(found, tuple) else ())
        if end == len(lease.lines):
            connection.execute(deleting(job_parts).where(*_is(lease.part)))
        else:
            until = now + timedelta(seconds=seconds)
            connection.execute(_this(lease.part).values(done=end, attempts=0, leased_until=until))
        jobs.advance(connection, lease.part.job, stored=stored, known=known, failed=faults, lines=len(outcomes))
    return end


def to_queue(database: Database, *, limit: int, lost_before: datetime | None) -> tuple[PartId, ...]:
    """Parts whose ids belong into the queue, see ``Store.parts_to_queue``."""
    now = datetime.now(UTC)
    with database.reading() as connection:
        # most of the time there is nothing, and nobody has to wait for that
        if not connection.execute(_unqueued(now, lost_before).limit(1)).first():
            return ()
    with database.writing() as connection:
        rows = connection.execute(_unqueued(now, lost_before).limit(limit)).all()
        found = tuple(PartId(job=row.job_id, number=row.number) for row in rows)
        for part in found:
            connection.execute(_this(part).values(queued_at=now, owner=None, leased_until=None))
    return found


def _free(part: PartId, now: datetime) -> Select[Any]:
    """The part, if it belongs to nobody and its job is open."""
    return (
        select(_parts.lines, _parts.done, _parts.attempts, *_OF_JOB)
        .join(job_table, job_table.c.id == _parts.job_id)
        .where(*_is(part), job_table.c.state.in_(jobs.OPEN), or_(_parts.leased_until.is_(None), _ran_out(now)))
    )


def _unqueued(now: datetime, lost_before: datetime | None) -> Select[Any]:
    """Parts of open jobs that are in nobody's hands and not in the queue, of the oldest job first."""
    free = and_(_parts.leased_until.is_(None), _parts.queued_at.is_(None))
    wanted: list[ColumnElement[bool]] = [free, _ran_out(now)]
    if lost_before is not None:
        # one from the future was put there before the clock was set back
        later = now + (now - lost_before)
        lost = or_(_parts.queued_at < lost_before, _parts.queued_at > later)
        wanted.append(and_(_parts.leased_until.is_(None), lost))
    return (
        select(_parts.job_id, _parts.number)
        .join(job_table, job_table.c.id == _parts.job_id)
        .where(job_table.c.state.in_(jobs.OPEN), or_(*wanted))
        .order_by(job_table.c.created_at, _parts.job_id, _parts.number)
    )


def _ran_out(now: datetime) -> ColumnElement[bool]:
    # one that nobody could have been given now is from before the clock was set back
    return or_(_parts.leased_until < now, _parts.leased_until > now + _NO_LEASE_IS_LONGER)


def _held(connection: Connection, lease: Lease) -> None:
    if _row(connection, lease) is None:
        raise LeaseLost(lease.part.job)


def _row(connection: Connection, lease: Lease) -> RowMapping | None:
    """The part, if the worker still has it."""
    query = select(_parts.done).where(*_is(lease.part), _parts.owner == lease.owner)
    return connection.execute(query).mappings().first()


def _is(part: PartId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _parts.job_id == part.job, _parts.number == part.number


def _this(part: PartId) -> Update:
    return update(job_parts).where(*_is(part))


def _record(outcome: Outcome, now: datetime) -> ArticleRecord | tuple[LineFault, ...]:
    """The rows of an extraction, or why there are none."""
    if outcome.extraction is None:
        return outcome.faults
    try:
        return record_of(outcome.extraction, stored_at=now)
    except ValueError as error:
        return (LineFault(line=outcome.line, pointer="", detail=str(error)),)


def _save(
    connection: Connection,
    outcome: Outcome,
    record: ArticleRecord | tuple[LineFault, ...],
    there: set[str],
    people: People,
) -> bool | tuple[LineFault, ...]:
    """True: stored; False: it was stored before; faults: it cannot be. ``there``: the content that is stored."""
    if outcome.extraction is None or not isinstance(record, ArticleRecord):
        return False if record == () else cast("tuple[LineFault, ...]", record)
    if record.article["content_key"] in there:
        return False
    try:
        insert_fresh(connection, outcome.extraction, record, people)
    except Conflict as error:
        return (LineFault(line=outcome.line, pointer="/id", detail=str(error)),)
    there.add(record.article["content_key"])
    return True
