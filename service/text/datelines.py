"""The dateline that opens an agency report: *PORT TARROW, March 3 (Meridian) - The ferry …*.

It is no part of the sentence that follows, and a parser that reads it as one takes the town for the subject. A
dateline is a place in capitals at the start of a paragraph, with at most a region, a date and an agency behind it,
and a dash with space around it. *LONDON - the city …* is one, *A - B* and *NATO-led* are none.

>>> text = "PORT TARROW, March 3 (Meridian) - The ferry sank."
>>> text[find_dateline(text, 0, len(text)):]
'The ferry sank.'
>>> find_dateline("The ferry - a wreck - sank.", 0, 27)
0
"""

from __future__ import annotations

import re

# no dateline is longer
_LONGEST = 100
_DATELINE = re.compile(
    r"""
    [^\W\d_a-z]{2}[^\W\d_a-z.'’-]*                   # the place's first word, in capitals throughout
    (?: [ /-] [^\W\d_a-z]{1,2}[^\W\d_a-z.'’-]* ){0,4}  # further words of it
    (?: , \s [^\W\d_][\w.'’ ]{1,30} ){0,3}            # region, date
    (?: \s* \( [^()\n]{2,40} \) )?                     # agency
    \s* (?: \s[-–—]{1,2}\s | [—–]\s? ) \s*
    """,
    re.VERBOSE,
)


def find_dateline(text: str, start: int, end: int) -> int:
    """Where the text after a dateline begins, as an offset into the article; ``start`` where there is none."""
    match = _DATELINE.match(text[start : min(end, start + _LONGEST)])
    if match is None or start + match.end() >= end:
        return start
    opens = text[start + match.end()]
    # what follows a dateline is a sentence
    return start + match.end() if opens.isupper() or opens in "\"'“‘«„" else start
