"""How much memory processes hold, as Linux counts it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MIB = 1024  # of the kibibytes in which /proc counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """In MiB. ``resident``: all that the process has in memory; ``share``: its part of it, where what several
    processes have in common is parted among them; ``own``: what would be free if it ended."""

    resident: float
    share: float
    own: float


def children(process: int) -> list[int]:
    """The processes that it has started and that still run, oldest first."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def memory(process: int) -> Memory:
    """What a process holds at this moment. Raises OSError where the system does not say."""
    sizes = dict.fromkeys(("Rss", "Pss", "Private_Clean", "Private_Dirty"), 0.0)
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, size, *_ = line.split()
        if name.rstrip(":") in sizes:
            sizes[name.rstrip(":")] += int(size) / MIB
    return Memory(resident=sizes["Rss"], share=sizes["Pss"], own=sizes["Private_Clean"] + sizes["Private_Dirty"])
