"""Full text over the quotes: what a user types, turned into a search that cannot be malformed.

Words must all occur, in any order; ``"words in double quotes"`` must occur as they stand. Case and accents do not
count. Nothing else has a meaning: stars, brackets, AND and NEAR are words or punctuation like any other.

>>> match_expression('tax "rates next year" AND')
'"tax" "rates next year" "AND"'
"""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, Integer, bindparam, column, text

from service.store.tables import quotes

# straight or curly double quotation marks; the last phrase may lack its end
_PART = re.compile(r'["“”„]([^"“”„]*)(?:["“”„]|$)|([^\s"“”„]+)')


def match_expression(words: str) -> str:
    """An FTS5 expression: quoted strings side by side, which FTS5 reads as AND and whose insides it never interprets.

    A string without a letter or digit is an empty phrase, which FTS5 passes over; where all are empty, and for the
    expression ``""`` of a blank search, nothing matches.
    """
    # FTS5 takes the expression as a C string, which a NUL would end
    parts = [phrase or word for phrase, word in _PART.findall(words.replace("\x00", " "))]
    return " ".join(f'"{part}"' for part in parts) or '""'


def matches(words: str) -> ColumnElement[bool]:
    """The condition that a quote's text holds the words."""
    hits = text("SELECT rowid FROM quote_search WHERE quote_search MATCH :expression")
    bound = hits.bindparams(bindparam("expression", match_expression(words))).columns(column("rowid", Integer))
    return quotes.c.number.in_(bound)
