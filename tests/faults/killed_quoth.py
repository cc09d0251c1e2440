"""Commands of ``quoth`` that are killed at a line of their code: ``python -m tests.faults.killed_quoth``.

Each line of standard input is ``{"arguments": […], "moment": N}``: the command runs in a process of its own, with pages
of ten articles and a parser that needs no models, and dies as it comes to the Nth line of the code that writes what it
writes: files or the store; N null: to its end. Each is answered by a line with the status in which it ended, as
``subprocess`` has it: -9 where it was killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

from service import api, cli, pipeline
from service.commands import databases, exporting, parts, resumable, storing
from service.formats import gold, table_csv, wire
from service.matching import matcher
from service.model import Article
from service.store import postgresql, store
from tests.flat_parser import FlatParser

#: What commands load when they come to it: loaded once, instead of in each process.
LOADED = (api, gold, matcher, pipeline, postgresql, store, table_csv, wire)

PAGE = 10
BATCH = 3

# in them stands every statement by which an article and its quotes are written or changed
_STORE = tuple(
    str(Path(store.__file__).with_name(name))
    for name in ("identities.py", "regrouping.py", "renewing.py", "reviewing.py", "states.py", "store.py", "writing.py")
)
#: The code of each command that writes.
WATCHED = {
    "export": (exporting.__file__, resumable.__file__),
    "import": (storing.__file__, *_STORE),
    "db": (databases.__file__, *_STORE),
}


class NewerParser(FlatParser):
    """What articles have been read by that are not to be read anew."""

    version = "2"


def kill_at(moment: int, command: str) -> None:
    """Have this process die as it comes to that line."""
    lines = count(1)
    watched = frozenset(WATCHED[command])

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename not in watched:
            return None
        if event == "line" and next(lines) == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def main() -> None:
    """Run what standard input asks for."""
    exporting.PAGE, databases.BATCH = PAGE, BATCH  # type: ignore[attr-defined]
    parts.parser = lambda _chosen: NewerParser()  # type: ignore[assignment, return-value]
    # whatever is read with the first article is read here, instead of in each process
    pipeline.Pipeline(NewerParser(), max_chars=1000).extract(Article(text="“We will pay,” said Maria Okafor."))
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            # what the command prints is no answer
            os.dup2(2, 1)
            if asked["moment"] is not None:
                kill_at(asked["moment"], asked["arguments"][0])
            cli.main(asked["arguments"])
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
