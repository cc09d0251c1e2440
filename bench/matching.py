"""How long a verification and a look at a quote's variants take, by how much is stored.

    python -m bench.matching URL... [--quotes N]...      measure; an empty database is filled first (see store_fill)
    python -m bench.matching                             draw and tabulate what was measured before

Claims are words of stored quotes, whole, cut and changed, words that nobody said, and common ones; every other one
names a speaker. The times are by the clock and of the processor (see ``timing``). What is measured is kept in
``bench/matching.json``, by database and number of quotes; ``bench/matching.svg`` and a table in the README show it.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.readme import README_FILE
from bench.store_fill import World, make_world
from bench.store_load import fill
from bench.timing import Stopwatch, Times, percentile
from service.matching.matcher import Matcher
from service.matching.variants import Variants
from service.matching.verification import Verifier
from service.store import Store
from service.verdicts import Candidate, Claim

FIGURES = Path(__file__).with_suffix(".json")
PLOT = Path(__file__).with_suffix(".svg")
_TABLE = re.compile(r"(<!-- matching.*?-->\n).*?(<!-- /matching -->)", re.DOTALL)
# milliseconds at p95 of a million quotes
BARS = {"verify": 100, "variants": 50}
WARM = 12
KINDS = ("whole", "cut", "altered", "speaker", "absent", "common")


def measure(store: Store, rounds: int) -> dict[str, Any]:
    """The times of ``rounds`` verifications and as many looks at variants."""
    chance = random.Random(5)  # noqa: S311 - a benchmark
    articles, quotes = store.stored_counts()
    world = make_world(1000)
    asked = [_any_quote(store, articles, chance) for _ in range(rounds + WARM)]
    claims = [_claim(number, quote, world, chance) for number, quote in enumerate(asked)]
    verifier, variants, stopwatch = Verifier(store), Variants(store), Stopwatch(store)
    verified: list[Callable[[], object]] = [partial(verifier.verify, claim) for claim in claims]
    looked: list[Callable[[], object]] = [partial(variants.of, quote.article, quote.id) for quote in asked]
    times = {"verify": stopwatch.time(verified, warm=WARM), "variants": stopwatch.time(looked, warm=WARM)}
    return {
        "quotes": quotes,
        "rounds": rounds,
        **{name: _summary(found) for name, found in times.items()},
        "kinds": {
            kind: round(percentile(times["verify"].processor[(place - WARM) % len(KINDS) :: len(KINDS)]), 1)
            for place, kind in enumerate(KINDS)
        },
    }


def _summary(times: Times) -> dict[str, float]:
    clock, processor = times.p95()
    return {
        "clock p50": round(percentile(times.clock, 50), 1), "clock p95": round(clock, 1),
        "processor p50": round(percentile(times.processor, 50), 1), "processor p95": round(processor, 1),
    }  # fmt: skip


def _any_quote(store: Store, articles: int, chance: random.Random) -> Candidate:
    found: tuple[Candidate, ...] = ()
    while not found:
        found = store.candidates_in(f"a{chance.randrange(articles):07d}")
    return chance.choice(found)


def _claim(number: int, quote: Candidate, world: World, chance: random.Random) -> Claim:
    kind, said = KINDS[number % len(KINDS)], quote.text.split()
    if kind == "cut":
        said = said[: max(4, len(said) // 2)]
    elif kind == "altered":
        said[chance.randrange(len(said))] = "harbourmaster"
    elif kind == "absent":
        said = [world.words[int(len(world.words) ** chance.random()) - 1] for _ in range(18)]
    elif kind == "common":
        said = ["it", "is", "what", "it", "is", "and", "that", "was", "all"]
    return Claim(quote=" ".join(said), speaker=quote.names[0] if number % 2 and quote.names else None)


def plot(figures: dict[str, dict[str, Any]]) -> None:
    """Draw how p95 grows with the number of quotes."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import

    mpl.use("svg")
    from matplotlib import pyplot  # noqa: PLC0415

    # the same figures give the same file
    mpl.rcParams["svg.hashsalt"] = "quoth"
    figure, panes = pyplot.subplots(1, len(BARS), figsize=(9, 3.6), layout="constrained")
    for pane, (what, bar) in zip(panes, BARS.items(), strict=True):
        for database in sorted({found["database"] for found in figures.values()}):
            points = sorted(
                (found["quotes"], found[what]) for found in figures.values() if found["database"] == database
            )
            counts = [count for count, _ in points]
            for how, style in (("processor", "-"), ("clock", ":")):
                values = [summary[f"{how} p95"] for _, summary in points]
                pane.plot(counts, values, style, marker="o", label=f"{database}, {how}")
        pane.axhline(bar, color="grey", linewidth=0.8, linestyle="--", label=f"{bar} ms")
        pane.set(xscale="log", ylim=(0, None), title=f"{what}, p95", xlabel="stored quotes", ylabel="ms")
        pane.legend(fontsize=7)
    figure.savefig(PLOT, metadata={"Date": None})


def table(figures: dict[str, dict[str, Any]]) -> str:
    """The figures in Markdown."""
    lines = ["| store | quotes | verify p50 | p95 | variants p50 | p95 |", "|---|---|---|---|---|---|"]
    for found in sorted(figures.values(), key=lambda row: (row["database"], row["quotes"])):
        cells = [f"{found[what][f'processor {share}']:.0f}" for what in BARS for share in ("p50", "p95")]
        lines.append(f"| {found['database']} | {found['quotes']:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Fill what is empty, measure, keep the figures, draw them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*", metavar="URL")
    parser.add_argument("--quotes", type=int, default=10_000, help="for a database that is empty")
    parser.add_argument("--rounds", type=int, default=300)
    chosen = parser.parse_args()
    figures: dict[str, dict[str, Any]] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    for url in chosen.urls:
        with Store(url, matcher=Matcher()) as store:
            store.upgrade()
            if store.size()[1] == 0:
                fill(url, chosen.quotes, lambda line: print(line, flush=True))
            found = {
                "database": url.partition(":")[0],
                "python": platform.python_version(),
                **measure(store, chosen.rounds),
            }
        print(json.dumps(found))
        figures[f"{found['database']} {found['quotes']}"] = found
        FIGURES.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    plot(figures)
    readme = README_FILE.read_text(encoding="utf-8")
    written = _TABLE.sub(lambda match: f"{match[1]}{table(figures)}\n{match[2]}", readme)
    README_FILE.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
