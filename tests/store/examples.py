"""Invented articles, taken apart as the pipeline would, in one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.model import (
    Act,
    Article,
    Attribution,
    Cue,
    Extraction,
    ModelInfo,
    Polarity,
    Quote,
    QuoteType,
    Span,
    Speaker,
    SpeakerKind,
    quote_id,
)

MAYOR = Speaker(name="María Okafor", kind=SpeakerKind.PERSON, role="the mayor", aliases=("Okafor", "Ms Okafor"))
DRIVER = Speaker(name="Tom Reyes", kind=SpeakerKind.PERSON, role="a bus driver")
UNION = Speaker(name="Harbour Workers' Union", kind=SpeakerKind.ORGANISATION, aliases=("the union",))
MODEL = ModelInfo(name="quoth-en", version="1", stanza="1.15.0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One quote to be put into an article."""

    text: str
    speaker: Speaker | None = MAYOR
    type: QuoteType = QuoteType.DIRECT
    polarity: Polarity = Polarity.ASSERTED
    cue: str | None = "say"
    confidence: float = 0.9


def said(
    *quotes: Said,
    id: str | None = None,
    outlet: str | None = None,
    url: str | None = None,
    title: str | None = None,
    published_at: datetime | None = None,
    model: ModelInfo = MODEL,
) -> Extraction:
    """An article of one paragraph a quote: the quote's text, then who said it."""
    paragraphs = [f"{quote.text} {quote.cue or '-'} {quote.speaker.name if quote.speaker else ''}." for quote in quotes]
    article = Article(
        text="\n".join(paragraphs) or "Nothing was said.",
        id=id,
        outlet=outlet,
        url=url,
        title=title,
        published_at=published_at,
    )
    made: list[Quote] = []
    start = 0
    for place, (quote, paragraph) in enumerate(zip(quotes, paragraphs, strict=True)):
        end = start + len(quote.text)
        attribution = Attribution(
            spans=(Span(start, end),),
            type=quote.type,
            polarity=quote.polarity,
            act=Act.SPEECH,
            pattern="example",
            paragraph=place,
            sentence=place,
            cue=Cue(lemma=quote.cue, spans=(Span(end + 1, end + 1 + len(quote.cue)),)) if quote.cue else None,
        )
        made.append(
            Quote(
                id=quote_id(article.sha256, attribution),
                attribution=attribution,
                text=quote.text,
                speaker=quote.speaker,
                inside=None,
                confidence=quote.confidence,
            )
        )
        start += len(paragraph) + 1
    return Extraction(
        article=article,
        paragraphs=len(paragraphs),
        quotes=tuple(made),
        speakers=_each_once(quotes),
        model=model,
    )


def _each_once(quotes: Sequence[Said]) -> tuple[Speaker, ...]:
    return tuple(dict.fromkeys(quote.speaker for quote in quotes if quote.speaker is not None))
