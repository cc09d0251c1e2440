"""The types that the steps hand to one another.

All offsets are Unicode code points (Python ``str`` indices), 0-based and half-open, into the article's text exactly
as stored: ``text[span.start:span.end]`` is what is meant. All types are frozen; a step returns new objects.

>>> span = Span(start=0, end=5)
>>> span.of("Maria said so.")
'Maria'
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

#: What stands between the texts of a quote's spans.
SPANS_JOINED_BY = " … "


class QuoteType(StrEnum):
    """How much of the content stands in quotation marks: all, none, or some of it."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Polarity(StrEnum):
    """Whether the source asserts the content or denies it."""

    ASSERTED = "asserted"
    DENIED = "denied"


class Act(StrEnum):
    """What the source did with the content."""

    SPEECH = "speech"
    WRITING = "writing"
    THOUGHT = "thought"
    INTENTION = "intention"


class Scope(StrEnum):
    """``speech``: what was said or written. ``all``: thoughts, beliefs and intentions too."""

    SPEECH = "speech"
    ALL = "all"


class Review(StrEnum):
    """What a person said of a quote: that it is right, right after a change, or no quote at all."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class QuoteOrder(StrEnum):
    """Orders of a list of quotes. ``newest``: last published first, undated at the end; ``oldest``: its reverse."""

    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_CONFIDENT = "most-confident"
    LEAST_CONFIDENT = "least-confident"


class SpeakerKind(StrEnum):
    """What a speaker is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    GROUP = "group"
    DOCUMENT = "document"
    UNKNOWN = "unknown"


class MentionForm(StrEnum):
    """*Maria Okafor* is a name, *the mayor* a nominal, *she* a pronoun."""

    NAME = "name"
    NOMINAL = "nominal"
    PRONOUN = "pronoun"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch ``[start, end)`` of code points; never empty.

    Raises ValueError where ``0 <= start < end`` does not hold.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end: got [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of the span."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Whether every character of ``other`` is in this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as it came in; ``text`` is never altered. ``id`` is the caller's name for it, None if not given."""

    text: str
    id: str | None = None
    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    published_at: datetime | None = None
    language: str = "en"

    @property
    def sha256(self) -> str:
        """Hex digest of the text in UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A warning about an article; it never stops the extraction. ``span`` is where, None if it is about the whole."""

    code: str
    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """The words that say that something was said; ``lemma`` is their dictionary form (*say*, *according to*)."""

    lemma: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """The words that name the source at the cue."""

    span: Span
    form: MentionForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How sure the encoder is of an attribution's words, each a mean probability in 0..1; None where there are none.

    ``content`` that they are somebody's content, ``source`` that the mention is a source, ``cue`` that the cue is one.
    """

    content: float | None = None
    source: float | None = None
    cue: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What the attribution step finds: a content with its cue and its source's mention, the source not yet resolved.

    ``spans`` are in text order and do not overlap. ``inside`` is the 0-based index, in the tuple that the step
    returned, of the attribution that reports this one. ``paragraph`` and ``sentence`` are the 0-based indices of the
    paragraph and of the sentence in which the content starts. ``pattern`` names the construction that it was read
    from (*clausal-complement*, *quotation-alone*); ``evidence`` says so in words. ``support`` is None where the parse
    has no signals, or where nothing but the layout shows that there is an attribution.
    ``addressee_name`` is whom a pronoun or a short form at ``addressee`` stands for, by the fullest name that the
    article gives; None until that is resolved, and where it cannot be.
    """

    spans: tuple[Span, ...]
    type: QuoteType
    polarity: Polarity
    act: Act
    pattern: str
    paragraph: int
    sentence: int
    cue: Cue | None = None
    mention: Mention | None = None
    addressee: Span | None = None
    addressee_name: str | None = None
    venue: Span | None = None
    when: Span | None = None
    inside: int | None = None
    evidence: tuple[str, ...] = ()
    support: Support | None = None

    def __post_init__(self) -> None:
        if not self.spans:
            raise ValueError("an attribution needs at least one span of content")
        if any(a.end > b.start for a, b in zip(self.spans, self.spans[1:], strict=False)):
            raise ValueError(f"the spans of a content are in text order and do not overlap: got {self.spans}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Somebody or something that the article quotes, by the fullest name that the article gives.

    ``aliases`` are the other names that the article uses, in the order of their first use, without pronouns.
    ``role`` is what the article says this speaker is (*the mayor*), None if it does not. ``reference`` is the id in
    the operator's names file, None if it is not there. ``identity`` is the id in the register of a store that has
    told namesakes apart or joined two names, None elsewhere; it is no part of what the article says.
    """

    name: str
    kind: SpeakerKind
    role: str | None = None
    aliases: tuple[str, ...] = ()
    reference: str | None = None
    identity: str | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        """The identity, else a pure function of kind and name: two articles with the same name give the same id."""
        return self.identity or _speaker_id(self.kind, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Who is behind one attribution: ``speaker`` indexes the resolution's speakers, None where it cannot be told.

    ``certainty`` is the probability, in 0..1, that the link (or the silence) is right.
    """

    speaker: int | None
    certainty: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What the speakers step finds: the article's speakers, and one link for each attribution, in the same order.

    ``addressees`` are the names of those spoken to, one for each attribution, None where that cannot be told; empty:
    nobody has asked.
    """

    speakers: tuple[Speaker, ...]
    links: tuple[Link, ...]
    addressees: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One attribution with its speaker.

    ``inside`` is the id of the quote that reports this one. ``confidence`` is the probability, in 0..1, that content
    and speaker are both right. ``text`` is the spans' text joined by `` … ``.
    """

    id: str
    attribution: Attribution
    text: str
    speaker: Speaker | None
    inside: str | None
    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """Which models and which release made an extraction."""

    name: str
    version: str
    stanza: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """All that one article gives. ``quotes`` are in text order; ``speakers`` in the order of their first quote."""

    article: Article
    paragraphs: int
    quotes: tuple[Quote, ...]
    speakers: tuple[Speaker, ...]
    model: ModelInfo
    warnings: tuple[Notice, ...] = field(default=())
    scope: Scope = Scope.SPEECH


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHead:
    """A stored article without its text. ``id`` is the store's, unique; ``characters`` counts code points."""

    id: str
    sha256: str
    title: str | None
    url: str | None
    outlet: str | None
    published_at: datetime | None
    language: str
    characters: int
    paragraphs: int
    quote_count: int
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuote:
    """A quote with the head of its article and some text (code points, cut at word ends) to either side of it.

    ``article_text`` is the article's whole text, into which all spans of the quote are offsets. ``version`` counts the
    quote's states from 1; ``review`` is a person's last word on it, None where nobody has looked.
    """

    quote: Quote
    article: ArticleHead
    article_text: str
    before: str
    after: str
    version: int = 1
    review: Review | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerEntry:
    """Somebody quoted in the store: over all articles, how often, where, and when first and last (by publication).

    ``speaker.reference`` is as the newest article has it that has one.
    """

    speaker: Speaker
    quote_count: int
    article_count: int
    outlets: tuple[str, ...]
    first_quoted: datetime | None
    last_quoted: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteFilter:
    """Which stored quotes are wanted; None does not restrict; what is given must all hold.

    ``speaker`` is a speaker's id, or words of a name or an alias. ``text`` is searched as words in the quote. ``since``
    and ``until`` are publication times, both inclusive. ``reviewed``: whether a person has looked at it; ``review``:
    what that person said. Where neither is given, rejected quotes are left out.
    """

    text: str | None = None
    speaker: str | None = None
    outlet: str | None = None
    article: str | None = None
    type: QuoteType | None = None
    polarity: Polarity | None = None
    cue: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    min_confidence: float | None = None
    reviewed: bool | None = None
    review: Review | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """Which stored articles are wanted; as ``QuoteFilter``. ``text`` is searched as words in title and text."""

    outlet: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list; ``next_cursor`` is an opaque string for the next one, None on the last."""

    items: tuple[T, ...]
    next_cursor: str | None = None


def quote_id(article_sha256: str, attribution: Attribution) -> str:
    """The id of a quote: a pure function of the article's text and the spans of content and cue.

    The cue is part of it because two sources can be credited with the same words (*X, which Y denies*).
    """
    spans = [*attribution.spans, *(attribution.cue.spans if attribution.cue else ())]
    return "q-" + _digest(article_sha256, *(f"{s.start}:{s.end}" for s in spans))


# each quote of an article is asked for its speaker's id several times over
@lru_cache(maxsize=10_000)
def _speaker_id(kind: SpeakerKind, name: str) -> str:
    return "s-" + _digest(kind.value, " ".join(name.casefold().split()))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
