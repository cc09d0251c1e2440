"""One part of a job, from the lease to the last line: what is read is stored at once, a few articles at a time.

::

    take ─► read some lines ─► store them with the progress ─► … ─► the part is gone through
      │            │                      │
      │            │                      └ the database is away: again, until it is back
      │            └ the worker is to stop: the lease is given back
      └ another worker has it: nothing to do
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from service.bulk import Lease, LineFault, Outcome, PartId
from service.errors import LeaseLost, QuothError, StoreUnavailable
from service.jobs.reading import ReadLines
from service.store import Store

#: Lines that are read and stored together: one commit, and full batches for the models.
BATCH_LINES = 16
BATCH_CHARACTERS = 60_000
#: After so many attempts without progress lines are read one at a time, and in the end given up.
CAREFUL_AFTER = 2
MOST_ATTEMPTS = 5
# how often within its length a lease is renewed
_RENEWALS_IN_LEASE = 3
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.2, 5.0
_AGAIN_AFTER_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Work:
    """A worker's way through parts.

    ``read`` makes what reads lines, which loads the models, when the first part comes. ``owner`` names the worker among
    all. ``stopping`` tells whether it is to end soon. ``put`` adds parts to the queue.
    """

    def __init__(
        self,
        store: Store,
        *,
        read: Callable[[], ReadLines],
        owner: str,
        lease_seconds: float,
        stopping: Callable[[], bool],
        put: Callable[[Iterable[PartId]], None],
    ) -> None:
        self._store = store
        self._make_read = read
        self._read: ReadLines | None = None
        self._owner = owner
        self._lease_seconds = lease_seconds
        self._stopping = stopping
        self._put = put

    def part(self, part: PartId) -> None:
        """Go through a part, as far as it goes; then let the next one into the queue."""
        try:
            lease = self._store.take_part(part, owner=self._owner, seconds=self._lease_seconds)
            if lease is None:
                return
            with self._kept(lease):
                self._go_through(lease)
            self._let_in()
        except LeaseLost:
            _log.info("a part was taken over", extra={"job": part.job, "part": part.number})
        except StoreUnavailable as error:
            # the part is taken up again when its lease has run out
            _log.warning("a part is left for later: %s", error, extra={"job": part.job, "part": part.number})

    def _let_in(self) -> None:
        parts = self._store.parts_to_queue(limit=1)
        try:
            self._put(parts)
        except Exception as error:
            # whatever its driver raises; what it misses is put into it when it is back
            _log.warning("the queue cannot be reached: %s", type(error).__name__)

    def _go_through(self, lease: Lease) -> None:
        at = lease.done
        try:
            while at < len(lease.lines) and not self._stopping():
                at = self._step(lease, at)
        except (LeaseLost, StoreUnavailable):
            raise
        except Exception as error:
            self._stumble(lease, error)
        except BaseException:
            self._store.give_back(lease)
            raise
        else:
            if at < len(lease.lines):
                self._store.give_back(lease)

    def _step(self, lease: Lease, at: int) -> int:
        if lease.attempts > MOST_ATTEMPTS and at == lease.done:
            return self._stored(lease, at, [_given_up(lease, at)])
        lines = _batch(lease, at)
        if self._read is None:
            self._read = self._make_read()
        return self._stored(lease, at, self._read(lines, lease.scope))

    def _stored(self, lease: Lease, at: int, outcomes: Sequence[Outcome]) -> int:
        """Store them, when the database can; one by one where something is wrong with one of them."""
        wait = _FIRST_WAIT_SECONDS
        while True:
            try:
                return self._store.advance(lease, at, outcomes, seconds=self._lease_seconds)
            except StoreUnavailable as error:
                if self._stopping():
                    raise
                _log.warning("what was read waits for the database: %s", error)
                time.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT_SECONDS)
            except QuothError:
                raise
            except Exception as error:
                if len(outcomes) == 1 and outcomes[0].extraction is None:
                    raise
                _log.exception("an article cannot be stored", extra={"job": lease.part.job})
                if len(outcomes) == 1:
                    return self._stored(lease, at, [_unstorable(outcomes[0], error)])
                for outcome in outcomes:
                    at = self._stored(lease, at, [outcome])
                return at

    def _stumble(self, lease: Lease, error: Exception) -> None:
        """What is no article's fault: again later, and not for ever."""
        _log.exception("a part could not be read", extra={"job": lease.part.job, "part": lease.part.number})
        if lease.attempts < MOST_ATTEMPTS:
            self._store.give_back(lease, after_seconds=_AGAIN_AFTER_SECONDS * lease.attempts)
            return
        reason = str(error) if isinstance(error, QuothError) else f"internal error ({type(error).__name__})"
        self._store.fail_job(lease, f"{reason}; the worker's log says more. Put it right and resume the job")

    @contextmanager
    def _kept(self, lease: Lease) -> Iterator[None]:
        """Renew the lease while the block runs, however long one article takes."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(self._lease_seconds / _RENEWALS_IN_LEASE):
                try:
                    self._store.renew_lease(lease, seconds=self._lease_seconds)
                except LeaseLost:
                    return
                except StoreUnavailable:
                    # the next time, perhaps; nobody else can take the part meanwhile
                    continue

        keeper = threading.Thread(target=renew, name="lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()


def _batch(lease: Lease, at: int) -> list[tuple[int, str]]:
    """The next lines to read together; one alone where the part went wrong before."""
    if lease.attempts > CAREFUL_AFTER:
        return [lease.lines[at]]
    found, size = [lease.lines[at]], len(lease.lines[at][1])
    for number, line in lease.lines[at + 1 : at + BATCH_LINES]:
        size += len(line)
        if size > BATCH_CHARACTERS:
            break
        found.append((number, line))
    return found


def _given_up(lease: Lease, at: int) -> Outcome:
    line = lease.lines[at][0]
    detail = f"the worker ended {MOST_ATTEMPTS} times while it read this article; please report it with the article"
    return Outcome(line=line, faults=(LineFault(line=line, pointer="", detail=detail),))


def _unstorable(outcome: Outcome, error: Exception) -> Outcome:
    detail = f"internal error ({type(error).__name__}); please report it with the article"
    return Outcome(line=outcome.line, faults=(LineFault(line=outcome.line, pointer="", detail=detail),))
