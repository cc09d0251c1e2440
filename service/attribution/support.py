"""How far the encoder's signals bear out an attribution: one figure for its content, its mention and its cue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from service.attribution.headings import BY_LAYOUT
from service.model import Attribution, Span, Support
from service.parse.signals import CONTENT, CUE, OUTSIDE, SOURCE
from service.parse.tree import Parse


class SupportReader:
    """Reads the support of any attribution of one article."""

    def __init__(self, parse: Parse) -> None:
        self._parts = None if parse.signals is None else parse.signals.parts
        self._starts = np.array([w.span.start for s in parse.sentences for w in s.words])

    def read(self, attribution: Attribution) -> Support | None:
        """The means over the words of each; None where the parse has no signals, or the layout alone speaks for it."""
        if self._parts is None or attribution.pattern.startswith(BY_LAYOUT):
            return None
        mention, cue = attribution.mention, attribution.cue
        return Support(
            content=self._mean(attribution.spans, CONTENT),
            source=None if mention is None else self._mean([mention.span], SOURCE),
            cue=None if cue is None else self._mean(cue.spans, CUE),
        )

    def _mean(self, spans: Sequence[Span], part: int) -> float | None:
        """The mean probability that a word of the spans is of the part; None where they have no word (marks alone)."""
        assert self._parts is not None  # noqa: S101 - ``read`` has asked
        ends = [(np.searchsorted(self._starts, s.start), np.searchsorted(self._starts, s.end)) for s in spans]
        inside = np.concatenate([1.0 - self._parts[first:end, part, OUTSIDE] for first, end in ends])
        return float(inside.mean()) if len(inside) else None
