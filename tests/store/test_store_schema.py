"""The way up and down through the schema's revisions, with data, and what is said where the revision is not ours."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from service.errors import StoreUnavailable
from service.model import QuoteFilter
from service.store import Store, schema
from service.store.engine import Database
from service.store.tables import metadata

from .examples import Said, said


@pytest.fixture
def plain(database: Path) -> Database:
    return Database(f"sqlite:///{database}", make_directory=False, busy_timeout_seconds=1)


def names(database: Path) -> set[str]:
    connection = sqlite3.connect(database)
    try:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        connection.close()


def test_down_and_up_again_with_data(store: Store, database: Path, plain: Database) -> None:
    post = said(Said(text="“We will pay”"), id="post")
    store.save(post)
    store.close()
    schema.downgrade(plain, "base")
    assert names(database) <= {"alembic_version", "sqlite_autoindex_alembic_version_1"}
    assert not store.is_current()
    store.upgrade()
    assert store.is_current()
    assert store.save(post)[1]
    assert store.extraction("post") == post
    assert len(store.quotes(QuoteFilter(text="pay")).items) == 1


def test_upgrading_what_is_current_changes_nothing(store: Store) -> None:
    post = said(Said(text="Yes"), id="post")
    store.save(post)
    store.upgrade()
    assert store.extraction("post") == post


def _is_ours(object: Any, name: str | None, kind: str, reflected: bool, to: Any) -> bool:
    return not (kind == "table" and name is not None and name.startswith("quote_search"))


def test_the_migrations_lead_to_the_tables_that_the_code_uses(store: Store, plain: Database) -> None:
    with plain.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": _is_ours, "compare_type": True, "target_metadata": metadata}
        )
        assert compare_metadata(context, metadata) == []
    plain.close()


def test_the_file_is_durable_and_lets_readers_pass_writers(store: Store, plain: Database) -> None:
    with plain.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    plain.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 1000}


def _set_revision(database: Path, revision: str | None) -> None:
    connection = sqlite3.connect(database)
    with connection:
        connection.execute("DELETE FROM alembic_version")
        if revision is not None:
            connection.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
    connection.close()


def test_a_newer_database_is_left_alone(store: Store, database: Path, plain: Database) -> None:
    _set_revision(database, "9999")
    assert not store.is_current()
    with pytest.raises(StoreUnavailable, match="is newer than this release: it has schema 9999"):
        store.check()
    with pytest.raises(StoreUnavailable, match="is newer than this release"):
        store.upgrade()
    with pytest.raises(StoreUnavailable, match="is newer than this release"):
        schema.downgrade(plain, "base")
    assert "quotes" in names(database)


def test_an_older_database_is_to_be_upgraded(store: Store, database: Path) -> None:
    _set_revision(database, None)
    assert not store.is_current()
    with pytest.raises(StoreUnavailable, match=r"is older than this release: it has schema none.*quoth db upgrade"):
        store.check()


def test_a_current_database_passes(store: Store) -> None:
    store.check()
    store.ping()
    assert store.is_current()


def test_a_migration_that_fails_leaves_the_database_as_it_was(store: Store, database: Path, plain: Database) -> None:
    before = names(database)
    store.close()
    # the tables are dropped one after the other: one that is not there stops it halfway
    connection = sqlite3.connect(database)
    connection.execute("DROP TABLE speaker_names")
    connection.commit()
    connection.close()
    with pytest.raises(StoreUnavailable, match="lacks this release's tables"):
        schema.downgrade(plain, "base")
    assert {"quotes", "quote_search", "articles"} <= names(database) < before


def test_a_migration_that_leaves_references_to_nothing_is_undone(store: Store, database: Path) -> None:
    store.save(said(Said(text="Yes"), id="post"))
    store.close()
    connection = sqlite3.connect(database)
    with connection:
        # foreign keys are off in a connection that does not ask for them
        connection.execute("DELETE FROM speakers")
    connection.close()
    with pytest.raises(StoreUnavailable, match="rows would refer to nothing; nothing was changed"):
        store.upgrade()
