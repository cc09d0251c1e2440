"""The service as users run it, ``quoth serve`` on a free port, and requests to it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 120
# longer than a worker takes over the articles that it has begun
STOP_SECONDS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """``address`` is ``http://127.0.0.1:PORT``; ``process`` is gunicorn's master."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def serving(database: Path | None = None, *, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server on a free port, ended with the block; without a ``database`` file it has an empty one of its own.

    One worker and no cache, unless ``settings`` (``QUOTH_…``) say otherwise.
    """
    with tempfile.TemporaryDirectory() as folder:
        quoth = [sys.executable, "-m", "service.cli"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("QUOTH_")}
        url = f"sqlite:///{database or Path(folder, 'bench.db')}"
        environment |= {"QUOTH_DATABASE_URL": url, "QUOTH_LOG_LEVEL": "warning"}
        environment |= {"QUOTH_WORKERS": "1", "QUOTH_CACHE_MB": "0"} | dict(settings or {})
        subprocess.run([*quoth, "db", "upgrade"], env=environment, check=True, stdout=subprocess.DEVNULL)
        port = free_port()
        process = subprocess.Popen([*quoth, "serve", "--port", str(port)], env=environment)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(process, address)
            yield Server(address=address, process=process)
        finally:
            process.terminate()
            try:
                status = process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        if status != 0:
            raise RuntimeError(f"the server ended with status {status}")


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=5).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"the server was not ready within {START_SECONDS} seconds")
