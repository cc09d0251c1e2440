"""A PostgreSQL server that says nothing any more: it is noticed, and the store is ready again when it answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from sqlalchemy import make_url, text

from service.errors import StoreUnavailable
from service.store import Store
from service.store.databases import open_database
from tests.databases import Backend

from .examples import Said, said

# the driver leaves the socket of a connection that came to nothing to the collector
pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed <socket:ResourceWarning",
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning",
)
POST = said(Said(text="“We will pay”"), id="post")
_PIECE = 65_536


class Between:
    """A server in front of another one, which passes on what is said until it is told to be ``silent``."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open = [self._listener]
        self.port = int(self._listener.getsockname()[1])
        self.silent = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End it with all connections."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                if self.silent.is_set():
                    continue
                server = socket.create_connection(self._target)
                self._open.append(server)
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if not self.silent.is_set():
                    target.sendall(piece)


@pytest.fixture
def url(postgresql: Backend) -> Iterator[str]:
    with postgresql.database() as made:
        yield made


@pytest.fixture
def between(url: str) -> Iterator[Between]:
    server = make_url(url)
    made = Between(server.host or "127.0.0.1", server.port or 5432)
    yield made
    made.close()


@pytest.fixture
def store(url: str, between: Between) -> Iterator[Store]:
    behind = make_url(url).set(host="127.0.0.1", port=between.port).render_as_string(hide_password=False)
    with Store(behind, answer_seconds=0.3) as opened:
        yield opened


def test_who_is_let_in_by_nobody_does_not_wait_for_ever(store: Store, between: Between) -> None:
    between.silent.set()
    for call in (store.ping, store.check, lambda: store.save(POST)):
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            call()


def test_a_server_that_falls_silent_is_noticed_and_used_again_when_it_answers(store: Store, between: Between) -> None:
    store.save(POST)
    between.silent.set()
    for call in (store.ping, lambda: store.extraction("post"), lambda: store.delete("post")):
        with pytest.raises(StoreUnavailable, match="cannot be reached"):
            call()
    between.silent.clear()
    assert store.extraction("post") == POST


def test_silence_in_the_midst_of_a_write_loses_the_write_only(
    url: str, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.postgresql._SILENT_SECONDS", 0.2)
    behind = make_url(url).set(host="127.0.0.1", port=between.port).render_as_string(hide_password=False)
    database = open_database(behind, answer_seconds=0.3)

    def fall_silent() -> None:
        with database.writing() as connection:
            connection.execute(text("INSERT INTO api_keys VALUES ('k', 'n', 'd', '[]', now())"))
            between.silent.set()
            connection.execute(text("SELECT 1"))

    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        fall_silent()
    database.close()
    between.close()
    with Store(url) as store:
        assert store.keys() == ()


def test_a_statement_that_takes_too_long_is_ended_by_the_server_itself(url: str) -> None:
    database = open_database(url, answer_seconds=0.2)
    with pytest.raises(StoreUnavailable, match="took too long"), database.reading() as connection:
        connection.execute(text("SELECT pg_sleep(60)"))
    with database.reading() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    database.close()


def test_who_sets_no_bound_is_not_cut_off(url: str) -> None:
    database = open_database(url)
    with database.reading() as connection:
        assert connection.scalar(text("SELECT current_setting('statement_timeout')")) == "0"
        driver = connection.connection.driver_connection
        assert driver is not None
        assert driver._usock.gettimeout() is None
    database.close()


def test_a_network_that_is_gone_is_noticed_by_the_system(url: str) -> None:
    if make_url(url).host is None or not hasattr(socket, "TCP_USER_TIMEOUT"):
        pytest.skip("connections to this server are not TCP's, or the system has no such option")
    database = open_database(url)
    with database.reading() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        assert driver._usock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        asked = [driver._usock.getsockopt(socket.IPPROTO_TCP, getattr(socket, f"TCP_{name}")) for name in (
            "KEEPIDLE", "KEEPINTVL", "KEEPCNT", "USER_TIMEOUT",
        )]  # fmt: skip
        assert asked == [30, 10, 3, 60_000]
    database.close()
