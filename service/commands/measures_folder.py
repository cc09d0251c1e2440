"""The folder in which the processes of one server count together (``PROMETHEUS_MULTIPROC_DIR``).

Each process that uses it holds a lock on it, which the system takes back when the last of them has ended, however it
did. So a folder that nobody holds is one that a killed server has left, and the next start removes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "quoth-measures-"
_IN_MEMORY = "/dev/shm"  # noqa: S108 - what is made there is made by mkdtemp


@contextmanager
def measures_folder() -> Iterator[str]:
    """A folder for the block; what killed servers have left is removed first. Raises OSError where none can be made.

    Processes that are forked inside the block leave it, too, when they end: the one that entered it removes it.
    """
    # in memory where there is such a place: the files are mapped, and a full disk under them would end the worker
    place = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else tempfile.gettempdir()
    _remove_abandoned(Path(place))
    folder, lock = _made(place)
    master = os.getpid()
    try:
        yield folder
    finally:
        if os.getpid() == master:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _made(place: str) -> tuple[str, int]:
    """A new folder and the open file that holds its lock."""
    while True:
        folder = tempfile.mkdtemp(prefix=PREFIX, dir=place)
        # between the two lines another start may take it for abandoned
        with suppress(FileNotFoundError):
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            # where a file system has no locks, nobody takes anything for abandoned
            with suppress(OSError):
                fcntl.flock(held, fcntl.LOCK_EX)
            if os.path.exists(folder):
                return folder, held
            os.close(held)


def _remove_abandoned(place: Path) -> None:
    for folder in place.glob(f"{PREFIX}*"):
        # one that is another user's, is held, or has gone meanwhile stays as it is
        with suppress(OSError):
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(held).st_uid == os.getuid():
                    shutil.rmtree(folder)
            finally:
                os.close(held)
