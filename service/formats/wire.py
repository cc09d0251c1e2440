"""Model types as the JSON objects of the contract: what the API answers and the command line prints.

A part that the article does not give is null, never left out. ``speaker`` is null where there is neither a speaker
nor a mention; a mention that cannot be resolved stands beside a null name and a null id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from service.context import context_of
from service.formats.offsets import Unit, converter
from service.model import (
    Article,
    ArticleHead,
    Extraction,
    Mention,
    ModelInfo,
    Notice,
    Quote,
    Span,
    Speaker,
    SpeakerEntry,
    SpeakerKind,
    StoredQuote,
)

Json = dict[str, Any]

# how much of the article stands to either side of a quote in ``context``, in code points, before it is cut at words
CONTEXT_CHARACTERS = 120


def extraction_to_dict(
    extraction: Extraction, *, offsets: Unit | str = Unit.CODE_POINT, with_text: bool = False
) -> Json:
    """One extraction.

    ``with_text`` adds ``article.text``, for readers that have not sent the text themselves. ``offsets`` is named in
    the object where it is not code points; ``characters`` counts code points whatever it is. Raises ValueError for
    an unknown unit.
    """
    unit = Unit(offsets)
    text = extraction.article.text
    show = _Shower(text, unit)
    counts = Counter(quote.speaker.id for quote in extraction.quotes if quote.speaker)
    article = _article(extraction.article, extraction.paragraphs)
    return {
        **({} if unit is Unit.CODE_POINT else {"offsets": unit.value}),
        "article": article | ({"text": text} if with_text else {}),
        "quotes": [show.quote(quote) for quote in extraction.quotes],
        "speakers": [
            speaker_to_dict(s) | {"reference": s.reference, "quote_count": counts[s.id]} for s in extraction.speakers
        ],
        "warnings": [show.notice(notice) for notice in extraction.warnings],
        "model": model_to_dict(extraction.model),
    }


def stored_article_to_dict(head: ArticleHead, extraction: Extraction, *, offsets: Unit | str = Unit.CODE_POINT) -> Json:
    """The extraction of a stored article, with all that the store knows of the article and with its text."""
    whole = extraction_to_dict(extraction, offsets=offsets)
    return whole | {"article": article_to_dict(head) | {"text": extraction.article.text}}


def quote_to_dict(quote: Quote, text: str, *, offsets: Unit | str = Unit.CODE_POINT) -> Json:
    """One quote of the article whose text is ``text``."""
    return _Shower(text, Unit(offsets)).quote(quote)


def stored_quote_to_dict(stored: StoredQuote, *, offsets: Unit | str = Unit.CODE_POINT) -> Json:
    """One quote of the store, with the article that it stands in and with what people said of it."""
    head = stored.article
    return quote_to_dict(stored.quote, stored.article_text, offsets=offsets) | {
        "article": {
            "id": head.id,
            "title": head.title,
            "url": head.url,
            "outlet": head.outlet,
            "published_at": head.published_at.isoformat() if head.published_at else None,
        },
        "version": stored.version,
        "review": stored.review.value if stored.review else None,
    }


def article_to_dict(head: ArticleHead) -> Json:
    """A stored article without its text. Times are ISO 8601 with their offset from UTC."""
    return {
        "id": head.id,
        "sha256": head.sha256,
        "title": head.title,
        "language": head.language,
        "characters": head.characters,
        "paragraphs": head.paragraphs,
        "url": head.url,
        "outlet": head.outlet,
        "published_at": head.published_at.isoformat() if head.published_at else None,
        "quote_count": head.quote_count,
        "stored_at": head.stored_at.isoformat(),
    }


def speaker_to_dict(speaker: Speaker) -> Json:
    """A speaker without counts, and without ``reference``, which is the articles' and not the register's."""
    return {
        "id": speaker.id,
        "name": speaker.name,
        "kind": speaker.kind.value,
        "role": speaker.role,
        "aliases": list(speaker.aliases),
    }


def speaker_entry_to_dict(entry: SpeakerEntry) -> Json:
    """A speaker of the store, with counts over all its articles."""
    return speaker_to_dict(entry.speaker) | {
        "quote_count": entry.quote_count,
        "article_count": entry.article_count,
        "outlets": list(entry.outlets),
        "first_quoted": entry.first_quoted.isoformat() if entry.first_quoted else None,
        "last_quoted": entry.last_quoted.isoformat() if entry.last_quoted else None,
        "reference": entry.speaker.reference,
    }


def model_to_dict(model: ModelInfo) -> Json:
    """Which models, and their release."""
    return {"name": model.name, "version": model.version, "stanza": model.stanza}


def json_line(value: Json) -> str:
    """The object on one line, in UTF-8's own characters, without a line end; the order of the keys is kept."""
    return msgspec.json.encode(value).decode()


def _article(article: Article, paragraphs: int) -> Json:
    return {
        "id": article.id,
        "sha256": article.sha256,
        "title": article.title,
        "language": article.language,
        "characters": len(article.text),
        "paragraphs": paragraphs,
    }


class _Shower:
    """Shows spans of one text in one unit."""

    def __init__(self, text: str, unit: Unit) -> None:
        self._text = text
        self._place: Callable[[int], int] = converter(text, unit)

    def span(self, span: Span) -> Json:
        return {"start": self._place(span.start), "end": self._place(span.end), "text": span.of(self._text)}

    def maybe(self, span: Span | None) -> Json | None:
        return None if span is None else self.span(span)

    def quote(self, quote: Quote) -> Json:
        found = quote.attribution
        before, after = context_of(self._text, found.spans, reach=CONTEXT_CHARACTERS)
        return {
            "id": quote.id,
            "type": found.type.value,
            "polarity": found.polarity.value,
            "act": found.act.value,
            "text": quote.text,
            "spans": [self.span(span) for span in found.spans],
            "cue": None
            if found.cue is None
            else {"lemma": found.cue.lemma, "spans": [self.span(span) for span in found.cue.spans]},
            "speaker": self.speaker(quote.speaker, found.mention),
            "addressee": None
            if found.addressee is None
            else self.span(found.addressee) | {"name": found.addressee_name},
            "venue": self.maybe(found.venue),
            "when": self.maybe(found.when),
            "inside": quote.inside,
            "paragraph": found.paragraph,
            "sentence": found.sentence,
            "context": {"before": before, "after": after},
            "confidence": quote.confidence,
            "evidence": list(quote.evidence),
        }

    def speaker(self, speaker: Speaker | None, mention: Mention | None) -> Json | None:
        if speaker is None and mention is None:
            return None
        return {
            "id": speaker.id if speaker else None,
            "name": speaker.name if speaker else None,
            "kind": (speaker.kind if speaker else SpeakerKind.UNKNOWN).value,
            "role": speaker.role if speaker else None,
            "reference": speaker.reference if speaker else None,
            "mention": None if mention is None else self.span(mention.span) | {"form": mention.form.value},
        }

    def notice(self, notice: Notice) -> Json:
        where = (None, None) if notice.span is None else map(self._place, (notice.span.start, notice.span.end))
        start, end = where
        return {"code": notice.code, "message": notice.message, "start": start, "end": end}
