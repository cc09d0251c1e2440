"""An article's text cut where quotes, cues and mentions begin and end, as trees: what lies inside what.

Quotes nest (a quote reports a quote), run on over paragraphs, have several spans, and may overlap without nesting. A
quote that is cut by another becomes several nodes; the text of the leaves, one after another, is the text.

>>> passages = [Passage(number=1, spans=(Span(0, 7),)), Passage(number=2, spans=(Span(3, 9),))]
>>> draw("abcdefghij", marked(Span(0, 10), passages))
'[1:abc[2:defg]][2:hi]j'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from service.model import Quote, Span


class Role(StrEnum):
    """What some words are to a quote, beside its content."""

    CUE = "cue"
    MENTION = "mention"
    ADDRESSEE = "addressee"
    VENUE = "venue"
    WHEN = "when"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One quote in the text; ``number`` is what a reader calls it. ``roles`` are the words around it."""

    number: int
    spans: tuple[Span, ...]
    roles: tuple[tuple[Role, Span], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """Some text that is not cut further; ``roles`` says for which quotes (by number) it has which role."""

    span: Span
    roles: tuple[tuple[Role, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of the quote ``number`` with all that is in it. ``first`` and ``last``: it starts, or ends, the quote."""

    number: int
    first: bool
    last: bool
    parts: tuple[Node | Leaf, ...]


def passage_of(number: int, quote: Quote) -> Passage:
    """A quote with what the article says around it."""
    found = quote.attribution
    around = [(Role.CUE, span) for span in (found.cue.spans if found.cue else ())]
    for role, span in (
        (Role.MENTION, found.mention.span if found.mention else None),
        (Role.ADDRESSEE, found.addressee),
        (Role.VENUE, found.venue),
        (Role.WHEN, found.when),
    ):
        if span is not None:
            around.append((role, span))
    return Passage(number=number, spans=found.spans, roles=tuple(around))


def marked(whole: Span, passages: Sequence[Passage]) -> tuple[Node | Leaf, ...]:
    """The stretch ``whole`` of a text, such as a paragraph, with what of the passages lies in it."""
    here = [(span, passage) for passage in passages for span in passage.spans if span.overlaps(whole)]
    # what starts first lies outermost, of two that start together the longer one
    here.sort(key=lambda each: (each[0].start, -each[0].end, each[1].number))
    roles = [
        (span, (role, passage.number)) for passage in passages for role, span in passage.roles if span.overlaps(whole)
    ]
    builder = _Builder()
    for start, end in pairwise(_cuts(whole, [*(span for span, _ in here), *(span for span, _ in roles)])):
        piece = Span(start, end)
        leaf = Leaf(span=piece, roles=tuple(dict.fromkeys(role for span, role in roles if span.covers(piece))))
        builder.add(leaf, [passage for span, passage in here if span.covers(piece)])
    return builder.finish()


def draw(text: str, parts: Iterable[Node | Leaf]) -> str:
    """The trees as a line that a person can read, for examples and tests."""
    return "".join(
        part.span.of(text) if isinstance(part, Leaf) else f"[{part.number}:{draw(text, part.parts)}]" for part in parts
    )


def leaves(parts: Iterable[Node | Leaf]) -> Iterator[Leaf]:
    """All leaves in text order."""
    for part in parts:
        if isinstance(part, Leaf):
            yield part
        else:
            yield from leaves(part.parts)


def _cuts(whole: Span, spans: Iterable[Span]) -> list[int]:
    within = {place for span in spans for place in (span.start, span.end) if whole.start < place < whole.end}
    return [whole.start, *sorted(within), whole.end]


def _edge(parts: Sequence[Node | Leaf], place: int) -> Leaf:
    """The first leaf (0) of these parts, or the last (-1)."""
    part = parts[place]
    while isinstance(part, Node):
        part = part.parts[place]
    return part


class _Builder:
    """Opens and closes nodes from piece to piece, so that what two pieces share stays one node."""

    def __init__(self) -> None:
        self._top: list[Node | Leaf] = []
        self._open: list[tuple[Passage, list[Node | Leaf]]] = []

    def add(self, leaf: Leaf, chain: Sequence[Passage]) -> None:
        """Put a leaf into the passages of ``chain``, the outermost first."""
        shared = 0
        while shared < min(len(chain), len(self._open)) and chain[shared] is self._open[shared][0]:
            shared += 1
        self._close(shared)
        self._open.extend((passage, list[Node | Leaf]()) for passage in chain[shared:])
        self._inner().append(leaf)

    def finish(self) -> tuple[Node | Leaf, ...]:
        """All that was added."""
        self._close(0)
        return tuple(self._top)

    def _inner(self) -> list[Node | Leaf]:
        return self._open[-1][1] if self._open else self._top

    def _close(self, depth: int) -> None:
        while len(self._open) > depth:
            passage, parts = self._open.pop()
            node = Node(
                number=passage.number,
                first=_edge(parts, 0).span.start == passage.spans[0].start,
                last=_edge(parts, -1).span.end == passage.spans[-1].end,
                parts=tuple(parts),
            )
            self._inner().append(node)
