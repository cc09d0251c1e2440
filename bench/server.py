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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

START_SECONDS = 120


def latencies(texts: Sequence[str], requests: int) -> list[float]:
    """Milliseconds from request to whole response, for ``requests`` articles in turn, sent one after another."""
    with serving() as address:
        for text in texts[:3]:  # warm
            _extract(address, text)
        found = []
        for number in range(requests):
            start = time.perf_counter()
            _extract(address, texts[number % len(texts)])
            found.append((time.perf_counter() - start) * 1000)
        return found


@contextmanager
def serving() -> Iterator[str]:
    """``http://127.0.0.1:PORT`` of a server with an empty database; it ends with the block."""
    with tempfile.TemporaryDirectory() as folder:
        quoth = [sys.executable, "-m", "service.cli"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("QUOTH_")}
        environment |= {"QUOTH_DATABASE_URL": f"sqlite:///{folder}/bench.db", "QUOTH_LOG_LEVEL": "warning"}
        subprocess.run([*quoth, "db", "upgrade"], env=environment, check=True, stdout=subprocess.DEVNULL)
        port = str(_free_port())
        process = subprocess.Popen([*quoth, "serve", "--port", port], env=environment)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(process, address)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
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


def _extract(address: str, text: str) -> None:
    request = urllib.request.Request(
        f"{address}/v1/extract", data=text.encode(), headers={"Content-Type": "text/plain; charset=utf-8"}
    )
    with urllib.request.urlopen(request, timeout=120) as response:
        response.read()
