"""Synthetic quotes written to an empty database in bulk, with the index of what is alike: a million in minutes."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from bench.store_fill import TABLES, Drawing, Rows, World, columns_of, make_world
from service.store.databases import open_database
from service.store.sqlite import SqliteDatabase

Told = Callable[[str], None]
# index entries that are handed over at once
CHUNK = 1_000_000


def fill(url: str, count: int, told: Told, seed: int = 7) -> World:
    """Fill an empty store at this release's schema with ``count`` quotes; what they were drawn from."""
    world = make_world(count, seed)
    drawn = Drawing(world, seed).batches(count)
    database = open_database(url)
    if isinstance(database, SqliteDatabase):
        with closing(database.connect("rw")) as connection:
            _fill_sqlite(connection, drawn, told)
    else:
        with database.migrating() as connection:
            _fill_postgresql(connection, drawn, told)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    database.close()
    told("filled")
    return world


class _Filed:
    """Entries of the index, gathered to be sorted: a tree is built from one end to the other much faster."""

    def __init__(self) -> None:
        self._rows: list[Rows] = []

    def add(self, rows: Rows) -> None:
        self._rows.append(rows)

    def chunks(self) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64]]]:
        terms = np.concatenate([rows.terms for rows in self._rows])
        filed = np.concatenate([rows.filed for rows in self._rows])
        order = np.lexsort((filed, terms))
        for start in range(0, len(order), CHUNK):
            part = order[start : start + CHUNK]
            yield terms[part], filed[part]


def _fill_sqlite(connection: sqlite3.Connection, drawn: Iterator[Rows], told: Told) -> None:
    connection.execute("PRAGMA synchronous = OFF")
    # speakers come last
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA cache_size = -500000")
    made = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('index', 'trigger')"
    ).fetchall()
    connection.execute("BEGIN IMMEDIATE")
    for kind, name, _ in made:
        connection.execute(f"DROP {kind} {name}")
    filed = _Filed()
    for rows in _noted(drawn, filed, told):
        for table in TABLES:
            columns = columns_of(table)
            marks = ", ".join("?" * len(columns))
            connection.executemany(
                f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - our own tables
                rows.tables[table.name],
            )
    for terms, numbers in filed.chunks():
        pairs = zip(terms.tolist(), numbers.tolist(), strict=True)
        connection.executemany("INSERT INTO quote_terms (term, quote) VALUES (?, ?)", pairs)
    told("rows are in; indices follow")
    for _, _, statement in made:
        connection.execute(statement)
    for index in ("quote_search", "article_search"):
        connection.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608 - our own tables
    connection.execute("COMMIT")
    told("statistics")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill_postgresql(connection: Connection, drawn: Iterator[Rows], told: Told) -> None:
    # no trigger, of ours or for references: what goes in is whole
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    indexes = connection.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'ix\\_%'"
        )
    ).all()
    for name, _ in indexes:
        connection.execute(text(f"DROP INDEX {name}"))
    connection.execute(text("ALTER TABLE quote_terms DROP CONSTRAINT pk_quote_terms"))
    # the driver's own, which can be fed from a stream
    cursor: Any = connection.connection.cursor()
    filed = _Filed()
    for rows in _noted(drawn, filed, told):
        for table in TABLES:
            columns = columns_of(table)
            stream = io.BytesIO("".join(map(_copied, rows.tables[table.name])).encode())
            cursor.execute(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN", stream=stream)
    for terms, numbers in filed.chunks():
        stream = io.BytesIO(_binary(terms, numbers))
        cursor.execute("COPY quote_terms (term, quote) FROM STDIN (FORMAT binary)", stream=stream)
    told("rows are in; indices follow")
    connection.execute(text("ALTER TABLE quote_terms ADD CONSTRAINT pk_quote_terms PRIMARY KEY (term, quote)"))
    for _, statement in indexes:
        connection.exec_driver_sql(statement)


def _noted(drawn: Iterator[Rows], filed: _Filed, told: Told) -> Iterator[Rows]:
    quotes = 0
    for rows in drawn:
        filed.add(rows)
        quotes += len(rows.tables["quotes"])
        told(f"{quotes:,} quotes")
        yield rows


def _copied(row: Sequence[Any]) -> str:
    """A row in the text format of COPY."""
    cells = (
        "\\N" if cell is None else str(cell).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        for cell in row
    )
    return "\t".join(cells) + "\n"


def _binary(terms: NDArray[np.int32], numbers: NDArray[np.int64]) -> bytes:
    """Rows in the binary format of COPY: a header, of each row the lengths and values of its fields, and an end."""
    row = np.dtype([("fields", ">i2"), ("long", ">i4"), ("term", ">i4"), ("longer", ">i4"), ("quote", ">i8")])
    rows = np.empty(len(terms), row)
    rows["fields"], rows["long"], rows["longer"] = 2, 4, 8
    rows["term"], rows["quote"] = terms, numbers
    return b"PGCOPY\n\xff\r\n\x00" + bytes(8) + rows.tobytes() + b"\xff\xff"
