"""Commands and programs on the pages of ``docs/`` run as they are printed; what is written by commands is so."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bench.docs.pages import DOCS, reference
from bench.docs.parse_drawing import example_parse
from bench.docs.terminal import PRINTED_POSTGRESQL, address_of, agrees, make_folder, pages_with_commands, play
from bench.readme import ROOT
from bench.server import Server
from service.cli import main
from service.parse.article_parser import ArticleParser
from service.settings import SETTINGS
from tests.databases import backend_of

GUIDES = sorted(DOCS.glob("*.md")) + sorted((DOCS / "how-to").glob("*.md"))
OTHER_PROGRAMS = {"source", "psql", "createdb", "find", "git", "docker"}


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("docs") / "reader")


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(filled, tmp_path / "reader", symlinks=True)


@pytest.fixture
def empty_postgresql(tmp_path: Path) -> Iterator[str]:
    with backend_of("postgresql", tmp_path) as backend:
        url = backend.make(empty=True)
        yield url
        backend.drop(url)


def test_there_are_pages_with_commands() -> None:
    assert {"tutorial.md", "backup.md", "cms.md", "upgrade.md"} <= {page.name for page in pages_with_commands()}


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
@pytest.mark.parametrize("page", pages_with_commands(), ids=lambda page: page.stem)
def test_the_commands_of_a_page_print_what_it_shows(
    page: Path, server: Server, folder: Path, request: pytest.FixtureRequest
) -> None:
    text = page.read_text(encoding="utf-8")
    replaced = address_of(server.address)
    if PRINTED_POSTGRESQL in text:
        replaced[PRINTED_POSTGRESQL] = request.getfixturevalue("empty_postgresql")
    played = play(text, folder, replaced)
    assert played
    for each in played:
        assert each.status == 0, f"{each.example.command}\n{each.output}"
        assert agrees(each.example.output, each.output), f"{each.example.command}\n{each.output}"


@pytest.mark.parametrize("page", [page for page in GUIDES if page.parent != DOCS and blocks(page, "python")])
def test_a_program_of_a_page_runs(page: Path, server: Server) -> None:
    for program in blocks(page, "python"):
        run = f"SERVER = {server.address!r}\n{program}"
        done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout


@pytest.mark.parametrize("page", [page for page in GUIDES if blocks(page, "sh")], ids=lambda page: page.stem)
def test_commands_that_are_not_run_name_what_there_is(page: Path) -> None:
    for block in blocks(page, "sh"):
        for line in block.replace("\\\n", " ").splitlines():
            if not line.startswith("#"):
                check(shlex.split(line))


def check(words: list[str]) -> None:
    """Raise AssertionError for a make target, a module, a command, an option or a setting that there is not."""
    settings = {setting.name for setting in SETTINGS}
    while re.match(r"QUOTH_[A-Z_]+=", words[0]):
        assert words.pop(0).partition("=")[0] in settings
    program, *arguments = words
    if program == "export":
        name = arguments[0].partition("=")[0]
        assert name in settings | {"QUOTH_TRAINING_DATA"}
    elif program == "make":
        assert re.search(rf"^{arguments[0]}:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    elif program == "python":
        assert arguments[0] == "-m"
        assert importlib.util.find_spec(arguments[1]) is not None
    elif program == "quoth":
        check_quoth(arguments)
    else:
        assert program in OTHER_PROGRAMS


def check_quoth(arguments: list[str]) -> None:
    command: click.Command = main
    while isinstance(command, click.Group):
        command = command.commands[arguments.pop(0)]
    there = {option for parameter in command.params for option in parameter.opts}
    assert {word.partition("=")[0] for word in arguments if word.startswith("--")} <= there


def test_a_command_that_is_not_there_is_seen() -> None:
    for wrong in ("make nothing", "quoth serve --speed 3", "QUOTH_PROT=1 quoth serve", "python -m training.nothing"):
        with pytest.raises((AssertionError, KeyError)):
            check(wrong.split())


@pytest.mark.parametrize("page", reference(), ids=lambda page: page.stem)
def test_the_reference_is_that_of_the_code(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == reference()[page], "make docs writes it anew"


def test_the_drawn_parse_is_what_the_models_make_of_it(parser: ArticleParser) -> None:
    assert (DOCS / "explanation" / "example-parse.svg").read_text(encoding="utf-8") == example_parse(parser)
