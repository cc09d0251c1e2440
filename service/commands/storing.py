"""``quoth db`` and ``quoth import``: the store, made and filled."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands import parts
from service.commands.batches import extract_each, in_batches
from service.commands.sources import Source, read_sources
from service.errors import QuothError
from service.model import Article, Extraction

if TYPE_CHECKING:
    from service.pipeline import Pipeline
    from service.settings import Settings
    from service.store import Store


@click.group()
def db() -> None:
    """The database that QUOTH_DATABASE_URL names."""


@db.command()
def upgrade() -> None:
    """Make the database, or migrate it to this release."""
    chosen = parts.settings()
    with parts.store(chosen, make_directory=True) as store:
        was_current = store.is_current()
        store.upgrade()
    click.echo("the database is up to date" if was_current else "the database was made or migrated to this release")


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path))
def import_(paths: tuple[Path, ...]) -> None:
    """Store articles and their quotes.

    A PATH is a directory of .txt files, beside which a metadata.csv may give id, title, url, outlet and published_at
    by file; or a .jsonl file with one JSON object a line, as POST /v1/articles takes it.

    What is already stored is skipped. Anything that fails is named on standard error, the rest goes on, and the exit
    status is 1.
    """
    chosen = parts.settings()
    with parts.store(chosen) as store:
        store.check()
        counts = Counter[str]()
        for source, outcome in _tracked(_import(read_sources(paths), store, chosen)):
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


def _tracked(
    outcomes: Iterator[tuple[Source, str | QuothError]],
) -> Iterator[tuple[Source, str | QuothError]]:
    """The same, with a running count on standard error if a person is watching."""
    watched = sys.stderr.isatty()
    for number, outcome in enumerate(outcomes, start=1):
        if watched:
            click.echo(f"\r\033[K{number} articles", nl=False, err=True)
            if isinstance(outcome[1], QuothError):
                click.echo(err=True)
        yield outcome
    if watched:
        click.echo("\r\033[K", nl=False, err=True)
