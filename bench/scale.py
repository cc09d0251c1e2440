"""What archives of 1, 10 and 100 million articles cost, worked out from what was measured.

    python -m bench.scale --speed WORDS [--words N] [--price P] [--write]

``--speed`` is words a second of CPU time, as ``python -m bench speed`` prints it; ``--price`` is that of a core for an
hour, in whatever money. ``--write`` puts the table into ``docs/scale.md``.

>>> [cost] = costs([1_000_000], Assumptions(speed=2_000, words=550, price=0.04, share=0.9))
>>> round(cost.core_hours), round(cost.money, 2), round(cost.results_gb, 1)
(85, 3.4, 5.3)
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "scale.md"
_TABLE = re.compile(r"(<!-- table:.*?-->\n).*?(<!-- /table -->)", re.DOTALL)

SIZES = (1_000_000, 10_000_000, 100_000_000)
CORES = (1, 16, 64, 512)
# measured over the demo articles: Parquet of quoth annotate, with compression; they have more quotes than most news
RESULT_BYTES = 5_300
# measured over 100,000 articles with a million quotes (python -m bench.store): text, quotes, all indexes, on SQLite
STORE_BYTES = 16_800


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """``speed``: words a second of CPU time; ``words``: in an article; ``price``: of a core hour; ``share``: of a
    core's time that is spent on reading, the rest on starting, on files and on waiting for the last part."""

    speed: float
    words: float
    price: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one archive. ``days`` are by the number of cores; sizes are in 10**9 bytes."""

    articles: int
    core_hours: float
    days: dict[int, float]
    results_gb: float
    store_gb: float
    money: float


def costs(sizes: Sequence[int], given: Assumptions) -> list[Cost]:
    """What each costs."""
    found = []
    for articles in sizes:
        hours = articles * given.words / given.speed / given.share / 3600
        found.append(
            Cost(
                articles=articles,
                core_hours=hours,
                days={cores: hours / cores / 24 for cores in CORES},
                results_gb=articles * RESULT_BYTES / 1e9,
                store_gb=articles * STORE_BYTES / 1e9,
                money=hours * given.price,
            )
        )
    return found


def table(found: Sequence[Cost], given: Assumptions) -> str:
    """As Markdown."""
    rows = [
        ("articles", [f"{cost.articles / 1e6:,.0f} million" for cost in found]),
        ("core hours", [f"{cost.core_hours:,.0f}" for cost in found]),
        *((f"on {n} core{'s' * (n > 1)}", [_time(cost.days[n]) for cost in found]) for n in CORES),
        ("results, Parquet", [_size(cost.results_gb) for cost in found]),
        ("a store with full text and indexes", [_size(cost.store_gb) for cost in found]),
        (f"money, at {given.price:g} a core hour", [f"{cost.money:,.2f}" for cost in found]),
    ]
    lines = [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]
    about = (
        f"At {given.speed:,.0f} words a second of CPU time, {given.words:g} words an article, {given.share:.0%} busy:"
    )
    return "\n".join([about, "", lines[0], "|---|" + "---:|" * len(found), *lines[1:]])


def main() -> None:
    """Print the table, or write it."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description="Costs of archives.")
    parser.add_argument("--speed", type=float, required=True, metavar="WORDS", help="words a second of CPU time")
    parser.add_argument("--words", type=float, default=550, metavar="N", help="words an article (default 550)")
    parser.add_argument("--price", type=float, default=0.04, metavar="P", help="of a core hour (default 0.04)")
    parser.add_argument("--share", type=float, default=0.9, metavar="S", help="of the time spent reading (default 0.9)")
    parser.add_argument("--write", action="store_true", help="write the table into docs/scale.md")
    options = parser.parse_args()
    given = Assumptions(speed=options.speed, words=options.words, price=options.price, share=options.share)
    made = table(costs(SIZES, given), given)
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(_TABLE.sub(lambda found: f"{found[1]}{made}\n{found[2]}", page), encoding="utf-8")
    else:
        print(made)


def _time(days: float) -> str:
    return f"{days:,.1f} days" if days >= 1 else f"{days * 24:,.1f} hours"


def _size(gb: float) -> str:
    return f"{gb / 1000:,.2f} TB" if gb >= 1000 else f"{gb:,.0f} GB"


if __name__ == "__main__":
    main()
