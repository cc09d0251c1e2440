"""The reading of a paragraph's marks that costs least.

A Viterbi search from left to right. A state is the stack of styles that are open; for each state only the cheapest
way there is kept, and only a few states in all, so that time is linear in the number of marks. Each mark is read as
opening, closing, literal (an apostrophe) or stray. Costs are explained in ``marks``.

>>> from service.text.marks import find_marks
>>> text = "The dogs' owner said 'no' twice"
>>> found = list(find_marks(text, 0, len(text)))
>>> [(found[i].start, found[j].start) for i, j in pair_marks(found, (), frozenset()).pairs]
[(21, 24)]
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.text.marks import Mark
from service.text.styles import DOUBLE, SINGLE, Style, group

# quotations in quotations in quotations; deeper is no prose
_DEEPEST = 4
# how many stacks are kept, and how much dearer than the best one they may be: more than a stray, so that a late mark
# can still overturn the reading
_STATES, _SLACK = 8, 7.0

# the price of each end of a sentence inside single marks: a possessive must not swallow a paragraph
_SENTENCE_IN_SINGLES = 0.25
# and of closing single marks in mid-sentence after such an end
_SINGLES_ACROSS_SENTENCES = 4.5
# “ … “ … ” … ”: the same style twice, without the other between them; dearer than one stray, cheaper than two
_SAME_STYLE_INSIDE = 5.5
# a single mark that closes a double one or the reverse: cheaper than leaving both alone
_MISMATCHED, _UNLIKELY = 5.5, 1.0
_SAME_GROUP_INSIDE = {True: 2.0, False: 0.5}
# left open at the end: where the next paragraph goes on with the mark, and where it does not, from the paragraph's
# start or from where a sentence before it leads into it (She said: "We …)
_RUNS_ON, _RUNS_ON_FROM_MIDDLE, _LEFT_OPEN, _LEFT_OPEN_FROM_MIDDLE = 0.3, 1.0, 3.0, 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What became of the marks, as 0-based indices into them.

    ``pairs`` are (opening, closing) in the order of closing; ``open`` the marks left open at the end, outermost
    first; ``strays`` the marks without a partner, in text order.
    """

    pairs: tuple[tuple[int, int], ...]
    open: tuple[int, ...]
    strays: tuple[int, ...]


_NOTHING = Pairing(pairs=(), open=(), strays=())


@dataclass(slots=True)
class _Step:
    """One decision, linked to those before it. ``closing`` None: ``index`` is a stray."""

    index: int
    closing: int | None
    before: _Step | None


@dataclass(slots=True)
class _Path:
    cost: float
    stack: tuple[int, ...]
    steps: _Step | None


_Stack = tuple[Style, ...]


def leading_groups(marks: Sequence[Mark]) -> tuple[str, ...]:
    """The groups of the marks that a paragraph opens with, outermost first; those that may well be opening ones."""
    groups: list[str] = []
    for mark in marks:
        likely = [style for style, cost in mark.opens if cost <= 1.0]
        if not mark.leads or not likely:
            break
        groups.append(group(likely[0]))
    return tuple(groups)


def pair_marks(marks: Sequence[Mark], sentence_ends: Sequence[int], following: Sequence[str]) -> Pairing:
    """The cheapest reading. ``sentence_ends`` are sorted offsets; ``following`` the next paragraph's leading groups."""
    if not marks:
        return _NOTHING
    states: dict[_Stack, _Path] = {(): _Path(0.0, (), None)}
    for index in range(len(marks)):
        found: dict[_Stack, _Path] = {}
        for styles, path in states.items():
            for after, next_path in _readings(styles, path, index, marks, sentence_ends):
                known = found.get(after)
                # of two equal ways the one that opened later has the shorter quotation
                if known is None or (next_path.cost, _later(next_path)) < (known.cost, _later(known)):
                    found[after] = next_path
        states = _cheapest(found)
    return _outcome(min((_ended(s, p, marks, following) for s, p in states.items()), key=lambda p: p.cost))


def _later(path: _Path) -> int:
    return -path.stack[-1] if path.stack else 0


def _cheapest(found: dict[_Stack, _Path]) -> dict[_Stack, _Path]:
    if len(found) == 1:
        return found
    best = min(path.cost for path in found.values())
    kept = {styles: path for styles, path in found.items() if path.cost <= best + _SLACK}
    if len(kept) <= _STATES:
        return kept
    ranked = sorted(kept.items(), key=lambda item: (item[1].cost, len(item[0])))
    return dict(ranked[:_STATES])


def _readings(
    styles: _Stack, path: _Path, index: int, marks: Sequence[Mark], sentence_ends: Sequence[int]
) -> Iterator[tuple[_Stack, _Path]]:
    """The states that the mark at ``index`` can lead to."""
    mark = marks[index]
    if mark.literal is not None:
        yield styles, _Path(path.cost + mark.literal, path.stack, path.steps)
    yield styles, _Path(path.cost + mark.stray, path.stack, _Step(index, None, path.steps))
    if styles and (cost := _closing_cost(mark, styles[-1])) is not None:
        opener = path.stack[-1]
        if styles[-1] in SINGLE:
            cost += _across_sentences(marks[opener], mark, sentence_ends)
        yield styles[:-1], _Path(path.cost + cost, path.stack[:-1], _Step(opener, index, path.steps))
    if len(styles) < _DEEPEST:
        for style, cost in mark.opens:
            inside = _nesting_cost(styles, style)
            if inside is not None:
                yield (*styles, style), _Path(path.cost + cost + inside, (*path.stack, index), path.steps)


def _closing_cost(mark: Mark, style: Style) -> float | None:
    cost = mark.closes.get(style)
    if cost is not None or mark.literal is not None or style not in SINGLE | DOUBLE:
        return cost
    # "so many words' : a double mark closed by a single one, where it can hardly be anything else
    surest = min(mark.closes.values(), default=_UNLIKELY)
    return surest + _MISMATCHED if surest < _UNLIKELY else None


def _across_sentences(opening: Mark, closing: Mark, sentence_ends: Sequence[int]) -> float:
    crossed = bisect_left(sentence_ends, closing.start) - bisect_left(sentence_ends, opening.end)
    if crossed <= 0:
        return 0.0
    return _SENTENCE_IN_SINGLES * crossed + (0.0 if closing.stopped else _SINGLES_ACROSS_SENTENCES)


def _nesting_cost(styles: _Stack, style: Style) -> float | None:
    """What it costs to open ``style`` inside ``styles``, None where that cannot be."""
    if not styles:
        return 0.0
    outer = styles[-1]
    if outer == style:
        # straight single marks are apostrophes too often to open twice
        return None if style is Style.STRAIGHT_SINGLE else _SAME_STYLE_INSIDE
    if group(outer) == group(style):
        return _SAME_GROUP_INSIDE[style in SINGLE]
    return 0.0


def _ended(styles: _Stack, path: _Path, marks: Sequence[Mark], following: Sequence[str]) -> _Path:
    """The path with what is still open accounted for: marks that cannot stay open become strays."""
    cost, stack, steps = path.cost, list(path.stack), path.steps
    for level, (style, index) in enumerate(zip(styles, path.stack, strict=True)):
        mark = marks[index]
        runs_on = level < len(following) and following[level] == group(style)
        if runs_on and len(stack) == len(path.stack) and (mark.introduced or style in DOUBLE):
            cost += _RUNS_ON if mark.leads else _RUNS_ON_FROM_MIDDLE
        elif mark.leads and level == 0 and len(path.stack) == 1:
            cost += _LEFT_OPEN
        elif mark.opens_sentence and style in DOUBLE and level == 0 and len(path.stack) == 1:
            cost += _LEFT_OPEN_FROM_MIDDLE
        else:
            cost += mark.stray
            stack.remove(index)
            steps = _Step(index, None, steps)
    return _Path(cost, tuple(stack), steps)


def _outcome(path: _Path) -> Pairing:
    pairs: list[tuple[int, int]] = []
    strays: list[int] = []
    step = path.steps
    while step is not None:
        if step.closing is None:
            strays.append(step.index)
        else:
            pairs.append((step.index, step.closing))
        step = step.before
    return Pairing(pairs=tuple(reversed(pairs)), open=path.stack, strays=tuple(sorted(strays)))
