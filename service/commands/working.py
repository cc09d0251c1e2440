"""``quoth worker``: processes that read the articles of imports, as many and on as many machines as one likes."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from os import getpid
from typing import TYPE_CHECKING

import click

from service.commands import parts
from service.settings import Settings

if TYPE_CHECKING:
    from service.errors import QuothError
    from service.jobs.queue import Queue
    from service.jobs.reading import ReadLines
    from service.model import Article, Extraction, Scope
    from service.store import Store

#: How the command line is started anew.
COMMAND = [sys.executable, "-m", "service.cli"]
_STOPPED_WITHIN_SECONDS = 60
# one that cannot start at all is not to take a core from the server
_STARTED_EVERY_SECONDS = 5
# the longest that a database server may take over a statement: to forget a large job takes a while
_ANSWER_SECONDS = 300


@click.command()
@click.option("--processes", metavar="N", help="Processes, each with its models; default: QUOTH_JOB_PROCESSES.")
@click.option("--ends-with", type=int, hidden=True, help="The id of the parent process, with which this one ends.")
def worker(processes: str | None, ends_with: int | None) -> None:
    """Read the articles of imports.

    As many as one likes, on as many machines, with the same QUOTH_DATABASE_URL and QUOTH_QUEUE_URL. SIGINT or SIGTERM
    ends it: the articles at hand are finished, and what is left goes to other workers.
    """
    chosen = parts.settings(QUOTH_JOB_PROCESSES=processes)
    if chosen.job_processes == 0:
        raise click.UsageError("a worker without processes reads nothing: give --processes N, or QUOTH_JOB_PROCESSES")
    from service.jobs import consumer  # noqa: PLC0415 - loads SQLAlchemy and huey
    from service.parse.pack import Pack  # noqa: PLC0415

    Pack.open(chosen.model_dir)
    parts.one_thread()
    _log_as_the_server_does(chosen)
    with parts.store(chosen, answer_seconds=_ANSWER_SECONDS) as store:
        store.check()
        consumer.run(
            store,
            queue(chosen),
            lambda: line_reader(chosen, store),
            processes=chosen.job_processes,
            lease_seconds=chosen.job_lease_seconds,
            kept=timedelta(days=chosen.jobs_kept_days),
            ends_with=ends_with,
        )


@contextmanager
def worker_beside(chosen: Settings) -> Iterator[Callable[[], None]]:
    """A worker process while the block runs, where the settings want one; it ends with this process in any case.

    Given is what looks after it: called now and then, it starts a worker that has ended anew. Processes that were
    forked inside the block leave it without ending the worker.
    """
    if chosen.job_processes == 0:
        yield lambda: None
        return
    master, beside = getpid(), _Beside()
    try:
        yield beside.look
    finally:
        if getpid() == master:
            beside.end()


class _Beside:
    """The worker, by which process it is for now."""

    def __init__(self) -> None:
        self._start()

    def look(self) -> None:
        """Start it anew where it has ended, but not all the time."""
        if self._process.poll() is not None and time.monotonic() - self._started >= _STARTED_EVERY_SECONDS:
            self._start()

    def end(self) -> None:
        """Ask it to end, and wait for that."""
        self._process.terminate()
        try:
            self._process.wait(timeout=_STOPPED_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _start(self) -> None:
        command = [*COMMAND, "worker", "--ends-with", str(getpid())]
        # a session of its own: Ctrl-C is for the server, which then ends the worker
        self._process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own command
        self._started = time.monotonic()


def queue(chosen: Settings) -> Queue:
    """The queue that the settings name."""
    from service.jobs.queue import Queue, queue_beside  # noqa: PLC0415 - loads huey

    return Queue(chosen.queue_url or queue_beside(chosen.database_url))


def line_reader(chosen: Settings, store: Store) -> ReadLines:
    """What reads the lines of jobs; loads the models, in one thread."""
    from service.api.article_lines import parse_line  # noqa: PLC0415 - loads Flask
    from service.commands.batches import extract_each  # noqa: PLC0415
    from service.jobs.reading import reader  # noqa: PLC0415

    pipeline = parts.pipeline(chosen)

    def extract(articles: Sequence[Article], scope: Scope) -> list[Extraction | QuothError]:
        return extract_each(pipeline, articles, scope=scope)

    return reader(store, parse=parse_line, extract=extract)


def _log_as_the_server_does(chosen: Settings) -> None:
    from service import json_logs  # noqa: PLC0415

    json_logs.configure(chosen.log_level)
    # huey tells of every message; what it warns of concerns whoever runs this
    theirs = logging.getLogger("huey")
    theirs.handlers = logging.getLogger("service").handlers
    theirs.setLevel(max(logging.WARNING, logging.getLogger("service").level))
    theirs.propagate = False
