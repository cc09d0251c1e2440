"""Bytes by key in one file of bounded size, which the worker processes of a machine share.

A cache may forget, so nothing here is a fault to its caller: what cannot be read or written is a miss. What it gives
back is what was put in: each entry carries a checksum over its key and value, an entry that fails it is deleted, and a
file that is no sound database any more is thrown away and begun anew.

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     cache = DiskCache(Path(folder), limit_bytes=1 << 20)
...     cache.put(b"key", b"value")
...     cache.get(b"key"), cache.get(b"other")
...     cache.close()
(b'value', None)
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_log = logging.getLogger(__name__)

# the number is that of the form of the table: another form is another file
_FILE = "extractions-1.sqlite3"
_TABLE = """
CREATE TABLE IF NOT EXISTS entry
  (key BLOB PRIMARY KEY, checksum BLOB NOT NULL, value BLOB NOT NULL, used INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS entry_used ON entry (used);
"""
_DROP_OLDEST = "DELETE FROM entry WHERE rowid IN (SELECT rowid FROM entry ORDER BY used, rowid LIMIT ?)"
# another process writes: to read the article again costs less than to wait longer
_BUSY_SECONDS = 0.25
# an entry's last use is noted no more often than this, so that a hit is seldom a write
_USE_NOTED_SECONDS = 600
# when the file is full, this share of the entries goes, those that were used longest ago
_DROPPED = 0.05
# a value larger than this share of the file would drive out too many others
_LARGEST = 0.1


class DiskCache:
    """The cache in ``folder``, which is made; ``limit_bytes`` bounds what the entries and their index take.

    Threads may share one. After a fork each process opens the file for itself. Where the folder cannot be made or
    written, one line in the log says so, and every look-up is a miss.
    """

    def __init__(self, folder: Path, *, limit_bytes: int) -> None:
        self._path = folder / _FILE
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._inode = 0
        self._warned = False
        # what is wrong with the folder is in the log at the start, not after the first article
        self.size_bytes()

    def get(self, key: bytes) -> bytes | None:
        """The value that was put last for ``key``; None where there is none, or none that can be trusted."""
        return self._attempt(lambda connection: self._get(connection, key))

    def put(self, key: bytes, value: bytes) -> None:
        """Keep ``value``; what was used longest ago makes room for it."""
        if len(value) <= self._limit * _LARGEST:
            self._attempt(lambda connection: self._put(connection, key, value))

    def size_bytes(self) -> int:
        """What the entries and their index take of the file; 0 where it cannot be read."""
        return self._attempt(_used_bytes) or 0

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            self._close()

    def _get(self, connection: sqlite3.Connection, key: bytes) -> bytes | None:
        row = connection.execute("SELECT checksum, value, used FROM entry WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        checksum, value, used = row
        if not (isinstance(value, bytes) and checksum == _checksum(key, value)):
            _log.warning("an entry of the cache %s was damaged and is dropped", self._path)
            connection.execute("DELETE FROM entry WHERE key = ?", (key,))
            return None
        now = int(time.time())
        if not 0 <= now - used < _USE_NOTED_SECONDS:
            # a hit all the same if another process writes just now
            with suppress(sqlite3.OperationalError):
                connection.execute("UPDATE entry SET used = ? WHERE key = ?", (now, key))
        return value

    def _put(self, connection: sqlite3.Connection, key: bytes, value: bytes) -> None:
        row = (key, _checksum(key, value), value, int(time.time()))
        connection.execute("INSERT OR REPLACE INTO entry (key, checksum, value, used) VALUES (?, ?, ?, ?)", row)
        while _used_bytes(connection) > self._limit:
            (count,) = connection.execute("SELECT count(*) FROM entry").fetchone()
            if not connection.execute(_DROP_OLDEST, (int(count * _DROPPED) + 1,)).rowcount:
                break

    def _attempt(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """What ``work`` gives, one thread at a time; None where the file fails."""
        with self._lock:
            try:
                return work(self._connect())
            except sqlite3.OperationalError as error:
                # busy, full, read-only, or the file has gone: it passes, or is for the operator to see to
                self._warn(error)
                if self._connection is not None and self._changed():
                    self._close()
            except sqlite3.DatabaseError as error:
                _log.warning("the cache %s is damaged (%s) and begun anew", self._path, error)
                self._discard()
            except OSError as error:
                self._warn(error)
            return None

    def _connect(self) -> sqlite3.Connection:
        if self._process != os.getpid():
            # the other process's connection is not ours to use, nor to close
            self._connection, self._process = None, os.getpid()
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # what articles say stands in it: nobody else's to read
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            connection = sqlite3.connect(
                self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                # what a loss of power takes away was only a copy
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA journal_size_limit = 4194304")
                connection.executescript(_TABLE)
            except BaseException:
                connection.close()
                raise
            self._connection, self._inode = connection, self._path.stat().st_ino
        return self._connection

    def _changed(self) -> bool:
        """Whether the file that is open is not the one that stands there."""
        try:
            return self._path.stat().st_ino != self._inode
        except OSError:
            return True

    def _discard(self) -> None:
        """Throw the damaged file away, unless another process has done so."""
        opened = self._connection is not None
        self._close()
        with suppress(OSError), self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (opened and self._changed()):
                for ending in ("", "-wal", "-shm"):
                    Path(f"{self._path}{ending}").unlink(missing_ok=True)

    def _close(self) -> None:
        if self._connection is not None and self._process == os.getpid():
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _warn(self, error: Exception) -> None:
        if not self._warned:
            self._warned = True
            _log.warning("the cache %s cannot be used for now: %s", self._path, error)


def _checksum(key: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=16, key=key[:64]).digest()


def _used_bytes(connection: sqlite3.Connection) -> int:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int((pages - free) * size)
