"""Which words changed from one wording to another, and whether the change turns the sense.

>>> from service.matching.passages import passage_in_text
>>> source, claim = passage_in_text("We will not pay four bills."), passage_in_text("We will pay five bills.")
>>> [(piece.kind.value, piece.before, piece.after) for piece in difference(source, claim)][1:4]
[('dropped', 'not', ''), ('kept', 'pay', 'pay'), ('replaced', 'four', 'five')]
>>> [flag.value for flag in flags(source, claim)]
['negation', 'number']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from service.matching.alignment import Step, align
from service.matching.lexicon_files import ranks
from service.matching.passages import Passage
from service.matching.stems import is_modal, is_negation, is_number, modal_of, stem
from service.matching.weights import is_content
from service.verdicts import Change, Flag, Piece

Range = tuple[int, int]

# a capital at the start of a sentence makes a name only of a word that is not among so many commonest
_COMMON_RANK = 8000


def difference(source: Passage, claim: Passage, within: Range | None = None) -> tuple[Piece, ...]:
    """What became of the source's words (of those in ``within``: places of words, half-open) in the claim."""
    start, _ = within or (0, 0)
    return tuple(
        Piece(
            kind=step.kind,
            before=source.text_of(start + step.left[0], start + step.left[1]),
            after=claim.text_of(*step.right),
        )
        for step in _steps(source, claim, within)
    )


def flags(source: Passage, claim: Passage, within: Range | None = None) -> tuple[Flag, ...]:
    """What kinds of telling words changed, in the order of ``Flag``."""
    start, _ = within or (0, 0)
    before: list[int] = []
    after: list[int] = []
    for step in _steps(source, claim, within):
        if step.kind is not Change.KEPT:
            before.extend(range(start + step.left[0], start + step.left[1]))
            after.extend(range(*step.right))
    kinds: dict[Flag, Callable[[Passage, int], str | None]] = {
        Flag.NEGATION: _negation,
        Flag.NUMBER: _number,
        Flag.NAME: _name,
        Flag.MODAL: _modal,
    }
    return tuple(flag for flag, read in kinds.items() if _read(read, source, before) != _read(read, claim, after))


def _steps(source: Passage, claim: Passage, within: Range | None) -> tuple[Step, ...]:
    start, end = within or (0, len(source.forms))
    return align(source.forms[start:end], claim.forms)


def _read(read: Callable[[Passage, int], str | None], passage: Passage, places: Iterable[int]) -> Counter[str]:
    return Counter(found for place in places if (found := read(passage, place)) is not None)


def _negation(passage: Passage, place: int) -> str | None:
    return "not" if is_negation(passage.forms[place]) else None


def _number(passage: Passage, place: int) -> str | None:
    form = passage.forms[place]
    return stem(form) if is_number(form) else None


def _modal(passage: Passage, place: int) -> str | None:
    form = passage.forms[place]
    return modal_of(form) if is_modal(form) else None


def is_name(passage: Passage, place: int) -> bool:
    """Whether the word at a place is a proper name, as far as capitals tell."""
    return _name(passage, place) is not None


def _name(passage: Passage, place: int) -> str | None:
    word = passage.words[place]
    if not passage.text[word.start].isupper() or not is_content(word.form):
        return None
    starts = place == 0 or passage.words[place - 1].sentence != word.sentence
    shouted = passage.text[word.start : word.end].isupper() and word.end - word.start > 1
    if (starts or shouted) and ranks("frequent_words.txt").get(word.form, _COMMON_RANK) < _COMMON_RANK:
        return None
    return word.form.removesuffix("'s")
