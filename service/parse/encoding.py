"""What the encoder sees of an article: word pieces in windows, with what lower-cased pieces do not tell.

The encoder's vocabulary is lower case and has no white space, so each word also carries its case, whether it stands
inside quotation marks, and what it begins (a sentence, a paragraph, a heading). Windows are runs of whole sentences.

>>> case_class("Ada"), case_class("NATO"), case_class("said"), case_class("20"), case_class("McAnulty")
(1, 2, 0, 4, 3)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# pieces in a window, without the two that mark its ends; positions in the encoder end at 512
MAX_WINDOW = 320
# the encoder's lower layers look about inside blocks of about so many pieces, its upper ones in the whole window
BLOCK = 64
# a word of more pieces (a web address) is read by its first ones
MAX_PIECES_OF_WORD = 8

CASE_CLASSES = 5
# outside quotation marks, inside double ones, inside single ones
MARK_CLASSES = 3
INSIDE, SENTENCE, PARAGRAPH, HEADING = range(4)
START_CLASSES = 4

_LETTER = re.compile(r"[^\W\d_]")


def case_class(form: str) -> int:
    """0 lower case, 1 capitalised, 2 upper case (two letters or more), 3 mixed, 4 without letters."""
    letters = "".join(_LETTER.findall(form))
    if not letters:
        return 4
    if letters.islower():
        return 0
    if letters.isupper():
        return 2 if len(letters) > 1 else 1
    return 1 if form[:1].isupper() and letters[1:].islower() else 3


def windows(sizes: Sequence[int], limit: int = MAX_WINDOW) -> Iterator[tuple[int, int]]:
    """Runs ``[first, end)`` of consecutive sentences with at most ``limit`` pieces together.

    ``sizes`` are the sentences' pieces; a longer sentence is a window of its own. Runs are of like size rather than
    full ones with a short rest, since a sentence is read best in the middle of others.

    >>> list(windows([100, 100, 100, 100], 320))
    [(0, 2), (2, 4)]
    """
    total = sum(sizes)
    count = max(1, -(-total // limit))
    aim = min(limit, total / count * 1.1)
    first, size = 0, 0
    for at, pieces in enumerate(sizes):
        if at > first and size + pieces > aim:
            yield first, at
            first, size = at, 0
        size += pieces
    if first < len(sizes):
        yield first, len(sizes)


def blocks(length: int) -> tuple[int, int]:
    """How many blocks a window of ``length`` pieces (both ends included) is cut into, and the pieces of each.

    Blocks are of one size, so the window is padded to their product, by fewer pieces than there are blocks.

    >>> blocks(322), blocks(65), blocks(3)
    ((5, 65), (1, 65), (1, 3))
    """
    count = max(1, round(length / BLOCK))
    return count, -(-length // count)
