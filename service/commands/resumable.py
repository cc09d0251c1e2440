"""A file that takes long to write: it appears when it is whole, and what was stopped goes on where it was.

What is written stands in ``FILE.part`` until then, and ``FILE.part.json`` notes how much of it counts, what comes
behind it, and what it is to be. Whoever is killed, at whatever moment, loses what came after the last note.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import click


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a file is: its bytes and items that count, and what the next item comes after (None: it is the first)."""

    after: str | None = None
    bytes: int = 0
    items: int = 0


class ResumableFile:
    """A file that is being written; see ``resumable_file``."""

    def __init__(self, file: IO[bytes], note: Path, content: Mapping[str, str], mark: Mark) -> None:
        self._file = file
        self._note = note
        self._content = dict(content)
        #: How far the next call would find it.
        self.mark = mark

    def write(self, text: str) -> None:
        """Add text, in UTF-8."""
        self._file.write(text.encode())

    def set_mark(self, *, after: str | None, items: int) -> None:
        """Have the next call go on here: ``items`` are written so far, and the next one comes after ``after``."""
        self._file.flush()
        # the note must not reach the disk before what it tells of
        os.fsync(self._file.fileno())
        self.mark = Mark(after=after, bytes=self._file.tell(), items=items)
        new = self._note.with_name(self._note.name + ".new")
        new.write_text(json.dumps({"content": self._content, "mark": asdict(self.mark)}), encoding="utf-8")
        os.replace(new, self._note)


@contextmanager
def resumable_file(target: Path, *, content: Mapping[str, str]) -> Iterator[ResumableFile]:
    """A new file, which takes its name when the block ends well; else what was marked stays for the next call.

    ``content`` says, in a user's words, what the file is to hold: a part that is to hold something else is not gone on
    with. Raises ClickException, saying what to do, also where the target is there or nothing can be written.
    """
    part, note = (target.with_name(target.name + ending) for ending in (".part", ".part.json"))
    try:
        _refuse_existing(target)
        with part.open("ab") as file:
            _lock(file, part)
            # whoever had the lock may have come to the end meanwhile
            _refuse_existing(target)
            resumed = ResumableFile(file, note, content, _read_mark(note, part, content))
            file.truncate(resumed.mark.bytes)
            file.seek(resumed.mark.bytes)
            # from here on there is a note, so that a part without one is known for somebody else's file
            resumed.set_mark(after=resumed.mark.after, items=resumed.mark.items)
            try:
                yield resumed
                file.flush()
                os.fsync(file.fileno())
                os.replace(part, target)
            finally:
                # the note last: alone it says nothing, and the next call replaces it
                if not resumed.mark.bytes:
                    part.unlink(missing_ok=True)
                if not part.exists():
                    note.unlink(missing_ok=True)
    except OSError as error:
        raise click.ClickException(f"{target} cannot be written: {error.strerror or error}") from error


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise click.ClickException(f"{target} is there already; name a new file")


def _lock(file: IO[bytes], part: Path) -> None:
    """Until the file is closed, or its process ends in whatever way."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise click.ClickException(f"{part} is being written by another command") from error


def _read_mark(note: Path, part: Path, content: Mapping[str, str]) -> Mark:
    """How far the part is."""
    size = part.stat().st_size
    if not size:
        return Mark()
    anew = f"remove {part} to begin anew"
    try:
        noted = json.loads(note.read_text(encoding="utf-8"))
        other, mark = noted["content"], Mark(**noted["mark"])
    except FileNotFoundError as error:
        raise click.ClickException(f"{part} is there already, and not of this command; name another file") from error
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{note} is damaged; {anew}") from error
    if other != content:
        told = ", ".join(f"{name} {value}" for name, value in other.items())
        raise click.ClickException(f"{part} was begun with {told}; go on with that, or {anew}")
    if mark.bytes > size:
        raise click.ClickException(f"{part} is shorter than it was; {anew}")
    return mark
