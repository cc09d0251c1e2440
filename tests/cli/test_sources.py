"""What ``quoth import`` reads, and how it says what it cannot read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.commands.sources import read_sources
from service.errors import QuothError
from service.model import Article


def only(path: Path) -> Article | QuothError:
    [source] = read_sources([path])
    return source.article


def test_a_directory_is_read_in_the_order_of_file_names_with_its_metadata(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"Second.\r\nLine ends stay.")
    (tmp_path / "a.txt").write_text("First.")
    (tmp_path / "notes.md").write_text("Not an article.")
    (tmp_path / "metadata.csv").write_text(
        "file,id,title,url,outlet,published_at\n"
        'b.txt,the-id,"A title, with a comma",https://example.org/b,The Courier,2026-03-04T08:15:00+13:00\n'
    )
    first, second = (source.article for source in read_sources([tmp_path]))
    assert first == Article(id="a", text="First.")
    assert second == Article(
        id="the-id",
        text="Second.\r\nLine ends stay.",
        title="A title, with a comma",
        url="https://example.org/b",
        outlet="The Courier",
        published_at=datetime.fromisoformat("2026-03-04T08:15:00+13:00"),
    )


def test_a_date_without_a_zone_is_utc(tmp_path: Path) -> None:
    lines = tmp_path / "one.jsonl"
    lines.write_text(json.dumps({"text": "It rained.", "published_at": "2026-03-04T08:15:00"}))
    assert only(lines) == Article(text="It rained.", published_at=datetime(2026, 3, 4, 8, 15, tzinfo=UTC))


def test_lines_of_json_keep_their_numbers_and_one_bad_line_costs_no_other(tmp_path: Path) -> None:
    lines = tmp_path / "all.jsonl"
    good = {"id": "x", "text": "A line separator\u2028is no line end.", "title": None}
    lines.write_bytes(b"\n".join([json.dumps(good, ensure_ascii=False).encode(), b"", b"{", b"[]", b"\xff"]))
    sources = list(read_sources([lines]))
    assert [source.name.rpartition(":")[2] for source in sources] == ["1", "3", "4", "5"]
    assert sources[0].article == Article(id="x", text="A line separator\u2028is no line end.")
    assert all(isinstance(source.article, QuothError) for source in sources[1:])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({}, "'text' is missing"),
        ({"text": None}, "'text' must be a string"),
        ({"text": 7}, "must be a string, got 7"),
        ({"text": "x", "body": "y"}, "got the field 'body'; allowed are text, id"),
        ({"text": "x", "published_at": "yesterday"}, "got 'yesterday'"),
        ("text", "got JSON of type str"),
    ],
)
def test_a_bad_object_is_named(tmp_path: Path, line: object, says: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(line))
    error = only(path)
    assert isinstance(error, QuothError)
    assert says in str(error)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("name,outlet\na.txt,X\n", "needed is file"),
        ("file,colour\na.txt,red\n", "allowed are id, title, url, outlet, published_at"),
        ("file,outlet\na.txt\n", "line 2 has not as many cells"),
        ("file,outlet\na.txt,X,Y\n", "line 2 has not as many cells"),
        ("file,outlet\na.txt,X\na.txt,Y\n", "line 3 names 'a.txt' a second time"),
        ("", "needed is file"),
    ],
)
def test_a_bad_metadata_table_stops_its_directory(tmp_path: Path, table: str, says: str) -> None:
    (tmp_path / "a.txt").write_text("First.")
    (tmp_path / "metadata.csv").write_text(table)
    error = only(tmp_path)
    assert isinstance(error, QuothError)
    assert says in str(error)


def test_a_row_without_its_file_is_an_error_beside_the_articles(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("First.")
    (tmp_path / "metadata.csv").write_text("file,outlet\nb.txt,X\n")
    article, error = (source.article for source in read_sources([tmp_path]))
    assert isinstance(article, Article)
    assert "'b.txt' names no file" in str(error)


def test_files_of_other_kinds_and_empty_directories_are_refused(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG")
    assert "of another kind" in str(only(picture))
    assert "no .txt file" in str(only(tmp_path))


def test_bytes_that_are_no_text_are_refused_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9 noir")
    assert "the byte 0xe9 at offset 3" in str(only(tmp_path))
