"""``quoth db``, ``quoth keys`` and ``quoth export``, as users call them."""

from __future__ import annotations

import fcntl
import json
import sqlite3
from pathlib import Path

import pytest

from service.commands import exporting, parts
from service.model import Extraction, QuoteFilter, Review
from service.review import Correction
from service.store import Store
from tests.cli.conftest import Run
from tests.flat_parser import FlatParser

URL = "sqlite:///var/quoth.db"


class NewerParser(FlatParser):
    """The same with another version, so that what the other has read is outdated."""

    version = "2"


@pytest.fixture
def quoth(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line beside a store of two articles, read by a parser that is quick."""
    monkeypatch.setattr(parts, "parser", lambda _chosen: FlatParser())
    lines = tmp_path / "articles.jsonl"
    articles = (
        {
            "id": "pay",
            "text": "“We will pay every bill this year.”\n\n“We never said so to anybody.”",
            "outlet": "Post",
        },
        {"id": "rain", "text": "It rained.", "title": "Rain", "published_at": "2026-03-04T08:15:00+13:00"},
    )
    lines.write_text("\n".join(map(json.dumps, articles)))
    assert run("db", "upgrade").exit_code == 0
    result = run("import", "articles.jsonl")
    assert result.exit_code == 0, result.output
    return run


def first_quote() -> str:
    with Store(URL) as store:
        return store.quotes(QuoteFilter()).items[0].quote.id


def test_a_whole_database_passes_and_a_damaged_one_is_named(quoth: Run, tmp_path: Path) -> None:
    result = quoth("db", "check")
    assert (result.exit_code, result.stdout) == (0, "2 articles with 2 quotes are whole\n")
    connection = sqlite3.connect(tmp_path / "var" / "quoth.db")
    with connection:
        connection.execute("UPDATE articles SET quote_count = 9 WHERE id = 'pay'")
    connection.close()
    result = quoth("db", "check")
    assert result.exit_code == 1
    assert "'pay'" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("name", ["copy.db", "all.jsonl", "all.jsonl.gz"])
def test_a_backup_comes_back(quoth: Run, name: str) -> None:
    result = quoth("db", "backup", name)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{name}: ")
    again = quoth("db", "backup", name)
    assert again.exit_code == 1
    assert "is there already" in again.stderr
    elsewhere = {"QUOTH_DATABASE_URL": "sqlite:///other/quoth.db"}
    result = quoth("db", "restore", name, env=elsewhere)
    assert (result.exit_code, result.stdout) == (0, "2 articles with 2 quotes were restored\n"), result.output
    assert quoth("db", "check", env=elsewhere).exit_code == 0
    assert quoth("export", env=elsewhere).stdout == quoth("export").stdout
    assert quoth("db", "restore", name, env=elsewhere).exit_code == 1


def test_keys_are_made_listed_and_revoked(quoth: Run) -> None:
    assert "quoth keys create" in quoth("keys", "list").stderr
    made = quoth("keys", "create", "the desk", "--scope", "read", "--scope", "write")
    secret, id = made.stdout.strip(), made.stderr.split()[0]
    assert secret.startswith("quoth_")
    header, row = quoth("keys", "list").stdout.splitlines()
    assert header.split() == ["id", "name", "may", "created", "last", "used", "revoked"]
    assert row.startswith(f"{id}  the desk  read, write")
    assert secret not in row
    with Store(URL) as store:
        assert store.find_key(secret) is not None
        assert quoth("keys", "revoke", id).exit_code == 0
        assert store.find_key(secret) is None
    assert quoth("keys", "revoke", "k-unknown").exit_code == 1
    assert quoth("keys", "create", "x", "--scope", "everything").exit_code == 2


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[2J", "a\u202eb", 101 * "x"])
def test_a_key_has_a_name_that_stands_on_one_line(quoth: Run, name: str) -> None:
    result = quoth("keys", "create", name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "characters on one line" in result.stderr
    assert "there is no key" in quoth("keys", "list").stderr


def test_export_prints_every_article_and_import_takes_it_back(quoth: Run, tmp_path: Path) -> None:
    rain, pay = (json.loads(line) for line in quoth("export").stdout.splitlines())
    assert (rain["article"]["id"], rain["quotes"]) == ("rain", [])
    assert [quote["text"] for quote in pay["quotes"]] == [
        "“We will pay every bill this year.”",
        "“We never said so to anybody.”",
    ]
    table = quoth("export", "--format", "csv").stdout.splitlines()
    assert len(table) == 3
    empty = {"QUOTH_DATABASE_URL": "sqlite:///empty.db"}
    quoth("db", "upgrade", env=empty)
    assert quoth("export", "--format", "csv", env=empty).stdout.splitlines() == table[:1]
    assert table[0].startswith("article,quote,")
    result = quoth("export", "--format", "articles", "--output", "out.jsonl")
    assert (result.exit_code, result.stdout) == (0, "out.jsonl: 2 articles\n")
    again = {"QUOTH_DATABASE_URL": "sqlite:///other.db"}
    quoth("db", "upgrade", env=again)
    assert quoth("import", "out.jsonl", env=again).stdout == "2 stored, 0 already stored, 0 failed\n"
    with Store(URL) as one, Store("sqlite:///other.db") as other:
        assert one.extraction("rain") == other.extraction("rain")
    assert quoth("export", "--output", "out.jsonl").exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir() if ".part" in path.name) == []


class Stopped(Exception):
    """As it is with Ctrl-C, at a moment that the test chooses."""


def stop_after(articles: int, patch: pytest.MonkeyPatch) -> None:
    """Have an export stop when it has read so many articles."""
    left, read = iter(range(articles)), Store.extraction

    def stopping(store: Store, id: str) -> Extraction:
        if next(left, None) is None:
            raise Stopped
        return read(store, id)

    patch.setattr(Store, "extraction", stopping)


def test_an_export_that_was_stopped_goes_on_with_the_same_command_alone(quoth: Run, tmp_path: Path) -> None:
    whole = quoth("export").stdout
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporting, "PAGE", 1)
        stop_after(1, patch)
        assert isinstance(quoth("export", "--output", "out").exception, Stopped)
    assert not (tmp_path / "out").exists()
    other = quoth("export", "--output", "out", "--format", "csv")
    assert other.exit_code == 1
    assert "was begun with --format jsonl" in other.stderr
    assert "remove out.part to begin anew" in other.stderr
    elsewhere = {"QUOTH_DATABASE_URL": "sqlite:///other.db"}
    quoth("db", "upgrade", env=elsewhere)
    assert quoth("export", "--output", "out", env=elsewhere).exit_code == 1
    with pytest.MonkeyPatch.context() as patch:
        # the first article is not read again
        stop_after(1, patch)
        result = quoth("export", "--output", "out")
    assert (result.exit_code, result.stdout) == (0, "out: 2 articles\n"), result.output
    assert result.stderr == "out: goes on after 1 articles\n"
    assert (tmp_path / "out").read_text() == whole
    assert sorted(path.name for path in tmp_path.iterdir() if ".part" in path.name) == []


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({"out.part": "somebody's"}, "not of this command"),
        ({"out.part": "some", "out.part.json": "{"}, "out.part.json is damaged"),
        ({"out.part": "some", "out.part.json": '{"content": {}, "mark": {"more": 1}}'}, "out.part.json is damaged"),
    ],
)
def test_an_export_leaves_a_part_alone_that_is_not_its_own(
    quoth: Run, tmp_path: Path, left: dict[str, str], said: str
) -> None:
    for name, content in left.items():
        (tmp_path / name).write_text(content)
    result = quoth("export", "--output", "out")
    assert result.exit_code == 1
    assert said in result.stderr
    assert {name: (tmp_path / name).read_text() for name in left} == left


def test_an_export_waits_for_no_other_and_takes_a_note_without_a_part_for_nothing(quoth: Run, tmp_path: Path) -> None:
    (tmp_path / "out.part.json").write_text("left over")
    with (tmp_path / "out.part").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        result = quoth("export", "--output", "out")
        assert (result.exit_code, "another command" in result.stderr) == (1, True)
    (tmp_path / "out.part").unlink()
    assert quoth("export", "--output", "out").exit_code == 0
    assert not (tmp_path / "out.part.json").exists()
    assert "cannot be written" in quoth("export", "--output", "nowhere/out").stderr


def test_gold_is_what_people_said_and_scores_as_such(quoth: Run, tmp_path: Path) -> None:
    assert quoth("export", "--format", "gold").stdout == ""
    with Store(URL) as store:
        first, second = store.article_quotes("pay")
        store.correct(first.quote.id, Correction(by="Ana", speaker="Ada Brandt"))
        store.correct(second.quote.id, Correction(by="Ana", status=Review.REJECTED))
    [row] = [json.loads(line) for line in quoth("export", "--format", "gold").stdout.splitlines()]
    assert row["article"] == "pay"
    [quote] = row["quotes"]
    assert (quote["speaker"], quote["sure"], quote["content"]) == ("Ada Brandt", True, [[0, 35]])
    (tmp_path / "gold.jsonl").write_text(json.dumps(row))
    (tmp_path / "pred.jsonl").write_text(quoth("export").stdout)
    figures = json.loads(quoth("score", "gold.jsonl", "pred.jsonl", "--json").stdout)
    assert figures["exact"] == {"p": 100.0, "r": 100.0, "f1": 100.0}
    assert figures["speaker"]["f1"] == 100.0


def test_reprocessing_reads_what_is_outdated_and_keeps_what_a_person_said(
    quoth: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quoth("db", "reprocess").stdout.startswith("0 articles read anew, 0 failed")
    id = first_quote()
    with Store(URL) as store:
        store.correct(id, Correction(by="Ana", speaker="Ada Brandt"))
    monkeypatch.setattr(parts, "parser", lambda _chosen: NewerParser())
    assert quoth("db", "reprocess").stdout == (
        "2 articles read anew, 0 failed; quotes: 1 unchanged, 0 changed, 0 added, 0 removed, "
        "1 kept as a person left them\n"
    )
    assert quoth("db", "reprocess").stdout.startswith("0 articles read anew")
    with Store(URL) as store:
        assert store.extraction("pay").model.version == "2"
        speaker = store.quote(id).quote.speaker
        assert speaker is not None
        assert speaker.name == "Ada Brandt"


def test_reprocessing_goes_on_after_an_article_that_fails(quoth: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "parser", lambda _chosen: NewerParser())
    # an article that is longer than is read by now
    result = quoth("db", "reprocess", env={"QUOTH_MAX_ARTICLE_CHARS": "20"})
    assert result.exit_code == 1
    assert result.stdout.startswith("1 articles read anew, 1 failed")
    assert result.stderr.startswith("pay: the article is too long")
    result = quoth("db", "reprocess")
    assert result.stdout.startswith("1 articles read anew, 0 failed")


@pytest.mark.parametrize("command", [["db", "check"], ["db", "reprocess"], ["keys", "list"], ["export"]])
def test_without_a_database_it_is_said_what_to_do(run: Run, command: list[str]) -> None:
    result = run(*command)
    assert result.exit_code == 1
    assert "quoth db upgrade" in result.stderr
    assert "Traceback" not in result.output
