"""Commands of ``quoth`` that are killed at a line of their code: ``python -m tests.faults.killed_quoth``.

Each line of standard input is ``{"arguments": […], "moment": N}``: the command runs in a process of its own, with pages
of ten articles, and dies as it comes to the Nth line of the code that writes files; N null: to its end. Each is
answered by a line with the status in which it ended, as ``subprocess`` has it: -9 where it was killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from itertools import count
from types import FrameType
from typing import Any

from service import cli
from service.commands import exporting, resumable
from service.formats import gold, table_csv, wire
from service.matching import matcher
from service.store import postgresql, store

#: What commands load when they come to it: loaded once, instead of in each process.
LOADED = (gold, matcher, postgresql, store, table_csv, wire)

PAGE = 10


def kill_at(moment: int) -> None:
    """Have this process die as it comes to that line."""
    lines = count(1)
    watched = (exporting.__file__, resumable.__file__)

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename not in watched:
            return None
        if event == "line" and next(lines) == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def main() -> None:
    """Run what standard input asks for."""
    exporting.PAGE = PAGE
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            # what the command prints is no answer
            os.dup2(2, 1)
            if asked["moment"] is not None:
                kill_at(asked["moment"])
            cli.main(asked["arguments"])
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
