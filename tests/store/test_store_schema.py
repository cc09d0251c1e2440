"""The way up and down through the schema's revisions, with data, and what is said where the revision is not ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from service.errors import StoreUnavailable
from service.model import ArticleFilter, QuoteFilter
from service.store import Store, schema
from service.store.databases import open_database
from service.store.engine import Database
from service.store.tables import metadata

from .examples import DRIVER, Said, said

DAY = datetime(2024, 5, 1, 8, 30, 0, 250, tzinfo=UTC)


@pytest.fixture
def opened(url: str) -> Iterator[Database]:
    """The database under ``store``."""
    made = open_database(url, busy_timeout_seconds=1)
    yield made
    made.close()


def tables(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(inspect(connection).get_table_names())


POST = said(Said(text="“We will pay”"), Said(text="“Never”", speaker=DRIVER), id="post", published_at=DAY)


def test_down_to_nothing_and_up_again(store: Store, opened: Database) -> None:
    store.save(POST)
    store.close()
    schema.downgrade(opened, "base")
    assert tables(opened) == {"alembic_version"}
    assert not store.is_current()
    store.upgrade()
    assert store.is_current()
    assert store.save(POST)[1]
    assert store.extraction("post") == POST
    assert len(store.quotes(QuoteFilter(text="pay")).items) == 1


def test_each_revision_down_and_up_keeps_articles_and_quotes(store: Store, opened: Database) -> None:
    undated = said(Said(text="“Perhaps the rates will not rise”"), id="undated")
    for article in (undated, POST):
        store.save(article)
    revisions = schema.revisions()
    assert len(revisions) >= 2
    for revision in reversed(revisions[:-1]):
        schema.downgrade(opened, revision)
        assert not store.is_current()
    store.upgrade()
    assert store.extraction("post") == POST
    assert store.extraction("undated") == undated
    assert [stored.article.id for stored in store.quotes(QuoteFilter()).items] == ["post", "post", "undated"]
    # full text, counts and places are there for what was written before
    assert [stored.quote.text for stored in store.quotes(QuoteFilter(text='"rates will"')).items] == [
        "“Perhaps the rates will not rise”"
    ]
    assert [head.id for head in store.articles(ArticleFilter(text="never")).items] == ["post"]
    assert {entry.speaker.name: entry.quote_count for entry in store.speakers().items} == {
        "María Okafor": 2,
        "Tom Reyes": 1,
    }
    assert store.save(said(Said(text="“Later”"), id="later", published_at=DAY))[1]
    assert [head.id for head in store.articles().items] == ["post", "later", "undated"]


def test_upgrading_what_is_current_changes_nothing(store: Store) -> None:
    post = said(Said(text="Yes"), id="post")
    store.save(post)
    store.upgrade()
    assert store.extraction("post") == post


def _is_ours(object: Any, name: str | None, kind: str, reflected: bool, to: Any) -> bool:
    # full text belongs to the dialect
    return "search" not in (name or "")


def test_the_migrations_lead_to_the_tables_that_the_code_uses(store: Store, opened: Database) -> None:
    with opened.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": _is_ours, "compare_type": True, "target_metadata": metadata}
        )
        assert compare_metadata(context, metadata) == []


def test_the_file_is_durable_and_lets_readers_pass_writers(database: Path) -> None:
    plain = open_database(f"sqlite:///{database}", busy_timeout_seconds=1)
    with plain.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    plain.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 1000}


def _set_revision(database: Database, revision: str | None) -> None:
    with database.writing() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if revision is not None:
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})


def test_a_newer_database_is_left_alone(store: Store, opened: Database) -> None:
    _set_revision(opened, "9999")
    assert not store.is_current()
    with pytest.raises(StoreUnavailable, match="is newer than this release: it has schema 9999"):
        store.check()
    with pytest.raises(StoreUnavailable, match="is newer than this release"):
        store.upgrade()
    with pytest.raises(StoreUnavailable, match="is newer than this release"):
        schema.downgrade(opened, "base")
    assert "quotes" in tables(opened)


def test_an_older_database_is_to_be_upgraded(store: Store, opened: Database) -> None:
    _set_revision(opened, None)
    assert not store.is_current()
    with pytest.raises(StoreUnavailable, match=r"is older than this release: it has schema none.*quoth db upgrade"):
        store.check()


def test_a_current_database_passes(store: Store) -> None:
    store.check()
    store.ping()
    assert store.is_current()


def test_a_migration_that_fails_leaves_the_database_as_it_was(store: Store, opened: Database) -> None:
    store.close()
    # the tables are dropped one after the other: one that is not there stops it halfway
    with opened.writing() as connection:
        connection.execute(text("DROP TABLE speaker_names"))
    before = tables(opened)
    with pytest.raises(StoreUnavailable, match="lacks this release's tables"):
        schema.downgrade(opened, "base")
    assert tables(opened) == before >= {"quotes", "articles"}


def test_a_migration_that_leaves_references_to_nothing_is_undone(sqlite_store: Store, database: Path) -> None:
    sqlite_store.save(said(Said(text="Yes"), id="post"))
    sqlite_store.close()
    connection = sqlite3.connect(database)
    with connection:
        # foreign keys are off in a connection that does not ask for them
        connection.execute("DELETE FROM speakers")
    connection.close()
    with pytest.raises(StoreUnavailable, match="rows would refer to nothing; nothing was changed"):
        sqlite_store.upgrade()
