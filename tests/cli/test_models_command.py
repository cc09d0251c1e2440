"""``quoth models``: packs shown, checked, fetched and chosen."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from service.parse.pack import EMBEDDED, ROLES, STANZA
from tests.cli.conftest import Run


def make_pack(folder: Path, name: str = "tiny") -> Path:
    """A sound pack of a few bytes, which no engine loads."""
    folder.mkdir(parents=True)
    files = []
    for role in ROLES[STANZA]:
        content = f"weights of {role}".encode()
        (folder / f"{role}.pt").write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        files.append({"role": role, "file": f"{role}.pt", "bytes": len(content), "sha256": sha256})
    manifest = {"name": name, "version": "1.0", "language": "en", "engine": "stanza 1.15", "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_the_embedded_pack_is_used_unless_another_is_set(run: Run) -> None:
    assert run("models", "list").stdout.startswith("* embedded: quoth-en ")


def test_fetched_and_other_packs_are_listed_and_the_one_in_use_is_marked(run: Run, tmp_path: Path) -> None:
    make_pack(tmp_path / "var" / "models" / "stanza-en", "stanza-en")
    other = make_pack(tmp_path / "elsewhere")
    shown = run("models", "list", env={"QUOTH_MODEL_DIR": str(other)}).stdout
    heads = [line for line in shown.splitlines() if not line.startswith("    ")]
    assert [head.split(":")[0] for head in heads] == ["  embedded", "  stanza-en", f"* {other}"]
    marked = run("models", "list", env={"QUOTH_MODEL_DIR": "var/models/stanza-en"}).stdout
    assert "* stanza-en: stanza-en 1.0" in marked


def test_verify_takes_a_name_a_folder_or_nothing(run: Run, tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "var" / "models" / "mine")
    assert run("models", "verify").stdout.startswith("quoth-en ")
    assert run("models", "verify", "mine").stdout == "tiny 1.0: 6 files are as the manifest says\n"
    (folder / "pos.pt").write_bytes(b"weights OF pos")
    result = run("models", "verify", folder)
    assert result.exit_code == 1
    assert "pos.pt" in result.stderr


def test_use_refuses_a_pack_that_does_not_load(run: Run, tmp_path: Path) -> None:
    make_pack(tmp_path / "var" / "models" / "mine")
    result = run("models", "use", "mine")
    assert result.exit_code == 1
    assert "does not load" in result.stderr
    assert result.stdout == ""


def test_use_prints_the_setting_after_reading_with_the_pack(run_with_models: Run, tmp_path: Path) -> None:
    shutil.copytree(EMBEDDED, tmp_path / "a copy")
    copied = run_with_models("models", "use", "a copy")
    assert copied.stdout == f"export QUOTH_MODEL_DIR='{tmp_path / 'a copy'}'\n"
    assert "reads text" in copied.stderr
    assert run_with_models("models", "use", "embedded").stdout == "unset QUOTH_MODEL_DIR\n"


def test_nothing_is_fetched_without_the_user_s_word(run: Run, tmp_path: Path) -> None:
    result = run("models", "fetch", "--mirror", "http://127.0.0.1:9", input="n\n")
    assert result.exit_code == 1
    assert "cannot be reached" not in result.stderr
    assert not (tmp_path / "var").exists()


def test_a_hub_out_of_reach_is_one_message(run: Run) -> None:
    result = run("models", "fetch", "--yes", "--mirror", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "cannot be reached" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("arguments", [("use",), ("fetch", "stanza-en"), ("remove", "embedded")])
def test_other_command_lines_are_refused(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("models", *arguments).exit_code == 2
