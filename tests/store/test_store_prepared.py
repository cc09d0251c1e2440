"""Statements that a connection to PostgreSQL has read once: the same rows, and no trouble when something fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, bindparam, exc, text

from service.errors import StoreUnavailable
from service.store.databases import open_database
from service.store.engine import Database
from service.store.prepared import MOST
from tests.databases import Backend

# the connection's own; what the server itself prepares has no name
_KEPT = text("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'pg8000%' AND statement NOT LIKE :not")


@pytest.fixture
def database(postgresql: Backend) -> Iterator[Database]:
    with postgresql.database() as url:
        opened = open_database(url)
        yield opened
        opened.close()


def kept(connection: Connection, *, but: str = "") -> int:
    """How many statements the server keeps for the connection."""
    found = connection.scalar(_KEPT, {"not": but})
    assert isinstance(found, int)
    return found


def sum_of(connection: Connection, number: int, *, added: int) -> int | None:
    """By a statement of its own for each ``added``."""
    found: int | None = connection.scalar(text(f"SELECT CAST(:number AS integer) + {added}"), {"number": number})
    return found


def test_a_statement_is_read_once(database: Database) -> None:
    with database.reading() as connection:
        assert [sum_of(connection, number, added=1) for number in range(5)] == [1, 2, 3, 4, 5]
        before = kept(connection)
    # as long as the connection lives, not the transaction
    with database.reading() as connection:
        assert sum_of(connection, 7, added=1) == 8
        assert kept(connection) == before
        assert sum_of(connection, 7, added=2) == 9
        assert kept(connection) == before + 1


def test_the_server_keeps_no_more_than_so_many(database: Database) -> None:
    with database.reading() as connection:
        for _ in range(2):
            assert [sum_of(connection, 1, added=added) for added in range(MOST + 20)] == [*range(1, MOST + 21)]
        assert kept(connection) == MOST


def test_percent_signs_and_what_looks_like_a_parameter(database: Database) -> None:
    with database.reading() as connection:
        asked = text("SELECT (10 %% CAST(:by AS integer))::text || '%s' || CAST(:signs AS text) || '$1'")
        for by in (3, 4):
            assert connection.scalar(asked, {"by": by, "signs": "%s $1 ' \\"}) == f"{10 % by}%s%s $1 ' \\$1"


def test_a_statement_that_fails_can_be_asked_again(database: Database) -> None:
    divided = text("SELECT 6 / CAST(:by AS integer)")
    for _ in range(3):
        with pytest.raises(exc.DBAPIError, match="division by zero"), database.reading() as connection:
            connection.scalar(divided, {"by": 0})
        with database.reading() as connection:
            assert connection.scalar(divided, {"by": 2}) == 3


def test_a_statement_that_nobody_can_read_is_not_kept(database: Database) -> None:
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="lacks this release's tables"), database.reading() as connection:
            connection.scalar(text("SELECT no_such_column + CAST(:number AS integer)"), {"number": 1})
    with database.reading() as connection:
        assert sum_of(connection, 1, added=1) == 2


@pytest.mark.parametrize(
    ("column", "condition"), [("value", "TRUE"), ("other", "value = :value"), ("value", "value = :value")]
)
def test_a_column_that_gets_another_type_is_an_error_once(database: Database, column: str, condition: str) -> None:
    asked = text(f"SELECT {column} FROM numbers WHERE {condition} AND other <> :other")
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE numbers (value integer, other text)"))
        connection.execute(text("INSERT INTO numbers VALUES (5, 'five')"))
    try:
        with database.reading() as connection:
            assert connection.scalar(asked, {"value": 5, "other": ""}) == {"value": 5, "other": "five"}[column]
        with database.writing() as connection:
            connection.execute(text("ALTER TABLE numbers ALTER COLUMN value TYPE text"))
        with pytest.raises((exc.DBAPIError, StoreUnavailable)), database.reading() as connection:
            connection.scalar(asked, {"value": "5", "other": ""})
        with database.reading() as connection:
            assert connection.scalar(asked, {"value": "5", "other": ""}) == {"value": "5", "other": "five"}[column]
    finally:
        with database.writing() as connection:
            connection.execute(text("DROP TABLE numbers"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-05-01 06:07:08+00", datetime(2024, 5, 1, 6, 7, 8, tzinfo=UTC)),
        ("2024-05-01 06:07:08.5+00", datetime(2024, 5, 1, 6, 7, 8, 500_000, tzinfo=UTC)),
        ("2024-05-01 06:07:08.000001+00", datetime(2024, 5, 1, 6, 7, 8, 1, tzinfo=UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31 23:59:59.999999+00", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_moments(database: Database, written: str, expected: datetime) -> None:
    with database.reading() as connection:
        asked = text("SELECT CAST(CAST(:written AS text) AS timestamptz)").bindparams(bindparam("written", written))
        assert connection.scalar(asked) == expected


def test_rows_of_many_parameters_are_written_one_after_the_other(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE pairs (one integer, other text)"))
        pairs = [{"one": number, "other": None if number % 2 else f"%s {number}"} for number in range(10)]
        written = connection.execute(text("INSERT INTO pairs VALUES (:one, :other)"), pairs)
        assert written.rowcount == 10
        found = connection.execute(text("SELECT one, other FROM pairs WHERE one >= :low ORDER BY one"), {"low": 0})
        assert [row._asdict() for row in found] == pairs
