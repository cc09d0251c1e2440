"""The forms in which extractions, quotes, articles and speakers are shown, and how the contract describes each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from service.api import examples
from service.api.present import MEDIA_TYPES, Shown
from service.formats.brat import standoff
from service.formats.cited import Cited, cited, cited_stored
from service.formats.offsets import Unit
from service.formats.schema_org import claim_reviews, quotations
from service.formats.table_csv import BYTE_ORDER_MARK, articles_csv, extraction_csv, quotes_csv, speakers_csv
from service.formats.terminal import articles_table, extraction_table, quotes_table, speakers_table
from service.formats.web_annotation import annotation_page
from service.formats.wire import (
    Json,
    article_to_dict,
    json_line,
    speaker_entry_to_dict,
    stored_quote_to_dict,
)
from service.model import ArticleHead, Extraction, SpeakerEntry, StoredQuote

_DESCRIPTIONS = {
    "text": "A table for a terminal, `width` columns wide.",
    "csv": "A row each, in UTF-8 with a byte order mark, which spreadsheets look for; what they would read as a "
    "formula is quoted with an apostrophe.",
    "jsonl": "One object a line.",
    "jsonld": "schema.org `Quotation`, one a quote.",
    "annotations": "A page of W3C Web Annotations, one a quote, with `TextQuoteSelector` and `TextPositionSelector`.",
    "claimreview": "The stub of a schema.org `ClaimReview` for each quote, without a verdict.",
    "brat": "The `.ann` file of brat standoff; its `.txt` is the article's text as it is.",
}

Form = tuple[str, str, Any]
T = TypeVar("T")


def extraction_shown(
    extraction: Extraction, *, whole: Callable[[], Json], offsets: Unit | str, base: str | None, id: str | None = None
) -> Shown:
    """One article with its quotes; ``whole`` makes its JSON, ``base`` and ``id`` are as in ``quote_forms``."""
    return Shown(
        json=whole,
        lines=lambda: [whole()],
        text=lambda width: extraction_table(extraction, width=width, offsets=offsets),
        csv=lambda: extraction_csv(extraction, offsets=offsets),
        more=quote_forms(cited(extraction), base=base, id=id) | {"brat": lambda: standoff(extraction)},
    )


def quotes_shown(
    quotes: Sequence[StoredQuote], *, whole: Callable[[list[Json]], Json], offsets: Unit | str, base: str, id: str
) -> Shown:
    """Stored quotes; ``whole`` puts them into the object for the schema."""

    def dicts() -> list[Json]:
        return [stored_quote_to_dict(quote, offsets=offsets) for quote in quotes]

    return Shown(
        json=lambda: whole(dicts()),
        lines=dicts,
        text=lambda width: quotes_table(quotes, width=width, offsets=offsets),
        csv=lambda: quotes_csv(quotes, offsets=offsets),
        more=quote_forms(cited_stored(quotes), base=base, id=id),
    )


def rows_shown(
    rows: Sequence[T],
    one: Callable[[T], Json],
    *,
    whole: Callable[[list[Json]], Json],
    text: Callable[..., str],
    csv: Callable[[Sequence[T]], str],
) -> Shown:
    """A list of anything: ``one`` makes the object of a row, ``whole`` puts these into the object for the schema.

    ``text`` draws the rows as a table, ``width`` columns wide.
    """
    return Shown(
        json=lambda: whole([one(row) for row in rows]),
        lines=lambda: map(one, rows),
        text=lambda width: text(rows, width=width),
        csv=lambda: csv(rows),
        more={},
    )


def articles_shown(heads: Sequence[ArticleHead]) -> Shown:
    """Stored articles without their texts."""
    return rows_shown(
        heads, article_to_dict, whole=lambda each: {"articles": each}, text=articles_table, csv=articles_csv
    )


def speakers_shown(entries: Sequence[SpeakerEntry], *, whole: Callable[[list[Json]], Json]) -> Shown:
    """Speakers of the store; ``whole`` puts them into the object for the schema."""
    return rows_shown(entries, speaker_entry_to_dict, whole=whole, text=speakers_table, csv=speakers_csv)


def quote_forms(quotes: Sequence[Cited], *, base: str | None, id: str | None) -> dict[str, Callable[[], str | Json]]:
    """The forms that cite. ``base``: where the quotes are kept, None if nowhere; ``id``: the address of the answer."""
    return {
        "jsonld": lambda: quotations(quotes, base=base),
        "annotations": lambda: annotation_page(quotes, id=id, base=base),
        "claimreview": lambda: claim_reviews(quotes, base=base),
    }


def described(shown: Shown) -> tuple[Form, ...]:
    """The forms other than JSON for the contract: media type, description, example."""
    made: dict[str, Any] = {
        "text": shown.text(100),
        "csv": BYTE_ORDER_MARK + shown.csv(),
        "jsonl": "".join(f"{json_line(line)}\n" for line in shown.lines()),
        **{name: make() for name, make in shown.more.items()},
    }
    return tuple((MEDIA_TYPES[name], _DESCRIPTIONS[name], example) for name, example in made.items())


_BASE = "http://127.0.0.1:8000"
QUOTE_FORMS = described(
    quotes_shown(
        [examples.STORED_QUOTE], whole=lambda each: {"quotes": each}, offsets="codepoint", base=_BASE,
        id=f"{_BASE}/v1/quotes",
    )
)  # fmt: skip
ARTICLE_FORMS = described(articles_shown([examples.HEAD]))
SPEAKER_FORMS = described(speakers_shown([examples.SPEAKER_ENTRY], whole=lambda each: {"speakers": each}))
