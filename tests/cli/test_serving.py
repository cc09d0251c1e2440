"""``quoth serve`` as a process of its own; that it ends when asked to, with status 0, is checked by the fixture."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from bench.server import Server
from tests.cli.conftest import Run


def test_it_answers(server: Server) -> None:
    with urllib.request.urlopen(f"{server.address}/healthz", timeout=10) as response:
        assert response.status == 200


def serve(tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What ``quoth serve`` says where it ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "service.cli", "serve", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_open_address_without_keys_does_not_start(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    ended = serve(tmp_path, "--host", "0.0.0.0", "--port", "8123")
    assert ended.returncode == 1
    assert "0.0.0.0 can be reached from other machines" in ended.stderr
    assert "quoth keys create" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_with_a_key_it_goes_on_to_a_taken_port(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    assert run("keys", "create", "desk").exit_code == 0
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        ended = serve(tmp_path, "--host", "0.0.0.0", "--port", str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert "API key" not in ended.stderr
    assert "Traceback" not in ended.stderr
