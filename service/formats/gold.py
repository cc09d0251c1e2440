"""What people have said of stored quotes, as gold data in the form that ``quoth score`` reads.

A quote that somebody confirmed or corrected is sure; one that nobody looked at is not (``"sure": false``), so that
finding it counts neither way; a rejected one is left out, so that finding it again counts as a mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.model import ArticleHead, Span, SpeakerKind, StoredQuote


def gold_row(head: ArticleHead, text: str, quotes: Sequence[StoredQuote]) -> dict[str, Any]:
    """One article as a row of gold; ``quotes`` are in text order, without the rejected ones."""
    return {"article": head.id, "text": text, "quotes": [_quote(stored) for stored in quotes]}


def _quote(stored: StoredQuote) -> dict[str, Any]:
    quote, text = stored.quote, stored.article_text
    found = quote.attribution

    def words(span: Span | None) -> str | None:
        return None if span is None else span.of(text)

    return {
        "id": quote.id,
        "type": found.type.value,
        "content": [[span.start, span.end] for span in found.spans],
        "source": [[found.mention.span.start, found.mention.span.end]] if found.mention else [],
        "cue": [[span.start, span.end] for span in found.cue.spans] if found.cue else [],
        "speaker": quote.speaker.name if quote.speaker else None,
        "speaker_kind": (quote.speaker.kind if quote.speaker else SpeakerKind.UNKNOWN).value,
        "addressee": words(found.addressee),
        "venue": words(found.venue),
        "when": words(found.when),
        "polarity": found.polarity.value,
        "inside": quote.inside,
        "sure": stored.review is not None,
        "act": found.act.value,
    }
