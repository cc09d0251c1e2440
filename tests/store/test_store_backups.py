"""Backups: all of it or nothing, from either kind of database to either; and what a check finds."""

from __future__ import annotations

import gzip
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from service.access import Access
from service.errors import BackupError, StoreUnavailable
from service.model import QuoteFilter, Review
from service.review import Correction
from service.store import Store
from service.store.databases import open_database
from tests.databases import Backend, path_of

from .examples import DRIVER, Said, said

ARTICLES = (
    said(
        Said(text="“We will pay” \\ \u2028 déjà vu"), Said(text="Never", speaker=DRIVER), id="post",
        published_at=datetime(2024, 5, 1, 8, 30, 0, 250, tzinfo=UTC), outlet="Post",
    ),
    said(Said(text="Undated"), id="undated"),
    said(id="silent"),
)  # fmt: skip


def fill(store: Store) -> str:
    for article in ARTICLES:
        store.save(article)
    quote = ARTICLES[0].quotes[1].id
    store.correct(quote, Correction(by="Ana", reason="no", status=Review.REJECTED))
    return store.create_key("the desk", [Access.READ])[1]


def same(one: Store, other: Store, secret: str) -> None:
    quote = ARTICLES[0].quotes[1].id
    for article in ARTICLES:
        assert other.extraction(str(article.article.id)) == one.extraction(str(article.article.id))
    assert other.history(quote) == one.history(quote)
    assert other.speakers() == one.speakers()
    assert other.quotes(QuoteFilter(text="deja")).items == one.quotes(QuoteFilter(text="deja")).items != ()
    assert other.find_key(secret) is not None
    assert other.problems() == ()
    # it can be used like any other
    other.save(said(Said(text="New"), id="new"))
    other.delete("post")
    assert other.problems() == ()


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_the_portable_form_moves_a_store(
    store: Store, request: pytest.FixtureRequest, to: str, tmp_path: Path, name: str
) -> None:
    secret = fill(store)
    target: Backend = request.getfixturevalue(to)
    size = store.back_up(tmp_path / name)
    assert size == (tmp_path / name).stat().st_size
    with target.database() as url, Store(url) as other:
        other.restore(tmp_path / name)
        same(store, other, secret)
        with pytest.raises(BackupError, match="is not empty"):
            other.restore(tmp_path / name)


def test_a_copy_of_sqlite_is_a_database(sqlite_store: Store, tmp_path: Path) -> None:
    secret = fill(sqlite_store)
    sqlite_store.back_up(tmp_path / "copy.db")
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]
    with Store(f"sqlite:///{tmp_path / 'restored.db'}") as other:
        other.restore(tmp_path / "copy.db")
        same(sqlite_store, other, secret)
        with pytest.raises(BackupError, match="is there already"):
            other.restore(tmp_path / "copy.db")


def test_postgresql_is_not_copied_into_a_file_of_sqlite(postgresql: Backend, tmp_path: Path) -> None:
    with postgresql.database() as url, Store(url) as store:
        with pytest.raises(BackupError, match=r"ends in \.jsonl"):
            store.back_up(tmp_path / "copy.db")
        sqlite3.connect(tmp_path / "empty.db").execute("CREATE TABLE t (x)").connection.close()
        with pytest.raises(BackupError, match="PostgreSQL takes a backup in lines of JSON"):
            store.restore(tmp_path / "empty.db")


def test_a_backup_overwrites_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_text("mine")
    with pytest.raises(BackupError, match="is there already"):
        store.back_up(tmp_path / "all.jsonl")
    assert (tmp_path / "all.jsonl").read_text() == "mine"
    with pytest.raises(BackupError, match="cannot be written"):
        store.back_up(tmp_path / "none" / "all.jsonl")


def _cut(lines: list[bytes]) -> list[bytes]:
    return lines[:-3]


def _altered(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b"Undated", b"Updated") for line in lines]


def _without_a_row(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], *lines[3:]]


def _of_another_schema(lines: list[bytes]) -> list[bytes]:
    head = json.loads(lines[0])
    return [json.dumps(head | {"schema": "0001"}).encode() + b"\n", *lines[1:]]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_cut, "it is cut off"),
        (_altered, "is not as it was written"),
        (_without_a_row, "is not as it was written|is none of a table"),
        (_of_another_schema, "has schema 0001"),
        (lambda lines: [b"{}\n", *lines[1:]], "is no backup of Quoth"),
        (lambda lines: [b"an article\n"], "is no backup of Quoth"),
        (lambda lines: [lines[0], b'["nothing", 1]\n', *lines[1:]], "is none of a table of ours"),
        (lambda lines: [], "is no backup of Quoth"),
    ],
)
def test_a_damaged_backup_restores_nothing(
    sqlite_store: Store, backend: Backend, tmp_path: Path, damage: object, message: str
) -> None:
    fill(sqlite_store)
    sqlite_store.back_up(tmp_path / "all.jsonl")
    lines = (tmp_path / "all.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "bad.jsonl").write_bytes(b"".join(damage(lines)))  # type: ignore[operator]
    with backend.database() as url, Store(url) as other:
        with pytest.raises(BackupError, match=message):
            other.restore(tmp_path / "bad.jsonl")
        assert other.size() == (0, 0)
        assert other.keys() == ()


def test_a_cut_off_gzip_file_restores_nothing(sqlite_store: Store, sqlite: Backend, tmp_path: Path) -> None:
    fill(sqlite_store)
    sqlite_store.back_up(tmp_path / "all.jsonl.gz")
    whole = (tmp_path / "all.jsonl.gz").read_bytes()
    gzip.decompress(whole)
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    with sqlite.database() as url, Store(url) as other:
        with pytest.raises(BackupError, match="cannot be read to its end"):
            other.restore(tmp_path / "cut.jsonl.gz")
        assert other.size() == (0, 0)


def test_another_database_is_no_backup(sqlite: Backend, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    with (
        Store(f"sqlite:///{tmp_path / 'new.db'}") as store,
        pytest.raises(StoreUnavailable, match="is no database of Quoth"),
    ):
        store.restore(tmp_path / "other.db")
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("UPDATE articles SET quote_count = 7 WHERE id = 'post'", "articles have another number of quotes"),
        ("UPDATE article_speakers SET quote_count = 7", "by a speaker than is noted"),
        ("UPDATE speakers SET quote_count = 7", "speakers have another number of quotes than their articles say"),
        ("UPDATE articles SET text = 'Other' WHERE id = 'silent'", "have another text than was stored: 'silent'"),
        ("UPDATE quotes SET outlet = 'Other'", "have quotes with another date or outlet"),
    ],
)
def test_a_check_names_what_does_not_agree(store: Store, url: str, damage: str, message: str) -> None:
    fill(store)
    assert store.problems() == ()
    database = open_database(url)
    with database.writing() as connection:
        connection.execute(text(damage))
    database.close()
    assert message in "\n".join(store.problems())


def test_a_check_finds_a_full_text_that_is_another(sqlite_store: Store, database: Path) -> None:
    fill(sqlite_store)
    connection = sqlite3.connect(database)
    connection.execute("DROP TRIGGER quote_search_update")
    connection.execute("UPDATE quotes SET text = 'changed'")
    connection.commit()
    connection.close()
    assert "the full text is not that of the texts" in "\n".join(sqlite_store.problems())


def test_a_check_finds_what_refers_to_nothing(sqlite: Backend) -> None:
    with sqlite.database() as url:
        with Store(url) as store:
            fill(store)
        connection = sqlite3.connect(path_of(url))
        with connection:
            connection.execute("DELETE FROM speakers")
        connection.close()
        with Store(url) as store:
            assert "refer to nothing" in "\n".join(store.problems())
