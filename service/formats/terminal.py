"""Tables that a person at a terminal can read: plain text, drawn with lines but without colour codes.

Whatever the article holds, no control character of it reaches the terminal.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.formats.offsets import Unit, converter
from service.model import (
    ArticleHead,
    Extraction,
    Notice,
    Polarity,
    Quote,
    Review,
    SpeakerEntry,
    StoredQuote,
)

WIDTH = 100
LEAST_WIDTH = 40
NOBODY = "—"


def extraction_table(extraction: Extraction, *, width: int = WIDTH, offsets: Unit | str = Unit.CODE_POINT) -> str:
    """The quotes of one article in text order, then its warnings; lines of at most ``width`` terminal columns."""
    article = extraction.article
    name = article.title or article.id
    facts = [
        *([name] if name else []),
        f"{len(article.text):,} characters",
        _count(len(extraction.quotes), "quote"),
        _count(len(extraction.speakers), "speaker"),
    ]
    place = converter(article.text, Unit(offsets))
    rows = [_quote_row(quote, article.text, place) for quote in extraction.quotes]
    table = _table(("speaker", 2), ("said", 5), ("cue and where", 2))
    for speaker, said, where in rows:
        table.add_row(speaker, said, where)
    parts: list[Table | Text] = [without_controls(" · ".join(facts)), *([table] if rows else [])]
    parts.extend(without_controls(f"warning: {_notice(notice, place)}") for notice in extraction.warnings)
    return rendered(parts, width)


def quotes_table(quotes: Sequence[StoredQuote], *, width: int = WIDTH, offsets: Unit | str = Unit.CODE_POINT) -> str:
    """Quotes of several articles, each with its article."""
    table = _table(("speaker", 2), ("said", 5), ("article", 2))
    for stored in quotes:
        place = converter(stored.article_text, Unit(offsets))
        speaker, said, where = _quote_row(stored.quote, stored.article_text, place, review=stored.review)
        head = stored.article
        day = f"{head.published_at:%Y-%m-%d}" if head.published_at else None
        source = "\n".join(_one_line(part) for part in (head.outlet, day, head.title or head.id) if part)
        table.add_row(speaker, said, without_controls(source, keep_lines=True) + Text("\n") + where)
    return rendered([without_controls(_count(len(quotes), "quote")), *([table] if quotes else [])], width)


def articles_table(articles: Sequence[ArticleHead], *, width: int = WIDTH) -> str:
    """Stored articles, one a row."""
    table = _table(("id", 2), ("title", 4), ("outlet", 2), ("published", 2), ("quotes", 0))
    for head in articles:
        day = f"{head.published_at:%Y-%m-%d %H:%M}" if head.published_at else NOBODY
        table.add_row(
            *map(without_controls, (head.id, head.title or NOBODY, head.outlet or NOBODY, day, str(head.quote_count)))
        )
    return rendered([without_controls(_count(len(articles), "article")), *([table] if articles else [])], width)


def speakers_table(speakers: Sequence[SpeakerEntry], *, width: int = WIDTH) -> str:
    """Speakers, one a row, with how often and where they are quoted."""
    table = _table(("speaker", 3), ("kind", 2), ("role", 3), ("quotes", 0), ("articles", 0), ("outlets", 3))
    for entry in speakers:
        speaker = entry.speaker
        counts = (str(entry.quote_count), str(entry.article_count))
        cells = (speaker.name, speaker.kind.value, speaker.role or NOBODY, *counts, ", ".join(entry.outlets) or NOBODY)
        table.add_row(*map(without_controls, cells))
    return rendered([without_controls(_count(len(speakers), "speaker")), *([table] if speakers else [])], width)


def rows_table(
    heading: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]], *, width: int = WIDTH
) -> str:
    """Any rows under a heading; a column is its name and its share of the width, 0 for figures."""
    table = _table(*columns)
    for row in rows:
        table.add_row(*map(without_controls, row))
    return rendered([without_controls(heading), *([table] if rows else [])], width)


def _quote_row(
    quote: Quote, text: str, place: Callable[[int], int], *, review: Review | None = None
) -> tuple[Text, Text, Text]:
    """Who; words and what kind of quote; cue, addressee, venue, time, and where it starts and how sure that is."""
    found = quote.attribution
    mention = found.mention.span.of(text) if found.mention else None
    if quote.speaker is None:
        who = f"{NOBODY} ({mention})" if mention else NOBODY
    else:
        role = f", {quote.speaker.role}" if quote.speaker.role else ""
        who = f"{quote.speaker.name}{role}"
    denied = [found.polarity.value] if found.polarity is Polarity.DENIED else []
    kind = ", ".join([found.type.value, *denied, *([review.value] if review else [])])
    lines = [" … ".join(span.of(text) for span in found.cue.spans)] if found.cue else []
    for label, span in (("to", found.addressee), ("at", found.venue), ("when", found.when)):
        if span is not None:
            lines.append(f"{label}: {span.of(text)}")
    lines.append(f"offset {place(found.spans[0].start)}, {quote.confidence:.0%}")
    return (
        without_controls(who),
        without_controls(f"{quote.text} [{kind}]"),
        without_controls("\n".join(map(_one_line, lines)), keep_lines=True),
    )


def _notice(notice: Notice, place: Callable[[int], int]) -> str:
    return f"{notice.message} ({notice.code}" + (f", offset {place(notice.span.start)})" if notice.span else ")")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _table(*columns: tuple[str, int]) -> Table:
    """A table without rows; columns by name and by their share of the width, 0 for figures."""
    table = Table(box=box.SIMPLE_HEAD, show_lines=False, pad_edge=False, expand=True, leading=1)
    for name, ratio in columns:
        # a column of figures is as wide as its figures and is never broken
        table.add_column(name, ratio=ratio or None, overflow="fold", no_wrap=not ratio)
    return table


def _one_line(text: str) -> str:
    return " ".join(text.split())


def without_controls(text: str, *, keep_lines: bool = False) -> Text:
    """Text without markup and without characters that a terminal obeys instead of showing."""
    kept = text if keep_lines else _one_line(text)
    return Text("".join(c if c == "\n" or not _commands(c) else "\N{REPLACEMENT CHARACTER}" for c in kept))


def _commands(character: str) -> bool:
    # Cc holds escape; the bidirectional controls turn the order of what follows them around
    return (
        unicodedata.category(character) in ("Cc", "Cs")
        or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def rendered(parts: Iterable[Table | Text], width: int, *, colour: bool = False) -> str:
    """All parts under one another, without trailing spaces, ended by one line end."""
    out = io.StringIO()
    console = Console(
        file=out, width=max(width, LEAST_WIDTH), color_system="standard" if colour else None, force_terminal=colour,
        legacy_windows=False, highlight=False, markup=False, emoji=False, _environ={},
    )  # fmt: skip
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).rstrip() + "\n"
