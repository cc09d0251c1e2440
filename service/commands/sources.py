"""What ``quoth import`` reads: directories of text files with their metadata, and lines of JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.commands.reading import decode, reason
from service.errors import ArticleError, QuothError
from service.model import Article

METADATA = "metadata.csv"
_COLUMNS = ("id", "title", "url", "outlet", "published_at")
_FIELDS = ("text", *_COLUMNS, "language")


class BadSource(ArticleError):
    """A file, a line or a row that gives no article; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One article to import, or why there is none. ``name`` is its file, with the line's number (1-based) in JSONL."""

    name: str
    article: Article | QuothError


def read_sources(paths: Iterable[Path]) -> Iterator[Source]:
    """All articles under ``paths``: a directory's in the order of the file names, a JSONL file's line by line."""
    for path in paths:
        if path.is_dir():
            yield from _directory(path)
        elif path.suffix in (".jsonl", ".ndjson"):
            yield from _json_lines(path)
        elif path.suffix == ".txt":
            yield _text_file(path, {})
        else:
            fault = "got a file of another kind; allowed are directories, .txt files and .jsonl files"
            yield Source(name=str(path), article=BadSource(fault))


def _directory(directory: Path) -> Iterator[Source]:
    files = sorted(path for path in directory.iterdir() if path.suffix == ".txt")
    if not files:
        yield Source(name=str(directory), article=BadSource("there is no .txt file in this directory"))
        return
    table = directory / METADATA
    try:
        rows = _metadata(table) if table.exists() else {}
    except (QuothError, OSError, csv.Error) as error:
        yield Source(name=str(table), article=BadSource(reason(error)))
        return
    for path in files:
        yield _text_file(path, rows.pop(path.name, {}))
    for name in rows:
        yield Source(name=str(table), article=BadSource(f"the row {name!r} names no file of this directory"))


def _metadata(table: Path) -> dict[str, dict[str, str]]:
    """Rows by file name. Raises BadSource for unknown columns, two rows of one file and rows that are too long."""
    lines = decode(table.read_bytes()).removeprefix("\ufeff").splitlines(keepends=True)
    reader = csv.DictReader(lines, strict=True)
    columns = reader.fieldnames or []
    unknown = sorted(set(columns) - {"file", *_COLUMNS})
    if "file" not in columns or unknown:
        raise BadSource(f"the columns are {', '.join(columns)}; needed is file, allowed are {', '.join(_COLUMNS)}")
    rows: dict[str, dict[str, str]] = {}
    for row in reader:
        if None in row or None in row.values():
            raise BadSource(f"line {reader.line_num} has not as many cells as there are columns")
        if row["file"] in rows:
            raise BadSource(f"line {reader.line_num} names {row['file']!r} a second time")
        rows[row["file"]] = {column: value for column, value in row.items() if column != "file" and value}
    return rows


def _text_file(path: Path, row: Mapping[str, str]) -> Source:
    try:
        values: dict[str, Any] = {"id": path.stem, **row, "text": decode(path.read_bytes())}
        return Source(name=str(path), article=_article(values))
    except (QuothError, OSError) as error:
        return Source(name=str(path), article=BadSource(reason(error)))


def _json_lines(path: Path) -> Iterator[Source]:
    try:
        # bytes, because splitting text would also split at U+2028, which may stand inside a JSON string
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield Source(name=f"{path}:{number}", article=_json_article(line))
    except OSError as error:
        yield Source(name=str(path), article=BadSource(reason(error)))


def _json_article(line: bytes) -> Article | QuothError:
    try:
        values = json.loads(decode(line))
        if not isinstance(values, dict):
            return BadSource(f"got JSON of type {type(values).__name__}, an object with the article's text is needed")
        return _article(values)
    except (ValueError, RecursionError) as error:
        return BadSource(f"the line is no JSON: {error}")
    except QuothError as error:
        return error


def _article(values: Mapping[str, Any]) -> Article:
    """The fields of an article as ``POST /v1/articles`` takes them. Raises BadSource."""
    for name, value in values.items():
        if name not in _FIELDS:
            raise BadSource(f"got the field {name!r}; allowed are {', '.join(_FIELDS)}")
        if not isinstance(value, str) and not (value is None and name != "text"):
            raise BadSource(f"the field {name!r} must be a string, got {value!r:.60}")
    if "text" not in values:
        raise BadSource("the field 'text' is missing: it holds the article")
    given = {name: value for name, value in values.items() if value is not None}
    if "published_at" in given:
        given["published_at"] = _moment(given["published_at"])
    return Article(**given)


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadSource(f"published_at must be a time as in 2026-03-04T08:15:00Z, got {value!r:.60}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
