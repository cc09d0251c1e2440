"""``quoth score``: the figures of ``service.scoring`` on files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

TEXT = "It rains, she said. It pours, he said."
GOLD = [
    {"content": [[0, 8]], "source": [[10, 13]], "cue": [[14, 18]]},
    {"content": [[20, 28]], "source": [[30, 32]], "cue": [[33, 37]]},
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A gold file, and a prediction that has one of its two quotes."""
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "pred.jsonl"
    gold.write_text(json.dumps({"article": "a", "text": TEXT, "quotes": GOLD}) + "\n")
    predicted.write_text(json.dumps({"article": {"id": "a"}, "quotes": GOLD[:1]}) + "\n")
    return gold, predicted


def test_json_has_precision_recall_and_f1(run: Run, files: tuple[Path, Path]) -> None:
    result = run("score", "--json", *files)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["attributed"] == {"p": 100.0, "r": 50.0, "f1": 66.67}


def test_classes_follow_the_figures(run: Run, files: tuple[Path, Path]) -> None:
    lines = run("score", "--by-class", "--errors", "1", *files).stdout.splitlines()
    assert [line.split()[0] for line in lines[-3:-1]] == ["type.indirect", "cue.say"]
    assert "missed" in lines[-1]
    found = json.loads(run("score", "--by-class", "--json", *files).stdout)
    assert found["cue"]["say"] == {
        "p": 100.0,
        "r": 50.0,
        "f1": pytest.approx(66.67, abs=0.01),
        "gold": 2,
        "predicted": 1,
    }


def test_the_table_ends_with_the_errors_that_were_asked_for(run: Run, files: tuple[Path, Path]) -> None:
    lines = run("score", "--errors", "3", *files).stdout.splitlines()
    [attributed] = [line for line in lines if line.startswith("attributed")]
    assert attributed.split()[1:] == ["p", "100.0", "r", "50.0", "f1", "66.7"]
    assert "missed" in lines[-1]
    assert "It pours" in lines[-1]


@pytest.mark.parametrize("content", ["", "{", '{"article": "b", "quotes": []}', '{"article": "a", "quotes": [{}]}'])
def test_a_bad_prediction_is_one_message(run: Run, files: tuple[Path, Path], content: str) -> None:
    files[1].write_text(content + "\n")
    result = run("score", *files)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert result.stdout == ""


def test_a_missing_file_is_named(run: Run) -> None:
    assert "nowhere.jsonl" in run("score", "nowhere.jsonl", "nowhere.jsonl").stderr
