"""No more requests at once than a process has threads for them, a bounded number that waits, and 503 for the rest.

A server that takes in all that comes answers each of it late, health checks too. So the threads that gunicorn has are
more than those that may be at work: what is refused, and what asks for health, finds one free at once.
"""

from __future__ import annotations

import threading

from flask import Flask, g, request

from service.api.errors import Refusal

#: Requests that wait, for each that may be at work.
WAITING_FOR_EACH = 3
#: Threads for what waits for nobody.
SPARE = 4
#: The longest wait: who asks has not gone by then, and after a rush it is over soon.
LONGEST_SECONDS = 3.0
# asked by those who would take the process for dead
_NEVER_WAITS = ("/healthz", "/readyz", "/metrics")


def threads_for(at_once: int) -> int:
    """The threads that a process needs for so many requests at once.

    >>> threads_for(8)
    36
    """
    return at_once * (1 + WAITING_FOR_EACH) + SPARE


def register(app: Flask, *, at_once: int) -> None:
    """Let so many requests be at work at a time. To be registered before all that asks the database."""
    working = threading.BoundedSemaphore(at_once)
    inside = threading.BoundedSemaphore(at_once * (1 + WAITING_FOR_EACH))

    @app.before_request
    def enter() -> None:
        if request.path in _NEVER_WAITS:
            return
        if not inside.acquire(blocking=False):
            raise Refusal("busy", "too many requests wait to be answered; try again in a few seconds")
        if not working.acquire(timeout=LONGEST_SECONDS):
            inside.release()
            raise Refusal("busy", f"the requests before this one took longer than {LONGEST_SECONDS:g} seconds")
        g.in_crowd = True

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        if g.pop("in_crowd", False):
            working.release()
            inside.release()
