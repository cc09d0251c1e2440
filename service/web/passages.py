"""A quote in its place: what stands around it, what was said, and which words a search was for.

>>> pieces_of("Yes, we will pay, she said.", (Span(5, 16),), Span(0, 27), (Span(13, 16),))
(Piece(text='Yes, ', said=False, found=False), Piece(text='we will ', said=True, found=False), \
Piece(text='pay', said=True, found=True), Piece(text=', she said.', said=False, found=False))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.model import Span, StoredQuote
from service.search_words import found_in

# a quote whose spans stand further apart is shown without what is between them, in code points
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text: whether it is part of the quote, and whether it was searched for."""

    text: str
    said: bool
    found: bool


def passage(stored: StoredQuote, words: str | None) -> tuple[Piece, ...]:
    """The quote with its context; ``words`` of a search are marked inside the quote, None: nothing was searched."""
    spans = stored.quote.attribution.spans
    text = stored.article_text
    shown = Span(spans[0].start - len(stored.before), spans[-1].end + len(stored.after))
    if shown.end - shown.start > _LONGEST:
        text, spans = stored.quote.text, (Span(0, len(stored.quote.text)),)
        shown = spans[0]
    found: list[Span] = []
    for span in spans if words else ():
        found += [Span(span.start + at.start, span.start + at.end) for at in found_in(span.of(text), words or "")]
    made = pieces_of(text, spans, shown, found)
    opened = (Piece("…\u00a0", said=False, found=False),) if shown.start > 0 and not made[0].said else ()
    closed = (Piece("\u00a0…", said=False, found=False),) if shown.end < len(text) and not made[-1].said else ()
    return (*opened, *made, *closed)


def pieces_of(text: str, said: Sequence[Span], shown: Span, found: Sequence[Span]) -> tuple[Piece, ...]:
    """The part ``shown`` of a text, cut wherever something begins or ends."""
    ends = {shown.start, shown.end}
    for span in (*said, *found):
        ends |= {place for place in (span.start, span.end) if shown.start < place < shown.end}
    cuts = sorted(ends)
    return tuple(
        Piece(
            text[start:end],
            any(span.start <= start < span.end for span in said),
            any(span.start <= start < span.end for span in found),
        )
        for start, end in pairwise(cuts)
    )
