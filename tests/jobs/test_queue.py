"""The queue in each place where it can be: order, size, what is in it, and what cannot be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from service.bulk import NewPart, PartId
from service.jobs.queue import WINDOW, Queue, queue_beside
from service.jobs.tending import announcer, tend
from service.model import Scope
from service.store import Store
from service.store.databases import open_database
from service.store.job_tables import job_parts

PARTS = tuple(PartId(job="j-1", number=number) for number in range(3))


def taken(queue: Queue) -> list[PartId]:
    """What a worker finds in the queue."""
    found = list[PartId]()
    queue.work = found.append
    while (task := queue.huey.dequeue()) is not None:
        queue.huey.execute(task)
    return found


def test_parts_come_out_in_order(queue: Queue) -> None:
    queue.put(PARTS)
    assert queue.size() == 3
    assert taken(queue) == [*PARTS]
    assert queue.size() == 0
    assert taken(queue) == []


def test_only_ids_are_in_it_as_json(queue: Queue) -> None:
    queue.put(PARTS[:1])
    [message] = queue.huey.storage.enqueued_items()
    values: Any = json.loads(bytes(message))
    assert ["j-1", 0] in values
    assert [value for value in values if isinstance(value, str)][1] == "service.jobs.queue.read_part"


@pytest.mark.parametrize("message", [b"", b"\x80\x04.", b"{}", b'["a"]', b'["a", "os.system", null]', b"[1"])
def test_what_is_no_message_of_ours_is_thrown_away(queue: Queue, message: bytes) -> None:
    queue.huey.storage.enqueue(message)
    queue.put(PARTS[:1])
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, huey's worker notes it and goes on
        queue.huey.dequeue()
    assert taken(queue) == [PARTS[0]]


def test_a_queue_that_is_only_filled_reads_nothing(queue: Queue) -> None:
    queue.put(PARTS[:1])
    with pytest.raises(RuntimeError, match="no worker reads it"):
        queue.work(PARTS[0])


def test_a_queue_is_used_again_after_it_was_closed(queue: Queue) -> None:
    queue.put(PARTS[:1])
    queue.close()
    queue.put(PARTS[1:])
    assert taken(queue) == [*PARTS]


def test_where_the_queue_is_unless_told() -> None:
    assert queue_beside("sqlite:////data/quoth.sqlite") == "sqlite:////data/quoth-queue.sqlite"
    assert queue_beside("sqlite:////data/quoth") == "sqlite:////data/quoth-queue"
    assert queue_beside("postgresql://db/quoth") == "postgresql://db/quoth"


def job(store: Store, parts: int) -> str:
    content = (NewPart(lines=((number, "{}"),)) for number in range(1, parts + 1))
    return store.create_job(content, scope=Scope.SPEECH).id


def test_what_was_handed_over_is_announced_up_to_a_bound(store: Store, queue: Queue) -> None:
    made = job(store, WINDOW + 5)
    announcer(store, queue)()
    assert taken(queue) == [PartId(job=made, number=number) for number in range(WINDOW)]
    tend(store, queue)
    assert taken(queue) == [PartId(job=made, number=number) for number in range(WINDOW, WINDOW + 5)]


def test_what_the_queue_lost_is_put_into_it_again(store: Store, store_url: str, queue: Queue) -> None:
    made = job(store, 2)
    announcer(store, queue)()
    queue.huey.storage.flush_queue()
    tend(store, queue)
    assert queue.size() == 0, "it may be that a worker is about to take them"
    database = open_database(store_url)
    with database.writing() as connection:
        connection.execute(update(job_parts).values(queued_at=datetime.now(UTC) - timedelta(minutes=1)))
    database.close()
    tend(store, queue)
    assert taken(queue) == [PartId(job=made, number=number) for number in range(2)]


def test_a_queue_that_is_away_delays_a_job_and_no_more(store: Store) -> None:
    # nobody listens at this port
    away = Queue("redis://127.0.0.1:9/0")
    made = job(store, 1)
    announcer(store, away)()
    assert store.job(made).total == 1
