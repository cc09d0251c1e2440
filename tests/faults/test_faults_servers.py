"""PostgreSQL and Redis gone and back, under a server that runs: 503 that says when to come again, then as before."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bench.drill import redis_server
from tests.databases import Backend
from tests.faults.conftest import Service, article, environment_with, wait_until


class Wire:
    """Connections to a port that pass through another one, until they are cut."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._ends = list[socket.socket]()
        self._cut = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End all connections, and each new one at once."""
        self._cut.set()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def mend(self) -> None:
        """Let new ones through again."""
        self._cut.clear()

    def close(self) -> None:
        """End all."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._cut.is_set():
                    near.close()
                    continue
                far = socket.create_connection(self._to)
                self._ends += [near, far]
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with near, far, suppress(OSError):
            while True:
                for one in select.select([near, far], [], [])[0]:
                    if not (data := one.recv(65_536)):
                        return
                    (far if one is near else near).sendall(data)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Service]:
    """A server with these settings; its database is there."""
    service = Service(environment_with(folder, **settings))
    try:
        service.start()
        yield service
    finally:
        service.end()


def test_a_database_that_goes_and_comes_back(postgresql: Backend, tmp_path: Path) -> None:
    with postgresql.database() as url:
        given = make_url(url)
        wire = Wire(given.host or "127.0.0.1", given.port or 5432)
        through = given.set(host="127.0.0.1", port=wire.port).render_as_string(hide_password=False)
        # the queue is in the database, too; its worker lives through all of it
        more = {"QUOTH_DATABASE_URL": f"{through}?sslmode=disable", "QUOTH_JOB_PROCESSES": "1"}
        with running(tmp_path, **more) as service:
            assert service.ask("POST", "/v1/articles", article(1)).status == 201
            for number in (2, 3):
                wire.cut()
                service.wait_for(503)
                for method, path, body in (
                    ("GET", "/readyz", None),
                    ("POST", "/v1/articles", article(number)),
                    ("GET", "/v1/quotes", None),
                    ("POST", "/v1/imports", article(90)),
                ):
                    headers = {"Content-Type": "application/x-ndjson"} if "imports" in path else None
                    refused = service.ask(method, path, body, headers)
                    assert (refused.status, int(refused.headers["Retry-After"]) > 0) == (503, True), path
                    assert refused.body["type"].endswith("store-unavailable")
                # what needs no database goes on
                assert service.ask("GET", "/healthz").status == 200
                assert service.ask("GET", "/metrics").status == 200
                assert service.ask("POST", "/v1/extract", {"text": "“It is too late,” he said."}).status == 200
                wire.mend()
                service.wait_for(200)
                assert service.ask("GET", f"/v1/articles/a-{number}").status == 404
                assert service.ask("POST", "/v1/articles", article(number)).status == 201
            assert imported(service, "later") == ("done", 1)
        wire.close()


def imported(service: Service, id: str) -> tuple[str, int]:
    """State of an import of one article, when it has ended, and how many it has stored."""
    sent = {"id": id, "text": f"“Not {id},” he said."}
    made = service.ask("POST", "/v1/imports", sent, {"Content-Type": "application/x-ndjson"})
    assert made.status == 202
    path = made.headers["Location"]
    wait_until(lambda: service.ask("GET", path).body["ended_at"], "the end of an import")
    job = service.ask("GET", path).body
    return job["state"], job["stored"]


def test_a_queue_that_goes_and_comes_back(tmp_path: Path, sqlite_url: str) -> None:
    """The same Redis counts requests, too: without it they are answered all the same."""
    try:
        with redis_server(tmp_path) as redis:
            key = "QUOTH_RATE_LIMIT_URL"
            more = {"QUOTH_QUEUE_URL": redis.url, key: redis.url, "QUOTH_JOB_PROCESSES": "1"}
            with running(tmp_path, QUOTH_DATABASE_URL=sqlite_url, **more) as service:
                assert imported(service, "before") == ("done", 1)
                redis.kill()
                waiting = service.ask("POST", "/v1/imports", article(1), {"Content-Type": "application/x-ndjson"})
                # it is kept, and waits
                assert waiting.status == 202
                assert service.ask("POST", "/v1/articles", article(2)).status == 201
                assert service.ask("GET", "/readyz").status == 200
                redis.start()
                path = waiting.headers["Location"]
                wait_until(lambda: service.ask("GET", path).body["ended_at"], "the end of the import")
                assert service.ask("GET", "/v1/articles/a-1").status == 200
                assert imported(service, "after") == ("done", 1)
    except FileNotFoundError:
        pytest.skip("there is no redis-server")
