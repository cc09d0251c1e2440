"""``quoth db`` and ``quoth import`` with a real database."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def fill(folder: Path) -> None:
    folder.mkdir()
    (folder / "pay.txt").write_text('"We will pay," Mayor Ada Brandt said.\n')
    (folder / "rain.txt").write_text("It rained. The forecast said it would go on.\n")
    (folder / "metadata.csv").write_text("file,outlet\npay.txt,The Courier\nrain.txt,The Courier\n")


def test_import_stores_what_is_new_and_goes_on_after_errors(run_with_models: Run, tmp_path: Path) -> None:
    fill(tmp_path / "articles")
    (tmp_path / "articles" / "empty.txt").write_text("\n")
    lines = tmp_path / "more.jsonl"
    lines.write_text(json.dumps({"id": "late", "text": "The mayor said no.", "outlet": "The Echo"}) + "\n{\n")
    assert run_with_models("db", "upgrade").exit_code == 0

    result = run_with_models("import", "articles", "more.jsonl")
    assert result.exit_code == 1
    assert result.stdout == "3 stored, 0 already stored, 2 failed\n"
    complaints = result.stderr.splitlines()
    assert [line.split(": ")[0] for line in complaints] == ["articles/empty.txt", "more.jsonl:2"]


def test_the_second_import_stores_nothing_and_loads_no_model(run_with_models: Run, tmp_path: Path) -> None:
    fill(tmp_path / "articles")
    run_with_models("db", "upgrade")
    assert run_with_models("import", "articles").stdout == "2 stored, 0 already stored, 0 failed\n"

    # without a usable pack, anything that needs the models would fail
    (tmp_path / "no-pack").mkdir()
    result = run_with_models("import", "articles", env={"QUOTH_MODEL_DIR": "no-pack"})
    assert result.exit_code == 0
    assert result.stdout == "0 stored, 2 already stored, 0 failed\n"


def test_one_id_for_two_articles_is_an_error_by_file(run_with_models: Run, tmp_path: Path) -> None:
    lines = tmp_path / "twice.jsonl"
    articles = ({"id": "same", "text": f"The mayor said {word}."} for word in ("yes", "no"))
    lines.write_text("\n".join(map(json.dumps, articles)))
    run_with_models("db", "upgrade")
    result = run_with_models("import", "twice.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith("twice.jsonl:2: ")


def test_import_into_a_database_that_was_never_made_says_what_to_do(run: Run, tmp_path: Path) -> None:
    fill(tmp_path / "articles")
    result = run("import", "articles")
    assert result.exit_code == 1
    assert "quoth db upgrade" in result.stderr
    assert "Traceback" not in result.output


def test_upgrade_can_be_repeated(run: Run) -> None:
    first, second = run("db", "upgrade"), run("db", "upgrade")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout != second.stdout
