"""A hook of mkdocs: figures that another file of the repository has are shown on a page, and written down once.

``<!-- table of FILE: START -->`` on a page gives way to the first table of FILE whose head begins with START.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

_PLACE = re.compile(r"<!-- table of (\S+): (.+?) -->")


def on_page_markdown(markdown: str, **_: object) -> str:
    """The page with its tables; mkdocs calls it for each page. Raises ValueError where there is no such table."""
    return _PLACE.sub(lambda place: table_of((ROOT / place[1]).read_text(encoding="utf-8"), place[2]), markdown)


def table_of(text: str, start: str) -> str:
    """The first table in ``text`` whose head begins with ``start``.

    >>> print(table_of("Prose.\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\\n\\nMore.", "| a |"))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    found = re.search(rf"^{re.escape(start)}.*\n(?:\|.*(?:\n|\Z))+", text, flags=re.MULTILINE)
    if found is None:
        raise ValueError(f"there is no table that begins with {start!r}")
    return found[0].rstrip("\n")
