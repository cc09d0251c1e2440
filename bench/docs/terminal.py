"""The commands on the pages of ``docs/``, run as a reader would: all of a page in one shell, one after the other.

A block ``console`` has commands after ``$`` and what they print. In what is shown, ``…`` stands for anything.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.readme import PRINTED_ADDRESS, ROOT, Example, examples

DOCS = ROOT / "docs"
PRINTED_POSTGRESQL = "postgresql://quoth:secret@127.0.0.1/quoth"

_MARK = "\x1e"
_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A command of a page with what it printed, standard error among it, and its exit status."""

    example: Example
    output: str
    status: int


def pages_with_commands() -> list[Path]:
    """The pages that have such blocks and are no client guide, whose commands a test of its own runs."""
    pages = [DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))]
    return [page for page in pages if examples(page.read_text(encoding="utf-8"))]


def make_folder(folder: Path) -> Path:
    """Make ``folder`` what a reader has who has stored the tutorial's article in ``var/quoth.db``; returns it."""
    folder.mkdir()
    for name in ("docs", "corpus"):
        (folder / name).symlink_to(ROOT / name)
    for command in (["db", "upgrade"], ["import", "docs/examples"]):
        done = _run([sys.executable, "-m", "service.cli", *command], folder)
        if done.returncode:
            raise RuntimeError(done.stdout)
    return folder


def play(page: str, folder: Path, replaced: Mapping[str, str]) -> list[Played]:
    """Run the commands of a page in ``folder``.

    ``replaced`` has what stands in for a text of the page, such as the address of a server that runs; in what is
    printed it is put back.
    """
    found = examples(page)
    script = "".join(f"{example.command}\nprintf '{_MARK}%s{_MARK}' $?\n" for example in found)
    for shown, real in replaced.items():
        script = script.replace(shown, real)
    output = _run(["bash", "-c", script], folder).stdout
    for shown, real in replaced.items():
        output = output.replace(real, shown)
    parts = output.split(_MARK)
    return [
        Played(example=example, output=_ended(printed), status=int(status))
        for example, printed, status in zip(found, parts[::2], parts[1::2], strict=False)
    ]


def agrees(shown: str, printed: str) -> bool:
    """Whether a command printed what its page shows.

    >>> agrees("2 quotes\\n…\\n", "2 quotes\\none\\ntwo\\n"), agrees("2 quotes\\n", "3 quotes\\n")
    (True, False)
    """
    return re.fullmatch(".*".join(map(re.escape, shown.split("…"))), printed, flags=re.DOTALL) is not None


def rewritten(page: str, played: Sequence[Played]) -> str:
    """The page with what its commands print now, where that is not what it shows."""
    for each in played:
        if not agrees(each.example.output, each.output):
            page = _with_output(page, each)
    return page


def _with_output(page: str, played: Played) -> str:
    words = r"(?: |(?: *\\\n *))".join(map(re.escape, played.example.command.split(" ")))
    shown = re.escape(played.example.output)
    return re.sub(rf"(?<=^\$ )({words}\n){shown}", lambda m: m[1] + played.output, page, count=1, flags=re.MULTILINE)


def address_of(server: str) -> dict[str, str]:
    """What stands in for the address that the pages print."""
    return {PRINTED_ADDRESS: server}


def _run(words: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUOTH_")}
    # lines are as long as where nobody says how wide the terminal is
    environment.pop("COLUMNS", None)
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        words,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def _ended(printed: str) -> str:
    # the prompt stands on the next line whether or not a body ends with a line end
    return printed.removesuffix("\n") + "\n" if printed else ""
