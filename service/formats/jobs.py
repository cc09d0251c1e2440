"""Jobs as JSON objects, as a table for a terminal and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from service.bulk import Job, LineFault
from service.formats.table_csv import table
from service.formats.terminal import NOBODY, WIDTH, rows_table
from service.formats.wire import Json

COLUMNS = (
    "id", "state", "scope", "by", "total", "done", "stored", "known", "failed", "created_at", "started_at",
    "updated_at", "ended_at", "message",
)  # fmt: skip
FAULT_COLUMNS = ("line", "pointer", "detail")


def job_to_dict(job: Job) -> Json:
    """A job without the faults of its lines, as lists of jobs show it."""
    return {
        "id": job.id,
        "state": job.state.value,
        "scope": job.scope.value,
        "by": job.by,
        "total": job.total,
        "done": job.done,
        "stored": job.stored,
        "known": job.known,
        "failed": job.failed,
        "created_at": job.created_at.isoformat(),
        "started_at": _moment(job.started_at),
        "updated_at": job.updated_at.isoformat(),
        "ended_at": _moment(job.ended_at),
        "message": job.message,
    }


def whole_job_to_dict(job: Job) -> Json:
    """A job with the faults of the first lines that failed."""
    return job_to_dict(job) | {"errors": [fault_to_dict(fault) for fault in job.faults]}


def fault_to_dict(fault: LineFault) -> Json:
    """What is wrong with a line, and where in its object."""
    return {"line": fault.line, "pointer": fault.pointer, "detail": fault.detail}


def jobs_table(jobs: Sequence[Job], *, width: int = WIDTH) -> str:
    """Jobs, one a row; below a single one the faults that it shows."""
    columns = (("job", 2), ("state", 2), ("begun", 2), ("done", 0), ("stored", 0), ("known", 0), ("failed", 0))
    rows = [
        (
            job.id,
            job.state.value,
            f"{job.created_at:%Y-%m-%d %H:%M}",
            f"{job.done}/{job.total}",
            str(job.stored),
            str(job.known),
            str(job.failed),
        )
        for job in jobs
    ]
    found = rows_table(_counted(len(jobs), "job"), columns, rows, width=width)
    faults = [fault for job in jobs for fault in job.faults]
    return f"{found}\n{faults_table(faults, width=width)}" if faults else found


def faults_table(faults: Sequence[LineFault], *, width: int = WIDTH) -> str:
    """Faults, one a row."""
    rows = [(str(fault.line), fault.pointer or NOBODY, fault.detail) for fault in faults]
    return rows_table(
        _counted(len(faults), "error"), (("line", 0), ("where", 1), ("what is wrong", 5)), rows, width=width
    )


def jobs_csv(jobs: Iterable[Job]) -> str:
    """Jobs, one a row."""
    return table(COLUMNS, (tuple("" if cell is None else str(cell) for cell in _cells(job)) for job in jobs))


def faults_csv(faults: Iterable[LineFault]) -> str:
    """Faults, one a row."""
    return table(FAULT_COLUMNS, ((str(fault.line), fault.pointer, fault.detail) for fault in faults))


def _cells(job: Job) -> list[object]:
    shown = job_to_dict(job)
    return [shown[column] for column in COLUMNS]


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
