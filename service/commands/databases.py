"""``quoth db``: the database, made, checked, saved, and brought up to date with the models."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands import parts
from service.commands.batches import BATCH, extract_each
from service.commands.progress import progress_bar
from service.errors import QuothError
from service.model import Extraction
from service.review import Renewal

if TYPE_CHECKING:
    from service.pipeline import Pipeline
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
        if not store.has_index():
            _reindex(store)
    click.echo("the database is up to date" if was_current else "the database was made or migrated to this release")


@db.command()
def reindex() -> None:
    """Make the index of quotes that are alike anew.

    Others may read and write meanwhile; verifications and variants find less until it is done.
    """
    with parts.store(parts.settings()) as store:
        store.check()
        click.echo(f"{_reindex(store):,} quotes are indexed")


def _reindex(store: Store) -> int:
    with progress_bar("indexing") as advance:
        return store.rebuild_index(advance)


@db.command()
def check() -> None:
    """Look whether what is stored is whole and agrees with itself.

    The exit status is 1 where it does not. The service may go on meanwhile.
    """
    with parts.store(parts.settings()) as store:
        store.check()
        found = store.problems()
        articles, quotes = store.size()
    for problem in found:
        click.echo(problem, err=True)
    if found:
        sys.exit(1)
    click.echo(f"{articles:,} articles with {quotes:,} quotes are whole")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write all that is stored to a new FILE.

    The service may go on meanwhile: the backup has one moment's state, and the file appears when it is whole. A name
    that ends in .jsonl or .jsonl.gz gives the portable form, which either kind of database takes; any other name gives
    a copy of a SQLite database.
    """
    with parts.store(parts.settings()) as store, progress_bar("backup") as advance:
        store.check()
        size = store.back_up(file, progress=advance)
    click.echo(f"{file}: {size:,} bytes")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Read a backup FILE into an empty database; all of it or nothing."""
    with parts.store(parts.settings(), make_directory=True) as store:
        with progress_bar("restore") as advance:
            store.restore(file, progress=advance)
        articles, quotes = store.size()
    click.echo(f"{articles:,} articles with {quotes:,} quotes were restored")


@db.command()
def reprocess() -> None:
    """Read stored articles anew that another version of the models has read.

    Quotes that are found again keep their ids; what a person has corrected, confirmed or rejected stays. The service
    may go on meanwhile. It can be stopped at any time: the next call goes on with what is left. An article that fails
    is named on standard error, the others go on, and the exit status is 1.
    """
    chosen = parts.settings()
    done = failed = 0
    sums = Renewal()
    with parts.store(chosen) as store:
        store.check()
        pipeline = parts.pipeline(chosen)
        total = store.outdated(pipeline.model)
        with progress_bar("articles") as advance:
            for id, outcome in _renewed(store, pipeline):
                done += 1
                advance(done, total)
                if isinstance(outcome, Renewal):
                    sums += outcome
                else:
                    failed += 1
                    click.echo(f"{id}: {outcome}", err=True)
    click.echo(
        f"{done - failed} articles read anew, {failed} failed; quotes: {sums.unchanged} unchanged, {sums.changed} "
        f"changed, {sums.added} added, {sums.removed} removed, {sums.kept} kept as a person left them"
    )
    if failed:
        sys.exit(1)


def _renewed(store: Store, pipeline: Pipeline) -> Iterator[tuple[str, Renewal | QuothError]]:
    """Each outdated article's id with what became of its quotes, or why it failed."""
    after: str | None = None
    while batch := store.next_outdated(pipeline.model, after=after, limit=BATCH):
        after = batch[-1].article.id
        for scope, group in groupby(sorted(batch, key=lambda old: old.scope), key=lambda old: old.scope):
            articles = [old.article for old in group]
            for article, outcome in zip(articles, extract_each(pipeline, articles, scope=scope), strict=True):
                yield str(article.id), _renew(store, outcome)


def _renew(store: Store, outcome: Extraction | QuothError) -> Renewal | QuothError:
    if isinstance(outcome, QuothError):
        return outcome
    try:
        return store.renew(outcome)
    except QuothError as error:
        return error
