"""Which parts an archive has, and which of them are done.

Paths may be a folder's on this machine or addresses that Arrow knows (``s3://bucket/archive/*.parquet``); on a cluster
every machine must reach them by the same name.
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.fs
import pyarrow.parquet

from service.errors import QuothError

# in the metadata of a file of results: what made it, and how many articles it was made of
MAKER, ROWS = b"quoth.maker", b"quoth.rows"
UNFINISHED = ".unfinished"


class ArchiveError(QuothError):
    """An archive that cannot be read, or a place where nothing can be written; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The row group ``group`` (0-based), of ``rows`` rows, of the file ``source``; its results go to ``target``."""

    source: str
    group: int
    rows: int
    target: str


def parts(pattern: str, output: str, *, text: str = "text") -> list[Part]:
    """All parts of the files that ``pattern`` names, in the order of their names; ``*`` stays in one folder.

    Raises ArchiveError where there is no such file, or one that is no Parquet or has no column ``text``.
    """
    files = sorted(_matching(pattern))
    if not files:
        raise ArchiveError(f"there is no file {pattern}; name Parquet files, such as 'archive/*.parquet'")
    # files of one name in several folders go to several folders
    common = posixpath.commonpath([posixpath.dirname(file) for file in files])
    return [part for file in files for part in _of_file(file, posixpath.relpath(file, common), output, text)]


def finished(part: Part, maker: str) -> bool:
    """Whether the part's results are there, by the same models and code, of as many articles."""
    files, path = place(part.target)
    if files.get_file_info(path).type != pyarrow.fs.FileType.File:
        return False
    try:
        with files.open_input_file(path) as file:
            told = pyarrow.parquet.read_schema(file).metadata or {}
    except (OSError, pyarrow.ArrowException):
        return False
    return bool(told.get(MAKER) == maker.encode() and told.get(ROWS) == str(part.rows).encode())


def place(name: str) -> tuple[Any, str]:
    """Arrow's file system for a path or an address, and the path there. Raises ArchiveError."""
    try:
        if "://" in name:
            files, path = pyarrow.fs.FileSystem.from_uri(name)
            return files, path
        return pyarrow.fs.LocalFileSystem(), str(Path(name).expanduser().absolute())
    except (ValueError, OSError, pyarrow.ArrowException) as error:
        raise ArchiveError(f"{name} is no place that can be reached: {error}") from error


def remove_unfinished(output: str, targets: Iterable[str]) -> None:
    """Remove what workers that were killed left behind; no other run may write to the same folder meanwhile."""
    files, _ = place(output)
    for folder in {posixpath.dirname(place(target)[1]) for target in targets}:
        for found in files.get_file_info(pyarrow.fs.FileSelector(folder, allow_not_found=True)):
            if found.base_name.endswith(UNFINISHED):
                files.delete_file(found.path)


def _matching(pattern: str) -> Iterator[str]:
    files, path = place(pattern)
    folder = posixpath.dirname(path)
    # folders may have patterns, too: all below the part of the path that has none is looked at
    fixed = folder
    while any(sign in fixed for sign in "*?["):
        fixed = posixpath.dirname(fixed)
    scheme = pattern.partition("://")[0] + "://" if "://" in pattern else ""
    selector = pyarrow.fs.FileSelector(fixed, recursive=fixed != folder, allow_not_found=True)
    depth = path.count("/")
    for found in files.get_file_info(selector):
        fits = found.path.count("/") == depth and fnmatch.fnmatchcase(found.path, path)
        if found.type == pyarrow.fs.FileType.File and (fits or found.path == path):
            yield scheme + found.path


def _of_file(file: str, relative: str, output: str, text: str) -> Iterator[Part]:
    files, path = place(file)
    try:
        with files.open_input_file(path) as source:
            archive = pyarrow.parquet.ParquetFile(source)
            told, columns = archive.metadata, archive.schema_arrow.names
            sizes = [told.row_group(k).num_rows for k in range(told.num_row_groups)]
    except (OSError, pyarrow.ArrowException) as error:
        raise ArchiveError(f"{file} is no Parquet file that can be read: {error}") from error
    if text not in columns:
        raise ArchiveError(f"{file} has no column {text!r} for the text, but {', '.join(columns)}; name it with --text")
    stem = posixpath.splitext(relative)[0]
    for group, rows in enumerate(sizes):
        yield Part(source=file, group=group, rows=rows, target=posixpath.join(output, f"{stem}-{group:05d}.parquet"))
