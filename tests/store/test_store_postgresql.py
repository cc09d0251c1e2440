"""PostgreSQL gone, restarted, locked, read-only, full: what is said, and that the store is ready again by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from service.errors import StoreUnavailable
from service.model import QuoteFilter
from service.store import Store
from service.store.databases import open_database
from tests.databases import Backend

from .examples import Said, said

POST = said(Said(text="“We will pay”"), id="post")
OTHER = said(Said(text="“Never”"), id="other")


@pytest.fixture
def url(postgresql: Backend) -> Iterator[str]:
    with postgresql.database() as made:
        yield made


@pytest.fixture
def administrator(url: str) -> Iterator[Engine]:
    """Somebody else, in another database of the server."""
    server = make_url(url).set(drivername="postgresql+pg8000", database="postgres")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store(url, busy_timeout_seconds=0.2) as opened:
        yield opened


def end_all_connections(administrator: Engine, url: str) -> None:
    with administrator.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": make_url(url).database},
        )


def test_a_server_that_is_not_there() -> None:
    with Store("postgresql://reader:secret@127.0.0.1:1/quoth") as store:
        for call in (store.ping, store.check, store.upgrade, store.is_current, lambda: store.save(POST)):
            with pytest.raises(StoreUnavailable, match="the database quoth cannot be reached") as refused:
                call()
            assert "secret" not in str(refused.value)
            assert "127.0.0.1" not in str(refused.value)


def test_a_database_that_is_not_there(url: str) -> None:
    missing = make_url(url).set(database="quoth_never_made").render_as_string(hide_password=False)
    with Store(missing) as store:
        assert not store.is_current()
        for call in (store.ping, store.upgrade):
            with pytest.raises(StoreUnavailable, match="does not exist; make it with createdb"):
                call()


def test_an_empty_database_lacks_the_tables(postgresql: Backend) -> None:
    url = postgresql.make(empty=True)
    with Store(url) as store:
        assert not store.is_current()
        with pytest.raises(StoreUnavailable, match="run 'quoth db upgrade'"):
            store.check()
        with pytest.raises(StoreUnavailable, match="lacks this release's tables"):
            store.ping()
    postgresql.drop(url)


def test_a_server_that_was_restarted_is_used_again_at_once(store: Store, url: str, administrator: Engine) -> None:
    store.save(POST)
    end_all_connections(administrator, url)
    assert store.extraction("post") == POST
    end_all_connections(administrator, url)
    assert store.save(OTHER)[1]


def test_a_connection_lost_in_a_write_loses_the_write_only(store: Store, url: str, administrator: Engine) -> None:
    store.save(POST)
    database = open_database(url)

    def lose() -> None:
        with database.writing() as connection:
            connection.execute(text("DELETE FROM articles"))
            end_all_connections(administrator, url)
            connection.execute(text("SELECT 1"))

    with pytest.raises(StoreUnavailable, match=r"is shutting down or starting|cannot be reached"):
        lose()
    database.close()
    assert store.extraction("post") == POST
    assert store.save(OTHER)[1]


def test_a_locked_database_can_be_read_but_not_written_until_it_is_free(store: Store, url: str) -> None:
    store.save(POST)
    database = open_database(url)
    with database.writing():
        for call in (lambda: store.save(OTHER), lambda: store.delete("post")):
            with pytest.raises(StoreUnavailable, match="is locked"):
                call()
        assert store.extraction("post") == POST
    database.close()
    assert store.save(OTHER)[1]


def test_a_standby_can_be_read(store: Store, url: str, administrator: Engine) -> None:
    store.save(POST)
    name = make_url(url).database
    with administrator.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    store.close()
    try:
        with pytest.raises(StoreUnavailable, match="can only be read"):
            store.save(OTHER)
        assert store.extraction("post") == POST
    finally:
        with administrator.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))
    store.close()
    assert store.save(OTHER)[1]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("53100", "its disk is full"),
        ("53200", "has run out of memory"),
        ("53300", "takes no more connections"),
        ("57P03", "is shutting down or starting"),
        ("57014", "took too long"),
        ("58030", "its disk reports an error"),
        ("40P01", "is locked"),
        ("40001", "is locked"),
        ("XX001", "is damaged"),
        ("42501", "does not let our user do this"),
        ("28P01", "does not let us in"),
    ],
)
def test_what_the_server_says_is_told_and_the_write_undone(store: Store, url: str, code: str, message: str) -> None:
    database = open_database(url)

    def fail() -> None:
        with database.writing() as connection:
            connection.execute(text("INSERT INTO api_keys VALUES ('k', 'n', 'd', '[]', now())"))
            connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'told' USING ERRCODE = '{code}'; END $$"))

    with pytest.raises(StoreUnavailable, match=message):
        fail()
    database.close()
    assert store.keys() == ()


@pytest.mark.parametrize(("server", "ours"), [(0, 0), (1, 200), (300, 300)])
def test_rows_are_read_ahead_where_the_server_can(url: str, administrator: Engine, server: int, ours: int) -> None:
    name = make_url(url).database
    with administrator.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET effective_io_concurrency = {server}"))
    database = open_database(url)
    try:
        for _ in range(2):
            with database.reading() as connection:
                assert connection.scalar(text("SHOW effective_io_concurrency")) == str(ours)
    finally:
        database.close()
        with administrator.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} RESET effective_io_concurrency"))


def test_a_mistake_of_ours_is_not_taken_for_a_fault_of_the_server(url: str) -> None:
    database = open_database(url)
    with pytest.raises(Exception, match="division by zero") as raised, database.reading() as connection:
        connection.execute(text("SELECT 1 / 0"))
    assert not isinstance(raised.value, StoreUnavailable)
    database.close()


def test_a_reader_sees_one_state_throughout(store: Store, url: str) -> None:
    database = open_database(url)
    with database.reading() as connection:
        before = connection.scalar(text("SELECT count(*) FROM articles"))
        store.save(POST)
        assert connection.scalar(text("SELECT count(*) FROM articles")) == before == 0
    database.close()
    assert len(store.quotes(QuoteFilter()).items) == 1


def test_a_reader_cannot_write(url: str) -> None:
    database = open_database(url)
    with pytest.raises(StoreUnavailable, match="can only be read"), database.reading() as connection:
        connection.execute(text("DELETE FROM articles"))
    database.close()
