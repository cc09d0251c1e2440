"""``quoth serve`` as a process of its own; that it ends when asked to, with status 0, is checked by the fixture."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
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
        port = taken.getsockname()[1]
        ended = serve(tmp_path, "--host", "0.0.0.0", "--port", str(port))
    assert ended.returncode == 1
    assert f"port {port} of 0.0.0.0 is taken by another program; allowed is a port that is free" in ended.stderr
    assert "quoth serve --port" in ended.stderr
    assert "API key" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_address_of_another_machine_is_refused(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    assert run("keys", "create", "desk").exit_code == 0
    ended = serve(tmp_path, "--host", "192.0.2.1", "--port", "8171")
    assert ended.returncode == 1
    assert "got '192.0.2.1' to listen on" in ended.stderr
    assert "allowed is an address of this machine" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_import_is_read_by_the_worker_beside_the_server(server: Server) -> None:
    lines = ['{"id": "imported", "text": "The tide table is wrong, said the pilot Jon Aske."}', '{"txt": "It rained."}']
    sent = urllib.request.Request(
        f"{server.address}/v1/imports", data="\n".join(lines).encode(), headers={"Content-Type": "application/x-ndjson"}
    )
    with urllib.request.urlopen(sent, timeout=30) as response:
        assert response.status == 202
        address = server.address + response.headers["Location"]
    deadline = time.monotonic() + 120
    while True:
        with urllib.request.urlopen(address, timeout=30) as response:
            job = json.load(response)
        if job["ended_at"] is not None:
            break
        assert time.monotonic() < deadline, job
        time.sleep(0.2)
    assert (job["state"], job["stored"], job["failed"]) == ("done", 1, 1)
    assert [error["line"] for error in job["errors"]] == [2, 2]
    with urllib.request.urlopen(f"{server.address}/v1/articles/imported/quotes", timeout=30) as response:
        assert [quote["text"] for quote in json.load(response)["quotes"]] == ["The tide table is wrong"]


def test_a_worker_without_processes_is_refused(run: Run) -> None:
    for command, environment in ((("worker", "--processes", "0"), {}), (("worker",), {"QUOTH_JOB_PROCESSES": "0"})):
        ended = run(*command, env=environment)
        assert ended.exit_code == 2
        assert "reads nothing" in ended.stderr


def test_a_worker_without_a_database_says_so(run: Run) -> None:
    ended = run("worker")
    assert ended.exit_code == 1
    assert "quoth db upgrade" in ended.stderr
