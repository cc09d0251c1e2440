"""Where quotations stand in their paragraph, and what stands between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.attribution.span_index import SpanIndex
from service.model import Span
from service.parse.tree import Parse
from service.text.layout import Layout, Paragraph

SENTENCE_ENDS = frozenset(".!?…")
MARKS = "\"'“”‘’«»„‚‹›`″ \u00a0\t)]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of a top-level quotation that stands in one paragraph; ``quotation`` is its index in the layout."""

    quotation: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Unquoted text before, between or after the quotations of a paragraph; ``start == end`` where there is none."""

    start: int
    end: int


class Surroundings:
    """The text around the quotations of one article."""

    def __init__(self, text: str, layout: Layout, parse: Parse) -> None:
        self._text = text
        self._layout = layout
        self._starts = [s.span.start for s in parse.sentences]
        outer = [(i, q) for i, q in enumerate(layout.quotations) if q.parent is None]
        self._index = SpanIndex((span, i) for i, q in outer for span in q.spans)
        inner: dict[int, list[tuple[Span, int]]] = {}
        for i, quotation in enumerate(layout.quotations):
            if quotation.parent is not None:
                inner.setdefault(quotation.parent, []).extend((span, i) for span in quotation.spans)
        self._inner = {parent: SpanIndex(spans) for parent, spans in inner.items()}

    def parts(self, body: Span) -> list[Part]:
        """The parts of top-level quotations in a paragraph's body, in text order."""
        return [Part(quotation=i, span=span) for span, i in self._index.touching(body) if body.covers(span)]

    def nested_parts(self, parent: int, region: Span) -> list[Part]:
        """The parts of the quotations that stand in a part of the quotation with index ``parent``, in text order."""
        inner = self._inner.get(parent)
        inside = inner.touching(region) if inner is not None else []
        return [Part(quotation=i, span=span) for span, i in inside if region.covers(span)]

    def spans_of(self, part: Part) -> tuple[Span, ...]:
        """The spans of the part's quotation, the part's own in place of the one that it was cut from."""
        spans = self._layout.quotations[part.quotation].spans
        return tuple(part.span if s.start == part.span.start else s for s in spans)

    def of(self, gap: Gap) -> str:
        """The gap's text."""
        return self._text[gap.start : gap.end]

    def inner_end(self, span: Span) -> str:
        """The last character inside the marks, an empty string for none."""
        return span.of(self._text).rstrip(MARKS)[-1:]

    def last_sentence_start(self, gap: Gap) -> int | None:
        """Where the last sentence begins that has words in the gap, words of the gap standing before it too."""
        return next((start for start in reversed(self._starts_in(gap)) if self._divides(gap, start)), None)

    def first_fragment(self, gap: Gap) -> Span | None:
        """The gap up to the first sentence start that has words before it; None for a gap without words."""
        for start in self._starts_in(gap):
            if self._has_words(gap.start, start):
                return Span(gap.start, start)
        return Span(gap.start, gap.end) if self._has_words(gap.start, gap.end) else None

    def last_fragment(self, gap: Gap) -> Span | None:
        """The gap from the last sentence start that has words after it; None for a gap without words."""
        for start in reversed(self._starts_in(gap)):
            if self._has_words(start, gap.end):
                return Span(start, gap.end)
        return Span(gap.start, gap.end) if self._has_words(gap.start, gap.end) else None

    def colon_before(self, paragraph: Paragraph) -> Gap | None:
        """The paragraph before, if it ends in a colon."""
        if paragraph.index == 0:
            return None
        previous = self._layout.paragraphs[paragraph.index - 1]
        if previous.body is None or not previous.body.of(self._text).rstrip().endswith(":"):
            return None
        return Gap(start=previous.body.start, end=previous.body.end)

    def _starts_in(self, gap: Gap) -> list[int]:
        first = bisect_right(self._starts, gap.start)
        return [s for s in self._starts[first : bisect_right(self._starts, gap.end)] if s < gap.end]

    def _divides(self, gap: Gap, start: int) -> bool:
        return self._has_words(gap.start, start) and self._has_words(start, gap.end)

    def _has_words(self, start: int, end: int) -> bool:
        return any(c.isalnum() for c in self._text[start:end])


def gaps_around(parts: Sequence[Part], region: Span) -> list[tuple[Gap, Gap]]:
    """For each part the unquoted text before and after it, within the region."""
    edges = [region.start, *(p.span.end for p in parts)]
    starts = [*(p.span.start for p in parts), region.end]
    return list(pairwise(Gap(start=a, end=max(a, b)) for a, b in zip(edges, starts, strict=True)))
