"""Gold annotations as extractions, so that matching is tested on what was said, not on what a model read.

A gold line is ``{"article", "text", "quotes"}`` as in ``corpus/gold.jsonl``, or PolNeAR's with ``attributions``.
"""

from __future__ import annotations

import csv
import json
import lzma
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from service.model import (
    Act,
    Article,
    Attribution,
    Cue,
    Extraction,
    Mention,
    MentionForm,
    ModelInfo,
    Polarity,
    Quote,
    QuoteType,
    Span,
    Speaker,
    SpeakerKind,
    quote_id,
)

CORPUS = Path(__file__).parents[2] / "corpus"
_MODEL = ModelInfo(name="gold", version="1", stanza="none")
_MARKS = "“”„«»\"‘’'"


def corpus() -> Iterator[Extraction]:
    """The corpus's articles as annotated, with outlet and date; their ids are the files' names."""
    with (CORPUS / "articles" / "metadata.csv").open(encoding="utf-8", newline="") as table:
        about = {row["id"]: row for row in csv.DictReader(table)}
    for line in (CORPUS / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        told = about[row["article"]]
        article = Article(
            id=row["article"],
            text=row["text"],
            title=told["title"],
            url=told["url"],
            outlet=told["outlet"],
            published_at=datetime.fromisoformat(told["published_at"]),
        )
        yield extraction(article, row["quotes"])


def polnear(path: Path) -> Iterator[Extraction]:
    """PolNeAR's articles; the outlet and the day are read from the article's name (*breitbart_2016-09-12_…*)."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            outlet, day, _ = row["article"].split("_", 2)
            article = Article(
                id=row["article"], text=row["text"], outlet=outlet, published_at=datetime.fromisoformat(f"{day}T12:00Z")
            )
            yield extraction(article, [polnear_quote(row["text"], found) for found in row["attributions"]])


def polnear_quote(text: str, found: dict[str, Any]) -> dict[str, Any]:
    """A PolNeAR attribution with the fields of our gold; the type by its marks, the speaker by its source."""
    content = " ".join(text[start:end] for start, end in found["content"])
    stripped = content.strip(" ,.;:")
    # PolNeAR's contents go on over the cue (*"A," she said, "B"*): then they are not all in marks
    inside = stripped[1:-1]
    closed = re.search(r"[”\"](?!\w)|''", inside)
    if stripped[:1] in "“\"‘'" and stripped[-1:] in "”\"’'" and not closed:
        type = "direct"
    else:
        type = "mixed" if re.search(r"[“\"]\w", content) else "indirect"
    source = " ".join(text[start:end] for start, end in found["source"]).strip()
    return {
        "content": found["content"], "type": type, "speaker": source or None, "speaker_kind": "person",
        "source": found["source"], "cue": found["cue"], "polarity": "asserted", "act": "speech", "inside": None,
        "id": None,
    }  # fmt: skip


def extraction(article: Article, rows: list[dict[str, Any]]) -> Extraction:
    """An article with its gold quotes, in text order."""
    made: dict[str, Quote] = {}
    quotes: list[Quote] = []
    for row in rows:
        attribution = _attribution(row)
        quote = Quote(
            id=quote_id(article.sha256, attribution),
            attribution=attribution,
            text=" … ".join(span.of(article.text) for span in attribution.spans),
            speaker=_speaker(row),
            inside=None,
            confidence=1.0,
        )
        if quote.id not in {other.id for other in quotes}:
            quotes.append(quote)
            made[row["id"] or quote.id] = quote
    outer = {row["id"]: row["inside"] for row in rows if row["inside"]}
    inner = {made[id].id: made[inside].id for id, inside in outer.items() if id in made and inside in made}
    finished = tuple(_within(quote, inner.get(quote.id)) for quote in quotes)
    speakers = tuple(dict.fromkeys(quote.speaker for quote in finished if quote.speaker))
    return Extraction(article=article, paragraphs=1, quotes=finished, speakers=speakers, model=_MODEL)


def _within(quote: Quote, outer: str | None) -> Quote:
    return Quote(
        id=quote.id, attribution=quote.attribution, text=quote.text, speaker=quote.speaker, inside=outer,
        confidence=quote.confidence,
    )  # fmt: skip


def _attribution(row: dict[str, Any]) -> Attribution:
    cues = tuple(Span(start, end) for start, end in row["cue"])
    sources = [Span(start, end) for start, end in row["source"]]
    return Attribution(
        spans=tuple(sorted(Span(start, end) for start, end in row["content"])),
        type=QuoteType(row["type"]),
        polarity=Polarity(row["polarity"]),
        act=Act(row["act"]),
        pattern="gold",
        paragraph=0,
        sentence=0,
        cue=Cue(lemma="say", spans=cues) if cues else None,
        mention=Mention(span=sources[0], form=MentionForm.NAME) if sources else None,
    )


def _speaker(row: dict[str, Any]) -> Speaker | None:
    if not row["speaker"]:
        return None
    return Speaker(name=row["speaker"], kind=SpeakerKind(row["speaker_kind"] or "unknown"))
