"""``quoth extract`` and ``quoth parse``: files in, results on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from service.commands import parts
from service.commands.batches import extract_each, in_batches
from service.commands.reading import read_article, reason
from service.errors import QuothError
from service.model import Article, Extraction, Scope

if TYPE_CHECKING:
    from service.pipeline import Pipeline
    from service.settings import Settings


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["json", "jsonl", "text", "csv"]),
    default="json",
    show_default=True,
    help="json: an object, for several files an array; jsonl: an object a line; text: a table to read; csv: a row "
    "for each quote.",
)
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    default=Scope.SPEECH.value,
    show_default=True,
    help="speech: what was said or written; all: thoughts and intentions too.",
)
def extract(files: tuple[str, ...], format_: str, scope: str) -> None:
    """Print the quotes of articles.

    Each FILE is one article, plain text in UTF-8; - is standard input. A file that fails prints its error to
    standard error, the others go on, and the exit status is 1.
    """
    chosen = parts.settings()
    failed = False

    def succeeded() -> Iterator[Extraction]:
        nonlocal failed
        for name, outcome in outcomes(files, chosen, Scope(scope)):
            if isinstance(outcome, Extraction):
                yield outcome
            else:
                failed = True
                click.echo(f"{name}: {reason(outcome)}", err=True)

    for piece in _PRINTERS[format_](succeeded(), len(files)):
        click.echo(piece, nl=False)
    if failed:
        sys.exit(1)


@click.command()
@click.argument("file", metavar="FILE")
def parse(file: str) -> None:
    """Print the parse of an article.

    It is printed as CoNLL-U, with start_char|end_char in MISC; - is standard input.
    """
    chosen = parts.settings()
    try:
        article = read_article(file)
    except OSError as error:
        raise click.ClickException(f"{file}: {reason(error)}") from error
    from service.parse.conllu import write_conllu  # noqa: PLC0415
    from service.pipeline import check_article  # noqa: PLC0415
    from service.text import read_layout  # noqa: PLC0415

    check_article(article, max_chars=chosen.max_article_chars)
    [(parsed, notices)] = parts.parser(chosen).parse([(article.text, read_layout(article.text))])
    for notice in notices:
        click.echo(f"{file}: {notice.message}", err=True)
    click.echo(write_conllu(parsed, article.text), nl=False)


def outcomes(
    names: Sequence[str], chosen: Settings, scope: Scope
) -> Iterator[tuple[str, Extraction | QuothError | OSError]]:
    """Each file's name with what it gave or why it failed, in the order of ``names``.

    The models load with the first file that can be read.
    """
    pipeline: Pipeline | None = None
    for batch in in_batches(names):
        read = [_read(name) for name in batch]
        articles = [article for article in read if isinstance(article, Article)]
        if articles and pipeline is None:
            pipeline = parts.pipeline(chosen)
        extracted = iter(extract_each(pipeline, articles, scope=scope) if pipeline else ())
        for name, article in zip(batch, read, strict=True):
            yield name, next(extracted) if isinstance(article, Article) else article


def _read(name: str) -> Article | QuothError | OSError:
    try:
        return read_article(name)
    except (QuothError, OSError) as error:
        return error


def _json(extractions: Iterable[Extraction], files: int) -> Iterator[str]:
    from service.formats.wire import extraction_to_dict  # noqa: PLC0415

    objects = [extraction_to_dict(extraction) for extraction in extractions]
    if files > 1:
        yield json.dumps(objects, ensure_ascii=False, indent=2) + "\n"
    elif objects:
        yield json.dumps(objects[0], ensure_ascii=False, indent=2) + "\n"


def _jsonl(extractions: Iterable[Extraction], _files: int) -> Iterator[str]:
    from service.formats.wire import extraction_to_dict, json_line  # noqa: PLC0415

    for extraction in extractions:
        yield json_line(extraction_to_dict(extraction)) + "\n"


def _text(extractions: Iterable[Extraction], _files: int) -> Iterator[str]:
    from service.formats.terminal import extraction_table  # noqa: PLC0415

    for number, extraction in enumerate(extractions):
        yield ("\n" if number else "") + extraction_table(extraction)


def _csv(extractions: Iterable[Extraction], _files: int) -> Iterator[str]:
    from service.formats.table_csv import extraction_csv  # noqa: PLC0415

    for number, extraction in enumerate(extractions):
        header, line_end, rows = extraction_csv(extraction).partition("\r\n")
        yield rows if number else header + line_end + rows


_PRINTERS: dict[str, Callable[[Iterable[Extraction], int], Iterator[str]]] = {
    "json": _json,
    "jsonl": _jsonl,
    "text": _text,
    "csv": _csv,
}
