"""The article as it unfolds: who was spoken of where, and in which part of the sentence.

A ``Trace`` is one place where a referent comes up. Distance is told by a clock that runs more slowly through
quotations: a long quote between *Okafor* and *she said* takes the reader no further from Okafor.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from service.model import Span
from service.parse.tree import Parse, Sentence, Word
from service.speakers import lexicon_files as lexicon
from service.speakers.directory import Directory
from service.speakers.referent import Referent
from service.speakers.referents import Cast
from service.speakers.spelling import plain

# what a sentence inside quotation marks counts for in the distance between two places
_QUOTED_SENTENCE = 0.25
# traces back in which one is looked for: headings are read last, and all of the body has come up then
_TRACES_BACK = 2_000


class Part(StrEnum):
    """The part that a mention plays in its clause."""

    SUBJECT = "subject"
    OBJECT = "object"
    OWNER = "owner"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One place where a referent comes up. ``verb`` is the index of the governing word, -1 for none."""

    referent: int
    sentence: int
    paragraph: int
    offset: int
    part: Part
    verb: int
    quoted: bool
    speaking: bool
    pronoun: bool
    topic: bool = False
    subordinate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who a mention stands for: ``referent`` is an index into the cast, None where it cannot be told."""

    referent: int | None
    certainty: float
    evidence: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Interview:
    """``begins`` at the first question; ``before`` counts how often each referent came up ahead of it, by the traces up
    to the number ``seen``; ``choice`` is who answers."""

    begins: int
    seen: int = 0
    before: Counter[int] = field(default_factory=Counter)
    choice: Choice | None = None


@dataclass(slots=True, kw_only=True)
class Discourse:
    """The state of the reading; it grows as the reading goes on.

    ``quoted`` are the spans between quotation marks; ``entries`` numbers each paragraph's live-blog entry;
    ``person_came_up`` says whether any trace is of a person; ``often`` counts the traces of each referent, ``last`` is
    the paragraph of the last of them; ``interview`` is what was found of the one who answers questions, once that was
    asked.
    """

    text: str
    parse: Parse
    cast: Cast
    directory: Directory
    quoted: tuple[Span, ...]
    entries: tuple[int, ...] = ()
    traces: list[Trace] = field(default_factory=list)
    person_came_up: bool = False
    often: Counter[int] = field(default_factory=Counter)
    last: dict[int, int] = field(default_factory=dict)
    interview: Interview | None = None
    _clock: list[float] = field(init=False)
    _starts: list[int] = field(init=False)
    _longest: list[Span] = field(init=False)

    def __post_init__(self) -> None:
        self._clock = []
        quotes = sorted(self.quoted)
        self._starts = [quote.start for quote in quotes]
        # quotations nest a level or two; the outer one of the last few reaches furthest
        self._longest = [max(quotes[max(i - 3, 0) : i + 1], key=lambda q: q.end) for i in range(len(quotes))]
        now = 0.0
        for sentence in self.parse.sentences:
            inner = _inner(sentence)
            quote = self._quote_at(inner.start)
            now += _QUOTED_SENTENCE if quote is not None and quote.covers(inner) else 1.0
            self._clock.append(now)

    def distance(self, earlier: int, later: int) -> float:
        """How far apart two sentences are for a reader: 0 within one sentence, about 1 for neighbours."""
        return self._clock[later] - self._clock[earlier]

    def recent(self, sentence: Sentence, offset: int, horizon: float) -> Iterator[Trace]:
        """The traces before ``offset``, last first, to ``horizon`` sentences (by the clock) before ``sentence``."""
        here, clock = sentence.index, self._clock
        for trace in islice(reversed(self.traces), _TRACES_BACK):
            if trace.sentence <= here and clock[here] - clock[trace.sentence] > horizon:
                return
            if trace.offset < offset:
                yield trace

    def in_sentence(self, sentence: Sentence) -> list[Trace]:
        """The traces of one sentence."""
        return [t for t in self.recent(sentence, sentence.span.end, 0.5) if t.sentence == sentence.index]

    def entry(self, paragraph: int) -> int:
        """The number of the live-blog entry that a paragraph belongs to, 0 throughout other articles."""
        return self.entries[paragraph] if paragraph < len(self.entries) else 0

    def in_quotation(self, offset: int) -> bool:
        """Whether the code point stands between quotation marks."""
        quote = self._quote_at(offset)
        return quote is not None and offset < quote.end

    def _quote_at(self, offset: int) -> Span | None:
        """The longest of the last quotations that begin at or before ``offset``: an outer one or a closed one."""
        i = bisect_right(self._starts, offset)
        return self._longest[i - 1] if i else None

    def referent(self, index: int) -> Referent:
        """The referent with this index."""
        return self.cast.referents[index]

    def note(self, referent: int, sentence: Sentence, word: Word, *, speaking: bool, pronoun: bool) -> None:
        """Record that the referent comes up at ``word``, the head of its mention."""
        part, verb = part_of(sentence, word)
        self._add(
            Trace(
                referent=referent,
                sentence=sentence.index,
                paragraph=sentence.paragraph,
                offset=word.span.start,
                part=Part.SUBJECT if speaking and part is Part.OTHER else part,
                verb=verb,
                quoted=self.in_quotation(word.span.start),
                speaking=speaking,
                pronoun=pronoun,
                topic=_is_told_of(sentence, word),
                subordinate=_is_subordinate(sentence, verb),
            )
        )

    def note_silent(self, referent: int, sentence: Sentence, offset: int) -> None:
        """Record a speaker who is not mentioned where the quote stands."""
        self._add(
            Trace(
                referent=referent,
                sentence=sentence.index,
                paragraph=sentence.paragraph,
                offset=offset,
                part=Part.SUBJECT,
                verb=-1,
                quoted=False,
                speaking=True,
                pronoun=True,
            )
        )

    def _add(self, trace: Trace) -> None:
        self.traces.append(trace)
        self.often[trace.referent] += 1
        self.last[trace.referent] = trace.paragraph
        self.person_came_up = self.person_came_up or self.referent(trace.referent).is_person


def _inner(sentence: Sentence) -> Span:
    """The sentence without its outermost characters, which may be the marks themselves."""
    span = sentence.span
    return Span(span.start + 1, span.end - 1) if len(span) > 2 else span


# what is done with documents: of *a letter to the board, which has been seen by CPR* it is the letter
_DONE_WITH_DOCUMENTS = frozenset({"see", "obtain", "leak", "sign", "write", "publish", "date", "send", "read", "draft"})


def _is_told_of(sentence: Sentence, word: Word) -> bool:
    """Whether a relative clause is about the noun, though a parser may hang it on the last noun of the phrase."""
    if any(k.deprel == "acl:relcl" for k in sentence.children(word)):
        return not any(
            _is_document(above) for above in _phrases_above(sentence, word) if _has_document_clause(sentence, word)
        )
    if not _is_document(word):
        return False
    return any(
        _has_document_clause(sentence, other) and word in _phrases_above(sentence, other) for other in sentence.words
    )


def _is_document(word: Word) -> bool:
    return plain(word.form) in lexicon.words("documents.tsv")


def _has_document_clause(sentence: Sentence, word: Word) -> bool:
    clauses = (k for k in sentence.children(word) if k.deprel == "acl:relcl")
    return any(plain(clause.lemma) in _DONE_WITH_DOCUMENTS for clause in clauses)


def _phrases_above(sentence: Sentence, word: Word) -> list[Word]:
    """The nouns that the noun's phrase is a part of, nearest first: *board* and *letter* for *trust*."""
    found: list[Word] = []
    here = word
    for above in sentence.ancestors(word):
        if here.relation != "nmod" or here.deprel == "nmod:poss":
            break
        found.append(above)
        here = above
    return found


def _is_subordinate(sentence: Sentence, verb: int) -> bool:
    """Whether the clause of the word at ``verb`` hangs on a noun or is an aside (*whose daughter was born …*)."""
    return verb >= 0 and sentence.words[verb].relation in {"acl", "advcl"}


def _one_of(word: Word, above: Word) -> bool:
    """*Another of the midwives, Carol Boyce, took …*: the name beside the many is that of the one."""
    return word.relation == "nmod" and plain(above.form) in {"one", "another"}


def part_of(sentence: Sentence, word: Word) -> tuple[Part, int]:
    """The part of the mention headed by ``word``, with the index of the word that governs it."""
    here = word
    # a name hangs on its title or role: climb to the top of the noun phrase
    for above in sentence.ancestors(word):
        joined = here.relation in {"flat", "appos", "compound", "conj", "fixed"} or _one_of(here, above)
        if not joined or above.upos not in {"NOUN", "PROPN", "PRON", "X", "ADJ", "DET", "NUM"}:
            break
        here = above
    if here.relation in {"nsubj", "csubj"} or "Case=Nom" in word.feats:
        # Had she a message?: a parser may take the subject behind its verb for an object, but not its form
        return Part.SUBJECT, here.head
    if here.relation == "dislocated":
        # Josh Kindig, he is coming on board: named first, then taken up as the subject
        return Part.SUBJECT, -1
    if here.relation == "root":
        # a line without a verb (Dr Nair again, this time on the radio) is about its head
        return Part.SUBJECT, -1
    if here.relation in {"obj", "iobj"} or (here.relation == "obl" and sentence.child(here, "case") is not None):
        return Part.OBJECT, here.head
    if here.deprel == "nmod:poss":
        return Part.OWNER, here.head
    return Part.OTHER, here.head
