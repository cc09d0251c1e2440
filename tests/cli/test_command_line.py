"""The command line as a whole: what is loaded, what is refused, and how it says so."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from service.commands.serving import gunicorn_options
from service.settings import Settings
from tests.cli.conftest import Run


def test_help_loads_nothing_heavy() -> None:
    program = "import sys, service.cli; print(*sorted({'torch', 'stanza', 'sqlalchemy', 'flask'} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "\n"


def test_version_is_the_package_s(run: Run) -> None:
    assert run("--version").stdout == f"quoth {version('quoth')}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("extract",),
        ("extract", "--format", "xml", "x.txt"),
        ("nonsense",),
        ("score", "gold"),
        ("import", "nowhere"),
    ],
)
def test_a_wrong_command_line_is_status_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "command", [("extract", "x"), ("parse", "x"), ("db", "upgrade"), ("models", "list"), ("serve",)]
)
def test_bad_settings_are_one_message_and_status_1(run: Run, command: tuple[str, ...]) -> None:
    result = run(*command, env={"QUOTH_PROT": "9000", "QUOTH_WORKERS": "many"})
    assert result.exit_code == 1
    assert "did you mean QUOTH_PORT?" in result.stderr
    assert "QUOTH_WORKERS" in result.stderr


def test_a_damaged_pack_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    for command in (("models", "verify"), ("models", "list"), ("extract", "-"), ("serve",)):
        result = run(*command, env={"QUOTH_MODEL_DIR": "pack"}, input="It rained.")
        assert result.exit_code == 1, command
        assert "manifest.json" in result.stderr, command


def test_the_embedded_pack_is_whole(run: Run) -> None:
    assert run("models", "verify").exit_code == 0
    assert "encoder" in run("models", "list").stdout


@pytest.mark.parametrize("option", [("--port", "0"), ("--port", "x"), ("--workers", "0"), ("--host", "")])
def test_serve_refuses_what_cannot_be(run: Run, option: tuple[str, str]) -> None:
    result = run("serve", *option)
    assert result.exit_code == 1


def test_serve_without_a_database_says_what_to_do(run: Run) -> None:
    result = run("serve")
    assert result.exit_code == 1
    assert "quoth db upgrade" in result.stderr


@pytest.mark.parametrize(("host", "bind"), [("127.0.0.1", "127.0.0.1:9"), ("::1", "[::1]:9"), ("[::1]", "[::1]:9")])
def test_an_address_of_ip_version_6_is_bracketed(host: str, bind: str) -> None:
    chosen = Settings.from_env({"QUOTH_HOST": host, "QUOTH_PORT": "9"})
    assert gunicorn_options(chosen)["bind"] == bind
