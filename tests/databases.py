"""Databases for tests: empty ones at this release's schema, in SQLite and in PostgreSQL.

PostgreSQL is the server that ``TEST_POSTGRESQL_URL`` names, else one on this machine. Where none answers, its tests
are skipped, but not in CI.
"""

from __future__ import annotations

import os
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, exc, make_url, text

from service.store import Store
from service.store.tables import metadata

SERVER = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
BACKENDS = ("sqlite", "postgresql")
_NUMBERS = count(1)


class Backend(ABC):
    """Where databases are made."""

    name: str

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a database of one's own at this release's schema; it goes with the block."""
        url = self.make()
        try:
            yield url
        finally:
            self.drop(url)

    @abstractmethod
    def make(self, *, empty: bool = False) -> str:
        """A new database; ``empty``: without any table."""

    @abstractmethod
    def drop(self, url: str) -> None:
        """Remove it, with whoever is connected."""


class SqliteBackend(Backend):
    """Files in a folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        # to be copied, since to migrate anew for each test takes long
        self._template = folder / "template.db"
        with Store(f"sqlite:///{self._template}") as store:
            store.upgrade()

    def make(self, *, empty: bool = False) -> str:
        # a folder each, so that two databases can have files of one name beside them
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        if not empty:
            shutil.copy(self._template, folder / "quoth.db")
        return f"sqlite:///{folder / 'quoth.db'}"

    def drop(self, url: str) -> None:
        shutil.rmtree(path_of(url).parent, ignore_errors=True)


class PostgresqlBackend(Backend):
    """Databases of a server."""

    name = "postgresql"

    def __init__(self) -> None:
        self._server = make_url(SERVER).set(drivername="postgresql+pg8000")
        self._engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        self._prefix = f"quoth_test_{os.getpid()}"
        # used again, since to make one takes seconds
        self._free: list[str] = []
        self.drop(self.make())

    def make(self, *, empty: bool = False) -> str:
        if self._free and not empty:
            return self._free.pop()
        name = f"{self._prefix}_{next(_NUMBERS)}"
        with self._engine.connect() as connection:
            self._create(connection, name)
            # what is lost in a power cut may be: these are tests
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
        url = self._server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        if not empty:
            with Store(url) as store:
                store.upgrade()
        return url

    def drop(self, url: str) -> None:
        name = make_url(url).database
        with self._engine.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
            )
        try:
            if self._emptied(url):
                self._free.append(url)
                return
        except exc.DBAPIError:
            # a test took it apart
            pass
        self._remove(url)

    def close(self) -> None:
        """Remove all."""
        for url in self._free:
            self._remove(url)
        self._engine.dispose()

    def _create(self, connection: Connection, name: str) -> None:
        for left in reversed(range(60)):
            try:
                connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
            except exc.DBAPIError as error:
                # one database can be made at a time, and other runs make theirs
                if "being accessed" not in str(error) or not left:
                    raise
                time.sleep(0.5)
            else:
                return

    def _emptied(self, url: str) -> bool:
        """Delete all rows; whether it is at this release's schema."""
        engine = create_engine(make_url(url).set(drivername="postgresql+pg8000"))
        try:
            with engine.begin() as connection:
                for table in reversed(metadata.sorted_tables):
                    connection.execute(table.delete())
        finally:
            engine.dispose()
        with Store(url) as store:
            return store.is_current()

    def _remove(self, url: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)"))


def path_of(url: str) -> Path:
    """The file of a SQLite URL."""
    return Path(str(make_url(url).database))


@contextmanager
def backend_of(name: str, folder: Path) -> Iterator[Backend]:
    """The backend with this name; skips, and in CI fails, where no PostgreSQL answers."""
    if name == "sqlite":
        yield SqliteBackend(folder)
        return
    try:
        backend = PostgresqlBackend()
    except (exc.InterfaceError, OSError) as error:
        reason = f"no PostgreSQL answers at {make_url(SERVER).host} (TEST_POSTGRESQL_URL): {error.__class__.__name__}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield backend
    finally:
        backend.close()
