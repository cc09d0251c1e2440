"""A SQLite file as the store's database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool, QueuePool

from service.errors import SettingsError, StoreUnavailable
from service.store.engine import POOL_OVERFLOW, POOL_SIZE, Database

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


class SqliteDatabase(Database):
    """A SQLite file. ``make_directory`` makes its folder, when it is made itself."""

    def __init__(self, path: Path, *, make_directory: bool, busy_timeout_seconds: float) -> None:
        super().__init__(busy_timeout_seconds=busy_timeout_seconds)
        self.path = path
        self._make_directory = make_directory

    def __str__(self) -> str:
        return f"the database {self.path.name}"

    def exists(self) -> bool:
        """Whether there is such a file."""
        return self.path.exists()

    def state_of(self, error: BaseException) -> str | None:
        """See ``Database``; from SQLite's result codes."""
        code = getattr(error, "sqlite_errorcode", None)
        if not isinstance(error, sqlite3.Error) or code is None:
            return None
        if code == sqlite3.SQLITE_IOERR_SHMSIZE:
            return _STATES[sqlite3.SQLITE_FULL]
        if code & 0xFF == sqlite3.SQLITE_CANTOPEN and self.path.exists():
            # while it is in use, SQLite keeps a file beside it
            return "is there and cannot be opened; make the file and its folder writable"
        state = _STATES.get(code & 0xFF)
        if state is None and ("no such table" in str(error) or "no such column" in str(error)):
            return "lacks this release's tables; run 'quoth db upgrade'"
        return state

    def connect(self, mode: str) -> sqlite3.Connection:
        """A connection of the driver's own; ``mode`` is SQLite's: ``ro``, ``rw`` or ``rwc``, which makes the file."""
        # As a URI, because only so can a connection refuse to make an empty file where there is none.
        connection = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode={mode}",
            uri=True,
            timeout=self.busy_timeout_seconds,
            isolation_level=None,  # the driver begins no transactions; _begin_ourselves does
            check_same_thread=False,  # the pool hands a connection to one thread at a time
        )
        connection.execute("PRAGMA foreign_keys = ON")
        # FULL: with WAL, NORMAL could lose the last commits at a power cut, and what was accepted is never to be lost.
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def _create_engine(self) -> Engine:
        engine = create_engine(
            "sqlite://",
            creator=lambda: self.connect("rw"),
            poolclass=QueuePool,
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            pool_timeout=self.busy_timeout_seconds,
        )
        _begin_ourselves(engine)
        return engine

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self.engine.execution_options(writes=True).begin() as connection:
            yield connection

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        # Foreign keys are not enforced here, since SQLite alters a table by dropping it after a copy, which would
        # delete what refers to it; they are checked at the end.
        self.prepare_directory()
        engine = create_engine("sqlite://", creator=self._connect_to_migrate, poolclass=NullPool)
        _begin_ourselves(engine)
        with engine.execution_options(writes=True).begin() as connection:
            yield connection
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise StoreUnavailable(f"{self}: {len(broken)} rows would refer to nothing; nothing was changed")

    def _connect_to_migrate(self) -> sqlite3.Connection:
        connection = self.connect("rwc")
        connection.execute("PRAGMA foreign_keys = OFF")
        # Kept in the file from here on: readers do not wait for a writer, nor a writer for readers.
        connection.execute("PRAGMA journal_mode = WAL")
        return connection

    def prepare_directory(self) -> None:
        """Make sure of the file's folder. Raises StoreUnavailable."""
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


def sqlite_path(url: URL, shown: str) -> Path:
    """The file that a URL names, absolute; ``shown`` is the URL as it may stand in a message. Raises SettingsError."""
    if url.host or url.query:
        raise SettingsError((f"the database URL: got {shown}; for SQLite it is sqlite:///FILE and no more",))
    if url.database in (None, "", ":memory:"):
        raise SettingsError((f"the database URL: got {shown}, which every worker would have for itself; name a file",))
    return Path(str(url.database)).expanduser().absolute()


def _begin_ourselves(engine: Engine) -> None:
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock now, and waits for it; a plain BEGIN that reads first could later be refused it
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
