"""The corpus score by type of quote and by kind of cue, as a table of ``docs/explanation/accuracy.md``."""

from __future__ import annotations

import re
from pathlib import Path

from bench.docs.contract_page import table
from corpus.score import GOLD, predict
from service.model import Scope
from service.scoring import read_rows
from service.scoring_classes import score_by_class

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "accuracy.md"

_BLOCK = re.compile(r"(<!-- by type:.*?-->\n).*?(<!-- /by type -->)", re.DOTALL)


def write() -> None:
    """Read the corpus, score it, and write the table into its page; a minute."""
    gold = read_rows(GOLD)
    rows = [
        (f"{kind}: {name}", str(int(of["gold"])), f"{of['p']:.1f}", f"{of['r']:.1f}", f"{of['f1']:.1f}")
        for kind, classes in score_by_class(gold, predict(gold, Scope.SPEECH)).items()
        for name, of in classes.items()
    ]
    made = table(("class", "gold quotes", "precision", "recall", "F1"), rows)
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_BLOCK.sub(lambda block: f"{block[1]}{made}\n{block[2]}", page), encoding="utf-8")
