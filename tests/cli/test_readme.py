"""The README says what is so: its requests are replayed, its settings and commands compared with the code."""

from __future__ import annotations

import re
import shlex

import pytest

from bench.readme import README_FILE, ROOT, Example, examples, printed
from bench.server import Server
from service.cli import main
from service.settings import settings_table_markdown

README = README_FILE.read_text(encoding="utf-8")


def test_there_are_three_examples() -> None:
    assert len(examples(README)) == 3


@pytest.mark.parametrize("example", examples(README), ids=lambda example: example.command[:60])
def test_a_request_prints_what_the_readme_shows(example: Example, server: Server) -> None:
    assert printed(example.command, server.address) == example.output


def test_the_settings_are_those_of_the_code() -> None:
    [table] = re.findall(r"<!-- settings:.*?-->\n(.*?)\n<!-- /settings -->", README, flags=re.DOTALL)
    assert table == settings_table_markdown()


def test_every_command_is_in_the_table_and_exists() -> None:
    shown = set(re.findall(r"^\| `quoth ([a-z]+)|, `quoth ([a-z]+)", README, flags=re.MULTILINE))
    assert {first or second for first, second in shown} == set(main.commands)


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, flags=re.MULTILINE))
    assert {"serve", "test"} <= named <= targets


def test_the_line_that_make_serve_prints_is_the_first_example() -> None:
    shell = re.search(r"""^\t@echo "  (curl .*)"$""", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert shell is not None
    line = shell[1].replace("\\", "").replace("$(HOST):$(PORT)", "127.0.0.1:8000")
    assert shlex.split(line) == shlex.split(examples(README)[0].command)
