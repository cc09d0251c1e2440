"""Between model types and rows: an extraction taken apart to be stored, and put together again.

The two directions stand side by side, and a property test holds them to ``read(write(x)) == x``.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from service.model import (
    Act,
    Article,
    ArticleHead,
    Attribution,
    Cue,
    Extraction,
    Mention,
    MentionForm,
    ModelInfo,
    Notice,
    Polarity,
    Quote,
    QuoteType,
    Scope,
    Span,
    Speaker,
    SpeakerKind,
)
from service.store.names import words_of
from service.store.tables import recency

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """One extraction as the values of its rows. ``speakers`` and ``names`` may hold what other articles stored too."""

    article: Values
    quotes: tuple[Values, ...]
    article_speakers: tuple[Values, ...]
    speakers: tuple[Values, ...]
    names: tuple[Values, ...]


def content_key(article: Article) -> str:
    """What makes two articles the same: a digest of text, outlet and URL. Raises ValueError as ``storable``."""
    parts = json.dumps([article.sha256, storable(article.outlet), storable(article.url)])
    return hashlib.sha256(parts.encode()).hexdigest()


def id_of(article: Article) -> str:
    """The caller's id, else a pure function of text, outlet and URL."""
    return article.id if article.id is not None else "a-" + content_key(article)[:16]


def is_storable(text: str | None) -> bool:
    """Whether a database can hold the text, or may look for it."""
    return text is None or not any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in text)


def storable(text: str | None) -> str | None:
    """The text itself. Raises ValueError for NUL, which PostgreSQL cannot hold, and half a surrogate pair: no UTF-8."""
    if text is not None:
        if "\x00" in text:
            raise ValueError(f"got NUL (U+0000) at character {text.index(chr(0))}, which is no text; leave it out")
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"got half a surrogate pair (U+{ord(text[error.start]):04X}) at character {error.start}, which is no "
                "text in UTF-8; leave it out or send the whole character"
            ) from error
    return text


def record_of(
    extraction: Extraction, *, stored_at: datetime, grounds: Mapping[str, Sequence[str]] | None = None
) -> ArticleRecord:
    """The rows of an extraction. ``grounds``: speaker id -> why the register holds the speaker to be that one.

    Raises ValueError where two quotes have one id, where a quote's speaker is none of the extraction's speakers, for
    a publication time without a zone, and as ``storable`` for the article's strings.
    """
    article = extraction.article
    article_id = id_of(article)
    for text in (article.text, article_id, article.title, article.language):
        storable(text)
    if len({quote.id for quote in extraction.quotes}) < len(extraction.quotes):
        raise ValueError(f"two quotes of the article {article_id!r} have the same id")
    copied: Values = {"article_id": article_id, "outlet": article.outlet, "recency": recency(article.published_at)}
    places: dict[Speaker, int] = {}
    for place, speaker in enumerate(extraction.speakers):
        places.setdefault(speaker, place)
    said = Counter(_place_of(quote, places) for quote in extraction.quotes)
    return ArticleRecord(
        article=_article_values(extraction, copied, stored_at),
        quotes=tuple(
            copied | {"ordinal": place} | quote_values(quote, _place_of(quote, places))
            for place, quote in enumerate(extraction.quotes)
        ),
        article_speakers=tuple(
            copied
            | {"ordinal": place, "quote_count": said[place]}
            | _as_given(speaker, (grounds or {}).get(speaker.id))
            for place, speaker in enumerate(extraction.speakers)
        ),
        speakers=tuple(
            unquoted(speaker) for speaker in {speaker.id: speaker for speaker in extraction.speakers}.values()
        ),
        names=names_of(
            (speaker.id, name) for speaker in extraction.speakers for name in (speaker.name, *speaker.aliases)
        ),
    )


def unquoted(speaker: Speaker) -> Values:
    """The row of a speaker whom no article quotes yet; what it sums up is counted when one does."""
    return {"id": speaker.id, "name": speaker.name, "kind": speaker.kind.value, "quote_count": 0, "article_count": 0}


def _article_values(extraction: Extraction, copied: Values, stored_at: datetime) -> Values:
    """The row of the article itself; ``copied``: what its other rows have of it, too."""
    article, model = extraction.article, extraction.model
    return {
        "id": copied["article_id"],
        "content_key": content_key(article),
        "sha256": article.sha256,
        "title": article.title,
        "url": article.url,
        "outlet": copied["outlet"],
        "published_at": article.published_at,
        "recency": copied["recency"],
        "language": article.language,
        "characters": len(article.text),
        "paragraphs": extraction.paragraphs,
        "quote_count": len(extraction.quotes),
        "model_name": model.name,
        "model_version": model.version,
        "model_stanza": model.stanza,
        "warnings": [
            {"code": notice.code, "message": notice.message, "span": _pair(notice.span)}
            for notice in extraction.warnings
        ],
        "stored_at": stored_at,
        "scope": extraction.scope.value,
        "text": article.text,
    }


def _as_given(speaker: Speaker, grounds: Sequence[str] | None) -> Values:
    """What one article says of a speaker, and why the register holds it to be that one."""
    return {
        "speaker_id": speaker.id,
        "name": speaker.name,
        "role": speaker.role,
        "aliases": list(speaker.aliases),
        "reference": speaker.reference,
        "grounds": None if grounds is None else list(grounds),
    }


def names_of(pairs: Iterable[tuple[str, str]]) -> tuple[Values, ...]:
    """The rows by which speakers are found: one for each word of each (speaker id, name or alias), each once."""
    return tuple(
        {"speaker_id": speaker_id, "name": name, "word": word}
        for speaker_id, name in dict.fromkeys(pairs)
        # a name of signs only is still a name: it is kept whole
        for word in words_of(name) or (name,)
    )


def head_of(row: RowMapping) -> ArticleHead:
    """An article without its text."""
    return ArticleHead(
        id=row["id"],
        sha256=row["sha256"],
        title=row["title"],
        url=row["url"],
        outlet=row["outlet"],
        published_at=row["published_at"],
        language=row["language"],
        characters=row["characters"],
        paragraphs=row["paragraphs"],
        quote_count=row["quote_count"],
        stored_at=row["stored_at"],
    )


def extraction_of(
    article: RowMapping, speakers: Sequence[tuple[RowMapping, SpeakerKind]], quotes: Sequence[RowMapping]
) -> Extraction:
    """An extraction from the rows of its article, its speakers and its quotes, each in order."""
    known = {row["ordinal"]: speaker_of(row, kind) for row, kind in speakers}
    # rejected quotes are not there, so that an ordinal is no index
    place = {row["ordinal"]: number for number, row in enumerate(quotes)}
    return Extraction(
        article=article_of(article),
        paragraphs=article["paragraphs"],
        quotes=tuple(
            _placed(quote_of(row, known.get(row["speaker_ordinal"])), place.get(row["inside_ordinal"]))
            for row in quotes
        ),
        speakers=tuple(known.values()),
        model=ModelInfo(name=article["model_name"], version=article["model_version"], stanza=article["model_stanza"]),
        warnings=warnings_of(article),
        scope=Scope(article["scope"]),
    )


def article_of(row: RowMapping) -> Article:
    """An article with its text."""
    return Article(
        text=row["text"],
        id=row["id"],
        title=row["title"],
        url=row["url"],
        outlet=row["outlet"],
        published_at=row["published_at"],
        language=row["language"],
    )


def warnings_of(article: RowMapping) -> tuple[Notice, ...]:
    """What was found odd in an article as it was read."""
    return tuple(
        Notice(code=warning["code"], message=warning["message"], span=_span(warning["span"]))
        for warning in article["warnings"]
    )


def _placed(quote: Quote, inside: int | None) -> Quote:
    """The quote where the quotes of its article are those that are shown; ``inside`` is an index into them."""
    if inside == quote.attribution.inside:
        return quote
    without = None if inside is None else quote.inside
    return replace(quote, attribution=replace(quote.attribution, inside=inside), inside=without)


def speaker_of(row: RowMapping, kind: SpeakerKind) -> Speaker:
    """A speaker as one article gives it, with the identity that the register gives."""
    return Speaker(
        name=row["name"],
        kind=kind,
        role=row["role"],
        aliases=tuple(row["aliases"]),
        reference=row["reference"],
        identity=row["speaker_id"],
    )


def registered_speaker(row: Mapping[Any, Any]) -> Speaker:
    """A speaker from the row that sums up what all articles say; without aliases and reference, which are theirs."""
    return Speaker(name=row["name"], kind=SpeakerKind(row["kind"]), role=row["role"], identity=row["id"])


def quote_values(quote: Quote, speaker_ordinal: int | None) -> Values:
    """The columns of a quote that are its own, not its article's."""
    attribution = quote.attribution
    cue, mention = attribution.cue, attribution.mention
    return {
        "id": quote.id,
        "speaker_id": quote.speaker.id if quote.speaker else None,
        "speaker_ordinal": speaker_ordinal,
        "type": attribution.type.value,
        "polarity": attribution.polarity.value,
        "act": attribution.act.value,
        "confidence": quote.confidence,
        "cue_lemma": cue.lemma if cue else None,
        "text": quote.text,
        "spans": [_pair(span) for span in attribution.spans],
        "cue_spans": [_pair(span) for span in cue.spans] if cue else None,
        "mention": [mention.span.start, mention.span.end, mention.form.value] if mention else None,
        "addressee": _addressee(attribution),
        "venue": _pair(attribution.venue),
        "time": _pair(attribution.when),
        "inside_id": quote.inside,
        "inside_ordinal": attribution.inside,
        "pattern": attribution.pattern,
        "paragraph": attribution.paragraph,
        "sentence": attribution.sentence,
        "attribution_evidence": list(attribution.evidence),
        "evidence": list(quote.evidence),
    }


def quote_of(row: Mapping[Any, Any], speaker: Speaker | None) -> Quote:
    """A quote with its speaker as its article gives it."""
    mention = row["mention"]
    cue_lemma = row["cue_lemma"]
    return Quote(
        id=row["id"],
        attribution=Attribution(
            spans=_spans(row["spans"]),
            type=QuoteType(row["type"]),
            polarity=Polarity(row["polarity"]),
            act=Act(row["act"]),
            pattern=row["pattern"],
            paragraph=row["paragraph"],
            sentence=row["sentence"],
            cue=None if cue_lemma is None else Cue(lemma=cue_lemma, spans=_spans(row["cue_spans"])),
            mention=mention and Mention(span=Span(mention[0], mention[1]), form=MentionForm(mention[2])),
            addressee=_span(row["addressee"]),
            # rows of an earlier release have no name there
            addressee_name=row["addressee"][2] if len(row["addressee"] or ()) > 2 else None,
            venue=_span(row["venue"]),
            when=_span(row["time"]),
            inside=row["inside_ordinal"],
            evidence=tuple(row["attribution_evidence"]),
        ),
        text=row["text"],
        speaker=speaker,
        inside=row["inside_id"],
        confidence=row["confidence"],
        evidence=tuple(row["evidence"]),
    )


def _place_of(quote: Quote, places: Mapping[Speaker, int]) -> int | None:
    if quote.speaker is None:
        return None
    if quote.speaker not in places:
        raise ValueError(
            f"the speaker {quote.speaker.name!r} of the quote {quote.id} is none of the extraction's speakers"
        )
    return places[quote.speaker]


def _addressee(attribution: Attribution) -> list[int | str] | None:
    """The span of the addressee and, where it is known, the name."""
    span, name = attribution.addressee, attribution.addressee_name
    if span is None:
        return None
    return [span.start, span.end] if name is None else [span.start, span.end, name]


def _pair(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]


def _span(pair: Sequence[int] | None) -> Span | None:
    return None if pair is None else Span(pair[0], pair[1])


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
