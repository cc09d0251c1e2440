"""Quotes in the response shape of Citron, BBC R&D's quote extractor (https://github.com/bbc/citron), so that a
program written for it can be pointed at Quoth.

There ``sources`` are the words that name who speaks. Where the words at the cue are a pronoun or a description that was
resolved, they move to ``coreferences`` and ``sources`` is a place where the text gives the name. A quote without
a cue or a source has no place in the shape and is left out, as Citron finds none. ``confidence`` is a string.
"""

from __future__ import annotations

import re

from service.formats.wire import Json
from service.model import Extraction, MentionForm, Quote, Span


def citron_response(extraction: Extraction) -> Json:
    """The quotes of one article in text order, and what found them. Offsets are code points, as there."""
    text, model = extraction.article.text, extraction.model
    quotes = [shown for quote in extraction.quotes if (shown := _quote(quote, text)) is not None]
    # the colon in the second name is Citron's own
    return {"quotes": quotes, "source": {"application": "quoth", "model:": f"{model.name} {model.version}"}}


def _quote(quote: Quote, text: str) -> Json | None:
    found = quote.attribution
    mention = found.mention.span if found.mention else None
    named = found.mention is not None and found.mention.form is MentionForm.NAME
    name = None if named or quote.speaker is None else _nearest(quote.speaker.name, text, mention or found.spans[0])
    source = name or mention
    if found.cue is None or source is None:
        return None
    return {
        "sources": [_span(source, text)],
        "coreferences": [_span(mention, text)] if mention and mention != source else [],
        "cue": _span(Span(found.cue.spans[0].start, found.cue.spans[-1].end), text),
        "contents": [_span(span, text) for span in found.spans],
        "confidence": f"{quote.confidence:.4f}",
    }


def _nearest(name: str, text: str, to: Span) -> Span | None:
    """The last place before ``to`` where the text gives the name, else the first one after it; None if nowhere."""
    places = [Span(*match.span()) for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    before = [place for place in places if place.start <= to.start]
    return before[-1] if before else next(iter(places), None)


def _span(span: Span, text: str) -> Json:
    return {"start": span.start, "end": span.end, "text": span.of(text)}
