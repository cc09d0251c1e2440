"""Attributions read off the encoder's signals: which words are content, source and cue, and which belong together.

Each word of a content or a source points at the first word of its cue, as a dependent points at its head. A run of
content goes to the cue that its words point at together, and so does a run of source; a cue with a content makes an
attribution. No word is a part of two contents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from service.parse.signals import BEGINS, CONTENT, CUE, INSIDE, SOURCE, Floats, Signals

# half-open range of words, numbered through the article
Run = tuple[int, int]

# a word is of a part if it is more likely so than not
_THRESHOLD = 0.5
# a run that points at no cue with this much of its weight has none
_POINTED = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """One attribution in words. ``certainty``, 0 to 1, is how sure the encoder is of content and cue together."""

    contents: tuple[Run, ...]
    sources: tuple[Run, ...]
    cues: tuple[Run, ...]
    certainty: float


def read_signals(signals: Signals) -> list[Tagged]:
    """The attributions that the signals show, in the order of their cues, those without a cue last."""
    found: list[Tagged] = []
    for window in signals.windows:
        parts = signals.parts[window.first : window.end]
        cues = list(_runs(parts[:, CUE]))
        contents = _assigned(list(_runs(parts[:, CONTENT])), window.content_of, cues)
        sources = _assigned(list(_runs(parts[:, SOURCE])), window.source_of, cues)
        inside = parts[:, CONTENT, 1:].sum(-1)
        for k, cue in enumerate(cues):
            mine = contents.get(k)
            if mine:
                its = sources.get(k, [])
                found.append(
                    _tagged(window.first, mine, its, [cue], float(inside[mine[0][0] : mine[0][1]].mean()))
                )
        for run in contents.get(None, []):
            found.append(_tagged(window.first, [run], [], [], float(inside[run[0] : run[1]].mean())))
    return found


def _tagged(
    shift: int, contents: Sequence[Run], sources: Sequence[Run], cues: Sequence[Run], certainty: float
) -> Tagged:
    moved = [tuple((a + shift, b + shift) for a, b in runs) for runs in (contents, sources, cues)]
    return Tagged(contents=moved[0], sources=moved[1], cues=moved[2], certainty=certainty)


def _runs(part: Floats) -> Iterator[Run]:
    """The runs of a part; ``part`` (words, 3). A word that rather begins one than goes on ends the run before it."""
    inside = part[:, BEGINS] + part[:, INSIDE] >= _THRESHOLD
    begins = inside & (part[:, BEGINS] > part[:, INSIDE])
    start: int | None = None
    for i in range(len(part)):
        if start is not None and (not inside[i] or begins[i]):
            yield start, i
            start = None
        if start is None and inside[i]:
            start = i
    if start is not None:
        yield start, len(part)


def _assigned(runs: Sequence[Run], pointers: Floats, cues: Sequence[Run]) -> dict[int | None, list[Run]]:
    """The runs by the index of the cue that they point at, None for no cue."""
    found: dict[int | None, list[Run]] = {}
    for start, end in runs:
        weights = np.array([pointers[start:end, 1 + a : 1 + b].sum() for a, b in cues]) / (end - start)
        best = int(weights.argmax()) if len(cues) else None
        if best is not None and weights[best] < _POINTED:
            best = None
        found.setdefault(best, []).append((start, end))
    return found
