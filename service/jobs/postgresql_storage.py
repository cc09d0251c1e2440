"""A PostgreSQL table as huey's storage, over the store's driver: huey's own needs psycopg, whose licence is the LGPL.

As small as it can be: messages that are put and taken. Nothing of ours is scheduled, revoked or has a result, so what
huey would keep of that is nowhere.
"""

from __future__ import annotations

from typing import Any

from huey.constants import EmptyData
from huey.storage import BaseStorage
from sqlalchemy import Connection, text

from service.store.databases import open_database

_TABLE = """
    CREATE TABLE IF NOT EXISTS queue_messages (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, queue text NOT NULL, message bytea NOT NULL
    )
"""
# two that make the table at once would both find it missing; the number is any, but fixed
_MAKING = 7_105_316_285
# a message is put or taken at once; a server that is silent for so long is gone
_ANSWER_SECONDS = 30
# SKIP LOCKED: who comes second takes the next one rather than wait
_TAKE = """
    DELETE FROM queue_messages WHERE id = (
        SELECT id FROM queue_messages WHERE queue = :queue ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING message
"""


class PostgresqlStorage(BaseStorage):  # type: ignore[misc]
    """Messages in the order in which they came; ``url`` is the database's."""

    priority = False

    def __init__(self, name: str, *, url: str) -> None:
        super().__init__(name)
        self._database = open_database(url, answer_seconds=_ANSWER_SECONDS)
        self._made = False

    def close(self) -> bool:
        """Close this process's connections."""
        self._database.close()
        return True

    def enqueue(self, data: bytes, priority: float | None = None) -> None:  # noqa: ARG002 - the signature is huey's
        """Put a message at the end. Priorities are not kept: ours have none."""
        with self._connection() as connection:
            values = {"queue": self.name, "message": data}
            connection.execute(text("INSERT INTO queue_messages (queue, message) VALUES (:queue, :message)"), values)

    def dequeue(self) -> bytes | None:
        """Take the first message; None where there is none."""
        with self._connection() as connection:
            found = connection.execute(text(_TAKE), {"queue": self.name}).scalar()
            return None if found is None else bytes(found)

    def queue_size(self) -> int:
        """How many messages wait."""
        with self._connection() as connection:
            query = text("SELECT count(*) FROM queue_messages WHERE queue = :queue")
            return int(connection.execute(query, {"queue": self.name}).scalar_one())

    def enqueued_items(self, limit: int | None = None) -> list[bytes]:
        """The messages that wait, first one first."""
        with self._connection() as connection:
            query = text("SELECT message FROM queue_messages WHERE queue = :queue ORDER BY id LIMIT :limit")
            return [bytes(found) for found in connection.scalars(query, {"queue": self.name, "limit": limit})]

    def flush_queue(self) -> None:
        """Forget all messages."""
        with self._connection() as connection:
            connection.execute(text("DELETE FROM queue_messages WHERE queue = :queue"), {"queue": self.name})

    def read_schedule(self, ts: Any) -> list[bytes]:  # noqa: ARG002 - the signature is huey's
        """Nothing is scheduled."""
        return []

    def peek_data(self, key: str) -> Any:  # noqa: ARG002 - the signature is huey's
        """No data is kept."""
        return EmptyData

    def pop_data(self, key: str) -> Any:  # noqa: ARG002 - the signature is huey's
        """No data is kept."""
        return EmptyData

    def _connection(self) -> Any:
        """A transaction, in a database that has the table."""
        if not self._made:
            with self._database.engine.begin() as connection:
                _make(connection)
            self._made = True
        return self._database.engine.begin()


def _make(connection: Connection) -> None:
    if connection.scalar(text("SELECT to_regclass('queue_messages')")) is None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MAKING})
        connection.execute(text(_TABLE))
