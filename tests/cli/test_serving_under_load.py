"""``quoth serve`` with requests in flight: what is asked is answered, whatever happens to the workers meanwhile."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.articles import distinct_articles
from bench.processes import children
from bench.server import Server, serving

# the fewest threads that may be: one article at the models, none waiting, two for what needs no model
FEW = {"QUOTH_JOB_PROCESSES": "0", "QUOTH_THREADS": "3"}
LONG = next(distinct_articles(6_000))


def ask(server: Server, method: str, path: str, text: str | None = None) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own: status, headers, body."""
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=120)
    try:
        headers = {"Content-Type": "text/plain; charset=utf-8"} if text is not None else {}
        connection.request(method, path, text.encode() if text is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@contextmanager
def asked_all_the_time(server: Server, clients: int = 3) -> Iterator[Counter[int]]:
    """Clients that send one short article after another; how often each status came, in the end."""
    seen, stop, lock = Counter[int](), threading.Event(), threading.Lock()
    faults: list[Exception] = []

    def client(number: int) -> None:
        for text in distinct_articles(40, seed=number):
            if stop.is_set():
                return
            try:
                status, _, body = ask(server, "POST", "/v1/extract", text)
                json.loads(body)
            except Exception as fault:
                faults.append(fault)
                return
            with lock:
                seen[status] += 1

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert faults == []


def wait_until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not come about within two minutes"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two workers, each replaced after some requests, with a cache."""
    cache = tmp_path_factory.mktemp("cache")
    settings = {
        "QUOTH_WORKERS": "2",
        "QUOTH_MAX_REQUESTS": "25",
        "QUOTH_CACHE_MB": "16",
        "QUOTH_CACHE_DIR": str(cache),
        "QUOTH_JOB_PROCESSES": "0",
    }
    with serving(settings=settings) as server:
        yield server


def test_a_reload_loses_no_request(two: Server) -> None:
    before = set(children(two.process.pid))
    with asked_all_the_time(two) as seen:
        wait_until(lambda: seen[200] >= 3, "the first answers")
        os.kill(two.process.pid, signal.SIGHUP)
        wait_until(lambda: not before & set(children(two.process.pid)), "the end of the old workers")
        enough = seen[200] + 3
        wait_until(lambda: seen[200] >= enough, "answers of the new workers")
    assert set(seen) == {200}


def test_a_worker_makes_room_for_another_without_a_lost_request(two: Server) -> None:
    before = set(children(two.process.pid))
    with asked_all_the_time(two) as seen:
        wait_until(lambda: before - set(children(two.process.pid)), "the end of a worker by QUOTH_MAX_REQUESTS")
        enough = seen[200] + 3
        wait_until(lambda: seen[200] >= enough, "more answers")
    assert set(seen) == {200}


def test_a_killed_worker_is_replaced(two: Server) -> None:
    victim = children(two.process.pid)[0]
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: len(set(children(two.process.pid)) - {victim}) == 2, "a new worker")
    assert ask(two, "POST", "/v1/extract", "“We will pay,” the mayor said.")[0] == 200


def test_what_one_worker_has_read_another_remembers(two: Server) -> None:
    text = next(distinct_articles(60, seed=99))
    answers = {ask(two, "POST", "/v1/extract", text)[2] for _ in range(6)}
    assert len(answers) == 1
    told = ask(two, "GET", "/metrics")[2].decode()
    hits = next(line for line in told.splitlines() if line.startswith('quoth_cache_total{result="hit"}'))
    assert float(hits.rpartition(" ")[2]) >= 5


def test_whichever_worker_is_asked_tells_the_measures_of_all(two: Server) -> None:
    def answered() -> float:
        lines = ask(two, "GET", "/metrics")[2].decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if 'route="/v1/speakers",status="200"' in line)

    def both_have_answered() -> bool:
        with ThreadPoolExecutor(8) as clients:
            statuses = list(clients.map(lambda _: ask(two, "GET", "/v1/speakers")[0], range(16)))
        asked[200] += statuses.count(200)
        held = [resident_bytes(worker) for worker in children(two.process.pid)]
        # each says what it holds once it has answered; of one that left, nothing is told
        return len(held) == 2 and 0.8 * sum(held) < float(measure(two, "quoth_memory_bytes")) < 1.2 * sum(held)

    asked, before = Counter[int](), answered()
    wait_until(both_have_answered, "the memory of both workers")
    assert {answered() - before for _ in range(6)} == {float(asked[200])}


def resident_bytes(process: int) -> int:
    """What it holds; 0 once it has ended."""
    if not Path(f"/proc/{process}").exists():
        return 0
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(scope="module")
def busy() -> Iterator[Server]:
    """One worker with room for one article."""
    with serving(settings=FEW) as server:
        yield server


def inside(server: Server) -> bool:
    """Whether an article is at the models, by the server's own measures: one more came than was answered."""
    return float(measure(server, "quoth_queue_seconds_count")) > float(measure(server, "quoth_read_seconds_count"))


def measure(server: Server, name: str) -> str:
    told = ask(server, "GET", "/metrics")[2].decode()
    return next((line.rpartition(" ")[2] for line in told.splitlines() if line.startswith(name + " ")), "0")


def test_while_an_article_is_read_health_is_told_and_more_is_refused(busy: Server) -> None:
    answers: list[int] = []
    reading = threading.Thread(target=lambda: answers.append(ask(busy, "POST", "/v1/extract", LONG)[0]))
    reading.start()
    wait_until(lambda: inside(busy), "an article at the models")
    health = [ask(busy, "GET", path)[0] for path in ("/healthz", "/readyz")]
    status, headers, body = ask(busy, "POST", "/v1/extract", "“We will pay,” the mayor said.")
    unanswered = not answers
    reading.join()
    assert answers == [200]
    # all of that was said while the long one was still being read
    assert unanswered
    assert health == [200, 200]
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert json.loads(body)["type"].endswith("busy")
    assert ask(busy, "POST", "/v1/extract", "“We will pay,” the mayor said.")[0] == 200


def test_the_end_waits_for_what_is_being_read() -> None:
    answers: list[int] = []
    with serving(settings=FEW) as server:
        reading = threading.Thread(target=lambda: answers.append(ask(server, "POST", "/v1/extract", LONG)[0]))
        reading.start()
        wait_until(lambda: inside(server), "an article at the models")
        assert answers == []
    reading.join()
    assert answers == [200]
    with pytest.raises(ConnectionRefusedError):
        ask(server, "GET", "/healthz")


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    settings = {"QUOTH_CACHE_MB": "16", "QUOTH_CACHE_DIR": str(tmp_path / "file"), **FEW}
    with serving(settings=settings) as server:
        for _ in range(2):
            assert ask(server, "POST", "/v1/extract", "“We will pay,” the mayor said.")[0] == 200
