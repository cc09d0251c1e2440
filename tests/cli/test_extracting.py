"""``quoth extract`` and ``quoth parse`` on real files with the real models."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

SAID = '"We will pay every bill," Mayor Ada Brandt said on Monday.\n'
DENIED = "The union denied that its members had walked out.\n"


@pytest.fixture
def articles(tmp_path: Path) -> list[str]:
    """Two good articles with bad ones before, between and after them."""
    (tmp_path / "empty.txt").write_text(" \n\t\n")
    (tmp_path / "town.hall.txt").write_text(SAID)
    (tmp_path / "binary.txt").write_bytes(b"\x00\xff\xfe")
    (tmp_path / "walkout.txt").write_text(DENIED)
    return ["empty.txt", "town.hall.txt", "binary.txt", "walkout.txt", "missing.txt"]


def test_jsonl_is_a_line_for_each_good_file_in_order_and_a_complaint_for_each_bad_one(
    run_with_models: Run, articles: list[str]
) -> None:
    result = run_with_models("extract", "--format", "jsonl", *articles)
    assert result.exit_code == 1
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["article"]["id"] for one in found] == ["town.hall", "walkout"]
    assert [one["quotes"][0]["polarity"] for one in found] == ["asserted", "denied"]
    complaints = result.stderr.splitlines()
    assert [line.partition(":")[0] for line in complaints] == ["empty.txt", "binary.txt", "missing.txt"]
    assert "got no character but white space" in complaints[0]
    assert "No such file" in complaints[2]


def test_spans_are_what_the_file_says(run_with_models: Run, articles: list[str]) -> None:
    result = run_with_models("extract", "town.hall.txt")
    assert result.exit_code == 0
    extraction = json.loads(result.stdout)
    [quote] = extraction["quotes"]
    assert quote["speaker"]["name"] == "Ada Brandt"
    for span in [*quote["spans"], *quote["cue"]["spans"], quote["speaker"]["mention"]]:
        assert SAID[span["start"] : span["end"]] == span["text"]


def test_json_of_several_files_is_one_array(run_with_models: Run, articles: list[str]) -> None:
    found = json.loads(run_with_models("extract", "town.hall.txt", "walkout.txt").stdout)
    assert [one["article"]["id"] for one in found] == ["town.hall", "walkout"]


def test_csv_has_one_header_for_all_files(run_with_models: Run, articles: list[str]) -> None:
    result = run_with_models("extract", "--format", "csv", "town.hall.txt", "walkout.txt")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["article"] for row in rows] == ["town.hall", "walkout"]
    assert rows[0]["speaker"] == "Ada Brandt"


def test_text_is_a_table(run_with_models: Run, articles: list[str]) -> None:
    result = run_with_models("extract", "--format", "text", "town.hall.txt")
    assert "Ada Brandt" in result.stdout
    assert "We will pay every bill" in result.stdout


def test_standard_input_gives_no_id(run_with_models: Run) -> None:
    result = run_with_models("extract", "-", input=SAID)
    assert json.loads(result.stdout)["article"]["id"] is None
    assert len(json.loads(result.stdout)["quotes"]) == 1


def test_line_ends_are_not_translated(run_with_models: Run) -> None:
    text = "The harbour was quiet.\r\n\r\n" + SAID
    found = json.loads(run_with_models("extract", "-", input=text.encode()).stdout)
    assert found["article"]["characters"] == len(text)
    assert found["quotes"][0]["spans"][0]["start"] == text.index('"')


def test_scope_all_adds_what_was_not_said(run_with_models: Run) -> None:
    text = "Ada Brandt believes that the bridge is safe.\n"
    quotes = {
        scope: json.loads(run_with_models("extract", "--scope", scope, "-", input=text).stdout)["quotes"]
        for scope in ("speech", "all")
    }
    assert quotes["speech"] == []
    assert [quote["act"] for quote in quotes["all"]] == ["thought"]


def test_many_files_come_out_in_order_over_several_batches(run_with_models: Run, tmp_path: Path) -> None:
    names = [f"{number:02}.txt" for number in range(40)]
    for number, name in enumerate(names):
        (tmp_path / name).write_text("" if number % 7 == 0 else f'"Bill {number} is paid," Ada Brandt said.')
    result = run_with_models("extract", "--format", "jsonl", *names)
    ids = [json.loads(line)["article"]["id"] for line in result.stdout.splitlines()]
    assert ids == [f"{number:02}" for number in range(40) if number % 7]
    assert len(result.stderr.splitlines()) == 6


def test_parse_prints_conllu_with_offsets(run_with_models: Run, articles: list[str]) -> None:
    result = run_with_models("parse", "town.hall.txt")
    assert result.exit_code == 0
    words = [line.split("\t") for line in result.stdout.splitlines() if line[:1].isdigit()]
    assert {len(word) for word in words} == {10}
    start = SAID.index("Brandt")
    [brandt] = [word for word in words if word[1] == "Brandt"]
    assert f"start_char={start}|end_char={start + 6}" in brandt[9]


@pytest.mark.parametrize(("name", "says"), [("empty.txt", "white space"), ("missing.txt", "No such file")])
def test_parse_says_what_is_wrong_with_a_file(run: Run, articles: list[str], name: str, says: str) -> None:
    result = run("parse", name)
    assert result.exit_code == 1
    assert says in result.stderr
    assert result.stdout == ""
