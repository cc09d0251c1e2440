"""The text to either side of a quote, by which a reader recognises the place.

>>> text = "The mayor told the council that the rates would rise next year, and sat down again."
>>> context_of(text, (Span(32, 62),), reach=16)
('council that ', ', and sat down')
"""

from __future__ import annotations

from collections.abc import Sequence

from service.model import Span

REACH = 80


def context_of(text: str, spans: Sequence[Span], *, reach: int = REACH) -> tuple[str, str]:
    """At most ``reach`` code points before the first span and after the last one, as they stand in the text.

    Cut at the end of a word where white space is within reach, else wherever the reach ends.
    """
    start, end = spans[0].start, spans[-1].end
    return _before(text, start, reach), _after(text, end, reach)


def _before(text: str, start: int, reach: int) -> str:
    low = max(0, start - reach)
    # in the midst of a word: on to the next one
    if low > 0 and not text[low - 1].isspace():
        while low < start and not text[low].isspace():
            low += 1
        if low == start:
            return text[start - reach : start]
    while low < start and text[low].isspace() and text[low:start].strip():
        low += 1
    return text[low:start]


def _after(text: str, end: int, reach: int) -> str:
    high = min(len(text), end + reach)
    if high < len(text) and not text[high].isspace():
        while high > end and not text[high - 1].isspace():
            high -= 1
        if high == end:
            return text[end : end + reach]
    while high > end and text[high - 1].isspace() and text[end:high].strip():
        high -= 1
    return text[end:high]
