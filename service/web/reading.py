"""An article with its quotes as a page shows it: blocks of marked text, a card for each quote, the speakers.

Offsets stay code points of the text as stored. The text that a browser makes of the blocks is that text, character by
character, so that what a person selects there has a place in it.
"""

from __future__ import annotations

import html
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from service.model import Article, Extraction, Notice, Quote, QuoteType, Review, Span, Speaker, StoredQuote
from service.text.layout import Paragraph, ParagraphKind
from service.text.paragraphs import read_paragraphs
from service.web.marking import Leaf, Node, Passage, marked, passage_of

# a speaker is told by a colour and by the kind of line under the words: 6 colours, 4 lines, 24 pairs
_COLOURS, _LINES = 6, 4
NOBODY = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One quote. ``look`` are the classes that tell its speaker; ``version`` and ``review`` are the store's."""

    number: int
    quote: Quote
    look: str
    text: str
    version: int | None = None
    review: Review | None = None
    inside: int | None = None
    article: StoredQuote | None = None

    @property
    def speaker_key(self) -> str:
        """The speaker's id, or NOBODY."""
        return self.quote.speaker.id if self.quote.speaker else NOBODY

    @property
    def mention(self) -> str | None:
        """The words that name the source at the cue."""
        return self._of(self.quote.attribution.mention.span if self.quote.attribution.mention else None)

    @property
    def who(self) -> str:
        """Whom the article credits, as well as it can be told."""
        if self.quote.speaker:
            return self.quote.speaker.name
        return f"“{self.mention}”, not identified" if self.mention else "Not said"

    @property
    def cue(self) -> str | None:
        """The words that say that it was said."""
        cue = self.quote.attribution.cue
        return " … ".join(span.of(self.text) for span in cue.spans) if cue else None

    @property
    def around(self) -> tuple[tuple[str, str], ...]:
        """To whom, where and when, as far as the article says."""
        found = self.quote.attribution
        named = (("To", found.addressee), ("Where", found.venue), ("When", found.when))
        return tuple((name, span.of(self.text)) for name, span in named if span is not None)

    def _of(self, span: Span | None) -> str | None:
        return None if span is None else span.of(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A speaker of the article; None: those whom the article does not name. ``look`` as in ``Card``."""

    key: str
    speaker: Speaker | None
    count: int
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All of the page. ``id`` is None where the article is not stored; ``text`` is marked, and safe as HTML.

    ``titled``: the text itself starts with the title.
    """

    id: str | None
    article: Article
    text: Markup
    cards: tuple[Card, ...]
    voices: tuple[Voice, ...]
    types: tuple[tuple[QuoteType, int], ...]
    warnings: tuple[Notice, ...]
    rejected: int
    title: str | None
    titled: bool

    @property
    def count(self) -> int:
        """How many quotes there are, without those that a person rejected."""
        return len(self.cards) - self.rejected


def reading_of(extraction: Extraction) -> Reading:
    """The page of an extraction that is not stored."""
    return _reading(extraction.article, extraction.warnings, [(quote, None) for quote in extraction.quotes], id=None)


def stored_reading(article: Article, warnings: tuple[Notice, ...], stored: Sequence[StoredQuote]) -> Reading:
    """The page of an article in the store. ``stored``: its quotes, rejected ones too."""
    return _reading(article, warnings, [(each.quote, each) for each in stored], id=article.id)


def _reading(
    article: Article, warnings: tuple[Notice, ...], entries: list[tuple[Quote, StoredQuote | None]], *, id: str | None
) -> Reading:
    # of all quotes: who rejects one should find the colours of the others as they were
    looks = _looks(quote for quote, _ in entries)
    # rejected quotes keep to the end, so that they leave no gaps in the numbers
    entries.sort(key=lambda entry: _rejected(entry[1]))
    numbers = {quote.id: number for number, (quote, _) in enumerate(entries, start=1)}
    cards = tuple(
        Card(
            number=numbers[quote.id],
            quote=quote,
            look=looks.get(quote.speaker.id if quote.speaker else NOBODY, "nobody"),
            text=article.text,
            version=kept.version if kept else None,
            review=kept.review if kept else None,
            inside=numbers.get(quote.inside or ""),
        )
        for quote, kept in entries
    )
    good = [card for card in cards if card.review is not Review.REJECTED]
    types = Counter(card.quote.attribution.type for card in good)
    paragraphs = read_paragraphs(article.text)
    titled = bool(paragraphs) and _is_title(article, paragraphs[0])
    return Reading(
        id=id,
        article=article,
        text=text_as_html(article, paragraphs, cards),
        cards=cards,
        voices=_voices(good, looks),
        types=tuple((type_, types[type_]) for type_ in QuoteType if types[type_]),
        warnings=warnings,
        rejected=len(cards) - len(good),
        title=paragraphs[0].span.of(article.text) if titled else article.title,
        titled=titled,
    )


def queue_card(stored: StoredQuote, number: int) -> Card:
    """One quote on its own, away from its article."""
    return Card(
        number=number,
        quote=stored.quote,
        look="c0 l0" if stored.quote.speaker else "nobody",
        text=stored.article_text,
        version=stored.version,
        review=stored.review,
        article=stored,
    )


def text_as_html(article: Article, paragraphs: Sequence[Paragraph], cards: Sequence[Card]) -> Markup:
    """The whole text as HTML whose text is the article's, with its quotes marked.

    What stands between two paragraphs is written between their elements, where it shows nothing.
    """
    by_number = {card.number: card for card in cards}
    passages = [passage_of(card.number, card.quote) for card in cards]
    made: list[str] = []
    place = 0
    for paragraph, near in zip(paragraphs, _by_paragraph(passages, paragraphs), strict=True):
        span = paragraph.span
        made.append(_plain(article.text[place : span.start]))
        inner = "".join(_html(part, article.text, by_number) for part in marked(span, near))
        tag, classes = _element(article, paragraph)
        made.append(f"<{tag}{classes}>{inner}</{tag}>")
        place = span.end
    made.append(_plain(article.text[place:]))
    # every piece of the article was escaped where it was written
    return Markup("".join(made))  # noqa: S704


def _element(article: Article, paragraph: Paragraph) -> tuple[str, str]:
    if paragraph.index == 0 and _is_title(article, paragraph):
        return "h1", ""
    if paragraph.kind is ParagraphKind.HEADING:
        return "h2", ""
    return "p", "" if paragraph.kind is ParagraphKind.BODY else f' class="{paragraph.kind.value}"'


def _is_title(article: Article, first: Paragraph) -> bool:
    """Whether the text starts with its title: the one that is known, or a heading where none is."""
    if article.title is None:
        return article.id is None and first.kind is ParagraphKind.HEADING
    return first.span.of(article.text).split() == article.title.split()


def _by_paragraph(passages: Sequence[Passage], paragraphs: Sequence[Paragraph]) -> list[list[Passage]]:
    """For each paragraph the passages that may lie in it, so that it need not look at those of the whole article."""
    starts = [paragraph.span.start for paragraph in paragraphs]
    near: list[list[Passage]] = [[] for _ in paragraphs]
    for passage in passages:
        reached: set[int] = set()
        for span in (*passage.spans, *(span for _, span in passage.roles)):
            reached.update(range(max(0, bisect_right(starts, span.start) - 1), bisect_left(starts, span.end)))
        for place in reached:
            near[place].append(passage)
    return near


def _html(part: Node | Leaf, text: str, cards: dict[int, Card]) -> str:
    if isinstance(part, Leaf):
        inner = _plain(part.span.of(text))
        if not part.roles:
            return inner
        kinds = " ".join(dict.fromkeys(role.value for role, _ in part.roles))
        of = " ".join(f"{role.value}-{number}" for role, number in part.roles)
        return f'<span class="{kinds}" data-of="{of}">{inner}</span>'
    card = cards[part.number]
    inner = "".join(_html(each, text, cards) for each in part.parts)
    id_ = f' id="{escape(card.quote.id)}"' if part.first else ""
    type_ = card.quote.attribution.type.value
    gone = " rejected" if card.review is Review.REJECTED else ""
    # said here, since a style sheet's :has() is asked again for each mark
    held = ("", " holds", " holds-deep")[min(_depth(part), 2)]
    end = _reference(card) if part.last else ""
    return f'<mark class="q {card.look} {type_}{gone}{held}" data-n="{part.number}"{id_}>{inner}{end}</mark>'


def _depth(node: Node) -> int:
    """How many quotes lie in each other within this one."""
    return max((1 + _depth(each) for each in node.parts if isinstance(each, Node)), default=0)


def _reference(card: Card) -> str:
    """The number behind a quote, which leads to it; drawn by the style sheet, since it is no text of the article."""
    label = f"Quote {card.number}, {card.who}"
    return f'<a class="ref" href="#{escape(card.quote.id)}" data-n="{card.number}" aria-label="{escape(label)}"></a>'


def _plain(text: str) -> str:
    """Text of an article as HTML; a bare carriage return would be read as a line feed."""
    return html.escape(text).replace("\r", "&#13;")


def _looks(quotes: Iterable[Quote]) -> dict[str, str]:
    found: dict[str, str] = {}
    for quote in quotes:
        if quote.speaker and quote.speaker.id not in found:
            place = len(found)
            found[quote.speaker.id] = f"c{place % _COLOURS} l{(place + place // 12) % _LINES}"
    return found


def _voices(cards: Sequence[Card], looks: dict[str, str]) -> tuple[Voice, ...]:
    counts = Counter(card.speaker_key for card in cards)
    speakers = {card.speaker_key: card.quote.speaker for card in cards}
    voices = [
        Voice(key=key, speaker=speakers[key], count=counts[key], look=looks.get(key, "nobody")) for key in speakers
    ]
    # most quoted first, those without a name last
    return tuple(sorted(voices, key=lambda voice: (voice.speaker is None, -voice.count)))


def _rejected(stored: StoredQuote | None) -> bool:
    return stored is not None and stored.review is Review.REJECTED
