"""The queue, huey's: the ids of parts that are to be read next, as JSON, and nothing else.

Where: a SQLite file, a Redis server or a PostgreSQL database, by URL. What it holds may get lost, and may be in it
twice: the store knows which parts are left, and lends each to one worker at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from huey import Huey
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import RedisStorage, SqliteStorage
from sqlalchemy import make_url

from service.bulk import PartId
from service.store.sqlite import sqlite_path

NAME = "quoth"
#: Parts that are in the queue at a time; each that was gone through lets the next one in.
WINDOW = 64
_LOCKED_SECONDS = 5
_REDIS_SECONDS = 5


class Queue:
    """``url`` is ``sqlite:///FILE``, ``redis://…``, ``rediss://…`` or ``postgresql://…``.

    Usable from many threads; each process opens connections of its own. Raises what its driver raises: of SQLite, Redis
    or PostgreSQL.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        #: Told the part that is at hand, in a worker.
        self.work: Callable[[PartId], None] = _nobody

    @cached_property
    def huey(self) -> Huey:
        """huey, with its storage; opened when it is first used, so that a server starts where the queue is away."""
        made = Huey(NAME, results=False, serializer=_Json(), **_storage(self._url))
        self._task = made.task(name="read_part")(self._read_part)
        return made

    def put(self, parts: Iterable[PartId]) -> None:
        """Add parts, to be read in this order."""
        for part in parts:
            self.huey.enqueue(self._task.s(part.job, part.number))

    def size(self) -> int:
        """How many parts are in it."""
        return int(self.huey.pending_count())

    def close(self) -> None:
        """Close this process's connection; the queue may be used again."""
        if "huey" in self.__dict__:
            self.huey.storage.close()

    def _read_part(self, job: str, number: int) -> None:
        self.work(PartId(job=job, number=number))


def queue_beside(database_url: str) -> str:
    """The URL of the queue that needs no further server: a file beside SQLite's, or PostgreSQL itself.

    >>> queue_beside("sqlite:////data/quoth.db"), queue_beside("postgresql://quoth@db.example/quoth")
    ('sqlite:////data/quoth-queue.db', 'postgresql://quoth@db.example/quoth')
    """
    url = make_url(database_url)
    if not url.drivername.startswith("sqlite"):
        return database_url
    path = sqlite_path(url, repr(database_url))
    return f"sqlite:///{path.with_name(f'{path.stem}-queue{path.suffix}')}"


class _Json(Serializer):  # type: ignore[misc]
    """Messages as JSON: what comes out of a queue is never run."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(bytes(data)))


def _storage(url: str) -> dict[str, Any]:
    """huey's storage for a URL, and what it is told."""
    if url.startswith("sqlite"):
        path = sqlite_path(make_url(url), repr(url))
        path.parent.mkdir(parents=True, exist_ok=True)
        # what a power cut takes is put into it again
        return {
            "storage_class": SqliteStorage,
            "filename": str(path),
            "timeout": _LOCKED_SECONDS,
            "fsync": False,
            "cache_mb": 1,
        }
    if url.startswith("redis"):
        from redis import ConnectionPool  # noqa: PLC0415 - loaded where it is used

        # a server that does not answer is one that is gone; longer than the wait for a message, which is a second
        pool = ConnectionPool.from_url(url, socket_timeout=_REDIS_SECONDS, socket_connect_timeout=_REDIS_SECONDS)
        return {"storage_class": RedisStorage, "connection_pool": pool, "read_timeout": 1}
    from service.jobs.postgresql_storage import PostgresqlStorage  # noqa: PLC0415 - loaded where it is used

    return {"storage_class": PostgresqlStorage, "url": url}


def _nobody(_part: PartId) -> None:
    raise RuntimeError("this queue is there to be filled: no worker reads it")
