"""How far the encoder's signals bear out an attribution: one figure for its content, its mention and its cue."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from service.attribution.drafts import Draft
from service.attribution.headings import BY_LAYOUT
from service.model import Span, Support
from service.parse.signals import CONTENT, CUE, OUTSIDE, SOURCE, Floats
from service.parse.tree import Parse


class SupportReader:
    """Reads the support of any draft of one article."""

    def __init__(self, parse: Parse) -> None:
        # (3, words): the probability that a word is of a part
        self._inside = None
        if parse.signals is not None:
            self._inside = np.ascontiguousarray(1.0 - parse.signals.parts[:, :, OUTSIDE].T)
        self._starts = [w.span.start for s in parse.sentences for w in s.words]

    def read(self, draft: Draft) -> Support | None:
        """The means over the words of each; None where the parse has no signals, or the layout alone speaks for it."""
        if self._inside is None or draft.pattern.startswith(BY_LAYOUT):
            return None
        mention, cue = draft.mention, draft.cue
        return Support(
            content=self._mean(draft.spans, CONTENT),
            source=None if mention is None else self._mean([mention.span], SOURCE),
            cue=None if cue is None else self._mean(cue.spans, CUE),
        )

    def _mean(self, spans: Sequence[Span], part: int) -> float | None:
        """The mean probability that a word of the spans is of the part; None where they have no word (marks alone)."""
        assert self._inside is not None  # noqa: S101 - ``read`` has asked
        inside = values_in(self._inside[part], self._starts, spans)
        return mean(inside) if len(inside) else None


def values_in(values: Floats, starts: Sequence[int], spans: Sequence[Span]) -> Floats:
    """The values (words) of the words that begin in the spans; ``starts`` are the offsets at which words begin."""
    picked = [values[bisect_left(starts, s.start) : bisect_left(starts, s.end)] for s in spans]
    if len(picked) == 1:
        return picked[0]
    return np.concatenate(picked) if picked else values[:0]


def mean(values: Floats) -> float:
    """The mean of at least one value: ``values.mean()`` takes several times as long for a few words."""
    return float(np.add.reduce(values) / len(values))
