"""What the encoder says of quotes, word by word, before any decision is made.

Words are numbered through the whole article in text order, as in ``Parse`` with its sentences laid end to end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

CONTENT, SOURCE, CUE = range(3)
OUTSIDE, BEGINS, INSIDE = range(3)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Window:
    """The words ``[first, end)`` that the encoder read together, ``w`` of them.

    ``content_of`` and ``source_of`` (w, w + 1): the probability that the cue of a word, if the word is part of a
    content (or of a source), begins with the window's word ``column - 1``; column 0 is for a cue that is nowhere in
    the window. Rows add up to 1.
    """

    first: int
    end: int
    content_of: Floats
    source_of: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signals:
    """``parts`` (words, 3, 3): for each word the probabilities that it is outside, begins, or is inside a part.

    The parts are CONTENT, SOURCE and CUE. ``windows`` cover the words without gap or overlap.
    """

    parts: Floats
    windows: tuple[Window, ...]
