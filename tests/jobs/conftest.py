"""Queues of each kind, and a store for workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.jobs.queue import Queue
from service.store import Store
from tests.databases import Backend

# each of pytest-xdist's processes has a database of its own
_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
REDIS = os.environ.get("TEST_REDIS_URL", f"redis://127.0.0.1:6379/{3 + int(_PROCESS)}")
KINDS = ("sqlite", "redis", "postgresql")


@pytest.fixture
def store_url(sqlite: Backend) -> Iterator[str]:
    """The database that ``store`` is in."""
    with sqlite.database() as url:
        yield url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store."""
    with Store(store_url, busy_timeout_seconds=60) as opened:
        yield opened


@pytest.fixture(params=KINDS)
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Queue]:
    """An empty queue of each kind."""
    if request.param == "sqlite":
        opened = Queue(f"sqlite:///{tmp_path}/deep/queue.db")
    elif request.param == "redis":
        opened = Queue(REDIS)
        skip_without_redis(opened)
    else:
        opened = Queue(request.getfixturevalue("postgresql_url"))
    opened.huey.storage.flush_queue()
    yield opened
    opened.huey.storage.flush_queue()
    opened.close()


@pytest.fixture
def postgresql_url(postgresql: Backend) -> Iterator[str]:
    """A database of a server."""
    with postgresql.database() as url:
        yield url


def skip_without_redis(queue: Queue) -> None:
    """Skip, and in CI fail, where no Redis answers."""
    from redis.exceptions import RedisError  # noqa: PLC0415

    try:
        queue.size()
    except RedisError as error:
        reason = f"no Redis answers (TEST_REDIS_URL): {type(error).__name__}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
