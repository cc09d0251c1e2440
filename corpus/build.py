"""``python -m corpus.build`` writes what follows from the annotations: ``gold.jsonl`` and README.md's table.

With ``--check`` it writes nothing and exits 1 where a file on disk is another.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.annotation import Annotated, AnnotationError, annotated_articles
from corpus.phenomena import with_table

HERE = Path(__file__).parent
GOLD = HERE / "gold.jsonl"
README = HERE / "README.md"


def gold_lines(articles: Sequence[Annotated]) -> str:
    """The text of ``gold.jsonl``: one article a line, by name."""
    return "".join(json.dumps(article.row, ensure_ascii=False) + "\n" for article in articles)


def built() -> dict[Path, str]:
    """What each generated file should hold. Raises AnnotationError."""
    articles = list(annotated_articles())
    return {GOLD: gold_lines(articles), README: with_table(README.read_text(encoding="utf-8"), articles)}


def main(argv: list[str] | None = None) -> int:
    """Exit status 1 where an annotation cannot be used or, with ``--check``, a file is stale."""
    parser = argparse.ArgumentParser(prog="python -m corpus.build", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file is stale")
    asked = parser.parse_args(argv)
    try:
        files = built()
    except AnnotationError as error:
        print(error, file=sys.stderr)
        return 1
    stale = [p for p, text in files.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    if not asked.check:
        for path in stale:
            path.write_text(files[path], encoding="utf-8")
        return 0
    for path in stale:
        print(f"corpus/{path.name} is stale: run python -m corpus.build and commit it", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
