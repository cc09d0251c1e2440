"""What belongs into the queue and is not in it: parts that are new, that came back, and that the queue has lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from service.jobs.queue import WINDOW, Queue
from service.store import Store

#: A part that is in the queue and was not taken for so long, while the queue is empty, was lost by it.
LOST_AFTER = timedelta(seconds=3)

_log = logging.getLogger(__name__)


def tend(store: Store, queue: Queue) -> None:
    """Put it there. Raises StoreError, or what the queue's driver raises."""
    size = queue.size()
    lost_before = datetime.now(UTC) - LOST_AFTER if size == 0 else None
    if size < WINDOW:
        queue.put(store.parts_to_queue(limit=WINDOW - size, lost_before=lost_before))


def announcer(store: Store, queue: Queue) -> Callable[[], None]:
    """What the server calls when a job was handed over, so that workers need not wait until it is seen to."""

    def announce() -> None:
        try:
            queue.put(store.parts_to_queue(limit=WINDOW))
        except Exception as error:
            # the job is kept, and a worker sees to the queue as soon as it can be reached
            _log.warning("a job waits for the queue: %s", type(error).__name__)

    return announce
