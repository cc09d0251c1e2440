"""The folder in which a server's processes count: it goes with them, and what killed ones have left goes at a start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.commands.measures_folder import PREFIX, measures_folder

# a master with a worker, each of which stays until its input ends or it is killed
_SERVER = """
import os, sys
from service.commands.measures_folder import measures_folder
with measures_folder() as folder:
    worker = os.fork()
    if worker:
        print(folder, worker, flush=True)
    sys.stdin.read()
"""


@contextmanager
def server() -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """Its master, its worker and its folder."""
    master = subprocess.Popen([sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert master.stdin is not None
    assert master.stdout is not None
    folder, worker = master.stdout.readline().split()
    try:
        yield master, int(worker), Path(folder)
    finally:
        master.stdin.close()
        master.wait(10)
        # its end is the worker's, too
        master.stdout.read()
        master.stdout.close()


def start() -> None:
    """What every start does."""
    with measures_folder() as folder:
        assert Path(folder).is_dir()
        assert Path(folder).name.startswith(PREFIX)
    assert not Path(folder).exists()


def test_the_folder_goes_with_the_server_and_stays_while_it_runs() -> None:
    with server() as (_, _, folder):
        start()
        assert folder.is_dir()
    assert not folder.exists()


def test_what_a_killed_server_left_goes_with_the_next_start_but_not_before_its_workers() -> None:
    with server() as (master, worker, folder):
        (folder / "counter_1.db").write_bytes(b"\0")
        master.kill()
        master.wait()
        start()
        assert folder.is_dir(), "the worker still counts in it"
        os.kill(worker, signal.SIGKILL)
        assert master.stdout is not None
        master.stdout.read()
        start()
        assert not folder.exists()


def test_what_only_has_such_a_name_stays(tmp_path: Path) -> None:
    with measures_folder() as folder:
        place = Path(folder).parent
    link = place / f"{PREFIX}{os.getpid()}-link"
    file = place / f"{PREFIX}{os.getpid()}-file"
    link.symlink_to(tmp_path)
    file.touch()
    try:
        start()
        assert link.is_symlink()
        assert file.exists()
        assert tmp_path.is_dir()
    finally:
        link.unlink()
        file.unlink()
