"""How long an answer takes: by the clock, and what the processor computed for it, which a busy machine disturbs less.

The processor's time is that of this thread and, with PostgreSQL on this machine, of the server's process behind the
connection (Linux counts it to the nanosecond in ``/proc/PID/schedstat``). Time on disks is in neither.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import text

from service.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of each answer, in order."""

    clock: tuple[float, ...]
    processor: tuple[float, ...]

    def p95(self) -> tuple[float, float]:
        """Below which 19 of 20 stay: by the clock, and of the processor."""
        return percentile(self.clock), percentile(self.processor)


def percentile(of: Sequence[float], share: float = 95) -> float:
    """The value below which this share (percent) stays."""
    return float(np.percentile(of, share))


class Stopwatch:
    """Times what one thread asks of a store."""

    def __init__(self, store: Store) -> None:
        self._server: Path | None = None
        engine = store._database.engine
        if engine.dialect.name == "postgresql":
            # one thread at a time has one connection, the pool's first
            with engine.connect() as connection:
                backend = connection.scalar(text("SELECT pg_backend_pid()"))
            counted = Path(f"/proc/{backend}/schedstat")
            self._server = counted if counted.exists() else None

    def time(self, asks: Sequence[Callable[[], object]], *, warm: int = 0) -> Times:
        """Ask one after the other; the first ``warm`` of them are not counted."""
        clock: list[float] = []
        processor: list[float] = []
        for ask in asks:
            start, own = time.perf_counter(), self._processor()
            ask()
            clock.append((time.perf_counter() - start) * 1000)
            processor.append((self._processor() - own) * 1000)
        return Times(clock=tuple(clock[warm:]), processor=tuple(processor[warm:]))

    def _processor(self) -> float:
        """Seconds computed so far."""
        server = int(self._server.read_text().split()[0]) / 1e9 if self._server else 0.0
        return time.thread_time() + server
