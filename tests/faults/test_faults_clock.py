"""The clock is set back by a day: nothing waits until it is where it was."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from service.access import Access, StoredAnswer
from service.api import create_app
from service.bulk import JobState, NewPart, Outcome
from service.errors import InProgress
from service.jobs.queue import Queue
from service.jobs.tending import tend
from service.model import Scope
from service.pipeline import Pipeline
from service.store import Store
from tests.flat_parser import FlatParser
from tests.store.examples import Said, said

SetBack = Callable[[], None]
BY = timedelta(days=1)
TO_COME = [Outcome(line=1, extraction=said(Said(text="Yes"), id="one"))]


@pytest.fixture
def set_back(monkeypatch: pytest.MonkeyPatch) -> SetBack:
    """What sets the clock back for all of Quoth, and for those whom it asks for the time of day."""
    right = time.time

    class Late(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) - BY

    def set_it_back() -> None:
        monkeypatch.setattr(time, "time", lambda: right() - BY.total_seconds())
        ours = [module for name, module in sys.modules.items() if name.startswith("service.")]
        for module in ours:
            if getattr(module, "datetime", None) is datetime:
                monkeypatch.setattr(module, "datetime", Late)

    return set_it_back


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path}/quoth.db") as opened:
        opened.upgrade()
        yield opened


def test_a_lease_of_a_worker_that_is_gone_runs_out(store: Store, set_back: SetBack) -> None:
    store.create_job([NewPart(lines=((1, "{}"),))], scope=Scope.SPEECH)
    [part] = store.parts_to_queue(limit=9)
    assert store.take_part(part, owner="gone", seconds=3600)
    assert store.parts_to_queue(limit=9) == ()
    set_back()
    assert store.parts_to_queue(limit=9) == (part,)
    assert store.take_part(part, owner="next", seconds=60)
    # and no sooner than it should
    assert store.take_part(part, owner="another", seconds=60) is None


def test_a_worker_that_lives_goes_on(store: Store, set_back: SetBack) -> None:
    job = store.create_job([NewPart(lines=((1, "{}"),))], scope=Scope.SPEECH)
    lease = store.take_part(store.parts_to_queue(limit=9)[0], owner="one", seconds=60)
    assert lease
    set_back()
    store.renew_lease(lease, seconds=60)
    store.advance(lease, 0, TO_COME, seconds=60)
    assert (store.job(job.id).state, store.job(job.id).stored) == (JobState.DONE, 1)


def test_what_the_queue_has_lost_comes_into_it_again(store: Store, tmp_path: Path, set_back: SetBack) -> None:
    queue = Queue(f"sqlite:///{tmp_path}/queue.db")
    store.create_job([NewPart(lines=((1, "{}"),))], scope=Scope.SPEECH)
    tend(store, queue)
    queue.huey.storage.flush_queue()
    set_back()
    tend(store, queue)
    assert queue.size() == 1
    queue.close()


def test_a_request_that_was_never_answered_can_come_again(store: Store, set_back: SetBack) -> None:
    assert store.begin_request("lost", owner="", fingerprint="f") is None
    store.begin_request("done", owner="", fingerprint="f")
    store.end_request("done", owner="", answer=StoredAnswer(status=201, reference="a"))
    with pytest.raises(InProgress):
        store.begin_request("lost", owner="", fingerprint="f")
    set_back()
    assert store.begin_request("lost", owner="", fingerprint="f") is None
    # what was carried out is not carried out again
    assert store.begin_request("done", owner="", fingerprint="f") == StoredAnswer(status=201, reference="a")


def test_pages_hold_everything_once(store: Store, set_back: SetBack) -> None:
    for number in range(5):
        store.save(said(Said(text=f"One {number}"), id=f"before-{number}"))
    page = store.articles(limit=3)
    found = [head.id for head in page.items]
    set_back()
    store.save(said(Said(text="Two"), id="after"))
    while page.next_cursor:
        page = store.articles(limit=3, cursor=page.next_cursor)
        found += [head.id for head in page.items]
    assert sorted(set(found) - {"after"}) == [f"before-{number}" for number in range(5)]
    assert len(found) == len(set(found))


def test_a_key_is_not_refused_until_the_clock_is_where_it_was(store: Store, set_back: SetBack) -> None:
    _, secret = store.create_key("the desk", [Access.READ])
    pipeline = Pipeline(FlatParser(), max_chars=20_000)
    client = create_app(pipeline=pipeline, store=store, keys_needed=True, requests_per_minute=3).test_client()

    def statuses(number: int) -> list[int]:
        headers = {"Authorization": f"Bearer {secret}"}
        return [client.get("/v1/articles", headers=headers).status_code for _ in range(number)]

    assert statuses(5) == [200, 200, 200, 429, 429]
    set_back()
    assert statuses(4) == [200, 200, 200, 429]
