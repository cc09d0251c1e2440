"""``quoth serve`` as a process of its own, at addresses that others reach and with what is no HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import QUOTH, Service, environment_with, quoth, wait_until

# as systemd does: the socket is there before the program, which finds it as its fourth file
ACTIVATED = """
import os, socket, sys
made = socket.socket(socket.AF_UNIX if sys.argv[1].startswith("/") else socket.AF_INET)
made.bind(sys.argv[1] if sys.argv[1].startswith("/") else (sys.argv[1], int(sys.argv[2])))
made.listen()
os.dup2(made.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, "-m", "tests.faults.flat_quoth", "serve", "--port", sys.argv[3]])
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Service]:
    """A server that has not been started, with an empty database and a key."""
    made = Service(environment_with(tmp_path, QUOTH_LOG_LEVEL="debug"))
    assert quoth(made.environment, "db", "upgrade").returncode == 0
    yield made
    made.end()


def key(site: Service) -> str:
    made = quoth(site.environment, "keys", "create", "desk")
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def activated(site: Service, host: str, *, told: bool = False) -> subprocess.Popen[bytes]:
    """A server at a socket that it was given; its own port would be another one, which is taken."""
    return subprocess.Popen(
        [sys.executable, "-c", ACTIVATED, host, str(site.port), "1"],
        env=site.environment,
        stderr=subprocess.PIPE if told else None,
    )


def test_an_option_that_opens_the_service_has_it_ask_for_keys(site: Service) -> None:
    secret = key(site)
    site.process = subprocess.Popen(
        [*QUOTH, "serve", "--host", "0.0.0.0", "--port", str(site.port)], env=site.environment
    )
    site.wait_for(200)
    assert site.ask("GET", "/v1/articles").status == 401
    assert site.ask("GET", "/v1/articles", headers={"Authorization": f"Bearer {secret}"}).status == 200


def test_an_option_that_closes_the_service_has_it_ask_for_none(site: Service) -> None:
    key(site)
    open_ = {**site.environment, "QUOTH_HOST": "0.0.0.0"}
    site.process = subprocess.Popen([*QUOTH, "serve", "--host", "127.0.0.1", "--port", str(site.port)], env=open_)
    site.wait_for(200)
    assert site.ask("GET", "/v1/articles").status == 200


def test_a_given_socket_is_used(site: Service) -> None:
    site.process = activated(site, "127.0.0.1")
    site.wait_for(200)
    assert site.ask("GET", "/v1/articles").status == 200


def test_a_given_socket_that_others_reach_needs_a_key(site: Service) -> None:
    ended = activated(site, "0.0.0.0", told=True)
    _, said = ended.communicate(timeout=60)
    assert ended.returncode == 1
    assert b"0.0.0.0 can be reached from other machines" in said
    key(site)
    site.process = activated(site, "0.0.0.0")
    site.wait_for(200)
    assert site.ask("GET", "/v1/articles").status == 401


def test_a_given_socket_in_the_file_system_is_used(site: Service, tmp_path: Path) -> None:
    site.process = activated(site, str(tmp_path / "quoth.socket"))

    def answers() -> bool:
        with socket.socket(socket.AF_UNIX) as asked:
            try:
                asked.connect(str(tmp_path / "quoth.socket"))
            except OSError:
                return False
            asked.sendall(b"GET /v1/articles HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return asked.recv(15).startswith(b"HTTP/1.1 200")

    wait_until(answers, "an answer at the socket")


def test_sockets_of_another_process_are_not_taken(site: Service) -> None:
    others = {**site.environment, "LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
    site.process = subprocess.Popen([*QUOTH, "serve", "--port", str(site.port)], env=others)
    site.wait_for(200)


MALFORMED = [
    (b"SECRET of an article\r\n\r\n", 400, "first line"),
    (b"GET /v1/quotes?q=SECRET HTTP/9.9\r\n\r\n", 400, "first line"),
    (b"GET /v1/quotes HTTP/1.1\r\nAuthorization Bearer SECRET\r\n\r\n", 400, "a header"),
    (b"GET /v1/quotes HTTP/1.1\r\nSECRET@(): 1\r\n\r\n", 400, "a header"),
    (b"GET /?text=SECRET" + 9000 * b"x" + b" HTTP/1.1\r\n\r\n", 414, "by POST"),
    (b"GET / HTTP/1.1\r\nX-Text: SECRET" + 9000 * b"x" + b"\r\n\r\n", 431, "8,190 bytes"),
    (b"POST /v1/extract HTTP/1.1\r\nTransfer-Encoding: SECRET\r\n\r\n", 501, "allowed is chunked"),
    (
        b"POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n"
        b"\r\nSECRET\r\n",
        400,
        "",
    ),
]


def test_what_is_no_http_is_refused_and_not_logged(site: Service, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as file:
        site.process = subprocess.Popen(
            [*QUOTH, "serve", "--port", str(site.port)], env=site.environment, stderr=file, stdout=file
        )
        site.wait_for(200)
        for sent, status, part in MALFORMED:
            head, body = exchange(site.port, sent)
            assert head[0].startswith(f"HTTP/1.1 {status} "), (sent[:60], head)
            assert {"Content-Type: application/problem+json", "X-Content-Type-Options: nosniff"} <= set(head), sent[:60]
            problem = json.loads(body)
            assert (problem["type"], problem["status"]) == ("/problems/bad-request", status)
            assert part in problem["detail"]
            assert f"X-Request-Id: {problem['instance']}" in head
            assert "SECRET" not in body
        assert site.ask("GET", "/readyz").status == 200
        site.end()
    told = log.read_text()
    assert "Invalid request: InvalidHeader" in told
    assert "SECRET" not in told
    assert "Traceback" not in told


def exchange(port: int, sent: bytes) -> tuple[list[str], str]:
    """The lines of the answer's head, and its body."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asked:
        asked.sendall(sent)
        asked.shutdown(socket.SHUT_WR)
        got = b"".join(iter(lambda: asked.recv(65_536), b""))
    head, _, body = got.partition(b"\r\n\r\n")
    return head.decode().split("\r\n"), body.decode()
