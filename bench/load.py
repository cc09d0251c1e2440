"""The service under requests: how long one takes, what many do together, what it holds in memory meanwhile."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from bench.articles import distinct_articles
from bench.processes import Memory, children, memory
from bench.server import Server, serving

# a worker of imports, which `quoth serve` starts beside the server, would be counted with it
ALONE = {"QUOTH_JOB_PROCESSES": "0"}
_WARM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Seconds from the command to the first answer of ``/readyz``, and what a worker holds then."""

    seconds: float
    memory: Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """MiB resident in the worker after each of some counts of articles."""

    articles: tuple[int, ...]
    resident: tuple[float, ...]

    def percent(self) -> float:
        """From a tenth of the way, when all that is made once is made, to the end."""
        first = next(size for count, size in zip(self.articles, self.resident, strict=True) if count >= self._tenth)
        return 100 * (self.resident[-1] / first - 1)

    @property
    def _tenth(self) -> float:
        return self.articles[-1] / 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """Words a second by the clock with so many workers, articles refused, and what each worker holds."""

    workers: int
    speed: float
    refused: int
    memory: tuple[Memory, ...]


def post(address: str, text: str) -> tuple[int, float]:
    """The status of ``POST /v1/extract`` on a connection of its own, and the milliseconds to the answer's end."""
    with _connected(address) as connection:
        return _ask(connection, text)


def _connected(address: str) -> closing[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=300))


def _ask(connection: http.client.HTTPConnection, text: str) -> tuple[int, float]:
    begun = time.perf_counter()
    connection.request("POST", "/v1/extract", text.encode(), {"Content-Type": "text/plain; charset=utf-8"})
    answer = connection.getresponse()
    answer.read()
    return answer.status, (time.perf_counter() - begun) * 1000


def start() -> Start:
    """A cold start, as cold as the system's cache of files lets it be."""
    begun = time.perf_counter()
    with serving(settings=ALONE) as server:
        seconds = time.perf_counter() - begun
        [worker] = children(server.process.pid)
        return Start(seconds=seconds, memory=memory(worker))


def latencies(lengths: Sequence[int], requests: int) -> dict[int, list[float]]:
    """Milliseconds of each of some requests, each with another article, one after another, by words an article."""
    with serving(settings=ALONE) as server:
        found: dict[int, list[float]] = {}
        for words in lengths:
            articles = list(islice(distinct_articles(words, seed=words), requests + _WARM))
            for text in articles[:_WARM]:
                post(server.address, text)
            found[words] = [_taken(server, text) for text in articles[_WARM:]]
        return found


def again(words: int, requests: int) -> list[float]:
    """Milliseconds of a request that was answered before, the cache on, on one connection, as clients keep theirs."""
    [article] = islice(distinct_articles(words), 1)
    with serving(settings={"QUOTH_CACHE_MB": "64", **ALONE}) as server, _connected(server.address) as connection:
        for _ in range(_WARM):
            _ask(connection, article)
        answers = [_ask(connection, article) for _ in range(requests)]
    return [_answered(*answer) for answer in answers]


def growth(articles: int, *, words: int, samples: int = 50) -> Growth:
    """One worker reads so many distinct articles, the cache on, as it runs from day to day."""
    counts, sizes = [], []
    with serving(settings={"QUOTH_CACHE_MB": "64", **ALONE}) as server:
        [worker] = children(server.process.pid)
        for number, text in enumerate(islice(distinct_articles(words), articles), start=1):
            _taken(server, text)
            if number % max(articles // samples, 1) == 0 or number == articles:
                counts.append(number)
                sizes.append(memory(worker).resident)
    return Growth(articles=tuple(counts), resident=tuple(sizes))


def scaling(most: int, *, seconds: float, words: int = 400) -> list[Workers]:
    """One worker, two, four … up to ``most``; twice as many clients ask at a time, each again when it is answered."""
    counts = [count for count in (1, 2, 4, 8, 16, 32, 64) if count < most] + [most]
    return [_together(count, seconds, words) for count in counts]


def _together(workers: int, seconds: float, words: int) -> Workers:
    with serving(settings={"QUOTH_WORKERS": str(workers), **ALONE}) as server:
        processes = _all_ready(server, workers)
        articles = distinct_articles(words, seed=workers)
        done, refused = 0, 0
        lock = threading.Lock()
        end = time.perf_counter() + seconds

        def client() -> None:
            nonlocal done, refused
            while time.perf_counter() < end:
                with lock:
                    text = next(articles)
                status, _ = post(server.address, text)
                with lock:
                    if status == 200:
                        done += len(text.split())
                    else:
                        refused += 1

        clients = [threading.Thread(target=client) for _ in range(2 * workers)]
        begun = time.perf_counter()
        for one in clients:
            one.start()
        for one in clients:
            one.join()
        taken = time.perf_counter() - begun
        held = tuple(memory(process) for process in processes)
        return Workers(workers=workers, speed=done / taken, refused=refused, memory=held)


def _all_ready(server: Server, workers: int) -> list[int]:
    """The workers' processes, once all have loaded their models and read an article."""
    processes = children(server.process.pid)
    for text in islice(distinct_articles(100, seed=0), 8 * workers):
        post(server.address, text)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and any(_starting(process) for process in processes):
        time.sleep(0.5)
    return processes


def _starting(process: int) -> bool:
    """Whether the process still computes though nobody asks it to."""
    before = _ticks(process)
    time.sleep(0.2)
    return _ticks(process) - before > 5


def _ticks(process: int) -> int:
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _taken(server: Server, text: str) -> float:
    return _answered(*post(server.address, text))


def _answered(status: int, milliseconds: float) -> float:
    if status != 200:
        raise RuntimeError(f"an article was answered with {status}")
    return milliseconds


def cores() -> Iterator[int]:
    """The cores that this process may run on."""
    yield from sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
