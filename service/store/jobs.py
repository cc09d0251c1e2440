"""Bulk jobs: made, shown, stopped and taken up again; who works at their parts is in ``job_parts``."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, RowMapping, Update, and_, func, or_, select, tuple_, update
from sqlalchemy import delete as deleting

from service.bulk import Backlog, Job, JobState, LineFault, NewPart
from service.errors import NotFound, StoreUnavailable
from service.model import Page, Scope
from service.store.cursors import read_cursor, write_cursor
from service.store.engine import Database
from service.store.job_tables import job_faults, job_parts, jobs
from service.store.records import Values, is_storable
from service.store.tables import EPOCH
from service.store.writing import insert_rows

#: The state of a job that is being handed over; nobody else sees it.
RECEIVING = "receiving"
#: What is still being handed over after this time was given up.
RECEIVED_WITHIN = timedelta(hours=1)
#: Faults that a job shows with itself; the rest are in pages of their own.
FAULTS_SHOWN = 100
#: States in which workers take parts.
OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)
# characters written in one transaction, so that other writers wait for milliseconds
_WRITTEN_AT_ONCE = 2_000_000
_MICROSECOND = timedelta(microseconds=1)


def create(database: Database, content: Iterable[NewPart | LineFault], *, scope: Scope, by: str | None) -> Job:
    """Keep a job, see ``Store.create_job``."""
    id, now = "j-" + secrets.token_hex(8), datetime.now(UTC)
    row = dict.fromkeys(("total", "done", "stored", "known", "failed"), 0)
    head = {"id": id, "state": RECEIVING, "scope": scope.value, "by": by, "created_at": now, "updated_at": now}
    with database.writing() as connection:
        connection.execute(jobs.insert(), row | head)
    try:
        lines, failed = _write(database, id, content)
        with database.writing() as connection:
            _open(connection, id, lines=lines, failed=failed)
            return show(connection, id)
    except BaseException:
        # else it goes when it is too old
        with suppress(StoreUnavailable):
            delete(database, id)
        raise


def show(connection: Connection, id: str) -> Job:
    """One job with its first faults. Raises NotFound."""
    row = _row(connection, id)
    return job_of(row, faults(connection, id, cursor=None, limit=FAULTS_SHOWN).items)


def page(connection: Connection, *, state: JobState | None, cursor: str | None, limit: int) -> Page[Job]:
    """Jobs, newest first, without their faults. Raises BadCursor."""
    of = f"jobs {state}"
    query = select(jobs).where(jobs.c.state != RECEIVING).order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
    if state is not None:
        query = query.where(jobs.c.state == state.value)
    if cursor is not None:
        microseconds, id = read_cursor(cursor, of=of, like=(int, str))
        query = query.where(_before(int(microseconds), str(id)))
    rows = connection.execute(query.limit(limit + 1)).mappings().all()
    return Page(
        items=tuple(job_of(row, ()) for row in rows[:limit]),
        next_cursor=_cursor(rows[limit - 1], of) if len(rows) > limit else None,
    )


def faults(connection: Connection, id: str, *, cursor: str | None, limit: int) -> Page[LineFault]:
    """Why lines of a job gave no article, in the order of the lines. Raises NotFound and BadCursor."""
    _row(connection, id)
    of = f"faults {id}"
    query = select(job_faults).where(job_faults.c.job_id == id).order_by(job_faults.c.line, job_faults.c.ordinal)
    if cursor is not None:
        behind = read_cursor(cursor, of=of, like=(int, int))
        query = query.where(tuple_(job_faults.c.line, job_faults.c.ordinal) > tuple_(*behind))
    rows = connection.execute(query.limit(limit + 1)).all()
    found = tuple(LineFault(line=row.line, pointer=row.pointer, detail=row.detail) for row in rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(items=found, next_cursor=None if last is None else write_cursor((last.line, last.ordinal), of=of))


def cancel(database: Database, id: str) -> Job:
    """Stop a job, see ``Store.cancel_job``."""
    with database.writing() as connection:
        if _row(connection, id)["state"] in OPEN:
            _end(connection, id, JobState.CANCELLED, message=None)
        return show(connection, id)


def fail(connection: Connection, id: str, message: str) -> None:
    """Note that an open job cannot go on, and take its parts from whoever has them."""
    if _row(connection, id)["state"] in OPEN:
        _end(connection, id, JobState.FAILED, message=message)


def resume(database: Database, id: str) -> Job:
    """Let a job go on, see ``Store.resume_job``."""
    with database.writing() as connection:
        if _row(connection, id)["state"] in (JobState.CANCELLED, JobState.FAILED):
            reopened = {"state": JobState.QUEUED.value, "ended_at": None, "message": None}
            connection.execute(_mine(id, **reopened, updated_at=datetime.now(UTC)))
            connection.execute(update(job_parts).where(job_parts.c.job_id == id).values(attempts=0))
        return show(connection, id)


def delete(database: Database, id: str) -> None:
    """Forget a job; what it stored stays."""
    with database.writing() as connection:
        connection.execute(deleting(jobs).where(jobs.c.id == id))


def forget(database: Database, *, ended_before: datetime) -> int:
    """Forget jobs that ended before a time, and those whose handing over was given up; how many."""
    over = jobs.c.ended_at < ended_before
    given_up = and_(jobs.c.state == RECEIVING, jobs.c.updated_at < datetime.now(UTC) - RECEIVED_WITHIN)
    with database.reading() as connection:
        found = connection.scalars(select(jobs.c.id).where(or_(over, given_up))).all()
    for id in found:
        delete(database, id)
    return len(found)


def backlog(connection: Connection) -> Backlog:
    """What waits."""
    counted = func.count().label("jobs")
    waiting = func.sum(jobs.c.total - jobs.c.done).label("waiting")
    query = select(jobs.c.state, counted, waiting, func.min(jobs.c.created_at).label("oldest"))
    rows = connection.execute(query.where(jobs.c.state.in_(OPEN)).group_by(jobs.c.state)).all()
    number = {row.state: row.jobs for row in rows}
    return Backlog(
        queued=number.get(JobState.QUEUED.value, 0),
        running=number.get(JobState.RUNNING.value, 0),
        articles=sum(row.waiting for row in rows),
        oldest=min((row.oldest for row in rows), default=None),
    )


def advance(
    connection: Connection, id: str, *, stored: int, known: int, failed: Sequence[LineFault], lines: int
) -> None:
    """Count lines that were gone through, and end the job with the last one."""
    note_faults(connection, id, failed)
    now, failures = datetime.now(UTC), len({fault.line for fault in failed})
    counts = {"done": jobs.c.done + lines, "stored": jobs.c.stored + stored, "known": jobs.c.known + known}
    connection.execute(_mine(id, **counts, failed=jobs.c.failed + failures, updated_at=now))
    finished = {"state": JobState.DONE.value, "ended_at": now}
    connection.execute(_mine(id, **finished).where(jobs.c.done >= jobs.c.total, jobs.c.state.in_(OPEN)))


def note_faults(connection: Connection, id: str, found: Iterable[LineFault]) -> None:
    """Write faults down; those of one line stand together."""
    rows = [
        {"job_id": id, "line": line, "ordinal": place, "pointer": fault.pointer, "detail": _plain(fault.detail)}
        for line, together in groupby(found, key=lambda fault: fault.line)
        for place, fault in enumerate(together)
    ]
    insert_rows(connection, job_faults, rows)


def job_of(row: RowMapping, faults: tuple[LineFault, ...]) -> Job:
    """A job from its row."""
    plain = {name: row[name] for name in _PLAIN_COLUMNS}
    return Job(**plain, state=JobState(row["state"]), scope=Scope(row["scope"]), faults=faults)


_PLAIN_COLUMNS = (
    "id", "by", "total", "done", "stored", "known", "failed", "created_at", "started_at", "updated_at", "ended_at",
    "message",
)  # fmt: skip


def _write(database: Database, id: str, content: Iterable[NewPart | LineFault]) -> tuple[int, int]:
    """Write parts and faults, some at a time; how many lines are to be read, and how many failed at once."""
    lines, failed, size, number = 0, set[int](), 0, 0
    parts: list[Values] = []
    found: list[LineFault] = []

    def flush() -> None:
        with database.writing() as connection:
            insert_rows(connection, job_parts, parts)
            note_faults(connection, id, found)
        parts.clear()
        found.clear()

    for item in content:
        if isinstance(item, LineFault):
            found.append(item)
            failed.add(item.line)
            size += len(item.detail)
        else:
            text = written(item.lines)
            parts.append({"job_id": id, "number": number, "lines": text})
            number += 1
            lines += len(item.lines)
            size += len(text)
        if size > _WRITTEN_AT_ONCE:
            flush()
            size = 0
    flush()
    return lines, len(failed)


def written(lines: Iterable[tuple[int, str]]) -> str:
    """Numbered lines as a part keeps them."""
    return "\n".join(f"{number}\t{line}" for number, line in lines)


def read(lines: str) -> tuple[tuple[int, str], ...]:
    r"""Numbered lines of a part.

    >>> read(written([(1, "{}"), (3, '{"text": "\t"}')]))
    ((1, '{}'), (3, '{"text": "\t"}'))
    """
    parted = (line.partition("\t") for line in lines.split("\n"))
    return tuple((int(number), line) for number, _, line in parted)


def _open(connection: Connection, id: str, *, lines: int, failed: int) -> None:
    """Show the job to everybody; one of which nothing can be read has ended."""
    now = datetime.now(UTC)
    state, ended = (JobState.QUEUED, None) if lines else (JobState.DONE, now)
    counts = {"total": lines + failed, "done": failed, "failed": failed}
    connection.execute(_mine(id, **counts, state=state.value, ended_at=ended, updated_at=now))


def _end(connection: Connection, id: str, state: JobState, *, message: str | None) -> None:
    now = datetime.now(UTC)
    connection.execute(_mine(id, state=state.value, message=message, ended_at=now, updated_at=now))
    nobody = {"owner": None, "leased_until": None, "queued_at": None}
    connection.execute(update(job_parts).where(job_parts.c.job_id == id).values(**nobody))


def _mine(id: str, **values: object) -> Update:
    return update(jobs).where(jobs.c.id == id).values(**values)


def _row(connection: Connection, id: str) -> RowMapping:
    query = select(jobs).where(jobs.c.id == id, jobs.c.state != RECEIVING)
    row = connection.execute(query).mappings().first() if is_storable(id) else None
    if row is None:
        raise NotFound("job", id)
    return row


def _before(microseconds: int, id: str) -> ColumnElement[bool]:
    try:
        moment = EPOCH + microseconds * _MICROSECOND
    except OverflowError:
        # no cursor of ours
        moment = EPOCH
    return or_(jobs.c.created_at < moment, and_(jobs.c.created_at == moment, jobs.c.id < id))


def _cursor(row: RowMapping, of: str) -> str:
    return write_cursor(((row["created_at"] - EPOCH) // _MICROSECOND, row["id"]), of=of)


def _plain(detail: str) -> str:
    """What was got may stand in it, and may be what no database takes."""
    return detail.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
