"""What a database is to the store: connections, transactions, and what is said where they fail.

One transaction for each call of the store: a reader sees one state of the database throughout, a writer is alone from
its first statement on, so that what it looked up is still true when it writes.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, Engine, exc

from service.errors import StoreUnavailable

#: Connections of one process: one for each thread of a worker; a thread beyond waits for its turn.
POOL_SIZE = 16
POOL_OVERFLOW = 16


class Database(ABC):
    """A database that is opened when it is first used, in each process anew."""

    def __init__(self, *, busy_timeout_seconds: float) -> None:
        self.busy_timeout_seconds = busy_timeout_seconds
        #: What follows every change, in its transaction: the index of what is alike.
        self.before_commit: Callable[[Connection], None] | None = None
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._process = 0
        # Engines of the parent process: never used and never closed here. SQLite forbids both after a fork, and a
        # connection to a server that is closed here would be closed for the parent too.
        self._inherited: list[Engine] = []
        self._held = threading.local()

    @property
    def engine(self) -> Engine:
        """This process's engine."""
        with self._lock:
            if self._engine is not None and self._process != os.getpid():
                self._inherited.append(self._engine)
                self._engine = None
            if self._engine is None:
                self._engine = self._create_engine()
                self._process = os.getpid()
            return self._engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database, within ``snapshot`` its one. Raises StoreUnavailable."""
        held: Connection | None = getattr(self._held, "connection", None)
        if held is not None:
            yield held
            return
        with self.faults_told(), self._reading() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that this thread reads within the block is of one state of the database. Raises StoreUnavailable."""
        if getattr(self._held, "connection", None) is not None:
            yield
            return
        with self.reading() as connection:
            self._held.connection = connection
            try:
                yield
            finally:
                self._held.connection = None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is alone in writing; all of it or, on any error, nothing. Raises StoreUnavailable."""
        with self.faults_told(), self._writing() as connection:
            yield connection
            if self.before_commit is not None:
                self.before_commit(connection)

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A writing transaction for changes of the schema, which makes the database where it can be made.

        Raises StoreUnavailable.
        """
        with self.faults_told(), self._migrating() as connection:
            yield connection

    def close(self) -> None:
        """Close this process's connections."""
        with self._lock:
            if self._engine is not None and self._process == os.getpid():
                self._engine.dispose()
                self._engine = None

    @contextmanager
    def faults_told(self) -> Iterator[None]:
        """Turn what is the database's state, not a mistake in our SQL, into StoreUnavailable."""
        try:
            yield
        except exc.TimeoutError as error:
            raise StoreUnavailable(f"{self} is busy: no connection came free in time; try again later") from error
        except exc.DBAPIError as error:
            self._tell(error.orig)
            raise
        except Exception as error:
            self._tell(error)
            raise

    def _tell(self, error: BaseException | None) -> None:
        state = None if error is None else self.state_of(error)
        if state is not None:
            raise StoreUnavailable(f"{self} {state}") from error

    @abstractmethod
    def __str__(self) -> str:
        """*the database NAME*; messages reach users of the API, whom our folders and hosts do not concern."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a database; an empty one counts. Raises StoreUnavailable where that cannot be told."""

    @abstractmethod
    def state_of(self, error: BaseException) -> str | None:
        """What a driver's error says of the database, in words that follow *the database*; None: nothing."""

    @abstractmethod
    def _create_engine(self) -> Engine: ...

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]: ...

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]: ...

    @abstractmethod
    def _migrating(self) -> AbstractContextManager[Connection]: ...
