"""What the store is handed to keep its index and its clusters of quotes up to date.

>>> from service.model import QuoteType
>>> said = {"article": "a", "type": QuoteType.DIRECT, "names": ("Lee",)}
>>> one = Candidate(number=1, id="q-1", text="We got this wrong.", **said)
>>> other = Candidate(number=2, id="q-2", text="they got this wrong", **said)
>>> Matcher().links(one, other)
((0, 0),)
"""

from __future__ import annotations

from service.matching import terms
from service.matching.likeness import alike, are_near, credit_of, may_be_alike
from service.matching.utterances import utterances_of
from service.verdicts import Candidate


class Matcher:
    """Terms of texts, and which utterances of two quotes are one. Without state; usable from many threads."""

    def indexed_terms(self, text: str) -> frozenset[int]:
        """See ``terms.indexed_terms``."""
        return terms.indexed_terms(text)

    def searched_terms(self, text: str) -> dict[int, float]:
        """See ``terms.searched_terms``."""
        return terms.searched_terms(text)

    def links(self, one: Candidate, other: Candidate) -> tuple[tuple[int, int], ...]:
        """Pairs of places (0-based, in the one and in the other) of utterances that are one.

        Quotes of different polarity have none: who denies a thing does not say it.
        """
        if one.polarity is not other.polarity:
            return ()
        ours, others = utterances_of(one.text, one.type), utterances_of(other.text, other.type)
        possible = [
            (left, right)
            for left, mine in enumerate(ours)
            for right, theirs in enumerate(others)
            if may_be_alike(mine, theirs)
        ]
        if not possible:
            return ()
        credit, near = credit_of(one, other), are_near(one, other)
        return tuple(
            (left, right) for left, right in possible if alike(ours[left], others[right], credit=credit, near=near)
        )

    def parts(self, inner: Candidate, outer: Candidate) -> tuple[tuple[int, int], ...]:
        """As ``links``, for a quote and the one, of the same article, that reports it: where it stands in that."""
        return tuple(
            (left, right)
            for left, mine in enumerate(utterances_of(inner.text, inner.type))
            for right, theirs in enumerate(utterances_of(outer.text, outer.type))
            if mine.text in theirs.text
        )
