"""What ``quoth import`` reads: directories of text files and web pages with their metadata, lines of JSON, tables.

A text file may say what it is in front of its text, between two lines of three hyphens::

    ---
    title: Harbour fees to rise
    outlet: The Courier
    published_at: 2026-03-04T08:15:00+13:00
    ---
    The harbour board said on Tuesday …
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.commands.reading import decode, reason
from service.errors import ArticleError, QuothError
from service.model import Article

METADATA = "metadata.csv"
_COLUMNS = ("id", "title", "url", "outlet", "published_at", "language")
_FIELDS = ("text", *_COLUMNS)
_TEXTS = (".txt",)
_PAGES = (".html", ".htm")
# an article in a cell; csv's own limit is a fifth of the longest article that is read by default
_LONGEST_CELL = 100_000_000
_LONGEST_TITLE = 1000
_FRONT = re.compile(r"---[ \t]*\r?\n((?:[A-Za-z_]+[ \t]*:[^\n]*\n)*)---[ \t]*(?:\r?\n|$)")


class BadSource(ArticleError):
    """A file, a line or a row that gives no article; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One article to import, or why there is none.

    ``name`` is its file, in JSONL and CSV with the number (1-based) of the line where it starts, or ends.
    """

    name: str
    article: Article | QuothError


def read_sources(paths: Iterable[Path]) -> Iterator[Source]:
    """All articles under ``paths``: a directory's in the order of the file names, a table's row by row."""
    for path in paths:
        if path.is_dir():
            yield from _directory(path)
        elif path.suffix in (".jsonl", ".ndjson"):
            yield from _json_lines(path)
        elif path.suffix == ".csv":
            yield from _table(path)
        elif path.suffix in (*_TEXTS, *_PAGES):
            yield _file(path, {})
        else:
            fault = "got a file of another kind; allowed are directories and .txt, .html, .jsonl and .csv files"
            yield Source(name=str(path), article=BadSource(fault))


def _directory(directory: Path) -> Iterator[Source]:
    files = sorted(path for path in directory.iterdir() if path.suffix in (*_TEXTS, *_PAGES))
    if not files:
        yield Source(name=str(directory), article=BadSource("there is no .txt or .html file in this directory"))
        return
    table = directory / METADATA
    try:
        rows = _metadata(table) if table.exists() else {}
    except (QuothError, OSError, csv.Error) as error:
        yield Source(name=str(table), article=BadSource(reason(error)))
        return
    for path in files:
        yield _file(path, rows.pop(path.name, {}))
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


def _file(path: Path, row: Mapping[str, str]) -> Source:
    """A text or a page; ``row`` is what the directory's table says of it, to which the file itself is preferred."""
    try:
        content = decode(path.read_bytes())
        found = {**_page(content), **row} if path.suffix in _PAGES else {**row, **_front_matter(content)}
        return Source(name=str(path), article=_article({"id": path.stem, **found}))
    except (QuothError, OSError) as error:
        return Source(name=str(path), article=BadSource(reason(error)))


def _page(html: str) -> dict[str, str]:
    """The main text of a page, and its title."""
    from service.api.main_text import main_text  # noqa: PLC0415 - loads lxml and dictionaries of dates

    page = main_text(html)
    # what is longer than a title may be is none
    return {"text": page.text} | ({"title": page.title} if page.title and len(page.title) <= _LONGEST_TITLE else {})


def _front_matter(content: str) -> dict[str, str]:
    """A file's text, and what stands in front of it."""
    front = _FRONT.match(content.removeprefix("\ufeff"))
    if front is None:
        return {"text": content}
    pairs = (line.partition(":") for line in front[1].splitlines())
    found = {name.strip(): _unquoted(value.strip()) for name, _, value in pairs}
    return {name: value for name, value in found.items() if value} | {
        "text": content.removeprefix("\ufeff")[front.end() :].lstrip("\r\n")
    }


def _unquoted(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def _table(path: Path) -> Iterator[Source]:
    """A CSV file whose rows are articles, with a column ``text``."""
    # the reader's limit is the whole process's; a row that is longer would stop the file
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            columns = reader.fieldnames or []
            unknown = [column for column in columns if column not in _FIELDS]
            if "text" not in columns or unknown or len(set(columns)) < len(columns):
                fault = f"the columns are {', '.join(columns)}; needed is text, allowed are {', '.join(_FIELDS)}"
                yield Source(name=str(path), article=BadSource(fault))
                return
            for row in reader:
                yield Source(name=f"{path}:{reader.line_num}", article=_row(row))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        # what comes behind cannot be told apart any more
        yield Source(name=str(path), article=BadSource(f"cannot be read to its end: {error}"))


def _row(row: Mapping[str, Any]) -> Article | QuothError:
    if None in row or None in row.values():
        return BadSource("the row has not as many cells as there are columns")
    try:
        return _article({name: value for name, value in row.items() if value or name == "text"})
    except QuothError as error:
        return error


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


def article_from(values: Mapping[str, Any]) -> Article | QuothError:
    """The article that fields as ``POST /v1/articles`` takes them make, or why they make none."""
    try:
        return _article(values)
    except QuothError as error:
        return error


def _article(values: Mapping[str, Any]) -> Article:
    """The fields of an article as ``POST /v1/articles`` takes them. Raises BadSource."""
    for name, value in values.items():
        if name not in _FIELDS:
            raise BadSource(f"got the field {name!r}; allowed are {', '.join(_FIELDS)}")
        if not isinstance(value, str) and not (value is None and name != "text"):
            raise BadSource(f"the field {name!r} must be a string, got {value!r:.60}")
        if name != "text" and value is not None and not _is_line(value):
            raise BadSource(f"the field {name!r} must be one line without control characters, got {value!r:.60}")
    if "text" not in values:
        raise BadSource("the field 'text' is missing: it holds the article")
    given = {name: value for name, value in values.items() if value is not None}
    if {"/", "\\"} & set(given.get("id", "")) or given.get("id") in (".", "..", ""):
        # it stands in paths of the API
        raise BadSource(f"an id has no slash, and is not empty, . or ..; got {given['id']!r:.60}")
    _check_as_the_api_does(given)
    if "published_at" in given:
        given["published_at"] = _moment(given["published_at"])
    return Article(**given)


def _check_as_the_api_does(given: Mapping[str, str]) -> None:
    """Raise BadSource for what POST /v1/articles refuses: it is shown again, an address as a link."""
    from service.api.schemas_in import ArticleIn  # noqa: PLC0415 - loads Flask

    about = {name: value for name, value in given.items() if name not in ("text", "published_at")}
    for name, said in ArticleIn().validate(about, partial=True).items():
        raise BadSource(f"the field {name!r} cannot be used: {said[0]}")


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        # near the ends of the calendar there is no such time in UTC
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadSource(f"published_at must be a time as in 2026-03-04T08:15:00Z, got {value!r:.60}") from None
    return moment


def _is_line(value: str) -> bool:
    return not any(ord(c) < 32 or ord(c) == 127 or 0xD800 <= ord(c) <= 0xDFFF for c in value)
