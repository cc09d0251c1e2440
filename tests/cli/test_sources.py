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
    assert "no .txt or .html file" in str(only(tmp_path))


def test_bytes_that_are_no_text_are_refused_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9 noir")
    assert "the byte 0xe9 at offset 3" in str(only(tmp_path))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "---\ntitle: 'Fees: up'\r\noutlet:  The Courier\npublished_at: 2026-03-04\nurl:\n---\n"
            "\nThe board said so.\n",
            Article(
                id="a",
                text="The board said so.\n",
                title="Fees: up",
                outlet="The Courier",
                published_at=datetime(2026, 3, 4, tzinfo=UTC),
            ),
        ),
        ("---\nid: other\n---\nText", Article(id="other", text="Text")),
        # a line of hyphens that is no front matter is text
        (
            "---\nIt rained: all day, she said.\n---\nText",
            Article(id="a", text="---\nIt rained: all day, she said.\n---\nText"),
        ),
        ("---\ntitle: never closed\nText", Article(id="a", text="---\ntitle: never closed\nText")),
        ("Text\n---\ntitle: late\n---\n", Article(id="a", text="Text\n---\ntitle: late\n---\n")),
    ],
)
def test_a_text_may_say_what_it_is(tmp_path: Path, content: str, expected: Article) -> None:
    (tmp_path / "a.txt").write_bytes(content.encode())
    assert only(tmp_path / "a.txt") == expected


def test_what_a_text_says_of_itself_goes_before_the_table(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("---\ntitle: Mine\n---\nText")
    (tmp_path / "metadata.csv").write_text("file,title,outlet\na.txt,Table's,The Courier\n")
    assert only(tmp_path) == Article(id="a", text="Text", title="Mine", outlet="The Courier")


def test_an_unknown_field_in_front_of_a_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("---\ncolour: red\n---\nText")
    assert "got the field 'colour'" in str(only(tmp_path))


def test_a_page_gives_its_main_text_and_title(tmp_path: Path) -> None:
    story = "<p>“It will not stop,” said the forecaster Tom Reyes on Tuesday, after nine days of it.</p>" * 2
    page = f"<html><head><title>Rain</title></head><body><nav>Home</nav><article>{story}</article></body></html>"
    (tmp_path / "rain.html").write_text(page)
    (tmp_path / "empty.htm").write_text("<html></html>")
    (tmp_path / "metadata.csv").write_text("file,outlet\nrain.html,The Courier\n")
    empty, rain = (source.article for source in read_sources([tmp_path]))
    assert "found no main text" in str(empty)
    assert isinstance(rain, Article)
    assert (rain.id, rain.title, rain.outlet) == ("rain", "Rain", "The Courier")
    assert rain.text.startswith("“It will not stop,”")
    assert "Home" not in rain.text


def test_a_table_has_an_article_a_row(tmp_path: Path) -> None:
    table = tmp_path / "all.csv"
    long = "The mayor said no. " * 20_000
    table.write_text(f'\ufeffid,text,outlet\r\nx,"Two\r\nlines",Post\r\n,"{long}",\r\ny\r\nz,,\r\n', newline="")
    sources = list(read_sources([table]))
    assert [source.name.rpartition(":")[2] for source in sources] == ["3", "4", "5", "6"]
    first, second, third, fourth = (source.article for source in sources)
    assert first == Article(id="x", text="Two\r\nlines", outlet="Post")
    assert second == Article(text=long)
    assert "not as many cells" in str(third)
    assert fourth == Article(id="z", text="")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"id,title\nx,y\n", "needed is text"),
        (b"text,colour\nx,y\n", "allowed are text, id"),
        (b"text,text\nx,y\n", "needed is text"),
        (b"", "needed is text"),
        (b"text\ncaf\xe9\n", "cannot be read to its end"),
        (b'text\n"x" y\n', "cannot be read to its end"),
    ],
)
def test_a_bad_table_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "all.csv").write_bytes(content)
    assert says in str(only(tmp_path / "all.csv"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"text": "x", "id": "a/b"}, "an id has no slash"),
        ({"text": "x", "id": ".."}, "an id has no slash"),
        ({"text": "x", "outlet": "a\x00b"}, "one line without control characters"),
        ({"text": "x", "title": "\ud800"}, "one line without control characters"),
        ({"text": "x", "published_at": "9999-12-31T23:00:00-12:00"}, "published_at must be a time"),
    ],
)
def test_what_cannot_be_stored_is_named(tmp_path: Path, line: object, says: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(line))
    assert says in str(only(path))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "example.org/story"),
        ("language", "not a tag"),
        ("id", "x" * 201),
        ("id", " x"),
        ("title", "x" * 1001),
        ("outlet", "x" * 201),
    ],
)
def test_what_the_api_refuses_is_refused_here_too(tmp_path: Path, field: str, value: str) -> None:
    table = tmp_path / "all.csv"
    table.write_text(f"text,{field}\nIt rained.,{value}\n")
    assert f"the field {field!r} cannot be used: got" in str(only(table))


def test_every_field_may_stand_in_the_table_of_a_directory(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text")
    (tmp_path / "metadata.csv").write_text("file,language\na.txt,en-NZ\n")
    assert only(tmp_path) == Article(id="a", text="Text", language="en-NZ")
