"""One article at a time at the models, and a bounded number of requests that wait for them.

Threads that wait are threads that answer nothing else. So at most ``places`` requests are inside at a time; the next
one is refused at once, and the server's other threads stay free for ``/healthz`` and for reading the store.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Full(Exception):
    """No turn is to be had now; the message says why."""


class Gate:
    """``places``: requests that are inside or wait. ``timeout_seconds``: the longest wait for a turn."""

    def __init__(self, *, places: int, timeout_seconds: float) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._turn = threading.Lock()
        self._timeout_seconds = timeout_seconds
        self._inside = 0
        self._counting = threading.Lock()

    @property
    def inside(self) -> int:
        """How many have the turn or wait for it."""
        return self._inside

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the only turn. Raises Full where too many wait, or where the wait takes too long."""
        if not self._places.acquire(blocking=False):
            raise Full("too many articles wait to be read; try again in a few seconds")
        self._count(1)
        try:
            if not self._turn.acquire(timeout=self._timeout_seconds):
                raise Full(
                    f"the articles before this one took longer than {self._timeout_seconds:g} seconds; try again later"
                )
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._count(-1)
            self._places.release()

    def _count(self, more: int) -> None:
        with self._counting:
            self._inside += more
