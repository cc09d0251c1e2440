"""The facets of a search, counted for its first page and kept for the others.

Counting costs some times what a page does. Whoever leafs on through a search sees the counts that its first page had,
so that each further page costs what the API's does.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from service.facets import Facets
from service.model import QuoteFilter

_KEPT, _KEPT_SECONDS = 256, 600.0


class Counted:
    """Facets by their search, in this process, for ten minutes; of many searches those that were asked for last."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._found: OrderedDict[QuoteFilter, tuple[float, Facets]] = OrderedDict()

    def of(self, filter: QuoteFilter, count: Callable[[], Facets], *, leafing: bool) -> Facets:
        """The facets of a search. ``leafing``: those of its first page will do, where they are known."""
        if leafing:
            with self._lock:
                at, known = self._found.get(filter, (0.0, None))
            if known is not None and self._clock() - at < _KEPT_SECONDS:
                return known
        found = count()
        with self._lock:
            self._found[filter] = (self._clock(), found)
            self._found.move_to_end(filter)
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)
        return found
