"""``quoth import``: articles into the store."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands import parts
from service.commands.batches import extract_each, in_batches
from service.commands.progress import progress_bar
from service.commands.sources import Source, read_sources
from service.errors import QuothError
from service.model import Article, Extraction

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
