"""How fast Quoth reads, how long it takes to start and how much memory it holds, on the demo articles.

Every figure is measured in this run, on this machine. Speed is words per second of CPU time, which other programs on
the machine disturb less than the clock; each variant runs in turn, several times over, and the table shows the
median with the lowest and the highest, so that a difference within the spread is seen to be none.

    python -m bench [--repeats N]
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

# before torch is imported: one thread, as the server runs
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bench.server import latencies

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


def main() -> int:
    """Measure and print. Returns the exit status."""
    arguments = argparse.ArgumentParser(prog="python -m bench", description="Measures Quoth on the demo articles.")
    arguments.add_argument("--repeats", type=int, default=3, metavar="N", help="runs of each variant (default 3)")
    arguments.add_argument("--requests", type=int, default=20, metavar="N", help="HTTP requests (default 20)")
    options = arguments.parse_args()

    texts = [path.read_bytes().decode("utf-8") for path in sorted(ARTICLES.glob("*.txt"))]
    if not texts:
        print(f"there is no article in {ARTICLES}", file=sys.stderr)
        return 1
    words = sum(len(text.split()) for text in texts)
    print(
        f"{len(texts)} articles, {words:,} words; Python {platform.python_version()}, {os.cpu_count()} cores, 1 thread"
    )

    before, start = _resident_mib(), time.perf_counter()
    from service.model import Article  # noqa: PLC0415 - what is measured
    from service.parse.article_parser import ArticleParser  # noqa: PLC0415
    from service.pipeline import Pipeline  # noqa: PLC0415

    pipeline = Pipeline(ArticleParser(), max_chars=max(map(len, texts)))
    _line("start: imports and models", f"{time.perf_counter() - start:.1f} s")

    articles = [Article(text=text) for text in texts]
    pipeline.extract(articles[0])  # the first call is slower: torch sets itself up
    variants: dict[str, Callable[[], object]] = {
        "article by article": lambda: [pipeline.extract(article) for article in articles],
        "batched": lambda: pipeline.extract_all(articles),
    }
    speeds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(options.repeats):
        for name, run in variants.items():
            begun = time.process_time()
            run()
            speeds[name].append(words / (time.process_time() - begun))
    for name, found in speeds.items():
        _line(f"speed, {name}", f"{_spread(found)} words per CPU second")
    ratios = [b / a for a, b in zip(speeds["article by article"], speeds["batched"], strict=True)]
    _line("batched against article by article", f"{_spread(ratios, '.2f')} times")
    _line("memory", f"{_resident_mib():,.0f} MiB at most (Python alone: {before:,.0f} MiB)")

    milliseconds = sorted(latencies(texts, options.requests))
    tail = milliseconds[min(len(milliseconds) - 1, int(len(milliseconds) * 0.95))]
    _line(
        "POST /v1/extract, warm, one at a time",
        f"median {statistics.median(milliseconds):.0f} ms, 95 % within {tail:.0f} ms, slowest "
        f"{milliseconds[-1]:.0f} ms ({len(milliseconds)} requests, {words // len(texts)} words each on average)",
    )
    return 0


def _line(what: str, figure: str) -> None:
    print(f"{what + ':':<40} {figure}", flush=True)


def _spread(values: Sequence[float], form: str = ",.0f") -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def _resident_mib() -> float:
    """The most memory that this process has held, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB on Linux, bytes on macOS
    return most / 1024 if sys.platform != "darwin" else most / 1024**2


if __name__ == "__main__":
    sys.exit(main())
