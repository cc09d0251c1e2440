"""``quoth worker`` with a parser that needs no models: ``python -m tests.jobs.flat_worker DATABASE QUEUE N``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta

from service import json_logs
from service.api.article_lines import parse_line
from service.commands.batches import extract_each
from service.errors import QuothError
from service.jobs import consumer
from service.jobs.queue import Queue
from service.jobs.reading import ReadLines, reader
from service.matching.matcher import Matcher
from service.model import Article, Extraction, Scope
from service.pipeline import Pipeline
from service.store import Store
from tests.flat_parser import FlatParser

LEASE_SECONDS = 3


def flat_reader(store: Store) -> ReadLines:
    """What reads lines into that store."""
    pipeline = Pipeline(FlatParser(), max_chars=20_000)

    def extract(articles: Sequence[Article], scope: Scope) -> list[Extraction | QuothError]:
        return extract_each(pipeline, articles, scope=scope)

    return reader(store, parse=parse_line, extract=extract)


def main(database_url: str, queue_url: str, processes: str) -> None:
    """Read parts until told to stop."""
    json_logs.configure("warning")
    with Store(database_url, busy_timeout_seconds=30, matcher=Matcher()) as store:
        consumer.run(
            store,
            Queue(queue_url),
            lambda: flat_reader(store),
            processes=int(processes),
            lease_seconds=LEASE_SECONDS,
            kept=timedelta(days=1),
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
