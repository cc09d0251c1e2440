"""``quoth`` as processes of its own, without models, and disks and connections that fail when they are told to."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest

from tests.databases import Backend

PATIENCE_SECONDS = 60
QUOTH = [sys.executable, "-m", "tests.faults.flat_quoth"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Of one request; ``body`` is None where it is no JSON."""

    status: int
    headers: dict[str, str]
    body: Any


class Service:
    """``quoth serve`` on a port of its own, to be started, killed and started again."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self.process = subprocess.Popen([*QUOTH, "serve", "--port", str(self.port)], env=self.environment)
        self.wait_for(200)

    def wait_for(self, status: int) -> Answer:
        """Until ``/readyz`` says so."""
        found: list[Answer] = []

        def so() -> bool:
            assert self.process is None or self.process.poll() is None, "the server ended"
            try:
                found[:] = [self.ask("GET", "/readyz")]
            except OSError:
                return False
            return found[0].status == status

        wait_until(so, f"/readyz with {status}")
        return found[0]

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request on a connection of its own. Raises OSError or HTTPException where it breaks."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            written = answer.read()
        finally:
            connection.close()
        kind = answer.getheader("Content-Type") or ""
        return Answer(
            status=answer.status,
            headers=dict(answer.getheaders()),
            body=json.loads(written) if "json" in kind else None,
        )

    def text(self, path: str) -> str:
        """What is told at a path that tells no JSON."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE_SECONDS) as answer:
            found: str = answer.read().decode()
        return found

    def end(self) -> None:
        """End it, as an operator does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE_SECONDS)


class Commands:
    """``tests.faults.killed_quoth`` with one database."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @classmethod
    @contextmanager
    def beside(cls, url: str, folder: Path) -> Iterator[Self]:
        """With the database of that URL."""
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.killed_quoth"],
            env=environment_with(folder, QUOTH_DATABASE_URL=url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            yield cls(process)
            assert process.stdin is not None
            process.stdin.close()

    def __call__(self, *arguments: str | Path, moment: int | None = None) -> int:
        """The status in which a command ended, -9 where it was killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"arguments": [str(one) for one in arguments], "moment": moment}) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def wait_until(so: Callable[[], object], what: str) -> None:
    """Until it is so, or for a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not so():
        assert time.monotonic() < deadline, f"{what} did not come about within {PATIENCE_SECONDS} seconds"
        time.sleep(0.03)


def quoth(environment: Mapping[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A command that runs to its end."""
    return subprocess.run(
        [*QUOTH, *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def environment_with(folder: Path, **more: str) -> dict[str, str]:
    """Settings of a server with one worker, whose database and cache are in a folder."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("QUOTH_")}
    return {
        **bare,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "QUOTH_DATABASE_URL": f"sqlite:///{folder}/quoth.db",
        "QUOTH_CACHE_DIR": str(folder / "cache"),
        "QUOTH_WORKERS": "1",
        "QUOTH_JOB_PROCESSES": "0",
        "QUOTH_LOG_LEVEL": "error",
        **more,
    }


@pytest.fixture
def service(tmp_path: Path, sqlite_url: str, request: pytest.FixtureRequest) -> Iterator[Service]:
    """A server with an empty database in a file; ``FLAT_QUOTH_HOLDS`` is the file ``held`` in ``tmp_path``."""
    held = {"FLAT_QUOTH_HOLDS": str(tmp_path / "held"), "QUOTH_DATABASE_URL": sqlite_url}
    started = Service(environment_with(tmp_path, **held, **getattr(request, "param", {})))
    started.start()
    yield started
    started.end()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes; skips where this user may mount none."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "none", place], check=False, capture_output=True
    ).returncode:
        pytest.skip("no disk can be mounted here (that needs the rights of an administrator)")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def sqlite_url(sqlite: Backend) -> Iterator[str]:
    """An empty database in a file."""
    with sqlite.database() as made:
        yield made


def article(number: int, *, more: str = "") -> dict[str, str]:
    """An article with one quote, unlike any of another number."""
    return {"id": f"a-{number}", "text": f"Maria Okafor was there.\n\n“We will pay {number} times {more}.”"}
