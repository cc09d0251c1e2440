"""Fit the confidence of quotes, and measure it on articles that were held out.

    python -m training.confidence.measure --all POLNEAR_DEV.jsonl GOLD.jsonl… [--write]

GOLD are articles annotated as Quoth defines a quote, with speakers (the corpus and whatever else there is); PolNeAR's
are for scope ``all``. Prints for either scope the expected calibration error by cross-validation over articles, the
bins behind it, and what ``min_confidence`` trades; ``--write`` fits to all of it and writes ``service/confidence.tsv``
and, beside this file, ``README.md`` and the plots.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt

from service.confidence import HEADER, LEAST, TABLE
from service.model import Scope
from service.parse.article_parser import ArticleParser
from service.scoring import read_rows
from training.confidence.fit import Bin, Floats, Judged, calibration_error, fit, held_out, judge, reliability

HERE = Path(__file__).parent
LEVELS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
HEAD = """\
# Logistic regression: the log odds that a quote's content and speaker (scope all: content and mention) are right are
# the sum of weight * (value - centre) over the features that service/confidence.py reads off it.
# Fitted by training/confidence/measure.py to {speech} quotes predicted in articles annotated by Quoth's rules, and for
# scope all to {all} predicted in PolNeAR dev.
"""


def main() -> None:
    """Measure, print and, with ``--write``, write the table and the page about it."""
    ap = argparse.ArgumentParser(description="fit and measure the confidence of quotes")
    ap.add_argument("--all", type=Path, required=True, help="PolNeAR articles, for scope all")
    ap.add_argument("--write", action="store_true", help="write service/confidence.tsv, the page and the plots")
    ap.add_argument("gold", type=Path, nargs="+")
    args = ap.parse_args()
    parser = ArticleParser()
    speech: list[Judged] = []
    wanted = 0
    for path in args.gold:
        rows = read_rows(path)
        first = speech[-1].article + 1 if speech else 0
        speech += judge(path, Scope.SPEECH, parser, first)
        wanted += sum(quote.get("sure", True) for row in rows for quote in row["quotes"])
    everything = list(judge(args.all, Scope.ALL, parser))
    attributions = sum(len(row["attributions"]) for row in read_rows(args.all))
    page = [PAGE.format(version=parser.version)]
    for scope, judged, gold in ((Scope.SPEECH, speech, wanted), (Scope.ALL, everything, attributions)):
        confidences, right = held_out(judged), np.array([quote.right for quote in judged])
        given = confidences >= LEAST[scope]
        confidences, right = confidences[given], right[given]
        bins = reliability(confidences, right)
        page.append(section(scope, bins, curve(confidences, right, gold)))
        if args.write:
            plot(bins, HERE / f"reliability-{scope.value}.png", scope)
    print("\n".join(page))
    if args.write:
        source = HEAD.format(speech=len(speech), all=len(everything)) + HEADER + "\n"
        for scope, judged in ((Scope.SPEECH, speech), (Scope.ALL, everything)):
            for name, row in fit(judged).items():
                source += f"{scope.value}\t{name}\t{row.centre:.3f}\t{row.weight:.3f}\n"
        TABLE.write_text(source, encoding="utf-8")
        (HERE / "README.md").write_text("\n".join(page), encoding="utf-8")


PAGE = """# How sure Quoth is, and how right that is

Pack {version}. The confidence of a quote is a logistic regression over what the decision rested on
(`service/confidence.py`). All figures here are by cross-validation: each quote's confidence comes from weights that
were fitted to other articles. The rules themselves were written with some of these articles in view, so other news may
do worse; corrections made in a newsroom export as gold, to which the same command fits.

    python -m training.confidence.measure --all POLNEAR_DEV.jsonl GOLD.jsonl… --write
"""

TITLES = {
    Scope.SPEECH: "Scope `speech`: content and speaker right (the corpus and two real articles)",
    Scope.ALL: "Scope `all`: content and mention right (PolNeAR dev)",
}


def section(scope: Scope, bins: Sequence[Bin], rows: Sequence[tuple[float, int, float, float]]) -> str:
    """The part of the page about one scope."""
    lines = [
        f"## {TITLES[scope]}",
        "",
        f"Expected calibration error over {len(bins)} of ten equal bins: **{calibration_error(bins):.3f}**.",
        "",
        f"![Confidence against the share that is right](reliability-{scope.value}.png)",
        "",
        "| confidence, mean | right | quotes |",
        "|---|---|---|",
        *(f"| {b.confidence:.2f} | {b.right:.2f} | {b.count} |" for b in bins),
        "",
        "What `min_confidence` trades:",
        "",
        "| `min_confidence` | quotes | precision | recall |",
        "|---|---|---|---|",
        *(f"| {level:.2f} | {count} | {precision:.1%} | {recall:.1%} |" for level, count, precision, recall in rows),
        "",
    ]
    return "\n".join(lines)


def curve(confidences: Floats, right: npt.NDArray[np.bool_], gold: int) -> list[tuple[float, int, float, float]]:
    """For each level of ``min_confidence``: quotes kept, their precision, and the recall of ``gold`` quotes."""
    found = []
    for level in LEVELS:
        kept = confidences >= level
        count, hits = int(kept.sum()), int(right[kept].sum())
        found.append((level, count, hits / count if count else 0.0, hits / gold))
    return found


def plot(bins: Sequence[Bin], target: Path, scope: Scope) -> None:
    """Write the reliability plot."""
    mpl.use("agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of a backend without a screen

    figure, axes = plt.subplots(figsize=(4.5, 4.5))
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    sizes = [10 + 300 * b.count / max(x.count for x in bins) for b in bins]
    axes.scatter([b.confidence for b in bins], [b.right for b in bins], s=sizes, color="#0072b2", alpha=0.8)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share that is right", title=f"scope {scope.value}")
    axes.set_aspect("equal")
    figure.tight_layout()
    figure.savefig(target, dpi=90)
    plt.close(figure)


if __name__ == "__main__":
    main()
