"""How fast Quoth reads beside others, how long a request takes, how much memory it holds, what more workers bring.

Every figure is measured in this run, on this machine. Speed is words per second of CPU time, which other programs on
the machine disturb less than the clock; systems take turns, several times over, and printed is the median with the
lowest and the highest, so that a difference within the spread is seen to be none.

    python -m bench [PART…] [--repeats N] [--requests N] [--articles N] [--plots DIR]

The parts are start, speed, latency, memory and workers; without any, all of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

# one thread, as the server runs
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench import load, plots
from bench.articles import demo_articles, words_of
from bench.peers import FOLDER, compare
from bench.timing import percentile

LENGTHS = (50, 100, 200, 400, 800, 1600, 3200)
# of the articles of the memory's growth: short ones, so that many are read soon
SHORT = 150


def main() -> int:
    """Measure and print. Returns the exit status."""
    options = _options()
    texts = demo_articles()
    print(
        f"{len(texts)} articles, {words_of(texts):,} words; Python {platform.python_version()}, "
        f"{len(list(load.cores()))} cores, one thread a process"
    )
    for part in options.parts or PARTS:
        PARTS[part](options)
    return 0


def _start(options: argparse.Namespace) -> None:
    found = [load.start() for _ in range(options.repeats)]
    _line("from quoth serve to ready", f"{_spread([one.seconds for one in found], '.1f')} s")
    _line("memory of a worker then", f"{_spread([one.memory.resident for one in found])} MiB")


def _speed(options: argparse.Namespace) -> None:
    texts = demo_articles()
    found = compare(texts, repeats=options.repeats, core=next(load.cores()))
    for name, speeds in found.speeds.items():
        refused = f", {found.refused[name]} of {len(texts)} articles refused" if found.refused[name] else ""
        _line(f"speed, {name}", f"{_spread(speeds)} words a CPU second, {found.quotes[name]} quotes{refused}")
    for name in found.speeds:
        if name != "quoth":
            fastest = " (the fastest)" if name == found.fastest else ""
            _line(f"quoth to {name}{fastest}", f"{_spread(found.ratios(name), '.2f')} times")
    _picture(plots.speeds(options.plots, found.speeds))


def _latency(options: argparse.Namespace) -> None:
    found = load.latencies(LENGTHS, options.requests)
    for words, times in found.items():
        _line(
            f"request, {words} words, warm",
            f"median {statistics.median(times):.0f} ms, 95 % within {percentile(times):.0f} ms",
        )
    times = load.again(800, options.requests * 5)
    _line("the same 800 words again", f"median {statistics.median(times):.1f} ms, slowest {max(times):.1f} ms")
    _picture(plots.latency(options.plots, found))


def _memory(options: argparse.Namespace) -> None:
    found = load.growth(options.articles, words=SHORT)
    _line(
        f"memory, {options.articles:,} distinct articles",
        f"{found.resident[0]:.0f} to {found.resident[-1]:.0f} MiB; {found.percent():+.1f} % after the first tenth",
    )
    _picture(plots.memory(options.plots, found))


def _workers(options: argparse.Namespace) -> None:
    found = load.scaling(max(len(list(load.cores())), 2), seconds=options.seconds)
    for one in found:
        held = ", ".join(f"{memory.share:.0f}" for memory in one.memory)
        _line(
            f"{one.workers} workers, {2 * one.workers} clients",
            f"{one.speed:,.0f} words a second, {one.speed / found[0].speed:.2f} times one; {one.refused} refused; "
            f"memory {held} MiB each (what they share parted)",
        )
    total = [sum(memory.share for memory in one.memory) for one in found]
    further = (total[-1] - total[0]) / (found[-1].workers - found[0].workers)
    _line("memory of one, and of each further", f"{total[0]:.0f} MiB, {further:.0f} MiB")
    _picture(plots.scaling(options.plots, found))


PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "start": _start,
    "speed": _speed,
    "latency": _latency,
    "memory": _memory,
    "workers": _workers,
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures Quoth, beside others and by itself.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; default: all")
    parser.add_argument("--repeats", type=int, default=5, metavar="N", help="turns of each system, starts (default 5)")
    parser.add_argument("--requests", type=int, default=20, metavar="N", help="requests of each length (default 20)")
    parser.add_argument("--articles", type=int, default=10_000, metavar="N", help="articles of memory (default 10,000)")
    parser.add_argument("--seconds", type=float, default=30, metavar="S", help="of each count of workers (default 30)")
    parser.add_argument("--plots", type=Path, default=FOLDER / "plots", metavar="DIR", help="default: var/bench/plots")
    options = parser.parse_args()
    if unknown := sorted(set(options.parts) - set(PARTS)):
        parser.error(f"got {', '.join(unknown)}; the parts are {', '.join(PARTS)}")
    return options


def _line(what: str, figure: str) -> None:
    print(f"{what + ':':<42} {figure}", flush=True)


def _picture(path: Path) -> None:
    _line("picture", os.path.relpath(path))


def _spread(values: Sequence[float], form: str = ",.0f") -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


if __name__ == "__main__":
    sys.exit(main())
