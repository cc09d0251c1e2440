"""Which spans touch a given one, without a look at all of them.

>>> index = SpanIndex([(Span(0, 9), 0), (Span(3, 5), 1), (Span(12, 20), 2)])
>>> [number for _, number in index.touching(Span(4, 6))]
[0, 1]
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from service.model import Span


class SpanIndex:
    """Spans with a number each, found by place; nesting is allowed, and cheap as long as it is not deep."""

    def __init__(self, spans: Iterable[tuple[Span, int]]) -> None:
        self._items = sorted(spans)
        self._starts = [span.start for span, _ in self._items]
        self._furthest = list(accumulate((span.end for span, _ in self._items), max))

    def touching(self, span: Span, reach: int = 0) -> list[tuple[Span, int]]:
        """The spans that share a character with ``span`` widened by ``reach`` characters on both sides, in order."""
        found = []
        i = bisect_left(self._starts, span.end + reach) - 1
        # every span before the first whose furthest end lies before the place ends before it too
        while i >= 0 and self._furthest[i] > span.start - reach:
            if self._items[i][0].end > span.start - reach:
                found.append(self._items[i])
            i -= 1
        return found[::-1]

    def covering(self, span: Span) -> list[tuple[Span, int]]:
        """The spans that hold all of ``span``, the outermost first."""
        return [item for item in self.touching(span) if item[0].covers(span)]
