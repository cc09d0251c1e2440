"""Connections to the database, their transactions, and what goes wrong with them.

One transaction for each call of the store: a reader sees one state of the database throughout, a writer holds the
write lock from its first statement on, so that what it looked up is still true when it writes.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool, QueuePool

from service.errors import SettingsError, StoreUnavailable

# What of SQLite's result codes is the database's state, not a mistake in our SQL; extended codes keep these 8 bits.
_LOCKED = "is locked by another program or a long write; try again later"
_STATES = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_FULL: "cannot grow: its disk is full; make room",
    sqlite3.SQLITE_READONLY: "can only be read; make the file and its folder writable",
    sqlite3.SQLITE_PERM: "can only be read; make the file and its folder writable",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; 'quoth db upgrade' makes it where it does not exist yet",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error; look at the system's log",
    sqlite3.SQLITE_NOTADB: "is no SQLite database; name another file",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup",
    sqlite3.SQLITE_NOMEM: "cannot be used: no memory is left; try again later",
}


class Database:
    """A SQLite file, opened when it is first used, in each process anew."""

    def __init__(self, url: str, *, make_directory: bool, busy_timeout_seconds: float) -> None:
        self.path = _path_of(url)
        self._make_directory = make_directory
        self._busy_timeout_seconds = busy_timeout_seconds
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._process = 0
        # Engines of the parent process: never used and never closed here, since SQLite forbids both after a fork.
        self._inherited: list[Engine] = []

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
        """A transaction that sees one state of the database. Raises StoreUnavailable."""
        with self._faults_told(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is alone in writing; all of it or, on any error, nothing. Raises StoreUnavailable."""
        with self._faults_told(), self.engine.execution_options(writes=True).begin() as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A writing transaction that makes the file where there is none, for changes of the schema.

        Foreign keys are not enforced in it, since SQLite alters a table by dropping it after a copy, which would
        delete what refers to it; they are checked at the end. Raises StoreUnavailable.
        """
        with self._faults_told():
            self._prepare_directory()
            engine = create_engine("sqlite://", creator=self._connect_to_migrate, poolclass=NullPool)
            _begin_ourselves(engine)
            with engine.execution_options(writes=True).begin() as connection:
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise StoreUnavailable(f"{self}: {len(broken)} rows would refer to nothing; nothing was changed")

    def close(self) -> None:
        """Close this process's connections."""
        with self._lock:
            if self._engine is not None and self._process == os.getpid():
                self._engine.dispose()
                self._engine = None

    def __str__(self) -> str:
        # messages reach users of the API, whom our folders do not concern
        return f"the database {self.path.name}"

    def _create_engine(self) -> Engine:
        engine = create_engine(
            "sqlite://",
            creator=lambda: self._connect("rw"),
            poolclass=QueuePool,
            # one for each thread of a worker; a thread beyond waits for its turn
            pool_size=16,
            max_overflow=16,
            pool_timeout=self._busy_timeout_seconds,
        )
        _begin_ourselves(engine)
        return engine

    def _connect(self, mode: str) -> sqlite3.Connection:
        # As a URI, because only so can a connection refuse to make an empty file where there is none.
        connection = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode={mode}",
            uri=True,
            timeout=self._busy_timeout_seconds,
            isolation_level=None,  # the driver begins no transactions; _begin_ourselves does
            check_same_thread=False,  # the pool hands a connection to one thread at a time
        )
        connection.execute("PRAGMA foreign_keys = ON")
        # FULL: with WAL, NORMAL could lose the last commits at a power cut, and what was accepted is never to be lost.
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _connect_to_migrate(self) -> sqlite3.Connection:
        connection = self._connect("rwc")
        connection.execute("PRAGMA foreign_keys = OFF")
        # Kept in the file from here on: readers do not wait for a writer, nor a writer for readers.
        connection.execute("PRAGMA journal_mode = WAL")
        return connection

    def _prepare_directory(self) -> None:
        folder = self.path.parent
        if folder.is_dir():
            return
        if not self._make_directory:
            raise StoreUnavailable(
                f"{self} cannot be made: there is no folder {folder}; make it, or name another in QUOTH_DATABASE_URL"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"{self} cannot be made: the folder {folder} cannot be: {error.strerror}") from error

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            yield
        except exc.TimeoutError as error:
            raise StoreUnavailable(f"{self} is busy: no connection came free in time; try again later") from error
        except exc.DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                self._tell(error.orig)
            raise
        except sqlite3.Error as error:
            self._tell(error)
            raise

    def _tell(self, error: sqlite3.Error) -> None:
        """Raise StoreUnavailable where the error is the state of the database, not of our SQL."""
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            return
        state = _STATES.get(code & 0xFF)
        if state is not None:
            raise StoreUnavailable(f"{self} {state}") from error
        if "no such table" in str(error) or "no such column" in str(error):
            raise StoreUnavailable(f"{self} lacks this release's tables; run 'quoth db upgrade'") from error


def _begin_ourselves(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock now, and waits for it; a plain BEGIN that reads first could later be refused it
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _path_of(url: str) -> Path:
    """The file that a URL names, absolute. Raises SettingsError."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError as error:
        raise SettingsError((f"the database URL: got {url!r}, which is no URL; write sqlite:///FILE",)) from error
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite") or parsed.host or parsed.query:
        raise SettingsError((f"the database URL: got {_shown(parsed)}; this release stores in sqlite:///FILE",))
    if parsed.database in (None, "", ":memory:"):
        raise SettingsError(
            (f"the database URL: got {_shown(parsed)}, which every worker would have for itself; name a file",)
        )
    return Path(str(parsed.database)).expanduser().absolute()


def _shown(url: URL) -> str:
    return repr(url.render_as_string(hide_password=True))
