"""Python's garbage collector, set for a process whose models and word lists stay for good."""

from __future__ import annotations

import gc

# gc.set_threshold. A look through the oldest generation stops every thread, for 40 to 140 ms in a server under load,
# and finds next to nothing: what articles make holds no circles. By default it looks some twenty times a minute, and an
# import spends 4 % of its time on looking; so, once in about a thousand articles.
_COLLECTED_AFTER = (5_000, 10, 1_000)


def settle() -> None:
    """Leave out for ever what is loaded by now, and look through the rest seldom. To be called when all is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)
