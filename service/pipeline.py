"""One article in, its quotes out: the only place that states the order of the steps.

check ─► layout ─► parse ─► attribute ─► resolve ─► quotes

::

    pipeline = Pipeline(ArticleParser(), max_chars=200_000)
    extraction = pipeline.extract(Article(text='"We will pay," the mayor said.'))
    extraction.quotes[0].text  # '"We will pay,"'
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from service.attribution import attribute
from service.confidence import confidence_of, likely
from service.errors import ArticleTooLong, EmptyArticle, NotText
from service.language import language_notice
from service.model import (
    SPANS_JOINED_BY,
    Article,
    Attribution,
    Extraction,
    ModelInfo,
    Notice,
    Quote,
    Resolution,
    Scope,
    Speaker,
    quote_id,
)
from service.parse.parser import Parser
from service.parse.tree import Parse
from service.speakers import resolve
from service.speakers.known import KnownSpeakers, link_known
from service.text import read_layout
from service.text.layout import Layout


class Pipeline:
    """The steps with their parser. Threads may share one where they may share the parser; all else is pure.

    ``known`` are the speakers of the operator's names file, None: there is none.
    """

    def __init__(self, parser: Parser, *, max_chars: int, known: KnownSpeakers | None = None) -> None:
        self.max_chars = max_chars
        self._known = known
        self.model = ModelInfo(name=parser.name, version=parser.version, stanza=parser.stanza_version)
        self._parser = parser

    def check(self, article: Article) -> None:
        """Raises ArticleTooLong, NotText or EmptyArticle for an article that ``extract`` would refuse."""
        check_article(article, max_chars=self.max_chars)

    def extract(self, article: Article, *, scope: Scope = Scope.SPEECH) -> Extraction:
        """All quotes of one article. Raises what ``check`` raises."""
        return self.extract_all([article], scope=scope)[0]

    def extract_all(self, articles: Sequence[Article], *, scope: Scope = Scope.SPEECH) -> list[Extraction]:
        """The quotes of each article, in the order given, after one call of the parser for all of them.

        Raises what ``check`` raises if any article is refused; nothing is parsed then.
        """
        for article in articles:
            self.check(article)
        layouts = [read_layout(article.text) for article in articles]
        parses = self._parser.parse([(a.text, layout) for a, layout in zip(articles, layouts, strict=True)])
        return [
            self._read(article, layout, parse, notices, scope)
            for article, layout, (parse, notices) in zip(articles, layouts, parses, strict=True)
        ]

    def _read(
        self, article: Article, layout: Layout, parse: Parse, parser_notices: Iterable[Notice], scope: Scope
    ) -> Extraction:
        attributions = likely(attribute(article.text, layout, parse, scope=scope), scope)
        resolution = resolve(article.text, layout, parse, attributions)
        if self._known is not None:
            resolution = link_known(resolution, self._known, article.published_at)
        quotes = assemble(article, attributions, resolution, scope)
        language = language_notice(article.text, declared=article.language)
        return Extraction(
            article=article,
            paragraphs=len(layout.paragraphs),
            quotes=quotes,
            speakers=_in_order_of_first_quote(quotes),
            model=self.model,
            warnings=(*((language,) if language else ()), *layout.notices, *parser_notices),
            scope=scope,
        )


def check_article(article: Article, *, max_chars: int) -> None:
    """Raises ArticleTooLong over ``max_chars`` code points, NotText for characters that are none, EmptyArticle."""
    text = article.text
    if len(text) > max_chars:
        raise ArticleTooLong(characters=len(text), allowed=max_chars)
    if "\x00" in text:
        raise NotText(
            f"the article is not text: got a NUL character at offset {text.index(chr(0))}, as binary files have; "
            "send the article's text"
        )
    # half of a surrogate pair can be written in JSON ("\ud83d") but neither stored nor sent in UTF-8
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotText(
            f"the article is not text: got a lone surrogate U+{ord(text[error.start]):04X} at offset {error.start}, "
            "which is half a character; send whole characters (in JSON a pair such as \\ud83d\\ude00, or UTF-8)"
        ) from None
    # a byte order mark or a zero-width space shows nothing to a reader either
    if all(c.isspace() or unicodedata.category(c) in ("Cc", "Cf") for c in text):
        raise EmptyArticle


def assemble(
    article: Article, attributions: Sequence[Attribution], resolution: Resolution, scope: Scope = Scope.SPEECH
) -> tuple[Quote, ...]:
    """Attributions and their links as quotes, in text order, with ids that are unique in the article.

    Two attributions with the same content and cue spans have the same id; the first one is kept, because a step
    lists the reading that it trusts most first.
    """
    digest = article.sha256
    ids = [quote_id(digest, attribution) for attribution in attributions]
    speakers: dict[str, Speaker] = {}
    for speaker in resolution.speakers:
        speakers.setdefault(speaker.id, speaker)
    quotes: dict[str, Quote] = {}
    addressees = resolution.addressees or (None,) * len(attributions)
    for id_, attribution, link, addressee in zip(ids, attributions, resolution.links, addressees, strict=True):
        if id_ in quotes:
            continue
        inside = None if attribution.inside is None else ids[attribution.inside]
        quotes[id_] = Quote(
            id=id_,
            attribution=attribution if addressee is None else replace(attribution, addressee_name=addressee),
            text=SPANS_JOINED_BY.join(span.of(article.text) for span in attribution.spans),
            speaker=None if link.speaker is None else speakers[resolution.speakers[link.speaker].id],
            # a reading that lost to its own outer quote, spans and all, would name itself
            inside=None if inside == id_ else inside,
            confidence=confidence_of(attribution, link, scope),
            evidence=(*attribution.evidence, *link.evidence),
        )
    return tuple(sorted(quotes.values(), key=lambda quote: quote.attribution.spans))


def _in_order_of_first_quote(quotes: Iterable[Quote]) -> tuple[Speaker, ...]:
    found = {quote.speaker.id: quote.speaker for quote in quotes if quote.speaker is not None}
    return tuple(found.values())
