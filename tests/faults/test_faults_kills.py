"""Each process killed in the midst of its work: what was acknowledged is there, what was not is wholly absent.

A worker of imports is killed in ``tests.jobs.test_kills``, a process in the midst of each statement of a write in
``tests.store.test_store_faults``.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bench.processes import children
from service.store import Store
from tests.databases import path_of
from tests.faults.conftest import QUOTH, Service, article, environment_with, quoth, wait_until
from tests.faults.flat_quoth import WORD


def kill_worker(service: Service) -> None:
    assert service.process is not None
    os.kill(children(service.process.pid)[0], signal.SIGKILL)


def kill_master(service: Service) -> None:
    assert service.process is not None
    family = children(service.process.pid)
    service.process.kill()
    service.process.wait()
    # who is left without a master ends by itself, and the port is free again
    wait_until(lambda: not any(Path(f"/proc/{process}").exists() for process in family), "the end of the workers")
    service.start()


@pytest.mark.parametrize("kill", [kill_worker, kill_master])
def test_a_process_killed_in_a_request_loses_that_request_and_no_more(
    service: Service, tmp_path: Path, kill: Callable[[Service], None]
) -> None:
    assert service.ask("POST", "/v1/articles", article(1)).status == 201
    broken = list[str]()

    def ask() -> None:
        try:
            service.ask("PUT", "/v1/articles/a-2", article(2, more=WORD), {"Idempotency-Key": "two"})
        except (OSError, http.client.HTTPException) as error:
            broken.append(type(error).__name__)

    asking = threading.Thread(target=ask)
    asking.start()
    wait_until((tmp_path / "held").exists, "an article at the parser")
    if kill is kill_master:
        # the worker finishes what it has begun before it notices: it dies with its master here
        assert service.process is not None
        for worker in children(service.process.pid):
            os.kill(worker, signal.SIGKILL)
    kill(service)
    asking.join()
    (tmp_path / "held").unlink(missing_ok=True)
    assert len(broken) == 1
    service.wait_for(200)
    assert service.ask("GET", "/v1/articles/a-1").status == 200
    assert service.ask("GET", "/v1/articles/a-2").status == 404
    # nobody knows by now whether the first one was carried out: it is told to wait, and without the key it is
    again = service.ask("PUT", "/v1/articles/a-2", article(2), {"Idempotency-Key": "two"})
    assert again.status in (409, 422)
    assert service.ask("PUT", "/v1/articles/a-2", article(2)).status == 201
    with Store(service.environment["QUOTH_DATABASE_URL"]) as store:
        assert store.problems() == ()
        assert store.size()[0] == 2


def test_what_a_killed_server_has_acknowledged_is_there(service: Service) -> None:
    """Four clients store articles, while one process after another is killed at moments by chance."""
    chance, acknowledged, asked, over = random.Random(3), set[str](), set[str](), threading.Event()

    def client(number: int) -> None:
        for place in range(100_000):
            if over.is_set():
                return
            sent = article(1000 * place + number)
            asked.add(sent["id"])
            with suppress(OSError, http.client.HTTPException):
                if service.ask("POST", "/v1/articles", sent).status == 201:
                    acknowledged.add(sent["id"])
            time.sleep(0.005)

    clients = [threading.Thread(target=client, args=(number,)) for number in range(4)]
    for one in clients:
        one.start()
    for kill in (kill_worker, kill_master):
        before = len(acknowledged)
        wait_until(lambda: len(acknowledged) > before + 5, "answers")  # noqa: B023 - called at once
        time.sleep(chance.random() / 5)
        kill(service)
        service.wait_for(200)
    over.set()
    for one in clients:
        one.join()
    with Store(service.environment["QUOTH_DATABASE_URL"]) as store:
        assert store.problems() == ()
        stored, cursor = set[str](), None
        while True:
            page = store.articles(cursor=cursor, limit=200)
            stored |= {head.id for head in page.items}
            if (cursor := page.next_cursor) is None:
                break
        assert acknowledged <= stored <= asked
        assert len(acknowledged) > 10
        # each of them whole
        assert all(len(store.article_quotes(id)) == 1 for id in stored)


def test_an_import_that_is_killed_goes_on_where_it_was(tmp_path: Path, sqlite_url: str) -> None:
    environment, number = environment_with(tmp_path, QUOTH_DATABASE_URL=sqlite_url), 120
    (tmp_path / "all.jsonl").write_text("".join(json.dumps(article(place)) + "\n" for place in range(number)))
    database = sqlite3.connect(path_of(sqlite_url), isolation_level=None)

    def stored() -> int:
        return int(database.execute("SELECT count(*) FROM articles").fetchone()[0])

    with subprocess.Popen([*QUOTH, "import", str(tmp_path / "all.jsonl")], env=environment) as process:
        wait_until(lambda: stored() > 20, "some articles")
        process.kill()
    assert 20 < stored() < number
    left = number - stored()
    ended = quoth(environment, "import", tmp_path / "all.jsonl")
    assert ended.stdout == f"{left} stored, {number - left} already stored, 0 failed\n"
    assert quoth(environment, "db", "check").stdout == f"{number} articles with {number} quotes are whole\n"
    database.close()


@pytest.mark.parametrize("service", [{"QUOTH_JOB_PROCESSES": "1", "QUOTH_JOB_LEASE_SECONDS": "3"}], indirect=True)
def test_a_worker_beside_a_server_is_started_anew_and_ends_with_it_and_its_import_goes_on(service: Service) -> None:
    """The worker is killed while an import runs, then the master: its workers end, and those of the next one go on."""
    assert service.process is not None
    family = children(service.process.pid)
    lines = "\n".join(json.dumps(article(place)) for place in range(400)).encode()
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    connection.request("POST", "/v1/imports", lines, {"Content-Type": "application/x-ndjson"})
    answer = connection.getresponse()
    assert answer.status == 202
    job = answer.headers["Location"]
    answer.read()
    connection.close()
    wait_until(lambda: service.ask("GET", job).body["done"] > 0, "some lines")
    # first its worker alone, whom it starts anew
    worker = next(child for child in family if b"worker" in Path(f"/proc/{child}/cmdline").read_bytes())
    os.killpg(worker, signal.SIGKILL)
    done = service.ask("GET", job).body["done"]
    wait_until(lambda: service.ask("GET", job).body["done"] > done, "more lines")
    family = children(service.process.pid)
    assert worker not in family
    family += [one for child in family for one in children(child)]
    assert len(family) >= 4
    service.process.kill()
    service.process.wait()
    wait_until(lambda: not any(Path(f"/proc/{process}").exists() for process in family), "the end of all processes")
    service.start()
    wait_until(lambda: service.ask("GET", job).body["ended_at"], "the end of the import")
    ended = service.ask("GET", job).body
    assert (ended["state"], ended["stored"], ended["known"], ended["failed"]) == ("done", 400, 0, 0)
    with Store(service.environment["QUOTH_DATABASE_URL"]) as store:
        assert store.problems() == ()
        assert store.size() == (400, 400)
