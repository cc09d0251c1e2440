"""The database gone, locked, full, read-only, foreign or cut off in the midst of a write."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import Engine, event

from service.errors import SettingsError, StoreUnavailable
from service.model import QuoteFilter
from service.store import Store

from .examples import Said, said

POST = said(Said(text="“We will pay”"), id="post")
TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "is no URL"),
        ("quoth.db", "is no URL"),
        ("sqlite://", "every worker would have for itself"),
        ("sqlite:///:memory:", "every worker would have for itself"),
        ("sqlite:///quoth.db?mode=ro", "it is sqlite:///FILE and no more"),
        ("mysql://reader:secret@host/quoth", r"reader:\*\*\*@host"),
        ("postgresql+psycopg://reader:secret@host/quoth", "allowed is sqlite:///FILE or postgresql://"),
        ("postgresql://host/quoth", "at least postgresql://USER@/NAME"),
        ("postgresql://reader:secret@host/", "at least postgresql://USER@/NAME"),
        ("postgresql://reader:secret@host/quoth?sslmode=maybe", "got sslmode=maybe; allowed is one of disable, prefer"),
        ("postgresql://reader:secret@host/quoth?options=x", "got options; allowed behind"),
    ],
)
def test_a_url_that_names_no_database_of_ours_is_refused(url: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as refused:
        Store(url)
    assert "secret" not in str(refused.value)


def test_a_relative_file_stays_where_it_was_when_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Store("sqlite:///quoth.db") as store:
        monkeypatch.chdir("/")
        store.upgrade()
    assert (tmp_path / "quoth.db").exists()


@pytest.mark.parametrize("name", ["with space.db", "100%?#&.db", "quøth.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    with Store(f"sqlite:///{tmp_path}/{quote(name)}") as store:
        store.upgrade()
        store.save(POST)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_missing_database_is_said_to_be_missing_and_not_made(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'quoth.db'}") as store:
        assert not store.is_current()
        with pytest.raises(StoreUnavailable, match="does not exist yet; run 'quoth db upgrade'"):
            store.check()
        for call in (store.ping, lambda: store.save(POST), lambda: store.quotes(QuoteFilter())):
            with pytest.raises(StoreUnavailable, match="'quoth db upgrade' makes it"):
                call()
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_made_only_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "var" / "lib" / "quoth.db"
    with (
        Store(f"sqlite:///{path}") as store,
        pytest.raises(StoreUnavailable, match=f"there is no folder {path.parent}"),
    ):
        store.upgrade()
    with Store(f"sqlite:///{path}", make_directory=True) as store:
        store.upgrade()
    assert path.exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        Store(f"sqlite:///{tmp_path / 'file' / 'deep' / 'quoth.db'}", make_directory=True) as store,
        pytest.raises(StoreUnavailable, match="cannot be made"),
    ):
        store.upgrade()


def test_an_empty_file_lacks_the_tables(tmp_path: Path) -> None:
    (tmp_path / "quoth.db").touch()
    with Store(f"sqlite:///{tmp_path / 'quoth.db'}") as store:
        assert not store.is_current()
        with pytest.raises(StoreUnavailable, match="lacks this release's tables; run 'quoth db upgrade'"):
            store.ping()


def test_another_kind_of_file_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "quoth.db"
    path.write_text("The council met on Tuesday. " * 100)
    with Store(f"sqlite:///{path}") as store:
        for call in (store.ping, store.upgrade, store.is_current):
            with pytest.raises(StoreUnavailable, match="is no SQLite database"):
                call()
    assert path.read_text().startswith("The council")


def test_a_locked_database_can_be_read_but_not_written_until_it_is_free(database: Path) -> None:
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Store(f"sqlite:///{database}", busy_timeout_seconds=0.05) as store:
        for call in (lambda: store.save(POST), lambda: store.replace(POST), lambda: store.delete("post")):
            with pytest.raises(StoreUnavailable, match="is locked"):
                call()
        store.ping()
        assert store.articles().items == ()
        other.rollback()
        other.close()
        assert store.save(POST)[1]


def test_a_writer_waits_for_a_short_write(database: Path) -> None:
    other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with Store(f"sqlite:///{database}", busy_timeout_seconds=10) as store:
        begun = time.monotonic()
        release = threading.Timer(0.2, other.rollback)
        release.start()
        assert store.save(POST)[1]
        assert time.monotonic() - begun >= 0.2
        release.join()
    other.close()


def test_a_read_only_database_can_still_be_read(sqlite_store: Store) -> None:
    sqlite_store.save(POST)
    sqlite_store.close()

    # file modes do not stop root, who may run these tests; SQLite's own switch does
    @event.listens_for(Engine, "connect")
    def only_read(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    try:
        with pytest.raises(StoreUnavailable, match="can only be read"):
            sqlite_store.delete("post")
        assert sqlite_store.extraction("post") == POST
    finally:
        event.remove(Engine, "connect", only_read)


def test_a_full_database_keeps_what_it_has(sqlite_store: Store) -> None:
    sqlite_store.save(POST)
    sqlite_store.close()

    @event.listens_for(Engine, "connect")
    def no_room(connection: sqlite3.Connection, _record: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    try:
        big = said(*(Said(text=f"Number {number} " * 50) for number in range(50)), id="big")
        with pytest.raises(StoreUnavailable, match="its disk is full"):
            sqlite_store.save(big)
        assert [head.id for head in sqlite_store.articles().items] == ["post"]
    finally:
        event.remove(Engine, "connect", no_room)
    sqlite_store.close()
    assert sqlite_store.save(big)[1]


def run_child(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    )


KILLED = """
    import sys, time
    from sqlalchemy import Engine, event
    from service.review import Correction
    from service.store import Store
    from store.examples import Said, said

    url, call, statement = sys.argv[1:]

    @event.listens_for(Engine, "after_cursor_execute")
    def pause(connection, cursor, sql, parameters, context, many):
        if statement != "COMMIT" and sql.startswith(statement):
            print("paused", flush=True)
            time.sleep(600)

    @event.listens_for(Engine, "commit")
    def pause_before_commit(connection):
        if statement == "COMMIT":
            print("paused", flush=True)
            time.sleep(600)

    store = Store(url)
    if call == "correct":
        (quote,) = store.extraction("post").quotes
        store.correct(quote.id, Correction(by="Ana", speaker="Somebody New"))
    else:
        new = said(Said(text="New"), Said(text="Newer"), id=call == "replace" and "post" or "new")
        getattr(store, call)("post" if call == "delete" else new)
    print("done", flush=True)
"""


@pytest.mark.parametrize(
    ("call", "statement"),
    [
        ("save", "INSERT INTO articles"),
        ("save", "INSERT INTO quotes"),
        ("save", "COMMIT"),
        ("replace", "DELETE FROM articles"),
        ("replace", "COMMIT"),
        ("delete", "DELETE FROM articles"),
        ("correct", "UPDATE quotes"),
        ("correct", "COMMIT"),
    ],
)
def test_a_process_killed_in_a_write_leaves_all_as_it_was(store: Store, url: str, call: str, statement: str) -> None:
    store.save(POST)
    store.close()
    child = run_child(KILLED, url, call, statement)
    with child:
        assert child.stdout is not None
        # its transaction is open now, and stays so until it dies
        assert child.stdout.readline() == "paused\n"
        child.send_signal(signal.SIGKILL)
        child.wait(10)
    assert [head.id for head in store.articles().items] == ["post"]
    assert store.extraction("post") == POST
    assert [stored.quote.text for stored in store.quotes(QuoteFilter()).items] == ["“We will pay”"]
    assert store.quotes(QuoteFilter(text="new")).items == ()
    assert store.speakers().items[0].quote_count == 1
    assert [state.version for state in store.history(POST.quotes[0].id)] == [1]
    assert store.problems() == ()
    # and nothing is in the way of the next writer
    assert store.save(said(Said(text="New"), id="new"))[1]


FORKED = """
    import os, sys
    from service.store import Store
    from store.examples import Said, said

    store = Store(sys.argv[1])
    store.ping()
    before = store._database.engine
    child = os.fork()
    assert (store._database.engine is before) == (child != 0)
    store.save(said(Said(text=str(child != 0))))
    if child == 0:
        store.close()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    store.save(said(Said(text="after")))
    print(status, len(store.articles().items), flush=True)
"""


def test_a_forked_child_has_connections_of_its_own(url: str) -> None:
    with run_child(FORKED, url) as child:
        assert child.communicate(timeout=30)[0] == "0 3\n"
    assert child.returncode == 0


def test_a_closed_store_opens_again(store: Store) -> None:
    store.save(POST)
    store.close()
    store.close()
    assert store.extraction("post") == POST
