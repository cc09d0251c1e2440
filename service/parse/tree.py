"""Dependency trees in the terms of Universal Dependencies, with code-point offsets into the article.

Words are numbered from 0 inside their sentence; a head of ``ROOT`` (-1) is the root's. Stanza's 1-based ids are
translated in ``stanza_engine`` alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from service.model import Span
from service.parse.signals import Signals

ROOT = -1


class EntityKind(StrEnum):
    """The four classes of CoNLL 2003."""

    PERSON = "PER"
    ORGANISATION = "ORG"
    LOCATION = "LOC"
    OTHER = "MISC"


@lru_cache(maxsize=1_000)
def _without_subtype(deprel: str) -> str:
    return deprel.partition(":")[0]


def _is_one_of(deprel: str, relations: tuple[str, ...]) -> bool:
    """Whether the relation, or what it is without its subtype, is named."""
    return deprel in relations or (":" in deprel and _without_subtype(deprel) in relations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One syntactic word.

    ``index`` is 0-based in its sentence, ``head`` the index of the word that governs it or ``ROOT``. ``span`` is the
    word's own part of a multi-word token where the parser gives it (*do|n't*), else the whole token. ``form`` is the
    surface ``text[span.start:span.end]`` unless the word shares its token's span. ``deprel`` keeps its subtype
    (*nsubj:pass*); ``relation`` is without it. ``feats`` is UD's ``Key=Value|…`` string, empty if none.
    """

    index: int
    span: Span
    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    deprel: str

    @property
    def relation(self) -> str:
        """The dependency relation without its subtype: ``nsubj`` for ``nsubj:pass``."""
        return _without_subtype(self.deprel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A named entity: the words ``[first, end)`` of its sentence, 0-based and half-open."""

    kind: EntityKind
    first: int
    end: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A tree. ``index`` is 0-based in the article, ``paragraph`` that of the paragraph it stands in."""

    index: int
    paragraph: int
    span: Span
    words: tuple[Word, ...]
    entities: tuple[Entity, ...] = ()
    _children: tuple[tuple[int, ...], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        children: list[list[int]] = [[] for _ in self.words]
        for word in self.words:
            if word.head != ROOT:
                children[word.head].append(word.index)
        object.__setattr__(self, "_children", tuple(map(tuple, children)))

    @property
    def root(self) -> Word:
        """The word without a head; the first word where the parse names none."""
        return next((w for w in self.words if w.head == ROOT), self.words[0])

    def head(self, word: Word) -> Word | None:
        """The word that governs ``word``, None for the root."""
        return None if word.head == ROOT else self.words[word.head]

    def children(self, word: Word, *relations: str) -> tuple[Word, ...]:
        """Direct dependents in text order; with ``relations``, those whose relation (or relation:subtype) is named."""
        # of all that the rules ask for, this is asked for most
        indices = self._children[word.index]
        if not indices:
            return ()
        words = self.words
        if not relations:
            return tuple([words[i] for i in indices])
        return tuple([words[i] for i in indices if _is_one_of(words[i].deprel, relations)])

    def child(self, word: Word, *relations: str) -> Word | None:
        """The first direct dependent of one of ``relations``, None if there is none."""
        for i in self._children[word.index]:
            kid = self.words[i]
            if not relations or _is_one_of(kid.deprel, relations):
                return kid
        return None

    def subtree(self, word: Word, *, without: Iterable[Word] = ()) -> tuple[Word, ...]:
        """``word`` and all it governs, in text order, leaving out the subtrees of the words in ``without``."""
        barred = {w.index for w in without}
        if not self._children[word.index]:
            return () if word.index in barred else (word,)
        seen: set[int] = set()
        stack = [word.index]
        while stack:
            i = stack.pop()
            # a parser is trusted to give trees; ``seen`` keeps a cycle from hanging the service all the same
            if i in seen or i in barred:
                continue
            seen.add(i)
            stack.extend(self._children[i])
        return tuple([self.words[i] for i in sorted(seen)])

    def ancestors(self, word: Word) -> Iterator[Word]:
        """The words above ``word``, nearest first."""
        seen = {word.index}
        here = self.head(word)
        while here is not None and here.index not in seen:
            yield here
            seen.add(here.index)
            here = self.head(here)

    def entity_at(self, word: Word) -> Entity | None:
        """The named entity that ``word`` is part of."""
        return next((e for e in self.entities if e.first <= word.index < e.end), None)


def cover(words: Sequence[Word]) -> Span:
    """The span from the first word's start to the last word's end. Raises ValueError for no words."""
    if not words:
        raise ValueError("no words to cover")
    return Span(min(w.span.start for w in words), max(w.span.end for w in words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parse:
    """All sentences of an article, in text order; headings and captions included, time stamps not.

    ``signals`` is what the engine says of quotes, word by word; None from an engine that says nothing of them.
    """

    sentences: tuple[Sentence, ...]
    signals: Signals | None = field(default=None, repr=False, compare=False)
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(s.span.start for s in self.sentences))

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence that holds the code point at ``offset``, or the last that starts before it; None before all."""
        i = bisect_right(self._starts, offset) - 1
        return self.sentences[i] if i >= 0 else None

    def words_in(self, span: Span) -> tuple[Word, ...]:
        """Words of all sentences that lie wholly in ``span``, in text order."""
        first = max(bisect_right(self._starts, span.start) - 1, 0)
        found: list[Word] = []
        for index in range(first, len(self.sentences)):
            sentence = self.sentences[index]
            if sentence.span.start >= span.end:
                break
            found.extend([w for w in sentence.words if span.start <= w.span.start and w.span.end <= span.end])
        return tuple(found)
