"""Quotes as CSV (RFC 4180, UTF-8, CRLF), one a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from service.model import Extraction, Quote, Span, StoredQuote

COLUMNS = (
    "article", "quote", "speaker", "speaker_id", "speaker_kind", "role", "mention", "type", "polarity", "act", "cue",
    "text", "addressee", "venue", "when", "start", "end", "paragraph", "sentence", "inside", "confidence",
)  # fmt: skip

# a cell that starts with one of these is a formula to a spreadsheet (OWASP, "CSV Injection"); the last four are their
# full-width forms, which some spreadsheets take for the same
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def extraction_csv(extraction: Extraction) -> str:
    """The quotes of one article in text order, under a line of column names."""
    article = extraction.article
    return _write((article.id, quote, article.text) for quote in extraction.quotes)


def quotes_csv(quotes: Iterable[StoredQuote]) -> str:
    """Quotes of several articles, in the order given."""
    return _write((stored.article.id, stored.quote, stored.article_text) for stored in quotes)


def neutralised(cell: str) -> str:
    """The cell as text to a spreadsheet: an apostrophe stands before what would be read as a formula.

    >>> neutralised('=HYPERLINK("http://example.org")'), neutralised("1 = 1")
    ('\\'=HYPERLINK("http://example.org")', '1 = 1')
    """
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _write(rows: Iterable[tuple[str | None, Quote, str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for article, quote, text in rows:
        writer.writerow([neutralised(cell) for cell in _cells(article, quote, text)])
    return out.getvalue()


def _cells(article: str | None, quote: Quote, text: str) -> Iterable[str]:
    """The row of one quote, in the order of COLUMNS; what the article does not give is empty."""
    found, speaker = quote.attribution, quote.speaker

    def words(span: Span | None) -> str:
        return span.of(text) if span else ""

    return (
        article or "",
        quote.id,
        speaker.name if speaker else "",
        speaker.id if speaker else "",
        speaker.kind.value if speaker else "",
        (speaker.role or "") if speaker else "",
        words(found.mention.span if found.mention else None),
        found.type.value,
        found.polarity.value,
        found.act.value,
        " … ".join(map(words, found.cue.spans)) if found.cue else "",
        quote.text,
        words(found.addressee),
        words(found.venue),
        words(found.when),
        str(found.spans[0].start),
        str(found.spans[-1].end),
        str(found.paragraph),
        str(found.sentence),
        quote.inside or "",
        f"{quote.confidence:g}",
    )
