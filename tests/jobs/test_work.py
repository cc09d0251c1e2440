"""What a worker does with a part: to the end, as far as it may, or not at all."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.api.article_lines import parse_line
from service.bulk import Job, JobState, NewPart, Outcome, PartId
from service.commands.batches import extract_each
from service.errors import PackError
from service.jobs.reading import ReadLines, reader
from service.jobs.work import BATCH_CHARACTERS, BATCH_LINES, CAREFUL_AFTER, MOST_ATTEMPTS, Work
from service.model import Scope
from service.pipeline import Pipeline
from service.store import Store
from service.store.databases import open_database
from service.store.job_tables import job_parts
from tests.databases import path_of
from tests.flat_parser import FlatParser

LINES = 40


def line(number: int, size: int = 0) -> str:
    text = f"Maria Okafor was there.\n\n“We will pay {number} times.”"
    return json.dumps({"id": f"article-{number}", "text": text}) + " " * size


@dataclass
class Bench:
    """A store with one job of one part, and workers for it that note the batches that they read."""

    store: Store
    url: str
    job: Job
    batches: list[list[int]] = field(default_factory=list)
    queued: list[PartId] = field(default_factory=list)

    @property
    def part(self) -> PartId:
        return PartId(job=self.job.id, number=0)

    def work(
        self,
        *,
        owner: str = "one",
        lease_seconds: float = 60,
        stopping: Callable[[], bool] = lambda: False,
        before: Callable[[Sequence[tuple[int, str]]], object] = lambda _lines: None,
    ) -> None:
        """Let a worker at the part. ``before``: called with each batch before it is read."""
        read = self._reader()

        def noted(lines: Sequence[tuple[int, str]], scope: Scope) -> list[Outcome]:
            self.batches.append([number for number, _ in lines])
            before(lines)
            return read(lines, scope)

        Work(
            self.store,
            read=lambda: noted,
            owner=owner,
            lease_seconds=lease_seconds,
            stopping=stopping,
            put=self.queued.extend,
        ).part(self.part)

    def now(self) -> Job:
        return self.store.job(self.job.id)

    def set_part(self, **values: object) -> None:
        """As if something had happened to the part."""
        database = open_database(self.url)
        with database.writing() as connection:
            connection.execute(update(job_parts).values(**values))
        database.close()

    def owner(self) -> str | None:
        database = open_database(self.url)
        with database.reading() as connection:
            found = connection.scalar(select(job_parts.c.owner))
        database.close()
        return found

    def _reader(self) -> ReadLines:
        pipeline = Pipeline(FlatParser(), max_chars=200_000)
        return reader(self.store, parse=parse_line, extract=lambda new, scope: extract_each(pipeline, new, scope=scope))


@pytest.fixture
def bench(store: Store, store_url: str) -> Bench:
    part = NewPart(lines=tuple((number, line(number)) for number in range(LINES)))
    return Bench(store=store, url=store_url, job=store.create_job([part], scope=Scope.SPEECH))


def test_a_part_is_read_in_batches_and_done(bench: Bench) -> None:
    bench.work()
    assert bench.batches == [[*range(16)], [*range(16, 32)], [*range(32, 40)]]
    assert (bench.now().state, bench.now().stored) == (JobState.DONE, LINES)
    bench.work()
    assert len(bench.batches) == 3


def test_batches_are_of_bounded_size(bench: Bench) -> None:
    size = BATCH_CHARACTERS // 2 - 200
    part = NewPart(lines=tuple((number, line(number, size)) for number in range(100, 105)))
    bench.job = bench.store.create_job([part], scope=Scope.SPEECH)
    bench.work()
    assert bench.batches == [[100, 101], [102, 103], [104]]
    assert bench.now().stored == 5
    assert BATCH_LINES == 16


def test_the_next_part_comes_into_the_queue(bench: Bench) -> None:
    other = bench.store.create_job([NewPart(lines=((1, "[]"),))], scope=Scope.SPEECH)
    bench.work()
    assert bench.queued == [PartId(job=other.id, number=0)]


def test_a_worker_that_is_to_stop_finishes_the_batch_and_gives_the_rest_back(bench: Bench) -> None:
    bench.work(stopping=lambda: bool(bench.batches))
    assert (bench.now().state, bench.now().done) == (JobState.RUNNING, 16)
    assert bench.owner() is None
    assert bench.queued == [bench.part]
    bench.work(owner="two")
    assert bench.batches[1][0] == 16
    assert (bench.now().state, bench.now().stored) == (JobState.DONE, LINES)


def test_a_worker_that_is_interrupted_gives_the_part_back(bench: Bench) -> None:
    def interrupt(_lines: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.work(before=interrupt)
    assert bench.owner() is None
    assert bench.now().done == 0
    bench.work()
    assert bench.now().stored == LINES


def test_what_another_worker_has_taken_over_is_dropped(bench: Bench) -> None:
    def lose(_lines: object) -> None:
        bench.set_part(owner="two", leased_until=datetime.now(UTC) + timedelta(hours=1))

    bench.work(before=lose)
    assert bench.now().done == 0
    assert bench.store.articles().items == ()
    assert bench.owner() == "two"


def test_a_cancelled_job_is_stopped_after_the_batch_at_hand(bench: Bench) -> None:
    def cancel(lines: Sequence[tuple[int, str]]) -> None:
        if lines[0][0] == 16:
            bench.store.cancel_job(bench.job.id)

    bench.work(before=cancel)
    assert (bench.now().state, bench.now().done, len(bench.batches)) == (JobState.CANCELLED, 16, 2)
    bench.store.resume_job(bench.job.id)
    bench.work()
    assert (bench.now().state, bench.now().stored) == (JobState.DONE, LINES)


def test_after_bad_luck_lines_are_read_alone_and_in_the_end_given_up(bench: Bench) -> None:
    bench.set_part(attempts=CAREFUL_AFTER)
    bench.work(stopping=lambda: len(bench.batches) == 2)
    assert bench.batches == [[0], [1]]
    # the process ended each time, and nobody could say why
    bench.set_part(attempts=MOST_ATTEMPTS)
    bench.work()
    job = bench.now()
    assert (job.state, job.stored, job.failed) == (JobState.DONE, LINES - 1, 1)
    assert [(fault.line, fault.detail[:24]) for fault in job.faults] == [(2, "the worker ended 5 times")]


def test_what_is_no_articles_fault_is_tried_again_and_then_fails_the_job(bench: Bench) -> None:
    def no_models(_lines: object) -> None:
        raise PackError("the pack lacks its weights")

    for attempt in range(1, MOST_ATTEMPTS + 1):
        bench.work(before=no_models)
        failed = attempt == MOST_ATTEMPTS
        assert bench.now().state is (JobState.FAILED if failed else JobState.RUNNING)
        # as if the time to wait had passed
        bench.set_part(leased_until=datetime.now(UTC) - timedelta(seconds=1))
    assert "the pack lacks its weights" in (bench.now().message or "")
    assert bench.now().done == 0
    bench.store.resume_job(bench.job.id)
    bench.work()
    assert (bench.now().state, bench.now().stored, bench.now().message) == (JobState.DONE, LINES, None)


def test_an_article_that_the_steps_choke_on_costs_no_other(bench: Bench) -> None:
    part = NewPart(lines=((1, line(1)), (2, json.dumps({"text": "x" * 200_001})), (3, line(3))))
    bench.job = bench.store.create_job([part], scope=Scope.SPEECH)
    bench.work()
    job = bench.now()
    assert (job.state, job.stored, job.failed) == (JobState.DONE, 2, 1)
    assert [(fault.line, fault.pointer) for fault in job.faults] == [(2, "/text")]


def test_the_lease_is_kept_while_an_article_takes_long(bench: Bench) -> None:
    takes_long = threading.Event()

    def slow(_lines: object) -> None:
        # several times the lease
        takes_long.wait(1.5)
        assert bench.store.parts_to_queue(limit=9) == ()

    bench.work(lease_seconds=0.9, before=slow)
    assert bench.now().state is JobState.DONE


def test_what_was_read_waits_for_the_database(bench: Bench) -> None:
    """It is locked when the first batch is to be stored, longer than the store waits by itself."""
    with Store(bench.url, busy_timeout_seconds=0.1) as impatient:
        bench.store = impatient
        locked = closing(sqlite3.connect(path_of(bench.url), isolation_level=None, check_same_thread=False))
        with locked as connection:

            def lock(lines: Sequence[tuple[int, str]]) -> None:
                if lines[0][0] == 0:
                    connection.execute("BEGIN IMMEDIATE")
                    threading.Timer(1, connection.execute, ["ROLLBACK"]).start()

            bench.work(before=lock)
            assert bench.now().stored == LINES
            assert [batch[0] for batch in bench.batches] == [0, 16, 32]


def test_a_worker_that_is_to_stop_does_not_wait_for_the_database(bench: Bench) -> None:
    with Store(bench.url, busy_timeout_seconds=0.1) as impatient:
        bench.store = impatient
        with closing(sqlite3.connect(path_of(bench.url), isolation_level=None)) as connection:
            bench.work(
                stopping=lambda: connection.in_transaction, before=lambda _lines: connection.execute("BEGIN IMMEDIATE")
            )
            connection.execute("ROLLBACK")
        assert bench.now().done == 0
        assert bench.owner() == "one"
