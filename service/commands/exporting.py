"""``quoth export``: what is stored, printed or written to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands import parts
from service.commands.progress import progress_bar
from service.commands.resumable import Mark, resumable_file
from service.errors import NotFound
from service.model import ArticleHead

if TYPE_CHECKING:
    from service.store import Store

#: Articles between two places from which a stopped export goes on.
PAGE = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """What is printed of some articles; ``after``: what the next ones come after, where an export can go on there."""

    text: str
    articles: int = 1
    after: str | None = None


# pieces of what comes after a place, None being the start
Printer = Callable[["Store", str | None], Iterator[Piece]]


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl", "articles", "csv", "gold"]),
    default="jsonl",
    show_default=True,
    help="jsonl: an article a line with its text and quotes; articles: an article a line without quotes, as quoth "
    "import takes it; csv: a row for each quote; gold: articles that a person has reviewed, as quoth score takes them.",
)
@click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to a new FILE, which appears once whole."
)
def export(format_: str, output: Path | None) -> None:
    """Print what is stored.

    With --output, an export that was stopped goes on where it was when it is called again: until FILE is whole, what is
    written stands in FILE.part, and FILE.part.json says how far it is. Remove FILE.part to begin anew.
    """
    chosen = parts.settings()
    with parts.store(chosen) as store:
        store.check()
        content = {"--format": format_, "the database": _named(chosen.database_url)}
        with _written(output, content) as (mark, write), progress_bar("articles") as advance:
            if mark.items:
                click.echo(f"{output}: goes on after {mark.items} articles", err=True)
            done = mark.items
            for piece in _PRINTERS[format_](store, mark.after):
                done += piece.articles
                write(piece, done)
                advance(done, 0)
    if output is not None:
        click.echo(f"{output}: {done} articles")


@contextmanager
def _written(output: Path | None, content: dict[str, str]) -> Iterator[tuple[Mark, Callable[[Piece, int], object]]]:
    """How far the output is, and what writes a piece to it, given how many articles there are with it."""
    if output is None:
        yield Mark(), lambda piece, _done: click.echo(piece.text, nl=False)
        return
    with resumable_file(output, content=content) as file:

        def write(piece: Piece, done: int) -> None:
            file.write(piece.text)
            if piece.after is not None:
                file.set_mark(after=piece.after, items=done)

        yield file.mark, write


def _named(url: str) -> str:
    """Which database it is: without who connects, and the same from every directory."""
    from sqlalchemy import make_url  # noqa: PLC0415 - loads SQLAlchemy

    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return str(Path(parsed.database or "").resolve())
    return f"{parsed.host}:{parsed.port or 5432}/{parsed.database}"


def _each(store: Store, after: str | None, text_of: Callable[[ArticleHead], str]) -> Iterator[Piece]:
    """What is printed of every stored article, last published first."""
    while True:
        page = store.articles(cursor=after, limit=PAGE)
        for head in page.items:
            try:
                text = text_of(head)
            except NotFound:
                # somebody deleted it meanwhile
                continue
            yield Piece(text)
        if page.next_cursor is None:
            return
        after = page.next_cursor
        yield Piece("", articles=0, after=after)


def _jsonl(store: Store, after: str | None) -> Iterator[Piece]:
    from service.formats.wire import json_line, stored_article_to_dict  # noqa: PLC0415

    return _each(store, after, lambda head: json_line(stored_article_to_dict(head, store.extraction(head.id))) + "\n")


def _importable(store: Store, after: str | None) -> Iterator[Piece]:
    from service.formats.wire import json_line  # noqa: PLC0415

    def line(head: ArticleHead) -> str:
        given = {
            "id": head.id,
            "title": head.title,
            "url": head.url,
            "outlet": head.outlet,
            "published_at": head.published_at.isoformat() if head.published_at else None,
            "language": head.language,
        }
        known = {name: value for name, value in given.items() if value is not None}
        return json_line(known | {"text": store.extraction(head.id).article.text}) + "\n"

    return _each(store, after, line)


def _csv(store: Store, after: str | None) -> Iterator[Piece]:
    from service.formats.table_csv import quotes_csv  # noqa: PLC0415

    header = quotes_csv(())
    if after is None:
        yield Piece(header, articles=0)
    yield from _each(store, after, lambda head: quotes_csv(store.article_quotes(head.id)).removeprefix(header))


def _gold(store: Store, after: str | None) -> Iterator[Piece]:
    from service.formats.gold import gold_row  # noqa: PLC0415
    from service.formats.wire import json_line  # noqa: PLC0415

    for number, (head, text, quotes) in enumerate(store.gold(after=after), start=1):
        yield Piece(json_line(gold_row(head, text, quotes)) + "\n", after=None if number % PAGE else head.id)


_PRINTERS: dict[str, Printer] = {"jsonl": _jsonl, "articles": _importable, "csv": _csv, "gold": _gold}
