"""``quoth import`` and ``quoth export``: articles into the store, and out of it."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands import parts
from service.commands.batches import extract_each, in_batches
from service.commands.progress import progress_bar
from service.commands.sources import Source, read_sources
from service.errors import NotFound, QuothError
from service.model import Article, ArticleHead, Extraction

if TYPE_CHECKING:
    from service.pipeline import Pipeline
    from service.settings import Settings
    from service.store import Store


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path))
def import_(paths: tuple[Path, ...]) -> None:
    """Store articles and their quotes.

    A PATH is a directory of .txt and .html files, beside which a metadata.csv may give id, title, url, outlet,
    published_at and language by file; one such file; a .jsonl file with one JSON object a line, as POST /v1/articles
    takes it; or a .csv file with a row for each article. A .txt file may begin with such fields between two lines of
    "---".

    What is already stored is skipped, so that an import that was stopped goes on where it was. Anything that fails is
    named on standard error, the rest goes on, and the exit status is 1.
    """
    chosen = parts.settings()
    with parts.store(chosen) as store:
        store.check()
        counts = Counter[str]()
        with progress_bar("articles") as advance:
            for number, (source, outcome) in enumerate(_import(read_sources(paths), store, chosen), start=1):
                advance(number, 0)
                counts[outcome if isinstance(outcome, str) else "failed"] += 1
                if isinstance(outcome, QuothError):
                    click.echo(f"{source.name}: {outcome}", err=True)
    click.echo(", ".join(f"{counts[what]} {what}" for what in ("stored", "already stored", "failed")))
    if counts["failed"]:
        sys.exit(1)


def _import(sources: Iterable[Source], store: Store, chosen: Settings) -> Iterator[tuple[Source, str | QuothError]]:
    """Each source with ``stored``, ``already stored`` or why it failed. The models load with the first new article."""
    pipeline: Pipeline | None = None
    for batch in in_batches(sources):
        fresh = [_new_article(source, store) for source in batch]
        articles = [article for article in fresh if article is not None]
        if articles and pipeline is None:
            pipeline = parts.pipeline(chosen)
        extracted = iter(extract_each(pipeline, articles) if pipeline else ())
        for source, article in zip(batch, fresh, strict=True):
            if isinstance(source.article, QuothError):
                yield source, source.article
            else:
                yield source, "already stored" if article is None else _save(next(extracted), store)


def _new_article(source: Source, store: Store) -> Article | None:
    """The source's article; None where it has none, or where it is stored already."""
    if isinstance(source.article, Article) and store.find_same(source.article) is None:
        return source.article
    return None


def _save(outcome: Extraction | QuothError, store: Store) -> str | QuothError:
    if isinstance(outcome, QuothError):
        return outcome
    try:
        _, created = store.save(outcome)
    except QuothError as error:
        return error
    return "stored" if created else "already stored"


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
    "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to a new FILE, once it is whole."
)
def export(format_: str, output: Path | None) -> None:
    """Print what is stored."""
    with parts.store(parts.settings()) as store:
        store.check()
        with _written(output) as write, progress_bar("articles") as advance:
            done = 0
            for done, piece in enumerate(_PRINTERS[format_](store), start=1):
                write(piece)
                advance(done, 0)
    if output is not None:
        click.echo(f"{output}: {done} articles")


def _articles(store: Store) -> Iterator[tuple[ArticleHead, Extraction]]:
    """Every stored article, last published first."""
    cursor: str | None = None
    while True:
        page = store.articles(cursor=cursor, limit=_PAGE)
        for head in page.items:
            try:
                yield head, store.extraction(head.id)
            except NotFound:
                # somebody deleted it meanwhile
                continue
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def _jsonl(store: Store) -> Iterator[str]:
    from service.formats.wire import json_line, stored_article_to_dict  # noqa: PLC0415

    for head, extraction in _articles(store):
        yield json_line(stored_article_to_dict(head, extraction)) + "\n"


def _importable(store: Store) -> Iterator[str]:
    from service.formats.wire import json_line  # noqa: PLC0415

    for head, extraction in _articles(store):
        given = {
            "id": head.id,
            "title": head.title,
            "url": head.url,
            "outlet": head.outlet,
            "published_at": head.published_at.isoformat() if head.published_at else None,
            "language": head.language,
        }
        known = {name: value for name, value in given.items() if value is not None}
        yield json_line(known | {"text": extraction.article.text}) + "\n"


def _csv(store: Store) -> Iterator[str]:
    from service.formats.table_csv import quotes_csv  # noqa: PLC0415

    headed = False
    for head, _ in _articles(store):
        header, line_end, rows = quotes_csv(store.article_quotes(head.id)).partition("\r\n")
        yield rows if headed else header + line_end + rows
        headed = True


def _gold(store: Store) -> Iterator[str]:
    from service.formats.gold import gold_row  # noqa: PLC0415
    from service.formats.wire import json_line  # noqa: PLC0415

    for head, text, quotes in store.gold():
        yield json_line(gold_row(head, text, quotes)) + "\n"


_PAGE = 200
_PRINTERS: dict[str, Callable[[Store], Iterator[str]]] = {
    "jsonl": _jsonl,
    "articles": _importable,
    "csv": _csv,
    "gold": _gold,
}


@contextmanager
def _written(output: Path | None) -> Iterator[Callable[[str], object]]:
    """What writes to standard output, or to a file that appears when the block ends well."""
    if output is None:
        yield lambda piece: click.echo(piece, nl=False)
        return
    if output.exists():
        raise click.ClickException(f"{output} is there already; name a new file")
    partial = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file.write
        os.replace(partial, output)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
