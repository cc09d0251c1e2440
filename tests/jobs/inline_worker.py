"""A worker in the process at hand, for tests and measurements of what stands around it."""

from __future__ import annotations

from service.api.article_lines import parse_line
from service.commands.batches import extract_each
from service.jobs.reading import reader
from service.jobs.work import Work
from service.pipeline import Pipeline
from service.store import Store


def read_all(store: Store, pipeline: Pipeline) -> None:
    """Read all that waits."""
    waiting = [*store.parts_to_queue(limit=64)]
    work = Work(
        store,
        read=lambda: reader(
            store, parse=parse_line, extract=lambda new, scope: extract_each(pipeline, new, scope=scope)
        ),
        owner="test",
        lease_seconds=60,
        stopping=lambda: False,
        put=waiting.extend,
    )
    while waiting:
        work.part(waiting.pop(0))
