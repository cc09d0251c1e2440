"""Reads this step's word lists, which are data files with comments under ``lexicons/``.

>>> "'tis" in read_lexicon("elisions")
True
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_lexicon(name: str) -> frozenset[str]:
    """The entries of ``lexicons/<name>.txt``: one a line, white space stripped, ``#`` lines and empty ones left out.

    Raises FileNotFoundError where there is no such list.
    """
    source = files("service.text").joinpath("lexicons", f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in source.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))
