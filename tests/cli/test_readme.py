"""The README says what is so: its requests are replayed, its settings and commands compared with the code."""

from __future__ import annotations

import re
import shlex
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.server import Server
from service.cli import main
from service.settings import settings_table_markdown

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PRINTED_ADDRESS = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A command line of a console block and what the block shows under it."""

    command: str
    output: str


def examples(readme: str) -> list[Example]:
    """The ``$`` lines of the console blocks, continuation lines joined, with what follows each of them."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", readme, flags=re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, output = re.fullmatch(r"((?:.*\\\n)*.*\n)(.*)", part, flags=re.DOTALL).groups()  # type: ignore[union-attr]
            found.append(Example(command=command.replace("\\\n", " ").strip(), output=output))
    return found


def curl(command: str, address: str) -> str:
    """What curl prints for the few options that the README uses; anything else fails."""
    program, *words = shlex.split(command)
    assert program == "curl"
    url, headers, data = None, {"Accept": "*/*"}, None
    while words:
        word = words.pop(0)
        if word in ("-H", "--header"):
            name, _, value = words.pop(0).partition(":")
            headers[name] = value.strip()
        elif word in ("-d", "--data", "--data-binary"):
            data = words.pop(0)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        elif word in ("-s", "--silent"):
            pass
        else:
            assert url is None
            assert word.startswith(PRINTED_ADDRESS), (
                f"the README's curl has an option that this test does not know: {word}"
            )
            url = address + word.removeprefix(PRINTED_ADDRESS)
    assert url is not None
    body = None
    if data is not None:
        body = (ROOT / data[1:]).read_bytes() if data.startswith("@") else data.encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=60) as response:
            return str(response.read().decode())
    except urllib.error.HTTPError as refused:
        return refused.read().decode()


def test_there_are_three_examples() -> None:
    assert len(examples(README)) == 3


@pytest.mark.parametrize("example", examples(README), ids=lambda example: example.command[:60])
def test_a_request_prints_what_the_readme_shows(example: Example, server: Server) -> None:
    printed = curl(example.command, server.address)
    # a terminal shows the prompt on the next line whether or not the body ends with a line end
    assert printed.removesuffix("\n") == example.output.removesuffix("\n")


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
