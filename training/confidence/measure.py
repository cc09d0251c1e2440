"""Measure how often each construction's content is right, and write ``service/confidence.tsv``.

    python -m training.confidence.measure --prior POLNEAR_DEV.jsonl GOLD.jsonl… [--write]

GOLD are articles annotated as Quoth defines a quote (the corpus and whatever else there is). They are few, so the
precision on PolNeAR, which is annotated by other rules, stands in for what they do not show: it counts as much as
``PRIOR_WEIGHT`` quotes of each construction. Prints the table, and the expected calibration error of the confidences
that it gives on GOLD, speaker links included: measured where it was fitted, so an estimate from below.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.attribution import attribute
from service.confidence import TABLE
from service.model import Attribution, Resolution, Scope
from service.parse.article_parser import ArticleParser
from service.scoring import matched_contents, read_rows, same_speaker
from service.speakers import resolve
from service.text import read_layout

PRIOR_WEIGHT = 10
BATCH = 20
BINS = 10
HEAD = """\
# How often the content of a quote read from each construction is right, whoever is behind it.
# pattern: Attribution.pattern; precision: share in 0..1, of {gold} quotes predicted in articles annotated by Quoth's
# rules, with the precision of {prior} quotes predicted in PolNeAR dev counting as {weight} quotes of each pattern;
# written by training/confidence/measure.py. The row "default" holds for every pattern that is not listed.
pattern\tprecision
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One predicted quote: whether its content is a gold one's, and whether the speaker is right too."""

    pattern: str
    certainty: float
    content: bool
    both: bool


def judge(path: Path, scope: Scope, parser: ArticleParser) -> Iterator[Judged]:
    """Every quote predicted in a gold file's articles; those that match an unsure gold quote are left out."""
    rows = read_rows(path)
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        layouts = [read_layout(row["text"]) for row in batch]
        parses = parser.parse([(row["text"], layout) for row, layout in zip(batch, layouts, strict=True)])
        for row, layout, (parse, _) in zip(batch, layouts, parses, strict=True):
            found = attribute(row["text"], layout, parse, scope=scope)
            yield from _judged(row, found, resolve(row["text"], layout, parse, found))


def _judged(row: dict[str, Any], found: Sequence[Attribution], resolution: Resolution) -> Iterator[Judged]:
    gold = row.get("quotes") or row.get("attributions") or []
    hits = matched_contents(
        row["text"],
        [[(s, e) for s, e in quote["content"]] for quote in gold],
        [[(s.start, s.end) for s in attribution.spans] for attribution in found],
    )
    for j, (attribution, link) in enumerate(zip(found, resolution.links, strict=True)):
        match = gold[hits[j]] if j in hits else None
        if match is not None and not match.get("sure", True):
            continue
        name = None if link.speaker is None else resolution.speakers[link.speaker].name
        right = match is not None and same_speaker(match.get("speaker"), name)
        yield Judged(pattern=attribution.pattern, certainty=link.certainty, content=match is not None, both=right)


def precisions(prior: Sequence[Judged], judged: Sequence[Judged]) -> dict[str, float]:
    """The precision of each pattern, and of all as ``default``, by falling number of quotes."""
    everywhere = _share(prior)
    by_pattern: dict[str, list[Judged]] = defaultdict(list)
    of_prior: dict[str, list[Judged]] = defaultdict(list)
    for quote in judged:
        by_pattern[quote.pattern].append(quote)
    for quote in prior:
        of_prior[quote.pattern].append(quote)
    table = {"default": _blend(judged, everywhere)}
    for pattern in sorted({*by_pattern, *of_prior}, key=lambda p: (-len(by_pattern[p]), p)):
        # PolNeAR's own figure for the pattern, if it shows enough of it
        stand_in = _share(of_prior[pattern]) if len(of_prior[pattern]) >= PRIOR_WEIGHT else everywhere
        table[pattern] = _blend(by_pattern[pattern], stand_in)
    return table


def _share(quotes: Sequence[Judged]) -> float:
    return sum(q.content for q in quotes) / len(quotes)


def _blend(quotes: Sequence[Judged], stand_in: float) -> float:
    return (sum(q.content for q in quotes) + PRIOR_WEIGHT * stand_in) / (len(quotes) + PRIOR_WEIGHT)


def calibration_error(judged: Sequence[Judged], table: dict[str, float]) -> float:
    """The expected calibration error over ten equal bins (Guo et al., ICML 2017), in 0..1."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for quote in judged:
        confidence = table[quote.pattern] * quote.certainty
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, quote.both))
    return sum(abs(sum(c for c, _ in b) - sum(right for _, right in b)) for b in bins.values()) / len(judged)


def main() -> None:
    """Measure, print and, with ``--write``, write the table."""
    ap = argparse.ArgumentParser(description="measure the precision of each construction")
    ap.add_argument("--prior", type=Path, required=True, help="PolNeAR articles")
    ap.add_argument("--write", action="store_true", help="write service/confidence.tsv")
    ap.add_argument("gold", type=Path, nargs="+")
    args = ap.parse_args()
    parser = ArticleParser()
    prior = list(judge(args.prior, Scope.ALL, parser))
    judged = [quote for path in args.gold for quote in judge(path, Scope.SPEECH, parser)]
    table = precisions(prior, judged)
    source = HEAD.format(gold=len(judged), prior=len(prior), weight=PRIOR_WEIGHT)
    source += "".join(f"{pattern}\t{precision:.3f}\n" for pattern, precision in table.items())
    print(source)
    print(f"expected calibration error on the gold articles: {calibration_error(judged, table):.3f}")
    if args.write:
        TABLE.write_text(source, encoding="utf-8")


if __name__ == "__main__":
    main()
