"""``quoth annotate``: the quotes of an archive, on every core of this machine or of a cluster."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

import click

from service.commands import parts as wiring
from service.commands.batches import extract_each
from service.commands.progress import progress_bar
from service.commands.sources import article_from
from service.errors import QuothError
from service.model import Article, Extraction, Scope
from service.settings import Settings, usable_cores


@click.command()
@click.option("--input", "pattern", required=True, metavar="FILES", help="Parquet files: a path, * and ? for any.")
@click.option("--output", required=True, metavar="DIR", help="Folder of the results; what is finished there is kept.")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.SPEECH.value,
    show_default=True,
    help="speech: what was said or written; all: thoughts and intentions too.",
)
@click.option("--text", "text_column", default="text", show_default=True, metavar="COLUMN", help="Column of the text.")
@click.option("--id", "id_column", default="id", show_default=True, metavar="COLUMN", help="Column of the id, if any.")
@click.option(
    "--address", metavar="A", help="A Ray cluster that is running: ray://HOST:10001, or auto; default: this machine."
)
@click.option(
    "--workers", type=click.IntRange(1, 100_000), metavar="N", help="Processes, one a core; default: this machine's."
)
def annotate(
    *,
    pattern: str,
    output: str,
    scope: str,
    text_column: str,
    id_column: str,
    address: str | None,
    workers: int | None,
) -> None:
    """Read an archive of Parquet files.

    A row is an article: its text, and if there are such columns id, title, url, outlet, published_at and language. Each
    row group gives one file of results, a row an article, with what POST /v1/extract answers as JSON. A run that was
    stopped goes on where it was. An article that fails has its error in its row, and the exit status is 1.
    """
    try:
        from service.archive.annotating import FIELDS  # noqa: PLC0415
        from service.archive.cluster import Work, run  # noqa: PLC0415
        from service.archive.parts import finished, parts, remove_unfinished  # noqa: PLC0415
    except ImportError as error:
        raise click.ClickException(
            f"archives need the extra: pip install 'quoth[archive]' ({error.name} is missing)"
        ) from error
    chosen = wiring.settings()
    maker = f"{_maker(chosen)} {scope}"
    found = parts(pattern, output, text=text_column)
    waiting = [part for part in found if not finished(part, maker)]
    remove_unfinished(output, (part.target for part in waiting))
    work = Work(
        load=partial(_load, chosen, Scope(scope)),
        article_of=article_from,
        columns={field: field for field in FIELDS} | {"text": text_column, "id": id_column},
        maker=maker,
    )
    articles = failed = words = quotes = 0
    begun = time.monotonic()
    if waiting:
        with progress_bar("articles") as advance:
            for one in run(waiting, work, address=address, workers=workers or usable_cores()):
                articles, failed = articles + one.articles, failed + one.failed
                words, quotes = words + one.words, quotes + one.quotes
                advance(articles, sum(part.rows for part in waiting))
    click.echo(
        f"{len(waiting)} parts read, {len(found) - len(waiting)} were finished; {articles:,} articles, "
        f"{words:,} words, {quotes:,} quotes, {failed:,} failed; {time.monotonic() - begun:,.0f} s"
    )
    if failed:
        sys.exit(1)


def _maker(chosen: Settings) -> str:
    from service.cache.maker import maker  # noqa: PLC0415
    from service.parse.pack import EMBEDDED, Pack  # noqa: PLC0415

    Pack.open(chosen.model_dir)
    return maker(chosen.model_dir or EMBEDDED, chosen.names_file).hex()


def _load(chosen: Settings, scope: Scope) -> Callable[[Sequence[Article]], list[Extraction | QuothError]]:
    """What a worker reads articles with."""
    pipeline = wiring.pipeline(chosen)

    def extract(articles: Sequence[Article]) -> list[Extraction | QuothError]:
        return extract_each(pipeline, articles, scope=scope) if articles else []

    return extract
