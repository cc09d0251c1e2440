"""The service under load for a long time, then under far too much: ``python -m bench.soak --minutes 30 --burst 5``.

First articles are stored, since a store that holds little answers faster than one that has been in use; then capacity
is measured: the most requests of the mix (``bench.soak_requests``) that one worker answers in a
second. Then so many minutes at a share of that, whether or not the answers keep up; then a burst at several times the
capacity; and how long it takes after the burst until an article is read as fast as before. Meanwhile a thread asks for
health, and the memory of every process is noted. Requests stay on this machine.

At the end a table, and what of the bars is held:

- no answer but success, and 429 and 503 with ``Retry-After``;
- no health check slower than 100 ms;
- no process that holds 5 % more at the end than after the first fifth of the soak;
- within 5 s of the burst's end articles are read as fast as before it.

The exit status is 1 where a bar is missed. Anything else that computes on the machine delays health checks, so the
table also has what a thread of this program that only sleeps was delayed by, and the load before the start.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench.processes import children, memory
from bench.server import Server, serving
from bench.soak_requests import Mix, Seen, ask, at_rate, one_after_another
from bench.timing import percentile

HEALTH_BAR_MS = 100.0
GROWTH_BAR_PERCENT = 5.0
RECOVERY_BAR_SECONDS = 5.0
_CLIENTS = 4
_PROBES = 20
_RECOVERED_AFTER = 5
_GIVEN_UP_SECONDS = 120
_HEALTH_PATHS = ("/healthz", "/readyz")
_HEALTH_EVERY_SECONDS = 0.5
_MEMORY_EVERY_SECONDS = 5.0


@dataclass(slots=True)
class Watch:
    """Milliseconds of health checks and of a sleeper's delays; MiB by process, each with the moment."""

    health: dict[str, list[float]] = field(default_factory=lambda: {path: [] for path in _HEALTH_PATHS})
    failed: int = 0
    delays: list[float] = field(default_factory=list)
    memory: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def growth(self, name: str, begun: float, ended: float) -> float | None:
        """Percent, from the first fifth of a phase to its last; None where too little was noted."""
        fifth = (ended - begun) / 5
        first = [mib for at, mib in self.memory[name] if begun + fifth <= at < begun + 2 * fifth]
        last = [mib for at, mib in self.memory[name] if ended - fifth <= at < ended]
        return 100 * (statistics.median(last) / statistics.median(first) - 1) if first and last else None


def main() -> int:
    """Run what is asked for, and print the table; 1 where a bar is missed."""
    given = _arguments()
    print(f"load of the machine before the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"QUOTH_WORKERS": "1", "QUOTH_CACHE_MB": "64", "QUOTH_CACHE_DIR": str(Path(folder, "cache"))}
        with serving(settings=settings) as server:
            return 0 if _run(server, given) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30, help="of the soak; 0: none (default: 30)")
    parser.add_argument("--share", type=float, default=0.8, help="of capacity, in the soak (default: 0.8)")
    parser.add_argument("--burst", type=float, default=5, help="times capacity, in the burst; 0: none (default: 5)")
    parser.add_argument("--burst-seconds", type=float, default=20, help="how long it lasts (default: 20)")
    parser.add_argument("--capacity-seconds", type=float, default=30, help="how long that is measured (default: 30)")
    parser.add_argument("--capacity", type=float, help="requests a second; given, it is not measured")
    parser.add_argument("--stored", type=int, default=1500, help="articles that are stored before (default: 1500)")
    return parser.parse_args()


def _run(server: Server, given: argparse.Namespace) -> bool:
    mix = Mix()
    _fill(server, mix, given.stored)
    rate = given.capacity or _capacity(server, mix, given.capacity_seconds)
    print(f"capacity: {rate:.1f} requests a second of the mix, with one worker", flush=True)
    held = True
    if given.minutes:
        held &= _soak(server, mix, rate * given.share, given.minutes * 60)
    if given.burst:
        held &= _burst(server, mix, rate * given.burst, given.burst_seconds)
    print("every bar is held" if held else "NOT every bar is held", flush=True)
    return held


def _fill(server: Server, mix: Mix, articles: int) -> None:
    async def fill() -> None:
        for _ in range(articles):
            answer = await ask(server.address, mix.one("store"), time.perf_counter())
            if answer.status not in (200, 201):
                raise RuntimeError(f"an article was answered with {answer.status}")

    asyncio.run(fill())


def _capacity(server: Server, mix: Mix, seconds: float) -> float:
    """Answers a second when as many clients ask as keep the worker busy and none is refused; the cache warm."""
    for length in (seconds / 3, seconds):
        seen, begun = Seen(), time.perf_counter()
        asyncio.run(one_after_another(server.address, mix, clients=_CLIENTS, seconds=length, seen=seen))
        taken = time.perf_counter() - begun
    return seen.served() / taken


def _soak(server: Server, mix: Mix, per_second: float, seconds: float) -> bool:
    seen, watch = Seen(), Watch()
    begun, busy = time.perf_counter(), time.process_time()
    with _watched(server, watch):
        asyncio.run(at_rate(server.address, mix, per_second=per_second, seconds=seconds, seen=seen))
    ended = time.perf_counter()
    used = (time.process_time() - busy) / (ended - begun)
    print(f"\nsoak: {seconds / 60:.0f} minutes at {per_second:.1f} requests a second")
    held = _answers(seen, watch)
    for name in watch.memory:
        first, last = watch.memory[name][0][1], watch.memory[name][-1][1]
        grown = watch.growth(name, begun, ended)
        told = "too short to tell" if grown is None else f"{grown:+.1f} % after the first fifth"
        held &= _line(f"memory, {name}", f"{first:.0f} to {last:.0f} MiB; {told}", (grown or 0) < GROWTH_BAR_PERCENT)
    _line("this program's share of a core", f"{100 * used:.0f} %")
    return held


def _burst(server: Server, mix: Mix, per_second: float, seconds: float) -> bool:
    seen, watch = Seen(), Watch()
    usual = asyncio.run(_usual(server, mix))
    with _watched(server, watch):
        recovery = asyncio.run(_burst_and_after(server, mix, seen, per_second=per_second, seconds=seconds, usual=usual))
    print(f"\nburst: {seconds:.0f} seconds at {per_second:.1f} requests a second")
    held = _answers(seen, watch)
    _line("an article before the burst, slowest", f"{1000 * usual:.0f} ms")
    told = "not within two minutes" if recovery is None else f"{recovery:.1f} s after the last request"
    return held & _line("as fast as that again", told, recovery is not None and recovery <= RECOVERY_BAR_SECONDS)


async def _usual(server: Server, mix: Mix) -> float:
    """Seconds of the slowest of some articles, read one at a time."""
    return max([await _probe(server, mix) for _ in range(_PROBES)])


async def _probe(server: Server, mix: Mix) -> float:
    answer = await ask(server.address, mix.one("extract, new"), time.perf_counter())
    return answer.seconds if answer.status == 200 else float("inf")


async def _burst_and_after(
    server: Server, mix: Mix, seen: Seen, *, per_second: float, seconds: float, usual: float
) -> float | None:
    """Seconds from the burst's end to the first of several articles in a row that are read as fast as usual."""
    load = asyncio.create_task(at_rate(server.address, mix, per_second=per_second, seconds=seconds, seen=seen))
    await asyncio.sleep(seconds)
    ended, good, since = time.perf_counter(), 0, 0.0
    while good < _RECOVERED_AFTER and time.perf_counter() - ended < _GIVEN_UP_SECONDS:
        asked = time.perf_counter()
        if await _probe(server, Mix(seed=int(asked * 1000))) <= usual:
            since, good = (asked if not good else since), good + 1
        else:
            good = 0
            await asyncio.sleep(0.1)
    await load
    return since - ended if good == _RECOVERED_AFTER else None


def _answers(seen: Seen, watch: Watch) -> bool:
    told = ", ".join(f"{status or 'no answer'}: {count}" for status, count in sorted(seen.statuses().items()))
    held = _line("answers by status", told + (f"; not sent: {seen.unsent}" if seen.unsent else ""), not seen.faults())
    for kind, times in sorted(seen.seconds().items()):
        _line(
            f"  {kind}",
            f"{len(times)}; median {1000 * statistics.median(times):.0f} ms, 95 % within "
            f"{1000 * percentile(times):.0f} ms, slowest {1000 * max(times):.0f} ms",
        )
    for path, times in watch.health.items():
        held &= _line(
            path,
            f"{len(times)}; median {statistics.median(times):.1f} ms, 99 % within {percentile(times, 99):.1f} ms, "
            f"{sum(time >= HEALTH_BAR_MS for time in times)} over {HEALTH_BAR_MS:.0f} ms, slowest {max(times):.1f} ms",
            max(times) < HEALTH_BAR_MS,
        )
    held &= _line("health checks that failed", str(watch.failed), not watch.failed)
    _line("delay of a thread that only sleeps", f"slowest {max(watch.delays):.1f} ms")
    return held


def _line(what: str, value: str, held: bool | None = None) -> bool:
    bar = "" if held is None else "   ok" if held else "   MISSED"
    print(f"  {what:<38} {value}{bar}", flush=True)
    return held is not False


@contextmanager
def _watched(server: Server, watch: Watch) -> Iterator[None]:
    over = threading.Event()
    watchers = [
        threading.Thread(target=_watch_health, args=(server, watch, over)),
        threading.Thread(target=_watch_memory, args=(server, watch, over)),
    ]
    for one in watchers:
        one.start()
    try:
        yield
    finally:
        over.set()
        for one in watchers:
            one.join()


def _watch_health(server: Server, watch: Watch, over: threading.Event) -> None:
    place, number = urlsplit(server.address).netloc, 0
    while True:
        slept = time.perf_counter()
        if over.wait(_HEALTH_EVERY_SECONDS):
            return
        watch.delays.append(1000 * (time.perf_counter() - slept - _HEALTH_EVERY_SECONDS))
        number += 1
        path = _HEALTH_PATHS[number % len(_HEALTH_PATHS)]
        begun, connection = time.perf_counter(), http.client.HTTPConnection(place, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            watch.failed += answer.status != 200
        except OSError:
            watch.failed += 1
        finally:
            connection.close()
        watch.health[path].append(1000 * (time.perf_counter() - begun))


def _watch_memory(server: Server, watch: Watch, over: threading.Event) -> None:
    while not over.wait(_MEMORY_EVERY_SECONDS):
        for process in _family(server.process.pid):
            try:
                held = memory(process).resident
            except OSError:
                # it has ended meanwhile
                continue
            watch.memory.setdefault(_name(process, server.process.pid), []).append((time.perf_counter(), held))


def _family(process: int) -> list[int]:
    try:
        return [process, *(one for child in children(process) for one in _family(child))]
    except OSError:
        return []


def _name(process: int, master: int) -> str:
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        words = []
    kind = "import worker" if b"worker" in words else "API worker"
    return f"{'API master' if process == master else kind} ({process})"


if __name__ == "__main__":
    sys.exit(main())
