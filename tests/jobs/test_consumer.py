"""A worker's processes: they end when they are asked to, and give back what they have."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from bench.drill import article_lines
from service.bulk import Job, JobState
from service.jobs.lines import parts_of
from service.model import Scope
from service.store import Store
from service.store.databases import open_database
from service.store.job_tables import job_parts

PATIENCE_SECONDS = 120


def wait(until: Callable[[], bool]) -> None:
    """Until it is so, or for a long time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_worker_that_is_asked_to_end_gives_back_what_it_has(store: Store, store_url: str, tmp_path: Path) -> None:
    content = parts_of(io.BytesIO("\n".join(article_lines(320)).encode()), longest_bytes=100_000)
    job = store.create_job(content, scope=Scope.SPEECH)

    def now() -> Job:
        return store.job(job.id)

    def leases() -> list[str | None]:
        database = open_database(store_url)
        with database.reading() as connection:
            found = connection.scalars(select(job_parts.c.owner).where(job_parts.c.owner.is_not(None))).all()
        database.close()
        return list(found)

    command = [sys.executable, "-m", "tests.jobs.flat_worker", store_url, f"sqlite:///{tmp_path}/queue.db", "2"]
    for sign in (signal.SIGTERM, signal.SIGINT):
        # nobody has announced the job: the worker finds it by itself
        with subprocess.Popen(command, start_new_session=True) as worker:
            before = now().done
            wait(lambda: now().done > before)  # noqa: B023 - called at once
            os.kill(worker.pid, sign)
            assert worker.wait(timeout=PATIENCE_SECONDS) == 0
        assert leases() == []
        assert now().state is JobState.RUNNING
    with subprocess.Popen(command, start_new_session=True) as worker:
        wait(lambda: now().state.ended)
        worker.terminate()
        assert worker.wait(timeout=PATIENCE_SECONDS) == 0
    assert (now().state, now().stored) == (JobState.DONE, 320)
