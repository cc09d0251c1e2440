"""Backups: the whole store in one file, made while it is in use, and read back all or not at all.

A SQLite file is copied as it is, page by page, by SQLite itself. The portable form is lines of JSON, the same for both
kinds of database, so that it also moves a store from one to the other::

    {"quoth": "backup", "schema": "0004", "made_at": "…", "tables": {"articles": ["id", …], …}}
    ["articles", "a-…", …]                      a row: its table, then its values in the order given above
    {"rows": 9876, "sha256": "…"}               how many, and the digest of all lines before this one
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from sqlalchemy import Connection, Table, func, select, tuple_
from sqlalchemy import delete as deleting

from service.errors import BackupError
from service.store import schema
from service.store.engine import Database
from service.store.sqlite import SqliteDatabase
from service.store.tables import UtcDateTime, metadata
from service.store.writing import insert_rows

#: Told how much of how much is done; of 0 where that is not known.
Progress = Callable[[int, int], None]

_MAGIC = b"SQLite format 3\x00"
_GZIP = b"\x1f\x8b"
# rows that are read or written at a time
_BATCH = 1000
_PAGES = 4096


def no_progress(_done: int, _of: int) -> None:
    """Nobody watches."""


def back_up(database: Database, target: Path, *, progress: Progress) -> int:
    """Write a backup, see ``Store.back_up``."""
    if target.exists():
        raise BackupError(f"{target} is there already; name a new file")
    portable = target.name.endswith((".jsonl", ".jsonl.gz"))
    if not portable and not isinstance(database, SqliteDatabase):
        raise BackupError(
            f"{target}: a backup of PostgreSQL is lines of JSON; name a file that ends in .jsonl or .jsonl.gz"
        )
    with _appearing(target) as file:
        if portable or not isinstance(database, SqliteDatabase):
            _dump(database, file, packed=target.suffix == ".gz", progress=progress)
        else:
            _copy(database, file, progress=progress)
    return target.stat().st_size


def restore(database: Database, source: Path, *, progress: Progress) -> None:
    """Read a backup into an empty store, see ``Store.restore``."""
    try:
        with source.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror}") from error
    if start == _MAGIC:
        _restore_copy(database, source, progress=progress)
        return
    try:
        with gzip.open(source, "rb") if start.startswith(_GZIP) else source.open("rb") as lines:
            _load(database, source, lines, progress=progress)
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise BackupError(f"{source} cannot be read to its end: {error}; nothing was restored") from error


def _copy(database: SqliteDatabase, file: Path, *, progress: Progress) -> None:
    with (
        database.faults_told(),
        closing(database.connect("ro")) as connection,
        closing(sqlite3.connect(file)) as copy,
    ):
        connection.backup(
            copy, pages=_PAGES, progress=lambda _status, left, total: progress(total - left, total), sleep=0.01
        )
        # one file, which can be opened where nothing can be written
        copy.execute("PRAGMA journal_mode = DELETE")


def _restore_copy(database: Database, source: Path, *, progress: Progress) -> None:
    if not isinstance(database, SqliteDatabase):
        raise BackupError(f"{source} is a SQLite database; PostgreSQL takes a backup in lines of JSON")
    if database.exists():
        raise BackupError(f"{database} is there already; a copy of SQLite is restored to a new file")
    backup = SqliteDatabase(source, make_directory=False, busy_timeout_seconds=database.busy_timeout_seconds)
    schema.check_restorable(backup)
    database.prepare_directory()
    with _appearing(database.path) as file:
        _copy(backup, file, progress=progress)
    schema.upgrade(database)


def _dump(database: Database, file: Path, *, packed: bool, progress: Progress) -> None:
    with database.reading() as connection, _lines(file, packed=packed) as out:
        digest = hashlib.sha256()

        def write(value: object) -> None:
            line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            out.write(line)

        tables = _tables()
        total = sum(_count(connection, table) for table in tables)
        write(
            {
                "quoth": "backup",
                "schema": schema.revision_of(connection),
                "made_at": datetime.now(UTC).isoformat(),
                "tables": {table.name: [column.name for column in table.c] for table in tables},
            }
        )
        written = 0
        for table in tables:
            for rows in _batches(connection, table):
                for row in rows:
                    write([table.name, *map(_plain, row)])
                written += len(rows)
                progress(written, total)
        write({"rows": written, "sha256": digest.hexdigest()})


def _load(database: Database, source: Path, lines: BinaryIO | gzip.GzipFile, *, progress: Progress) -> None:
    first = lines.readline()
    head = _json(source, first)
    if not isinstance(head, dict) or head.get("quoth") != "backup":
        raise BackupError(f"{source} is no backup of Quoth; its first line says nothing of it")
    schema.upgrade(database)
    with database.writing() as connection:
        # what was half loaded goes with the transaction
        if schema.revision_of(connection) != head["schema"]:
            raise BackupError(
                f"{source} has schema {head['schema']}, this release {schema.revision_of(connection)}; restore it with "
                "the release that wrote it, then run 'quoth db upgrade'"
            )
        if any(_count(connection, table) for table in metadata.sorted_tables):
            raise BackupError(f"{database} is not empty; a backup is restored to an empty database")
        loader = _Loader(connection, head, source)
        digest = hashlib.sha256(first)
        for line in lines:
            value = _json(source, line)
            if isinstance(value, dict):
                if value != {"rows": loader.rows, "sha256": digest.hexdigest()}:
                    raise BackupError(f"{source} is not as it was written; nothing was restored")
                loader.end()
                return
            digest.update(line)
            loader.add(value)
            if loader.rows % _BATCH == 0:
                progress(loader.rows, 0)
        raise BackupError(f"{source} has no end: it is cut off after {loader.rows:,} rows; nothing was restored")


class _Loader:
    """Rows gathered to be written together; a table's stand together, in the order of ``_tables``."""

    def __init__(self, connection: Connection, head: dict[str, Any], source: Path) -> None:
        self.rows = 0
        self._connection = connection
        self._tables = {table.name: table for table in _tables()}
        self._cleared: set[str] = set()
        self._columns: dict[str, list[str]] = head["tables"]
        self._source = source
        self._table: str | None = None
        self._waiting: list[dict[str, Any]] = []

    def add(self, value: Any) -> None:
        """Take a row."""
        name = value[0] if isinstance(value, list) and value else None
        if name not in self._tables or len(value) != 1 + len(self._columns.get(name, ())):
            raise BackupError(f"{self._source}: row {self.rows + 1:,} is none of a table of ours; nothing was restored")
        if name != self._table or len(self._waiting) >= _BATCH:
            self.flush()
            self._table = name
        table = self._tables[name]
        values = zip(self._columns[name], value[1:], strict=True)
        self._waiting.append({column: _typed(table, column, part) for column, part in values})
        self.rows += 1

    def flush(self) -> None:
        """Write what waits."""
        if self._table is not None:
            self._clear(self._table)
            insert_rows(self._connection, self._tables[self._table], self._waiting)
        self._waiting = []

    def end(self) -> None:
        """Write what waits, and see to the tables that the backup has empty."""
        self.flush()
        for name in self._tables.keys() - self._cleared:
            self._clear(name)
        if self._connection.dialect.name == "postgresql":
            for table in self._tables.values():
                self._count_on(table)

    def _count_on(self, table: Table) -> None:
        """Have PostgreSQL count on from the numbers that were loaded, where it gives them itself."""
        for column in table.primary_key.columns:
            counter = func.pg_get_serial_sequence(table.name, column.name)
            last = select(func.max(column)).scalar_subquery()
            if self._connection.scalar(select(counter)) is not None:
                self._connection.execute(select(func.setval(counter, last)).where(last.is_not(None)))

    def _clear(self, name: str) -> None:
        """Forget what triggers have noted in a table while others were filled; the backup knows it."""
        if name not in self._cleared:
            self._connection.execute(deleting(self._tables[name]))
            self._cleared.add(name)


def _tables() -> list[Table]:
    """All tables, what is referred to before what refers to it, and last what triggers fill while others are loaded."""
    related = {constraint.parent for table in metadata.sorted_tables for constraint in table.foreign_key_constraints}
    related |= {key.column.table for table in metadata.sorted_tables for key in table.foreign_keys}
    return sorted(metadata.sorted_tables, key=lambda table: table not in related)


def _batches(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """All rows in the order of the primary key; of a table without one, all at once, since it holds notes only."""
    key = list(table.primary_key.columns)
    if not key:
        rows = list(connection.execute(select(table)).all())
        if rows:
            yield rows
        return
    places = [list(table.c).index(column) for column in key]
    after: tuple[Any, ...] | None = None
    while True:
        query = select(table).order_by(*key).limit(_BATCH)
        if after is not None:
            query = query.where(tuple_(*key) > tuple_(*after))
        rows = list(connection.execute(query).all())
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][place] for place in places)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _plain(value: Any) -> Any:
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def _typed(table: Table, column: str, value: Any) -> Any:
    if value is not None and isinstance(table.c[column].type, UtcDateTime):
        return datetime.fromisoformat(value["at"])
    return value


def _json(source: Path, line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise BackupError(f"{source} is no backup of Quoth, or is damaged: {error}; nothing was restored") from error


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its name when the block ends well, and goes when it does not."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(partial, target)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def _lines(file: Path, *, packed: bool) -> Iterator[IO[bytes]]:
    with file.open("wb") as raw:
        if not packed:
            yield raw
            return
        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=5) as out:
            yield out  # type: ignore[misc]
