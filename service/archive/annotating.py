"""One part of an archive: its articles read, a row of results for each."""

from __future__ import annotations

import posixpath
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow
import pyarrow.parquet

from service.archive.parts import MAKER, ROWS, UNFINISHED, Part, place
from service.errors import QuothError
from service.formats.wire import extraction_to_dict, json_line
from service.model import Article, Extraction

# a field of an article -> the column of the archive that it stands in
Columns = Mapping[str, str]
ArticleOf = Callable[[Mapping[str, Any]], Article | QuothError]
Extract = Callable[[Sequence[Article]], Sequence[Extraction | QuothError]]

FIELDS = ("text", "id", "title", "url", "outlet", "published_at", "language")
# articles that are read, run and written together
_BATCH = 16
_RESULTS = pyarrow.schema(
    [
        pyarrow.field("row", pyarrow.int64(), nullable=False),
        pyarrow.field("id", pyarrow.string()),
        pyarrow.field("sha256", pyarrow.string()),
        pyarrow.field("quotes", pyarrow.int32()),
        pyarrow.field("extraction", pyarrow.string()),
        pyarrow.field("error", pyarrow.string()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """What became of a part: its articles, those of them that failed, their words, and the quotes found."""

    articles: int
    failed: int
    words: int
    quotes: int


def annotate(part: Part, *, columns: Columns, article_of: ArticleOf, extract: Extract, maker: str) -> Annotated:
    """Read a part and write its results, all of them or none.

    A row of results has the article's ``row`` in the part (0-based), its ``id`` and ``sha256``, how many ``quotes`` it
    has, and as ``extraction`` the object that ``POST /v1/extract`` answers with; or the ``error`` that refused it.
    """
    files, path = place(part.target)
    files.create_dir(posixpath.dirname(path), recursive=True)
    unfinished = f"{path}.{uuid.uuid4().hex}{UNFINISHED}"
    schema = _RESULTS.with_metadata({MAKER: maker.encode(), ROWS: str(part.rows).encode()})
    counts = Annotated(articles=0, failed=0, words=0, quotes=0)
    try:
        with (
            files.open_output_stream(unfinished) as stream,
            pyarrow.parquet.ParquetWriter(stream, schema, compression="zstd") as writer,
        ):
            for rows in _batches(part, columns):
                results, words = _read(rows, counts.articles, article_of, extract)
                writer.write_table(pyarrow.Table.from_pylist(results, schema=schema))
                counts = Annotated(
                    articles=counts.articles + len(results),
                    failed=counts.failed + sum(result["error"] is not None for result in results),
                    words=counts.words + words,
                    quotes=counts.quotes + sum(result["quotes"] or 0 for result in results),
                )
        files.move(unfinished, path)
    except BaseException:
        if files.get_file_info(unfinished).type == pyarrow.fs.FileType.File:
            files.delete_file(unfinished)
        raise
    return counts


def _batches(part: Part, columns: Columns) -> Iterator[list[dict[str, Any]]]:
    """The part's rows as fields of articles, some at a time; only the columns that are needed are read."""
    files, path = place(part.source)
    with files.open_input_file(path) as source:
        archive = pyarrow.parquet.ParquetFile(source)
        there = {field: column for field, column in columns.items() if column in archive.schema_arrow.names}
        wanted = sorted(set(there.values()))
        for batch in archive.iter_batches(batch_size=_BATCH, row_groups=[part.group], columns=wanted):
            yield [{field: _plain(field, row[column]) for field, column in there.items()} for row in batch.to_pylist()]


def _plain(field: str, value: Any) -> Any:
    """A cell as JSON would have it: archives keep times as times, and ids as numbers."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if field == "id" and isinstance(value, int) else value


def _read(
    rows: Sequence[Mapping[str, Any]], first: int, article_of: ArticleOf, extract: Extract
) -> tuple[list[dict[str, Any]], int]:
    """A result for each row, and the words of them all."""
    articles = [article_of({name: value for name, value in row.items() if value is not None}) for row in rows]
    outcomes = iter(extract([article for article in articles if isinstance(article, Article)]))
    results, words = [], 0
    for number, (row, article) in enumerate(zip(rows, articles, strict=True), start=first):
        outcome = next(outcomes) if isinstance(article, Article) else article
        found = outcome if isinstance(outcome, Extraction) else None
        words += len(article.text.split()) if isinstance(article, Article) else 0
        results.append(
            {
                "row": number,
                "id": row.get("id"),
                "sha256": article.sha256 if isinstance(article, Article) else None,
                "quotes": len(found.quotes) if found else None,
                "extraction": json_line(extraction_to_dict(found)) if found else None,
                "error": str(outcome) if isinstance(outcome, QuothError) else None,
            }
        )
    return results, words
