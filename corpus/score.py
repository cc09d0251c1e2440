"""``python -m corpus.score``: run the pipeline over a gold file and print its score.

For the corpus itself the gains and losses by article follow, against ``scores.json`` as last committed. ``--update``
rewrites that file, ``--check`` exits 1 where a total that is watched falls below it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from service.formats.wire import extraction_to_dict
from service.model import Article, Scope
from service.parse.article_parser import ArticleParser
from service.pipeline import Pipeline
from service.scoring import Row, ScoreResult, article_name, format_table, read_rows, score

HERE = Path(__file__).parent
GOLD = HERE / "gold.jsonl"
SCORES = HERE / "scores.json"
WATCHED = ("attributed", "speaker")
# Another processor rounds the models' sums otherwise, and one quote in 774 may fall the other way: 0.13 points.
TOLERANCE = 0.2
MAX_CHARS = 1_000_000

# scores.json: total -> every figure; articles -> F1 of what is watched, by article; percent with two decimals
Scores = dict[str, Any]


def predict(gold: Sequence[Row], scope: Scope) -> list[dict[str, Any]]:
    """What the pipeline finds in the gold rows' texts, in the wire format, in their order."""
    pipeline = Pipeline(ArticleParser(), max_chars=MAX_CHARS)
    articles = [Article(text=row["text"], id=article_name(row)) for row in gold]
    return [extraction_to_dict(extraction) for extraction in pipeline.extract_all(articles, scope=scope)]


def scores_of(gold: Sequence[Row], pred: Sequence[Row]) -> Scores:
    """The figures as ``scores.json`` keeps them."""
    articles = {}
    for row, found in zip(gold, pred, strict=True):
        figures = score([row], [found]).rounded()
        articles[article_name(row)] = {name: figures[name]["f1"] for name in WATCHED if name in figures}
    return {"total": score(gold, pred).rounded(), "articles": articles}


def committed() -> Scores | None:
    """``scores.json`` of the last commit; the file on disk where there is no commit of it; None where there is none."""
    shown = subprocess.run(  # noqa: S603 - nothing in the command is input
        ["git", "show", f"HEAD:./{SCORES.name}"],  # noqa: S607 - whichever git the developer has
        cwd=HERE,
        capture_output=True,
        check=False,
    )
    if shown.returncode == 0:
        source = shown.stdout.decode()
    elif SCORES.exists():
        source = SCORES.read_text(encoding="utf-8")
    else:
        return None
    scores: Scores = json.loads(source)
    return scores


def comparison(now: Scores, before: Scores | None) -> str:
    """A line an article: what is watched, and what it gained or lost since ``before``."""
    width = max(map(len, now["articles"]))
    lines = [" " * width + "".join(f"{name:>20s}" for name in WATCHED)]
    old_articles: Mapping[str, Mapping[str, float]] = before["articles"] if before else {}
    rows = {**now["articles"], "total": _watched(now["total"])}
    old_rows = {**old_articles, "total": _watched(before["total"]) if before else {}}
    for name, figures in rows.items():
        cells = (_cell(figures.get(w), old_rows.get(name, {}).get(w)) for w in WATCHED)
        lines.append(f"{name:{width}s}" + "".join(cells))
    return "\n".join(lines)


def losses(now: Scores, before: Scores | None) -> list[str]:
    """A sentence for each watched total below the committed one by more than ``TOLERANCE`` points."""
    if before is None:
        return ["there are no committed figures to compare with; write corpus/scores.json with --update"]
    new, old = _watched(now["total"]), _watched(before["total"])
    return [
        f"{name}: {new.get(name, 0.0):.2f} is below the committed {figure:.2f}"
        for name, figure in old.items()
        if new.get(name, 0.0) < figure - TOLERANCE
    ]


def _watched(total: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {name: total[name]["f1"] for name in WATCHED if name in total}


def _cell(now: float | None, before: float | None) -> str:
    if now is None:
        return " " * 20
    change = "" if before is None or now == before else f"({now - before:+.2f})"
    return f"{now:11.2f} {change:8s}"


def main(argv: list[str] | None = None) -> int:
    """Exit status 1 where ``--check`` finds a loss."""
    parser = argparse.ArgumentParser(prog="python -m corpus.score", description="score the pipeline on a gold file")
    parser.add_argument(
        "--gold", type=Path, default=GOLD, metavar="FILE", help="another gold file (quotes or attributions)"
    )
    parser.add_argument(
        "--scope", type=Scope, choices=list(Scope), default=Scope.SPEECH, help="speech (default) or all"
    )
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="also print the first N errors")
    parser.add_argument("--predictions", type=Path, metavar="FILE", help="also write the extractions, one a line")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--update", action="store_true", help="rewrite corpus/scores.json")
    what.add_argument("--check", action="store_true", help="exit 1 where a total is below the committed one")
    asked = parser.parse_args(argv)
    own = asked.gold.resolve() == GOLD and asked.scope is Scope.SPEECH
    if (asked.update or asked.check) and not own:
        parser.error(
            "corpus/scores.json holds the corpus's figures in scope speech: --update and --check take no other"
        )

    gold = read_rows(asked.gold)
    pred = predict(gold, asked.scope)
    if asked.predictions:
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in pred)
        asked.predictions.write_text("".join(lines), encoding="utf-8")
    result: ScoreResult = score(gold, pred, asked.errors)
    print(format_table(result))
    if not own:
        return 0
    now, before = scores_of(gold, pred), committed()
    print("\n" + comparison(now, before))
    if asked.update:
        SCORES.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    lost = losses(now, before) if asked.check else []
    for sentence in lost:
        print(sentence)
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
