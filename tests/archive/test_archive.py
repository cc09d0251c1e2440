"""``quoth annotate``: the same quotes as the API gives, once for each article, whatever was stopped in between."""

# ruff: noqa: E402 - what needs the extra is imported where it is there
from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.commands.batches import extract_each
from service.commands.sources import article_from
from service.errors import QuothError
from service.model import Article, Extraction
from service.pipeline import Pipeline
from tests.conftest import CORPUS
from tests.flat_parser import FlatParser

missing = [name for name in ("pyarrow", "ray") if importlib.util.find_spec(name) is None]
if missing and not os.environ.get("CI"):
    pytest.skip(f"needs the extra quoth[archive] ({', '.join(missing)})", allow_module_level=True)

import pyarrow
import pyarrow.parquet

from service.archive.annotating import FIELDS, Annotated, annotate
from service.archive.parts import ArchiveError, Part, finished, parts, remove_unfinished

COLUMNS = {field: field for field in FIELDS}
QUOTED = "The mayor spoke.\n\n“We will pay every bill.”"


def archive(path: Path, rows: Sequence[dict[str, Any]], *, row_group_size: int = 2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path, row_group_size=row_group_size)
    return path


def results(folder: Path) -> list[dict[str, Any]]:
    return [row for file in sorted(folder.rglob("*.parquet")) for row in pyarrow.parquet.read_table(file).to_pylist()]


def flat(articles: Sequence[Article]) -> list[Extraction | QuothError]:
    return extract_each(Pipeline(FlatParser(), max_chars=1_000), articles)


def do(part: Part, extract: Callable[[Sequence[Article]], Sequence[Extraction | QuothError]] = flat) -> Annotated:
    return annotate(part, columns=COLUMNS, article_of=article_from, extract=extract, maker="m")


def test_a_row_group_is_a_part(tmp_path: Path) -> None:
    rows = [{"text": QUOTED}] * 5
    archive(tmp_path / "in" / "b.parquet", rows)
    archive(tmp_path / "in" / "2025" / "b.parquet", rows, row_group_size=10)
    archive(tmp_path / "in" / "2026" / "b.parquet", rows, row_group_size=10)
    (tmp_path / "in" / "notes.txt").write_text("none")
    found = parts(f"{tmp_path}/in/*.parquet", "out")
    assert [(part.group, part.rows, part.target) for part in found] == [
        (0, 2, "out/b-00000.parquet"),
        (1, 2, "out/b-00001.parquet"),
        (2, 1, "out/b-00002.parquet"),
    ]
    found = parts(f"{tmp_path}/in/20*/b.parquet", "out")
    assert [part.target for part in found] == ["out/2025/b-00000.parquet", "out/2026/b-00000.parquet"]


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("none/*.parquet", "there is no file"),
        ("bad.parquet", "is no Parquet file"),
        ("other.parquet", "no column 'text' for the text, but body"),
        ("nonsense://x/*.parquet", "is no place that can be reached"),
    ],
)
def test_what_is_no_archive_is_said(pattern: str, complaint: str, tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_text("no Parquet")
    archive(tmp_path / "other.parquet", [{"body": QUOTED}])
    with pytest.raises(ArchiveError, match=complaint):
        parts(pattern if "://" in pattern else f"{tmp_path}/{pattern}", "out")


def test_each_row_has_its_quotes_or_its_error(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"text": QUOTED, "id": 7, "published_at": datetime(2026, 3, 4, tzinfo=UTC), "wire": "ignored"},
        {"text": "   ", "id": 8, "published_at": None, "wire": "ignored"},
        {"text": None, "id": 9, "published_at": None, "wire": "ignored"},
        {"text": "x" * 2_000, "id": None, "published_at": None, "wire": "ignored"},
    ]
    archive(tmp_path / "a.parquet", rows, row_group_size=10)
    [part] = parts(f"{tmp_path}/a.parquet", str(tmp_path / "out"))
    assert do(part) == Annotated(articles=4, failed=3, words=9, quotes=1)
    first, *others = results(tmp_path / "out")
    assert (first["row"], first["id"], first["quotes"], first["error"]) == (0, "7", 1, None)
    assert json.loads(first["extraction"])["quotes"][0]["text"] == "“We will pay every bill.”"
    assert [row["extraction"] for row in others] == [None] * 3
    assert [row["row"] for row in others] == [1, 2, 3]
    assert "empty" in others[0]["error"]
    assert "'text' is missing" in others[1]["error"]
    assert "2,000" in others[2]["error"]


def test_what_is_finished_is_seen_and_what_is_not_leaves_nothing(tmp_path: Path) -> None:
    archive(tmp_path / "a.parquet", [{"text": QUOTED}] * 40, row_group_size=40)
    [part] = parts(f"{tmp_path}/a.parquet", str(tmp_path / "out"))
    assert not finished(part, "m")
    calls = list[int]()

    def fails(articles: Sequence[Article]) -> list[Extraction | QuothError]:
        calls.append(len(articles))
        if len(calls) == 2:
            raise MemoryError
        return flat(articles)

    with pytest.raises(MemoryError):
        do(part, fails)
    assert list((tmp_path / "out").iterdir()) == []
    assert calls == [16, 16]
    do(part)
    assert finished(part, "m")
    # by other models, or of a file that has changed, it is not the same
    assert not finished(part, "other")
    archive(tmp_path / "a.parquet", [{"text": QUOTED}] * 39, row_group_size=40)
    assert not finished(parts(f"{tmp_path}/a.parquet", str(tmp_path / "out"))[0], "m")


def test_what_a_killed_worker_left_is_removed(tmp_path: Path) -> None:
    archive(tmp_path / "a.parquet", [{"text": QUOTED}])
    [part] = parts(f"{tmp_path}/a.parquet", str(tmp_path / "out"))
    do(part)
    left = Path(f"{part.target}.0123.unfinished")
    left.write_text("half")
    remove_unfinished(str(tmp_path / "out"), [part.target])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a-00000.parquet"]
    remove_unfinished(str(tmp_path / "none"), [str(tmp_path / "none" / "x.parquet")])


def quoth_annotate(tmp_path: Path) -> str:
    """What the command says, run as a process of its own with one worker, and with default settings."""
    command = ["annotate", "--input", f"{tmp_path}/in/*.parquet", "--output", f"{tmp_path}/out", "--workers", "1"]
    ended = subprocess.run(
        [sys.executable, "-m", "service.cli", *command],
        env={name: value for name, value in os.environ.items() if not name.startswith("QUOTH_")},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_archive_has_the_quotes_that_the_api_gives(tmp_path: Path, reader: FlaskClient) -> None:
    texts = [path.read_bytes().decode() for path in sorted(CORPUS.glob("*.txt"))[:3]]
    archive(tmp_path / "in" / "a.parquet", [{"text": text, "id": f"a-{k}"} for k, text in enumerate(texts)])
    assert quoth_annotate(tmp_path).startswith("2 parts read, 0 were finished; 3 articles")
    found = results(tmp_path / "out")
    for text, row in zip(texts, found, strict=True):
        answer = reader.post("/v1/extract", json={"text": text, "id": row["id"]})
        assert row["extraction"] == answer.get_data(as_text=True).rstrip("\n")
    # one part is lost, the other is not read again
    lost, kept = sorted((tmp_path / "out").iterdir())
    lost.unlink()
    before = kept.stat()
    assert quoth_annotate(tmp_path).startswith("1 parts read, 1 were finished; 2 articles")
    assert kept.stat() == before
    assert results(tmp_path / "out") == found
    # nothing is left to do: no cluster is started
    assert quoth_annotate(tmp_path).startswith("0 parts read, 2 were finished; 0 articles")
