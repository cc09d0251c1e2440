"""Two true quotations made one: a claim whose one part is said in one place and whose other part in another.

>>> from service.matching.passages import passage_in_text
>>> asked = passage_in_text("We knew on Sunday that the pump had failed")
>>> early, late = passage_in_text("“We knew on Sunday.”"), passage_in_text("“I heard that the pump had failed.”")
>>> [(part.verdict.value, part.within) for part in spliced(asked, early, late)]
[('altered', (0, 4)), ('altered', (2, 7))]
"""

from __future__ import annotations

from service.matching.changes import difference, flags
from service.matching.comparing import Comparison
from service.matching.passages import Passage
from service.matching.weights import information
from service.verdicts import Verdict

# fewer words on end may be anybody's
LEAST_PART = 3

Range = tuple[int, int]


def spliced(asked: Passage, one: Passage, other: Passage) -> tuple[Comparison, Comparison] | None:
    """What each of two passages has of a claim that the first begins and the second ends, word for word.

    None where they do not, or where either part has fewer than ``LEAST_PART`` words.
    """
    head = _longest(asked, one)
    # the same from the end on
    tail = _longest(_backwards(asked), _backwards(other))
    count = len(asked.forms)
    if head is None or tail is None:
        return None
    ahead, behind = head[1] - head[0], tail[1] - tail[0]
    if ahead + behind < count or min(ahead, behind) < LEAST_PART or max(ahead, behind) == count:
        return None
    last = len(other.forms)
    return _part(asked, one, head), _part(asked, other, (last - tail[1], last - tail[0]))


def _longest(asked: Passage, source: Passage) -> Range | None:
    """Where in the source, in the speaker's own words, most of the claim's first words stand on end."""
    best: Range | None = None
    for start, form in enumerate(source.forms):
        if form != asked.forms[0]:
            continue
        size = 0
        for mine, theirs, own in zip(asked.forms, source.forms[start:], source.own[start:], strict=False):
            if mine != theirs or not own:
                break
            size += 1
        if size and (best is None or size > best[1] - best[0]):
            best = start, start + size
    return best


def _backwards(passage: Passage) -> Passage:
    return Passage(passage.text, passage.words[::-1], passage.forms[::-1], passage.own[::-1])


def _part(asked: Passage, source: Passage, within: Range) -> Comparison:
    shared = information(source.forms[slice(*within)])
    return Comparison(
        verdict=Verdict.ALTERED,
        similarity=round(shared / information(asked.forms), 3),
        within=within,
        difference=difference(source, asked, within),
        flags=flags(source, asked, within),
    )
