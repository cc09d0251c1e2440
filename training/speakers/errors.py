"""How well speakers are told, and where they are not: ``python -m training.speakers.errors GOLD.jsonl… [--write]``.

For each gold file a table by form of mention and by kind, with gold's quotes given and end to end, and the errors by
class, told from verdict, form and the evidence given. The places of the errors stand below: article and quote, no text.
``--write`` writes the page ``training/speakers/ERRORS.md``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from corpus.score import predict
from service.model import Scope
from service.parse.article_parser import ArticleParser
from service.resolution_scoring import Line, Outcome, end_to_end, tally, with_gold_quotes
from service.scoring import Row, read_rows
from service.text import read_layout

PAGE = Path(__file__).with_name("ERRORS.md")
ROOT = Path(__file__).resolve().parents[2]

# verdict and form of mention -> class; what the evidence says comes before
_BY_FORM = {
    ("wrong", "name"): "a name: somebody else's, or cut otherwise",
    ("wrong", "nominal"): "a description: of somebody else",
    ("wrong", "pronoun"): "a pronoun: somebody else",
    ("wrong", "none"): "no mention: somebody else goes on",
    ("silent", "name"): "a name: left open",
    ("silent", "nominal"): "a description: left open",
    ("silent", "pronoun"): "a pronoun: left open",
    ("silent", "none"): "no mention: left open",
}
_BY_EVIDENCE = (
    ("the article does not tell", "two are equally good"),
    ("two share it", "two are equally good"),
    ("source without a name", "a description: not tied to who is meant, or worded otherwise"),
    ("in the words of", "first person: the quote around it is somebody else's"),
)


def error_class(outcome: Outcome) -> str:
    """The class of an outcome that is not right.

    >>> she = Outcome(article="a", quote="q", form="pronoun", kind="person", gold="Ann", found=None, missed=False)
    >>> error_class(she)
    'a pronoun: left open'
    """
    if outcome.missed:
        return "the quote was not found"
    if outcome.gold is None:
        return "somebody where the article names nobody"
    said = "; ".join(outcome.evidence)
    by_evidence = next((name for sign, name in _BY_EVIDENCE if sign in said), None)
    return by_evidence or _BY_FORM[outcome.verdict, outcome.form]


def section(name: str, given: Sequence[Outcome], whole: Sequence[Outcome]) -> list[str]:
    """The part of the page about one gold file."""
    lines = [f"## {name}", ""]
    for title, outcomes in (("Gold quotes given", given), ("End to end", whole)):
        wrong = [o for o in outcomes if o.verdict != "right"]
        counts = Counter(error_class(o) for o in wrong)
        lines += [f"{title}:", "", *_table(tally(outcomes)), "", "| class | errors |", "|---|---|"]
        lines += [f"| {kind} | {count} |" for kind, count in counts.most_common()] + [""]
        if outcomes is given:
            lines += ["Where they stand:", ""]
            lines += [f"- {o.article} {o.quote} ({o.form}, {o.verdict}): {error_class(o)}" for o in wrong] + [""]
    return lines


def _table(lines: Sequence[Line]) -> list[str]:
    head = "| | quotes | right | wrong | silent | not found | right % | wrong among answered % |"
    rows = (
        f"| {r.group} | {r.n} | {r.right} | {r.wrong} | {r.silent} | {r.missed} | {r.accuracy:.1f} "
        f"| {r.wrong_among_answered:.1f} |"
        for r in lines
    )
    return [head, "|---|---|---|---|---|---|---|---|", *rows]


def outcomes(rows: Sequence[Row], parser: ArticleParser) -> tuple[list[Outcome], list[Outcome]]:
    """Every sure quote's outcome with gold's quotes given, and end to end."""
    parses = [parse for parse, _ in parser.parse([(row["text"], read_layout(row["text"])) for row in rows])]
    given = [o for row, parse in zip(rows, parses, strict=True) for o in with_gold_quotes(row, parse)]
    found = zip(rows, predict(rows, Scope.SPEECH), parses, strict=True)
    return given, [o for row, extraction, parse in found for o in end_to_end(row, extraction, parse)]


def main() -> None:
    """Print the page and, with ``--write``, write it."""
    ap = argparse.ArgumentParser(prog="python -m training.speakers.errors", description="speakers and errors by class")
    ap.add_argument("gold", type=Path, nargs="+", metavar="GOLD.jsonl", help="gold with speakers")
    ap.add_argument("--write", action="store_true", help="write training/speakers/ERRORS.md")
    asked = ap.parse_args()
    parser = ArticleParser()
    page = [
        "# Speakers: how well they are told, and the remaining errors by class",
        "",
        f"Pack {parser.version}. Written by `python -m training.speakers.errors GOLD.jsonl… --write`; a quote is right",
        "where its speaker is (nobody, where gold has nobody), silent where nobody is given and somebody should be.",
        "",
    ]
    for path in asked.gold:
        rows = read_rows(path)
        inside = path.resolve().is_relative_to(ROOT)
        name = (
            f"`{path.resolve().relative_to(ROOT)}`"
            if inside
            else f"{len(rows)} articles that are not in this repository"
        )
        page += section(name, *outcomes(rows, parser))
    text = "\n".join(page)
    print(text)
    if asked.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
