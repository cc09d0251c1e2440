"""An import while its workers, its queue and its database are ended at moments by chance; and what is left of it.

``bench.kills`` runs it with the models, a test with a parser that needs none.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bench.server import free_port
from service.bulk import Job
from service.errors import StoreUnavailable
from service.jobs.lines import parts_of
from service.jobs.queue import Queue
from service.jobs.tending import announcer
from service.model import Scope
from service.store import Store

_PEOPLE = ("Maria Okafor", "Tom Hale", "Ana Reyes", "Bo Lind", "Ines Moreau", "Karl Brandt", "Ruth Adeyemi")
_PLACES = ("Kestrel Bay", "Ardley", "Northmoor", "Varland", "Eastwick", "Hollin", "Saltby")
# words for sentences that are about nothing and unlike each other, as most quotes are
_THINGS = (
    "harbour",
    "bridge",
    "ferry",
    "council",
    "budget",
    "school",
    "clinic",
    "orchard",
    "tunnel",
    "market",
    "bakery",
)
_MORE_THINGS = (
    "lantern",
    "quarry",
    "meadow",
    "library",
    "engine",
    "glacier",
    "festival",
    "pension",
    "chimney",
    "verdict",
)
_DOINGS = ("closes", "opens", "floods", "doubles", "fails", "returns", "burns", "moves", "shrinks", "waits", "survives")
_TIMES = ("tomorrow", "slowly", "twice", "quietly", "again", "never", "soon", "early", "badly", "openly", "hardly")
_WORDS = (*_THINGS, *_MORE_THINGS, *_DOINGS, *_TIMES)
_STOP_SECONDS = 60
_POLL_SECONDS = 0.05
_GIVEN_UP_SECONDS = 900


def article_lines(number: int) -> list[str]:
    """Invented articles, a line of JSON each; no two have the same text."""
    return [json.dumps(_article(place)) for place in range(number)]


def _article(place: int) -> dict[str, str]:
    chance = random.Random(place)  # noqa: S311 - it picks words
    who, where = chance.choice(_PEOPLE), chance.choice(_PLACES)

    def sentence() -> str:
        return f"The {' '.join(chance.choices(_WORDS, k=9))}"

    return {
        "id": f"drill-{place:05}",
        "outlet": f"The {where} Courier",
        "published_at": f"2026-{1 + place % 12:02}-{1 + place % 28:02}",
        "text": f"The council of {where} met about case number {place}.\n\n“{sentence()},” said {who}, who was there."
        f"\n\nResidents were not so sure.\n\n“{sentence()}.”\n",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``ended``: what was ended how often. ``seconds``: the import's time with all that."""

    job: Job
    ended: Counter[str]
    seconds: float


class RedisServer:
    """A server of one's own on a free port, which keeps nothing on disk: what it is told is gone when it ends."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self._folder = folder
        self.port = port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen([*command, "--dir", str(self._folder)], stdout=subprocess.DEVNULL)
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(_POLL_SECONDS)

    def kill(self) -> None:
        """End it without notice."""
        self._process.kill()
        self._process.wait()


class Workers:
    """A worker with its processes, which are ended together or one at a time, without notice."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self._command, self._environment = list(command), environment
        self.start()

    def start(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(self._command, env=self._environment, start_new_session=True)

    def replace(self) -> None:
        """End all its processes, and start anew."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.start()

    def kill_one(self, chance: random.Random) -> None:
        """End one of its processes; it is to be replaced."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        if children:
            with suppress(ProcessLookupError):
                os.kill(int(chance.choice(children)), signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end; the status with which it does."""
        self._process.terminate()
        return self._process.wait(timeout=_STOP_SECONDS)


def drill(
    database_url: str,
    queue_url: str,
    command: Sequence[str],
    *,
    lines: Sequence[str],
    moments: int,
    seed: int,
    redis: RedisServer | None = None,
    pause_seconds: float = 0.5,
    environment: dict[str, str] | None = None,
) -> Outcome:
    """Import the lines while at so many moments something is ended, then wait for the end of the import.

    ``command`` runs a worker. ``redis``: the queue's server, where it is one of one's own; else the queue's messages
    are thrown away in place of its end. ``pause_seconds``: the mean time between two moments.
    """
    chance, ended = random.Random(seed), Counter[str]()  # noqa: S311 - it picks moments
    queue = Queue(queue_url)
    with Store(database_url, busy_timeout_seconds=60) as store:
        started = time.monotonic()
        content = parts_of(io.BytesIO("\n".join(lines).encode()), longest_bytes=1_000_000)
        job = store.create_job(content, scope=Scope.SPEECH)
        announcer(store, queue)()
        workers = Workers(command, {**os.environ, **(environment or {})})
        ways: dict[str, Callable[[], None]] = {
            "worker": workers.replace,
            "process": lambda: workers.kill_one(chance),
            "queue": lambda: _end_queue(queue, redis, seconds=chance.random()),
            "database": lambda: disturb(database_url, seconds=chance.random()),
        }
        try:
            _wait_for_progress(store, job.id)
            for _ in range(moments):
                time.sleep(chance.expovariate(1 / pause_seconds))
                if _progress(store, job.id).state.ended:
                    break
                what = chance.choice(tuple(ways))
                ended[what] += 1
                ways[what]()
            found = _wait_for_end(store, job.id)
            seconds = time.monotonic() - started
        finally:
            workers.stop()
            queue.close()
    return Outcome(job=found, ended=ended, seconds=seconds)


def _end_queue(queue: Queue, redis: RedisServer | None, *, seconds: float) -> None:
    if redis is None:
        queue.huey.storage.flush_queue()
        return
    redis.kill()
    time.sleep(seconds)
    redis.start()


def disturb(database_url: str, *, seconds: float) -> None:
    """End all connections of a PostgreSQL database; lock a SQLite file for a while."""
    url = make_url(database_url)
    if url.drivername.startswith("sqlite"):
        with closing(sqlite3.connect(str(url.database), timeout=60, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")
        return
    engine = create_engine(url.set(drivername="postgresql+pg8000", database="postgres"))
    with engine.connect() as server:
        server.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": url.database},
        )
    engine.dispose()


def quotes_of(store: Store) -> dict[str, list[tuple[str, str, str | None]]]:
    """By article: each quote's id, text and speaker, as the article names the speaker."""
    found, cursor = dict[str, list[tuple[str, str, str | None]]](), None
    while True:
        page = store.articles(cursor=cursor, limit=200)
        for head in page.items:
            quotes = store.article_quotes(head.id)
            found[head.id] = [
                (q.quote.id, q.quote.text, q.quote.speaker.name if q.quote.speaker else None) for q in quotes
            ]
        cursor = page.next_cursor
        if cursor is None:
            return found


def _progress(store: Store, id: str) -> Job:
    while True:
        # the drill ends its own connections, too
        with suppress(StoreUnavailable):
            return store.job(id)
        time.sleep(_POLL_SECONDS)


def _wait_for_progress(store: Store, id: str) -> None:
    deadline = time.monotonic() + _GIVEN_UP_SECONDS
    while not _progress(store, id).done and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _wait_for_end(store: Store, id: str) -> Job:
    deadline = time.monotonic() + _GIVEN_UP_SECONDS
    while True:
        job = _progress(store, id)
        if job.state.ended or time.monotonic() > deadline:
            return job
        time.sleep(4 * _POLL_SECONDS)


@contextmanager
def redis_server(folder: Path, port: int | None = None) -> Iterator[RedisServer]:
    """A Redis server for the block. Raises FileNotFoundError where there is no ``redis-server``."""
    if shutil.which("redis-server") is None:
        raise FileNotFoundError("redis-server")
    server = RedisServer(folder, port)
    try:
        yield server
    finally:
        server.kill()
