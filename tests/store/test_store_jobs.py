"""Bulk jobs in the store: their states, their parts' leases, and progress that is stored with what was read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.bulk import Job, JobState, Lease, LineFault, NewPart, Outcome, PartId
from service.errors import BadCursor, LeaseLost, NotFound
from service.model import Scope
from service.store import Store, schema
from service.store.databases import open_database
from service.store.job_tables import job_parts
from service.store.job_tables import jobs as job_table

from .examples import Said, said

HOUR = 3600.0
FAULT = LineFault(line=9, pointer="/text", detail="got a byte that is no text")


def part(*lines: int) -> NewPart:
    return NewPart(lines=tuple((line, f'{{"text": "\\tline {line}"}}') for line in lines))


def make(store: Store, *content: NewPart | LineFault) -> Job:
    return store.create_job(content or (part(1, 2), part(3)), scope=Scope.ALL, by="desk")


def take(store: Store, part: PartId, *, owner: str = "one", seconds: float = HOUR) -> Lease:
    lease = store.take_part(part, owner=owner, seconds=seconds)
    assert lease is not None
    return lease


def read(line: int) -> Outcome:
    return Outcome(line=line, extraction=said(Said(text=f"“Line {line}”"), id=f"line-{line}"))


def numbers(parts: tuple[PartId, ...]) -> list[int]:
    return [part.number for part in parts]


def stored(store: Store) -> set[str]:
    return {head.id for head in store.articles(limit=200).items}


def test_a_job_is_kept_as_it_was_handed_over(store: Store) -> None:
    job = make(store, part(1, 2), FAULT, part(4))
    assert (job.state, job.scope, job.by) == (JobState.QUEUED, Scope.ALL, "desk")
    assert (job.total, job.done, job.stored, job.known, job.failed) == (4, 1, 0, 0, 1)
    assert (job.faults, job.started_at, job.ended_at) == ((FAULT,), None, None)
    assert store.job(job.id) == job
    lease = take(store, PartId(job=job.id, number=1))
    assert lease.lines == ((4, '{"text": "\\tline 4"}'),)
    assert (lease.done, lease.attempts, lease.scope) == (0, 1, Scope.ALL)


def test_a_job_of_which_nothing_can_be_read_has_ended(store: Store) -> None:
    job = make(store, FAULT)
    assert (job.state, job.total, job.failed) == (JobState.DONE, 1, 1)
    assert job.ended_at is not None
    assert store.parts_to_queue(limit=5) == ()


def test_a_job_whose_lines_break_off_is_none(store: Store) -> None:
    def broken() -> Iterator[NewPart]:
        yield part(1)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.create_job(broken(), scope=Scope.SPEECH)
    assert store.jobs().items == ()


def test_a_job_that_is_still_handed_over_is_seen_by_nobody(store: Store) -> None:
    def watched() -> Iterator[NewPart]:
        # more than is written at once
        yield NewPart(lines=((1, "x" * 2_100_000),))
        yield part(2)
        assert store.jobs().items == ()
        assert store.parts_to_queue(limit=9) == ()

    assert store.create_job(watched(), scope=Scope.SPEECH).total == 2


@pytest.mark.parametrize("id", ["j-0", "", "\x00", "\ud800"])
def test_a_job_that_is_not_there(store: Store, id: str) -> None:
    for call in (store.job, store.cancel_job, store.resume_job, store.job_faults):
        with pytest.raises(NotFound, match="there is no job"):
            call(id)
    assert store.take_part(PartId(job=id, number=0), owner="one", seconds=1) is None


def test_lines_are_stored_with_their_progress(store: Store) -> None:
    job = make(store)
    first, second = store.parts_to_queue(limit=5)
    lease = take(store, first)
    assert store.job(job.id).state is JobState.RUNNING
    assert store.advance(lease, 0, [read(1)], seconds=HOUR) == 1
    half = store.job(job.id)
    assert (half.state, half.done, half.stored, half.ended_at) == (JobState.RUNNING, 1, 1, None)
    assert store.advance(lease, 1, [Outcome(line=2, faults=(LineFault(line=2, pointer="", detail="no"),))], seconds=1)
    assert store.advance(take(store, second), 0, [Outcome(line=3)], seconds=HOUR) == 1
    done = store.job(job.id)
    assert (done.state, done.total, done.done) == (JobState.DONE, 3, 3)
    assert (done.stored, done.known, done.failed) == (1, 1, 1)
    assert done.ended_at is not None
    assert [fault.line for fault in done.faults] == [2]
    assert stored(store) == {"line-1"}


def test_an_answer_that_was_lost_is_no_second_count(store: Store) -> None:
    job = make(store)
    lease = take(store, PartId(job=job.id, number=0))
    for _ in range(2):
        assert store.advance(lease, 0, [read(1)], seconds=HOUR) == 1
    assert (store.job(job.id).done, store.job(job.id).stored) == (1, 1)


def test_what_is_stored_already_and_what_cannot_be_are_counted(store: Store) -> None:
    store.save(said(Said(text="“Line 1”"), id="elsewhere"))
    store.save(said(Said(text="“Other”"), id="line-2"))
    job = make(store, part(1, 2, 3))
    twice = said(Said(text="“Same”"), Said(text="“Same”"), id="line-3")
    outcomes = [read(1), read(2), Outcome(line=3, extraction=said(Said(text="“a\x00b”"), id="line-3"))]
    assert twice.quotes
    store.advance(take(store, PartId(job=job.id, number=0)), 0, outcomes, seconds=HOUR)
    done = store.job(job.id)
    assert (done.state, done.stored, done.known, done.failed) == (JobState.DONE, 0, 1, 2)
    assert [(fault.line, fault.pointer) for fault in done.faults] == [(2, "/id"), (3, "")]


def test_a_part_is_one_workers_until_its_lease_runs_out(store: Store) -> None:
    job = make(store, part(1, 2))
    [mine] = store.parts_to_queue(limit=5)
    lease = take(store, mine, seconds=HOUR)
    assert store.take_part(mine, owner="two", seconds=HOUR) is None
    assert store.parts_to_queue(limit=5, lost_before=datetime.now(UTC) + timedelta(days=1)) == ()
    store.renew_lease(lease, seconds=-1)
    assert store.parts_to_queue(limit=5) == (mine,)
    other = take(store, mine, owner="two")
    assert other.attempts == 2
    with pytest.raises(LeaseLost):
        store.renew_lease(lease, seconds=HOUR)
    with pytest.raises(LeaseLost):
        store.advance(lease, 0, [read(1)], seconds=HOUR)
    assert stored(store) == set()
    store.give_back(lease)
    store.advance(other, 0, [read(1), read(2)], seconds=HOUR)
    with pytest.raises(LeaseLost):
        store.advance(lease, 0, [read(1)], seconds=HOUR)
    assert store.job(job.id).stored == 2


def test_a_lease_that_ran_out_still_counts_while_nobody_wants_the_part(store: Store) -> None:
    job = make(store, part(1))
    lease = take(store, PartId(job=job.id, number=0), seconds=-1)
    store.advance(lease, 0, [read(1)], seconds=HOUR)
    assert store.job(job.id).state is JobState.DONE


def test_progress_takes_back_what_went_wrong_before(store: Store) -> None:
    job = make(store, part(1, 2))
    mine = PartId(job=job.id, number=0)
    for attempt in (1, 2, 3):
        lease = take(store, mine, seconds=-1)
        assert lease.attempts == attempt
    store.advance(lease, 0, [read(1)], seconds=-1)
    after = take(store, mine)
    assert (after.attempts, after.done) == (1, 1)


def test_a_part_that_is_given_back_goes_to_the_queue_again(store: Store) -> None:
    job = make(store, part(1, 2))
    [mine] = store.parts_to_queue(limit=5)
    store.give_back(take(store, mine))
    assert store.parts_to_queue(limit=5) == (mine,)
    assert take(store, mine).attempts == 1
    assert store.job(job.id).done == 0


def test_a_part_that_went_wrong_waits(store: Store) -> None:
    make(store, part(1))
    [mine] = store.parts_to_queue(limit=5)
    store.give_back(take(store, mine), after_seconds=HOUR)
    assert store.parts_to_queue(limit=5) == ()
    assert store.take_part(mine, owner="two", seconds=HOUR) is None
    store.give_back(Lease(part=mine, owner="one", scope=Scope.ALL, lines=(), done=0, attempts=1), after_seconds=-1)
    assert store.parts_to_queue(limit=5) == ()


def test_each_part_is_given_to_the_queue_once_and_again_if_it_was_lost(store: Store) -> None:
    make(store, part(1), part(2), part(3))
    assert numbers(store.parts_to_queue(limit=2)) == [0, 1]
    assert numbers(store.parts_to_queue(limit=2)) == [2]
    assert store.parts_to_queue(limit=2) == ()
    assert store.parts_to_queue(limit=9, lost_before=datetime.now(UTC) - timedelta(hours=1)) == ()
    assert numbers(store.parts_to_queue(limit=9, lost_before=datetime.now(UTC) + timedelta(hours=1))) == [0, 1, 2]


def test_the_oldest_job_comes_first(store: Store) -> None:
    jobs = [make(store, part(1)) for _ in range(3)]
    assert [part.job for part in store.parts_to_queue(limit=9)] == [job.id for job in jobs]


def test_a_cancelled_job_stops_and_goes_on_where_it_was(store: Store) -> None:
    job = make(store)
    first, second = store.parts_to_queue(limit=5)
    lease = take(store, first)
    store.advance(lease, 0, [read(1)], seconds=HOUR)
    cancelled = store.cancel_job(job.id)
    assert (cancelled.state, cancelled.done) == (JobState.CANCELLED, 1)
    assert cancelled.ended_at is not None
    with pytest.raises(LeaseLost):
        store.advance(lease, 1, [read(2)], seconds=HOUR)
    assert store.take_part(second, owner="two", seconds=HOUR) is None
    assert store.parts_to_queue(limit=5) == ()
    assert store.cancel_job(job.id) == cancelled
    assert stored(store) == {"line-1"}
    resumed = store.resume_job(job.id)
    assert (resumed.state, resumed.ended_at, resumed.started_at) == (JobState.QUEUED, None, cancelled.started_at)
    assert store.parts_to_queue(limit=5) == (first, second)
    assert take(store, first).done == 1


def test_a_job_that_failed_says_why_until_it_is_resumed(store: Store) -> None:
    job = make(store)
    lease = take(store, PartId(job=job.id, number=0))
    store.fail_job(lease, "no models")
    failed = store.job(job.id)
    assert (failed.state, failed.message) == (JobState.FAILED, "no models")
    store.fail_job(lease, "still none")
    assert store.job(job.id) == failed
    resumed = store.resume_job(job.id)
    assert (resumed.state, resumed.message) == (JobState.QUEUED, None)
    assert take(store, PartId(job=job.id, number=0)).attempts == 1


@pytest.mark.parametrize("end", ["running", "done"])
def test_what_is_not_stopped_is_not_resumed(store: Store, end: str) -> None:
    job = make(store, part(1))
    lease = take(store, PartId(job=job.id, number=0))
    if end == "done":
        store.advance(lease, 0, [read(1)], seconds=HOUR)
        assert store.cancel_job(job.id).state is JobState.DONE
    assert store.resume_job(job.id).state.value == end


def test_pages_of_jobs_and_faults(store: Store) -> None:
    many = [LineFault(line=1 + number // 2, pointer=f"/{number}", detail="no") for number in range(7)]
    jobs = [make(store, *many), *(make(store, part(1)) for _ in range(4))]
    store.cancel_job(jobs[2].id)
    found, cursor = list[str](), None
    while True:
        page = store.jobs(cursor=cursor, limit=2)
        found += [job.id for job in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == [job.id for job in reversed(jobs)]
    assert [job.id for job in store.jobs(state=JobState.CANCELLED).items] == [jobs[2].id]
    first = store.job_faults(jobs[0].id, limit=4)
    rest = store.job_faults(jobs[0].id, cursor=first.next_cursor, limit=4)
    assert [*first.items, *rest.items] == many
    assert rest.next_cursor is None
    for wrong in ("x", first.next_cursor):
        with pytest.raises(BadCursor):
            store.jobs(cursor=wrong)
    with pytest.raises(BadCursor):
        store.job_faults(jobs[1].id, cursor=first.next_cursor)


def test_what_waits(store: Store) -> None:
    empty = store.backlog()
    assert (empty.queued, empty.running, empty.articles, empty.oldest) == (0, 0, 0, None)
    jobs = [make(store), make(store)]
    store.advance(take(store, PartId(job=jobs[1].id, number=0)), 0, [read(1)], seconds=HOUR)
    found = store.backlog()
    assert (found.queued, found.running, found.articles, found.oldest) == (1, 1, 5, jobs[0].created_at)
    for job in jobs:
        store.cancel_job(job.id)
    assert store.backlog() == empty


def test_what_ended_long_ago_is_forgotten(store: Store, url: str) -> None:
    jobs = [make(store), make(store), make(store)]
    store.cancel_job(jobs[0].id)
    database = open_database(url)
    with database.writing() as connection:
        late = {"state": "receiving", "updated_at": datetime.now(UTC) - timedelta(days=1)}
        connection.execute(update(job_table).where(job_table.c.id == jobs[1].id).values(**late))
    assert store.forget_jobs(ended_before=datetime.now(UTC) - timedelta(days=1)) == 1
    assert store.forget_jobs(ended_before=datetime.now(UTC) + timedelta(days=1)) == 1
    assert [job.id for job in store.jobs().items] == [jobs[2].id]
    with database.reading() as connection:
        assert len(connection.execute(select(job_parts.c.number)).all()) == 2
    database.close()


def test_many_take_one(store: Store) -> None:
    job = make(store, part(1))
    together = threading.Barrier(4)

    def grab(owner: str) -> bool:
        together.wait()
        return store.take_part(PartId(job=job.id, number=0), owner=owner, seconds=HOUR) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(grab, "abcd")) == [False, False, False, True]


def test_the_migration_leaves_what_is_stored_and_takes_jobs_with_it(store: Store, url: str) -> None:
    store.save(said(Said(text="“Yes”"), id="post"))
    make(store, part(1), FAULT)
    store.close()
    database = open_database(url)
    schema.downgrade(database, "0004")
    assert not store.is_current()
    database.close()
    store.upgrade()
    assert stored(store) == {"post"}
    assert store.jobs().items == ()
    assert make(store).total == 3
