"""Quotes as CSV (RFC 4180, UTF-8, CRLF), one a row, safe to open in a spreadsheet.

Safe is more than to quote what holds a comma: a spreadsheet takes a cell that starts like a formula for one, and where
the semicolon is the list separator it splits cells that we think whole.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence

from service.formats.offsets import Unit, converter
from service.model import ArticleHead, Extraction, Quote, Span, SpeakerEntry, StoredQuote

COLUMNS = (
    "article", "quote", "speaker", "speaker_id", "speaker_kind", "role", "mention", "type", "polarity", "act", "cue",
    "text", "addressee", "venue", "when", "start", "end", "paragraph", "sentence", "inside", "confidence",
)  # fmt: skip

# a cell that starts with one of these is a formula to a spreadsheet (OWASP, "CSV Injection"); the last four are their
# full-width forms, which some spreadsheets take for the same
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# the same after what would start a new cell or row to a spreadsheet that does not split at commas
_INNER_START = re.compile(r'([;\t\r\n]"*)(?=[=+\-@＝＋－＠])')
# a file that starts with it is UTF-8 to Excel, which takes any other for the encoding of its country
BYTE_ORDER_MARK = "\ufeff"

ARTICLE_COLUMNS = (
    "id", "title", "outlet", "published_at", "url", "language", "characters", "paragraphs", "quote_count", "stored_at",
    "sha256",
)  # fmt: skip
SPEAKER_COLUMNS = (
    "id", "name", "kind", "role", "aliases", "quote_count", "article_count", "outlets", "first_quoted", "last_quoted",
    "reference",
)  # fmt: skip


def extraction_csv(extraction: Extraction, *, offsets: Unit | str = Unit.CODE_POINT) -> str:
    """The quotes of one article in text order, under a line of column names; ``offsets`` is the unit of start, end."""
    article = extraction.article
    place = converter(article.text, Unit(offsets))
    return table(COLUMNS, (_cells(article.id, quote, article.text, place) for quote in extraction.quotes))


def quotes_csv(quotes: Iterable[StoredQuote], *, offsets: Unit | str = Unit.CODE_POINT) -> str:
    """Quotes of several articles, in the order given."""
    unit = Unit(offsets)
    rows = (
        _cells(stored.article.id, stored.quote, stored.article_text, converter(stored.article_text, unit))
        for stored in quotes
    )
    return table(COLUMNS, rows)


def articles_csv(articles: Iterable[ArticleHead]) -> str:
    """Stored articles, in the order given, without their texts."""
    return table(
        ARTICLE_COLUMNS,
        (
            (
                head.id,
                head.title or "",
                head.outlet or "",
                head.published_at.isoformat() if head.published_at else "",
                head.url or "",
                head.language,
                str(head.characters),
                str(head.paragraphs),
                str(head.quote_count),
                head.stored_at.isoformat(),
                head.sha256,
            )
            for head in articles
        ),
    )


def speakers_csv(speakers: Iterable[SpeakerEntry]) -> str:
    """Speakers of the store, in the order given; several names or outlets in one cell are parted by ``; ``."""
    return table(
        SPEAKER_COLUMNS,
        (
            (
                entry.speaker.id,
                entry.speaker.name,
                entry.speaker.kind.value,
                entry.speaker.role or "",
                "; ".join(entry.speaker.aliases),
                str(entry.quote_count),
                str(entry.article_count),
                "; ".join(entry.outlets),
                entry.first_quoted.isoformat() if entry.first_quoted else "",
                entry.last_quoted.isoformat() if entry.last_quoted else "",
                entry.speaker.reference or "",
            )
            for entry in speakers
        ),
    )


def neutralised(cell: str) -> str:
    """The cell as text to a spreadsheet: an apostrophe stands before what would be read as a formula.

    >>> neutralised("=SUM(A1)"), neutralised("1 = 1"), neutralised("so;=1")
    ("'=SUM(A1)", '1 = 1', "so;'=1")
    """
    inner = _INNER_START.sub(r"\1'", cell)
    return f"'{inner}" if cell.startswith(FORMULA_STARTS) else inner


def table(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """Rows under a line of column names, every cell neutralised."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([neutralised(cell) for cell in row])
    return out.getvalue()


def _cells(article: str | None, quote: Quote, text: str, place: Callable[[int], int]) -> Iterable[str]:
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
        str(place(found.spans[0].start)),
        str(place(found.spans[-1].end)),
        str(found.paragraph),
        str(found.sentence),
        quote.inside or "",
        f"{quote.confidence:g}",
    )
