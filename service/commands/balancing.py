"""gunicorn's worker, with manners: one that reads an article lets an idle one take the next request. What is no HTTP is
refused as all else is.

All workers wait on one socket, and whoever wakes first takes what comes. With articles that take a tenth of a second
each, that is as often as not the worker that has one already, and the new one waits behind it while another core does
nothing. So a worker that is busy holds back for a moment, the longer the more articles wait in it; if nobody else has
taken the connection by then, it does.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from gunicorn.util import write_nonblock  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from service.api.services import articles_inside
from service.commands import malformed

# an idle worker takes a connection within a fraction of a millisecond, on a busy machine within a few
_HEAD_START_SECONDS = 0.003
_LONGEST_SECONDS = 0.02


class BalancedWorker(ThreadWorker):  # type: ignore[misc]
    """Threads as gunicorn has them; only who takes a connection is decided otherwise."""

    def accept(self, listener: Any) -> None:
        """Take a connection, if it is still there."""
        if self.cfg.workers > 1 and (inside := articles_inside(self.wsgi)):
            time.sleep(min(inside * _HEAD_START_SECONDS, _LONGEST_SECONDS))
        super().accept(listener)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:  # noqa: ARG002 - gunicorn's
        """Answer a request that cannot be read. The log has the kind of error alone: a message quotes the request."""
        answer = malformed.refusal(exc)
        if answer is None:
            self.log.error("Error outside the application: %s", type(exc).__name__)
            answer = malformed.failure()
        else:
            self.log.warning("Invalid request: %s", type(exc).__name__)
        with suppress(OSError):
            write_nonblock(client, malformed.written(answer))
