"""Full and read-only disks: what cannot be stored is refused with 503, what is stored stays, and it goes on by itself.

What SQLite does on a full disk in the midst of a write is in ``tests.store.test_store_faults``, too.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store import Store
from tests.faults.conftest import Service, article, environment_with, quoth
from tests.store.examples import Said, said


@pytest.fixture
def service(disk: Path) -> Iterator[Service]:
    """A server whose database, queue, cache and temporary files are on a small disk."""
    temporary = disk / "tmp"
    temporary.mkdir()
    environment = environment_with(disk, TMPDIR=str(temporary))
    assert quoth(environment, "db", "upgrade").returncode == 0
    started = Service(environment)
    yield started
    started.end()


def fill(disk: Path) -> Path:
    """A file that takes all that is left."""
    ballast = disk / "ballast"
    subprocess.run(["dd", "if=/dev/zero", f"of={ballast}", "bs=4k"], check=False, capture_output=True)
    return ballast


def test_a_full_disk_refuses_and_keeps_and_goes_on_when_there_is_room(service: Service, disk: Path) -> None:
    service.start()
    assert service.ask("POST", "/v1/articles", article(1)).status == 201
    ballast = fill(disk)
    refused, number = 0, 2
    # the write-ahead log may have some room left
    while refused < 3 and number < 60:
        answer = service.ask("POST", "/v1/articles", article(number, more="and more " * 500))
        assert answer.status in (201, 503), answer
        if answer.status == 503:
            refused += 1
            assert int(answer.headers["Retry-After"]) > 0
            assert "its disk is full" in answer.body["detail"] or "disk reports" in answer.body["detail"]
        number += 1
    assert refused == 3
    # reading goes on, also what was never read before and cannot be kept, and so does what is asked of the service
    for method, path, body in (
        ("GET", "/v1/articles/a-1", None),
        ("GET", "/v1/quotes?q=pay", None),
        ("POST", "/v1/extract", {"text": "“It is too late,” he said."}),
        ("GET", "/healthz", None),
        ("GET", "/readyz", None),
        ("GET", "/metrics", None),
    ):
        assert service.ask(method, path, body).status == 200, path
    # an import cannot be kept, and is not said to be
    assert service.ask("POST", "/v1/imports", article(90, more="x" * 5000), NDJSON).status == 503
    ballast.unlink()
    assert service.ask("POST", "/v1/articles", article(100)).status == 201
    with Store(service.environment["QUOTH_DATABASE_URL"]) as store:
        assert store.problems() == ()
        stored = {head.id for head in store.articles(limit=200).items}
        assert {"a-1", "a-100"} <= stored
        assert len(stored) == number - refused
        assert store.jobs().items == ()


NDJSON = {"Content-Type": "application/x-ndjson"}


def test_a_server_that_cannot_start_on_a_full_disk_says_so(service: Service, disk: Path) -> None:
    ballast = fill(disk)
    ended = quoth(service.environment, "serve", "--port", str(service.port))
    assert (ended.returncode, "its disk is full; make room" in ended.stderr) == (1, True), ended.stderr
    assert "Traceback" not in ended.stderr
    ballast.unlink()
    service.start()
    assert service.ask("POST", "/v1/articles", article(1)).status == 201


def test_a_command_on_a_full_disk_says_so(service: Service, disk: Path) -> None:
    lines = disk.parent / "articles.txt"
    lines.write_text(article(1, more="and more " * 500)["text"])
    fill(disk)
    for command in (("import", lines), ("db", "backup", disk / "copy.db")):
        ended = quoth(service.environment, *command)
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        assert "disk" in ended.stderr or "space" in ended.stderr, ended.stderr
    assert [path.name for path in disk.iterdir() if "copy" in path.name or "ball" in path.name] == ["ballast"]


def test_on_a_read_only_disk_it_is_said_what_to_do(service: Service, disk: Path) -> None:
    with Store(service.environment["QUOTH_DATABASE_URL"]) as store:
        store.save(said(Said(text="Yes"), id="post"))
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    environment = {**service.environment, "TMPDIR": str(disk.parent)}
    (disk.parent / "a.txt").write_text("“It is too late,” he said.")
    try:
        for command in (("import", disk.parent / "a.txt"), ("serve", "--port", str(service.port))):
            ended = quoth(environment, *command)
            assert ended.returncode == 1
            assert "make the file and its folder writable" in ended.stderr, ended.stderr
            assert "Traceback" not in ended.stderr
    finally:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    service.start()
    assert service.ask("GET", "/v1/articles/post").status == 200
    assert service.ask("POST", "/v1/articles", article(2)).status == 201
