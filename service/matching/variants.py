"""Where else a quote stands, and how it reads there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from service.matching.changes import difference, flags
from service.matching.likeness import alike, are_near, credit_of
from service.matching.passages import Passage, passage_of
from service.matching.utterances import utterances_of
from service.matching.weights import information
from service.model import Span, StoredQuote
from service.verdicts import Candidate, Change, Piece, Relation, Variant

MOST = 100


class Clusters(Protocol):
    """What is asked of the store; see ``service.store.matching``."""

    def snapshot(self) -> AbstractContextManager[None]:
        """One state of the store for all that is asked within the block."""

    def cluster_mates(self, article: str, id: str, *, limit: int = 200) -> tuple[Candidate, tuple[Candidate, ...]]:
        """A quote, and those that share an utterance with it."""

    def quotes_numbered(self, numbers: Sequence[int]) -> tuple[StoredQuote, ...]:
        """The quotes with these numbers."""


class Variants:
    """Finds the variants of stored quotes."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters

    def of(self, article: str, id: str, *, limit: int = MOST) -> tuple[Variant, ...]:
        """The renderings, in other articles, of what a quote says; most similar first, then newest. Raises NotFound."""
        with self._clusters.snapshot():
            return self._found(article, id, limit)

    def _found(self, article: str, id: str, limit: int) -> tuple[Variant, ...]:
        asked, mates = self._clusters.cluster_mates(article, id)
        others = [mate for mate in mates if mate.article != article]
        compared = {mate.number: _variant(asked, mate) for mate in others}
        nearest = sorted(others, key=lambda mate: -compared[mate.number][1])[:limit]
        found = self._clusters.quotes_numbered([mate.number for mate in nearest])
        by_place = {(quote.article.id, quote.quote.id): quote for quote in found}
        return tuple(
            Variant(
                quote=by_place[mate.article, mate.id],
                relation=compared[mate.number][0],
                similarity=compared[mate.number][1],
                difference=compared[mate.number][2],
                flags=flags(*_beside(asked, mate)[:2]),
                credit=credit_of(asked, mate),
            )
            for mate in nearest
            if (mate.article, mate.id) in by_place
        )


def _variant(asked: Candidate, mate: Candidate) -> tuple[Relation, float, tuple[Piece, ...]]:
    mine, theirs, similarity = _beside(asked, mate)
    pieces = difference(mine, theirs)
    kinds = {piece.kind for piece in pieces}
    if kinds == {Change.KEPT}:
        relation = Relation.VERBATIM
    elif kinds <= {Change.KEPT, Change.DROPPED} and Change.KEPT in kinds:
        relation = Relation.SHORTENED
    elif kinds <= {Change.KEPT, Change.ADDED} and Change.KEPT in kinds:
        relation = Relation.EXTENDED
    else:
        relation = Relation.ALTERED if similarity >= 0.5 else Relation.REWORDED
    return relation, similarity, pieces


def _beside(asked: Candidate, mate: Candidate) -> tuple[Passage, Passage, float]:
    """The words of both quotes that are to be laid side by side: of each, the sentences that are one utterance."""
    mine, theirs = (passage_of(c.text, (Span(0, len(c.text)),), c.type) for c in (asked, mate))
    credit, near = credit_of(asked, mate), are_near(asked, mate)
    pairs = [
        (one, other)
        for one in utterances_of(asked.text, asked.type)
        for other in utterances_of(mate.text, mate.type)
        if alike(one, other, credit=credit, near=near)
    ]
    if pairs:
        mine = _stretch(mine, min(p[0].words[0].start for p in pairs), max(p[0].words[-1].end for p in pairs))
        theirs = _stretch(theirs, min(p[1].words[0].start for p in pairs), max(p[1].words[-1].end for p in pairs))
    both = set(mine.forms) & set(theirs.forms)
    whole = information(mine.forms) + information(theirs.forms)
    return mine, theirs, round(2 * information(both) / whole, 3) if whole else 0.0


def _stretch(passage: Passage, start: int, end: int) -> Passage:
    places = [p for p, word in enumerate(passage.words) if start <= word.start and word.end <= end]
    first, last = places[0], places[-1] + 1
    return Passage(passage.text, passage.words[first:last], passage.forms[first:last], passage.own[first:last])
