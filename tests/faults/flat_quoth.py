"""``quoth`` with a parser that needs no models: ``python -m tests.faults.flat_quoth serve --port N``.

With ``FLAT_QUOTH_HOLDS=FILE`` it stops before an article that says *hold*, having made FILE, for as long as FILE is
there: time to end it in the midst of a request.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from service import cli
from service.commands import parts, working
from service.model import Notice
from service.parse import article_parser
from service.parse.tree import Parse
from service.text.layout import Layout
from tests.flat_parser import FlatParser

WORD = "hold"


class HeldParser(FlatParser):
    """Stops where it is told to."""

    def __init__(self, _folder: Path | None = None) -> None:
        named = os.environ.get("FLAT_QUOTH_HOLDS")
        self._file = Path(named) if named else None

    def parse(self, articles: Sequence[tuple[str, Layout]]) -> list[tuple[Parse, tuple[Notice, ...]]]:
        if self._file and any(WORD in text for text, _ in articles):
            self._file.touch()
            while self._file.exists():
                time.sleep(0.01)
        return super().parse(articles)


def main() -> None:
    """Run a command. What it starts beside itself is flat, too."""
    article_parser.ArticleParser = HeldParser  # type: ignore[assignment, misc]
    parts.parser = HeldParser  # type: ignore[assignment]
    working.COMMAND = [sys.executable, "-m", __spec__.name]
    cli.main()


if __name__ == "__main__":
    main()
