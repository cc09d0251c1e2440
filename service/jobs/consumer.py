"""Processes that read parts, and one that sees to it that none is forgotten: huey's consumer, told what is ours.

The first process forks and never reads. What a worker needs, models above all, it loads after the fork, and only when
the first part comes. A worker that ends is replaced.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from huey.consumer import Consumer, Scheduler
from huey.consumer import Worker as HueyWorker

from service.errors import QuothError
from service.jobs.queue import Queue
from service.jobs.reading import ReadLines
from service.jobs.tending import tend
from service.jobs.work import Work
from service.store import Store

#: How often is looked for parts that wait and are not in the queue.
TENDED_EVERY_SECONDS = 1.0
_FORGOTTEN_EVERY_SECONDS = 3600.0
_HEALTH_EVERY_SECONDS = 1.0

_log = logging.getLogger(__name__)


def run(
    store: Store,
    queue: Queue,
    read: Callable[[], ReadLines],
    *,
    processes: int,
    lease_seconds: float,
    kept: timedelta,
    ends_with: int | None = None,
) -> None:
    """Read parts until SIGINT or SIGTERM: then the articles at hand are finished, and the leases given back.

    ``read``: see ``Work``. ``kept``: how long ended jobs are remembered. ``ends_with``: the id of the parent process,
    with which this one ends, too.
    """

    class Processes(Consumer):  # type: ignore[misc]
        """Ends gracefully by either signal, and with its parent."""

        worker_class = _worker(store, queue, read, lease_seconds=lease_seconds)
        scheduler_class = _tender(store, queue, kept=kept)

        def loop(self, health_check_ts: float | None = None) -> Any:
            """Look after the others once."""
            if ends_with is not None and os.getppid() != ends_with:
                self._signum = signal.SIGTERM
            return super().loop(health_check_ts)

    consumer = Processes(
        queue.huey,
        workers=processes,
        worker_type="process",
        periodic=False,
        initial_delay=0.1,
        max_delay=1.0,
        health_check_interval=_HEALTH_EVERY_SECONDS,
    )
    consumer._signal_actions = {signal.SIGINT: (False, True), signal.SIGTERM: (False, True)}
    store.close()
    consumer.run()


def _tender(store: Store, queue: Queue, *, kept: timedelta) -> type[Scheduler]:
    """What huey starts one process of, to see to it that no part is forgotten."""

    class Tender(Scheduler):  # type: ignore[misc]
        """In the place of huey's scheduler, since nothing of ours is scheduled."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._parent = os.getpid()
            self._forget_at = time.monotonic()

        def loop(self, now: Any = None) -> None:  # noqa: ARG002 - the signature is huey's
            """See to it once."""
            _end_with(self._parent)
            try:
                tend(store, queue)
                if time.monotonic() >= self._forget_at:
                    self._forget_at = time.monotonic() + _FORGOTTEN_EVERY_SECONDS
                    store.forget_jobs(ended_before=datetime.now(UTC) - kept)
            except Exception as error:
                # a server that is away now is back later
                reason = str(error) if isinstance(error, QuothError) else type(error).__name__
                _log.warning("the queue was not seen to: %s", reason)
            self.stop_flag.wait(TENDED_EVERY_SECONDS)

    return Tender


def _worker(store: Store, queue: Queue, read: Callable[[], ReadLines], *, lease_seconds: float) -> type[HueyWorker]:
    """What huey starts so many processes of, to read parts."""

    class Worker(HueyWorker):  # type: ignore[misc]
        """Reads parts as they come out of the queue."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._parent = os.getpid()

        def initialize(self) -> None:
            """After the fork."""
            super().initialize()
            queue.work = Work(
                store,
                read=read,
                owner=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
                lease_seconds=lease_seconds,
                stopping=lambda: bool(self.stop_flag.is_set()) or os.getppid() != self._parent,
                put=queue.put,
            ).part

        def loop(self, now: Any = None) -> None:
            """Read one part."""
            _end_with(self._parent)
            super().loop(now)

    return Worker


def _end_with(parent: int) -> None:
    """End, as if told to, where the process that would replace us is gone."""
    if os.getppid() != parent:
        raise KeyboardInterrupt
