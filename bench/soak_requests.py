"""What a newsroom asks of the service in a day, mixed by chance, and a client that needs little of the processor.

One thread sends all requests (asyncio), each on a connection of its own, so that hundreds can be under way without
taking the cores from the server that is measured.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from bench.articles import distinct_articles

WORDS = 250
ANSWERED_WITHIN_SECONDS = 150
#: Connections at a time; what comes when as many are under way is not sent, and counted as such.
MOST_UNDER_WAY = 900

_TERMS = ("council", "budget", "school", "water", "police", "never", "year", "plan", "will pay", "court")
_KEPT = 200
# what is asked, and how often among a hundred
_SHARES = {
    "extract, new": 20,
    "extract, again": 15,
    "store": 10,
    "list": 20,
    "search": 15,
    "verify": 8,
    "page of the desk": 12,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request; ``kind`` is one of the mix."""

    kind: str
    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``status`` is 0 where the connection broke or nothing came; ``seconds`` are from when it was due."""

    kind: str
    status: int
    seconds: float
    retry_after: bool
    due: float


@dataclass(slots=True)
class Seen:
    """All answers of a phase, and requests that were not sent since too many were under way."""

    answers: list[Answer] = field(default_factory=list)
    unsent: int = 0

    def statuses(self) -> Counter[int]:
        """How often each status came."""
        return Counter(answer.status for answer in self.answers)

    def faults(self) -> Counter[int]:
        """Statuses that should not be: all but success, and 429 and 503 that say when to come again."""
        return Counter(a.status for a in self.answers if not (_good(a.status) or _told_to_wait(a)))

    def seconds(self) -> dict[str, list[float]]:
        """By kind: how long those took that were answered."""
        found: dict[str, list[float]] = defaultdict(list)
        for answer in self.answers:
            if _good(answer.status):
                found[answer.kind].append(answer.seconds)
        return found

    def served(self) -> int:
        """How many were answered with success."""
        return sum(_good(answer.status) for answer in self.answers)


def _good(status: int) -> bool:
    return 200 <= status < 400


def _told_to_wait(answer: Answer) -> bool:
    return answer.status in (429, 503) and answer.retry_after


class Mix:
    """Calls without end, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._new = distinct_articles(WORDS, seed=seed)
        self._known: list[str] = []
        self._ids: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[Call]:
        kinds, weights = list(_SHARES), list(_SHARES.values())
        while True:
            yield self.one(self._chance.choices(kinds, weights)[0])

    def one(self, kind: str) -> Call:
        """A call of a kind."""
        match kind:
            case "extract, new":
                text = next(self._new)
                self._known = [*self._known[-_KEPT:], text]
                return Call(kind=kind, method="POST", path="/v1/extract", body=_json(text=text))
            case "extract, again":
                text = self._chance.choice(self._known) if self._known else next(self._new)
                return Call(kind=kind, method="POST", path="/v1/extract", body=_json(text=text))
            case "store":
                return self._store()
            case "verify":
                claim = f"We will pay for the {self._chance.choice(_TERMS)} this year"
                return Call(kind=kind, method="POST", path="/v1/verify", body=_json(quote=claim))
        return Call(kind=kind, method="GET", path=self._path(kind))

    def _store(self) -> Call:
        self._number += 1
        id = f"soak-{self._number}"
        self._ids = [*self._ids[-_KEPT:], id]
        body = _json(text=next(self._new), outlet=f"Outlet {self._number % 7}", published_at=self._day())
        return Call(kind="store", method="PUT", path=f"/v1/articles/{id}", body=body)

    def _day(self) -> str:
        return f"2026-{1 + self._number % 12:02}-{1 + self._number % 28:02}"

    def _path(self, kind: str) -> str:
        term = quote(self._chance.choice(_TERMS))
        paths = {
            "list": ["/v1/articles", "/v1/quotes", "/v1/speakers", "/v1/stats"],
            "search": [f"/v1/quotes?q={term}", f"/v1/articles?q={term}"],
            "page of the desk": ["/desk", "/articles", "/speakers", f"/find?q={term}", "/audit"],
        }
        return self._chance.choice(paths[kind])


def _json(**fields: str) -> bytes:
    return json.dumps(fields).encode()


async def ask(address: str, call: Call, due: float) -> Answer:
    """Send a call, and wait for the whole answer."""
    status, retry_after = 0, False
    try:
        async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
            head = await _exchange(address, call)
        status = int(head.split(b" ", 2)[1])
        retry_after = b"\r\nretry-after:" in head.lower()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, IndexError, ValueError):
        # told by the status
        pass
    return Answer(kind=call.kind, status=status, seconds=time.perf_counter() - due, retry_after=retry_after, due=due)


async def _exchange(address: str, call: Call) -> bytes:
    """The head of the answer, when all of it has come."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        lines = [f"{call.method} {call.path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
        if call.body:
            lines += [f"Content-Type: {call.content_type}", f"Content-Length: {len(call.body)}"]
        writer.write("\r\n".join([*lines, "", ""]).encode() + call.body)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.read()
        return head
    finally:
        writer.close()


async def at_rate(address: str, mix: Mix, *, per_second: float, seconds: float, seen: Seen, seed: int = 1) -> None:
    """Send calls at moments by chance, so many a second on average, whether or not those before are answered."""
    chance, calls = random.Random(seed), iter(mix)  # noqa: S311 - no secret
    under_way = set[asyncio.Task[Answer]]()

    def over(task: asyncio.Task[Answer]) -> None:
        under_way.discard(task)
        seen.answers.append(task.result())

    due = time.perf_counter()
    end = due + seconds
    while (due := due + chance.expovariate(per_second)) < end:
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        if len(under_way) >= MOST_UNDER_WAY:
            seen.unsent += 1
            continue
        task = asyncio.create_task(ask(address, next(calls), due))
        under_way.add(task)
        task.add_done_callback(over)
    if under_way:
        await asyncio.wait(under_way)
        # the callbacks of the last ones
        await asyncio.sleep(0)


async def one_after_another(address: str, mix: Mix, *, clients: int, seconds: float, seen: Seen) -> None:
    """So many clients, each of which asks again as soon as it is answered."""
    calls, end = iter(mix), time.perf_counter() + seconds

    async def client() -> None:
        while (now := time.perf_counter()) < end:
            seen.answers.append(await ask(address, next(calls), now))

    await asyncio.gather(*(client() for _ in range(clients)))
