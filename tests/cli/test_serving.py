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


def test_an_open_address_gives_a_warning_and_a_taken_port_an_error(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "service.cli", "serve", "--host", "0.0.0.0", "--port", str(port)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert "can be reached from other machines" in ended.stderr
    assert "Traceback" not in ended.stderr
