"""The requests in the README, run anew: ``python -m bench.readme`` writes what they print, and the settings, into it.

A test runs the same requests and compares.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.server import Server, serving
from service.settings import settings_table_markdown

ROOT = Path(__file__).parent.parent
README_FILE = ROOT / "README.md"
PRINTED_ADDRESS = "http://127.0.0.1:8000"

_BLOCK = re.compile(r"(?<=```console\n)(.*?)(?=```)", re.DOTALL)
_EXAMPLE = re.compile(r"^\$ ((?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)", re.MULTILINE)
_SETTINGS = re.compile(r"(<!-- settings:.*?-->\n).*?(<!-- /settings -->)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A command line of a console block, and the lines that the block shows under it."""

    command: str
    output: str


def examples(readme: str) -> list[Example]:
    """The ``$`` lines of the console blocks, continuation lines joined, with what follows each of them.

    >>> examples("```console\\n$ curl -s \\\\\\n  x\\na\\nb\\n$ curl y\\n```")
    [Example(command='curl -s x', output='a\\nb\\n'), Example(command='curl y', output='')]
    """
    found = [match for block in _BLOCK.findall(readme) for match in _EXAMPLE.finditer(block)]
    return [Example(command=re.sub(r" *\\\n *", " ", m[1]).strip(), output=m[2]) for m in found]


def printed(command: str, address: str) -> str:
    """What a terminal shows for ``curl …`` or ``curl … | python3 …`` with the server at ``address``."""
    words = shlex.split(command)
    request, pipe = (words[: words.index("|")], words[words.index("|") + 1 :]) if "|" in words else (words, [])
    body = curl(request, address)
    if pipe:
        if pipe[0] != "python3":
            raise ValueError(f"cannot run {pipe[0]!r}; the README may pipe into python3 alone")
        body = subprocess.run(
            [sys.executable, *pipe[1:]], input=body, capture_output=True, text=True, check=True
        ).stdout
    # the prompt stands on the next line whether or not the body ends with a line end
    return body.removesuffix("\n") + "\n"


def curl(words: list[str], address: str) -> str:
    """The body that curl prints, for the few options that the README uses. Raises ValueError for others."""
    url, headers, data = "", {"Accept": "*/*"}, None
    rest = iter(words[1:])
    for word in rest:
        if word in ("-H", "--header"):
            name, _, value = next(rest).partition(":")
            headers[name] = value.strip()
        elif word in ("-d", "--data", "--data-binary"):
            data = next(rest)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        elif word.startswith(PRINTED_ADDRESS):
            url = address + word.removeprefix(PRINTED_ADDRESS)
        elif word not in ("-s", "--silent"):
            raise ValueError(f"cannot run {word!r}; add it to bench/readme.py or leave it out of the README")
    if data is not None and data.startswith("@"):
        data = (ROOT / data[1:]).read_text(encoding="utf-8")
    request = urllib.request.Request(url, data=None if data is None else data.encode(), headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return str(response.read().decode())
    except urllib.error.HTTPError as refused:
        return refused.read().decode()


def rewritten(readme: str, address: str) -> str:
    """The README with the settings and what its requests print now."""

    def run_example(match: re.Match[str]) -> str:
        [example] = examples(f"```console\n{match[0]}```")
        return f"$ {match[1]}{printed(example.command, address)}"

    def run_block(match: re.Match[str]) -> str:
        return _EXAMPLE.sub(run_example, match[0])

    with_settings = _SETTINGS.sub(lambda m: f"{m[1]}{settings_table_markdown()}\n{m[2]}", readme)
    return _BLOCK.sub(run_block, with_settings)


@contextmanager
def demo_server() -> Iterator[Server]:
    """A server with the demo corpus stored."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "quoth.db")
        environment = os.environ | {"QUOTH_DATABASE_URL": f"sqlite:///{database}"}
        for command in (["db", "upgrade"], ["import", str(ROOT / "corpus" / "articles")]):
            subprocess.run([sys.executable, "-m", "service.cli", *command], env=environment, check=True)
        with serving(database) as server:
            yield server


def main() -> None:
    """Run the requests against a server with the demo corpus, and rewrite the README."""
    with demo_server() as server:
        README_FILE.write_text(rewritten(README_FILE.read_text(encoding="utf-8"), server.address), encoding="utf-8")


if __name__ == "__main__":
    main()
