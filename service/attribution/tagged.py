"""Attributions read off the encoder's signals: which words are content, source and cue, and which belong together.

Each word of a content or a source points at the first word of its cue, as a dependent points at its head. A run of
content goes to the cue that its words point at together, and so does a run of source; a cue with a content makes an
attribution. No word is a part of two contents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from service.parse.signals import BEGINS, CONTENT, CUE, INSIDE, SOURCE, Floats, Signals, Window

# half-open range of words, numbered through the article
Run = tuple[int, int]

# a word is of a part if it is more likely so than not
_THRESHOLD = 0.5
# … or less likely, if a content points at it as its cue, or if it points at a cue that has no source
_DOUBTFUL = 0.2
# a run points at a cue if this much of its weight does
_POINTED = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """One attribution in words. ``certainty``, 0 to 1, is how sure the encoder is of content and cue together."""

    contents: tuple[Run, ...]
    sources: tuple[Run, ...]
    cues: tuple[Run, ...]
    certainty: float


def read_signals(signals: Signals) -> list[Tagged]:
    """The attributions that the signals show, in the order of their cues, those without a cue last."""
    return [tagged for window in signals.windows for tagged in _Decoder(signals, window).read()]


class _Decoder:
    """The attributions of one window."""

    def __init__(self, signals: Signals, window: Window) -> None:
        self._window = window
        self._parts = signals.parts[window.first : window.end]
        self._inside = self._parts[:, :, BEGINS] + self._parts[:, :, INSIDE]
        self._cues = list(_runs(self._parts[:, CUE]))

    def read(self) -> Iterator[Tagged]:
        contents = list(_runs(self._parts[:, CONTENT]))
        self._add_doubtful_cues(contents)
        by_cue = self._assigned(contents, self._window.content_of)
        sources = self._assigned(list(_runs(self._parts[:, SOURCE])), self._window.source_of)
        for k, cue in enumerate(self._cues):
            mine = by_cue.get(k)
            if mine:
                its = sources.get(k) or self._doubtful_source(cue)
                yield self._tagged(mine, its, [cue])
        for run in by_cue.get(None, []):
            yield self._tagged([run], [], [])

    def _add_doubtful_cues(self, contents: Sequence[Run]) -> None:
        """Words that no one takes for a cue by themselves, but that a content points at as its own."""
        taken = {i for cue in self._cues for i in range(*cue)}
        for start, end in contents:
            weights = self._window.content_of[start:end, 1:].mean(0)
            best = int(weights.argmax())
            if weights[best] < 0.5 or best in taken or self._inside[best, CUE] < _DOUBTFUL:
                continue
            last = best + 1
            while last < len(weights) and last not in taken and self._inside[last, CUE] >= _DOUBTFUL:
                last += 1
            self._cues.append((best, last))
            taken.update(range(best, last))
        self._cues.sort()

    def _assigned(self, runs: Sequence[Run], pointers: Floats) -> dict[int | None, list[Run]]:
        """The runs by the index of the cue that they point at, None for no cue."""
        found: dict[int | None, list[Run]] = {}
        for start, end in runs:
            # weight up to each word, so that a cue's is a difference, however many cues there are
            upto = np.add.reduce(pointers[start:end], 0, dtype=np.float64).cumsum().tolist()
            weights = [(upto[b] - upto[a]) / (end - start) for a, b in self._cues]
            best = max(range(len(weights)), key=weights.__getitem__, default=None)
            if best is not None and weights[best] < _POINTED:
                best = None
            found.setdefault(best, []).append((start, end))
        return found

    def _doubtful_source(self, cue: Run) -> list[Run]:
        """The run of words most of whose weight points at the cue, if each may be a source."""
        pointing = self._window.source_of[:, 1 + cue[0] : 1 + cue[1]].sum(-1) * (self._inside[:, SOURCE] >= _DOUBTFUL)
        best = int(pointing.argmax())
        if pointing[best] < 0.5:
            return []
        first, end = best, best + 1
        while first > 0 and pointing[first - 1] >= 0.5:
            first -= 1
        while end < len(pointing) and pointing[end] >= 0.5:
            end += 1
        return [(first, end)]

    def _tagged(self, contents: Sequence[Run], sources: Sequence[Run], cues: Sequence[Run]) -> Tagged:
        words = [i for run in contents for i in range(*run)]
        first = self._window.first
        moved = [tuple((a + first, b + first) for a, b in runs) for runs in (contents, sources, cues)]
        return Tagged(
            contents=moved[0],
            sources=moved[1],
            cues=moved[2],
            certainty=float(self._inside[words, CONTENT].mean()),
        )


def _runs(part: Floats) -> Iterator[Run]:
    """The runs of a part; ``part`` (words, 3). A word that rather begins one than goes on ends the run before it."""
    of_part = part[:, BEGINS] + part[:, INSIDE] >= _THRESHOLD
    # lists: one element of an array at a time takes several times as long
    begins = (of_part & (part[:, BEGINS] > part[:, INSIDE])).tolist()
    inside = of_part.tolist()
    start: int | None = None
    for i in range(len(part)):
        if start is not None and (not inside[i] or begins[i]):
            yield start, i
            start = None
        if start is None and inside[i]:
            start = i
    if start is not None:
        yield start, len(part)
