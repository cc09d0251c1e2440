"""What a claim is laid beside: the words of a quotation, or of an article, with their places in the article's text.

>>> text = 'She said: "We will pay. But not today."'
>>> passage = passage_of(text, (Span(10, 39),), QuoteType.DIRECT)
>>> passage.forms[:3], passage.text_of(0, 3), all(passage.own)
(('we', 'will', 'pay'), 'We will pay', True)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.matching.words import Break, Word, interruptions, read_words, spoken
from service.model import QuoteType, Span, StoredQuote

# what may stand between two pieces of one utterance: a cue, a name, what the speaker did meanwhile
BETWEEN = 250


@dataclass(frozen=True, slots=True)
class Passage:
    """Words in order, their places (``start``, ``end``) being into ``text``.

    ``own``: for each word, whether it is the speaker's, not the reporter's: it stands in marks.
    """

    text: str
    words: tuple[Word, ...]
    forms: tuple[str, ...]
    own: tuple[bool, ...]

    def text_of(self, start: int, end: int) -> str:
        """The text from one word to before another (0-based, half-open); empty for none."""
        return self.text[self.words[start].start : self.words[end - 1].end] if start < end else ""

    def span_of(self, start: int, end: int) -> Span:
        """Its place in the text."""
        return Span(self.words[start].start, self.words[end - 1].end)


def passage_of(text: str, spans: Sequence[Span], type: QuoteType) -> Passage:
    """The words of some spans of a text, as one utterance."""
    words: list[Word] = []
    for span in spans:
        first = words[-1].sentence + (words[-1].after is Break.END) if words else 0
        read = spoken(read_words(span.of(text)))
        if first == span.start == 0:
            words.extend(read)
            continue
        words.extend(
            word._replace(start=word.start + span.start, end=word.end + span.start, sentence=word.sentence + first)
            for word in read
        )
    return _passage(text, words, all_own=type is QuoteType.DIRECT, none_own=type is QuoteType.INDIRECT)


def passage_in_text(text: str) -> Passage:
    """All words of a text; those in marks are somebody's own."""
    return _passage(text, spoken(read_words(text)))


def passage_of_claim(text: str) -> Passage:
    """The words of a claimed quotation, without the reporter's between its pieces.

    >>> passage_of_claim('"We will pay," said the mayor. "But not today."').forms
    ('we', 'will', 'pay', 'but', 'not', 'today')
    """
    between = interruptions(text)
    words = [w for w in spoken(read_words(text)) if not any(start <= w.start < end for start, end in between)]
    return _passage(text, words)


def continued(quotes: Sequence[StoredQuote], place: int) -> tuple[StoredQuote, ...]:
    """The quote at a place, with those before and after it that go on with it: same speaker, hardly anything between.

    ``quotes`` are all of an article, in text order. One that stands inside another is no part.
    """
    outer = [quote for quote in quotes if quote.quote.inside is None or quote is quotes[place]]
    middle = next(number for number, quote in enumerate(outer) if quote is quotes[place])
    first = last = middle
    while first > 0 and _goes_on(outer[first - 1], outer[first]):
        first -= 1
    while last + 1 < len(outer) and _goes_on(outer[last], outer[last + 1]):
        last += 1
    return tuple(outer[first : last + 1])


def joined(quotes: Sequence[StoredQuote]) -> Passage:
    """The words of several quotes of one article, one after another."""
    pieces = [passage_of(q.article_text, q.quote.attribution.spans, q.quote.attribution.type) for q in quotes]
    words: list[Word] = []
    own: list[bool] = []
    for piece in pieces:
        first = words[-1].sentence + 1 if words else 0
        words.extend(word._replace(sentence=word.sentence + first) for word in piece.words)
        own.extend(piece.own)
    return Passage(quotes[0].article_text, tuple(words), tuple(word.form for word in words), tuple(own))


def _goes_on(one: StoredQuote, other: StoredQuote) -> bool:
    if one.quote.speaker is None or other.quote.speaker is None or one.quote.speaker.id != other.quote.speaker.id:
        return False
    gap = other.quote.attribution.spans[0].start - one.quote.attribution.spans[-1].end
    return 0 <= gap <= BETWEEN


def _passage(text: str, words: Sequence[Word], *, all_own: bool = False, none_own: bool = False) -> Passage:
    own = tuple(all_own or (word.marked and not none_own) for word in words)
    return Passage(text, tuple(words), tuple(word.form for word in words), own)
