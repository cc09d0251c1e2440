"""An import whose workers, queue and database are ended at moments by chance: all of it is there, once.

``python -m bench.kills`` does the same with more articles, more moments, the models, and each kind of queue.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.drill import RedisServer, article_lines, drill, quotes_of, redis_server
from service.api.article_lines import parse_line
from service.bulk import JobState
from service.model import Article
from service.pipeline import Pipeline
from service.store import Store
from tests.databases import Backend
from tests.flat_parser import FlatParser

ARTICLES = 400
MOMENTS = 6


@contextmanager
def queue_server(kind: str, folder: Path) -> Iterator[tuple[str, RedisServer | None]]:
    """The queue's URL, and its server where it has one of its own."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/queue.db", None
        return
    try:
        with redis_server(folder) as server:
            yield server.url, server
    except FileNotFoundError:
        if os.environ.get("CI"):
            pytest.fail("there is no redis-server")
        pytest.skip("there is no redis-server")


def expected(lines: list[str]) -> dict[str, list[tuple[str, str, str | None]]]:
    """The quotes that each article has when nothing is in the way."""
    pipeline = Pipeline(FlatParser(), max_chars=20_000)
    articles = [article for line in lines if isinstance(article := parse_line(line), Article)]
    return {
        str(found.article.id): [(q.id, q.text, q.speaker.name if q.speaker else None) for q in found.quotes]
        for found in pipeline.extract_all(articles)
    }


@pytest.mark.parametrize(("kind", "database"), [("sqlite", "sqlite"), ("redis", "postgresql")])
def test_nothing_is_lost_and_nothing_is_there_twice(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, database: str
) -> None:
    backend: Backend = request.getfixturevalue(database)
    lines = article_lines(ARTICLES)
    with backend.database() as url, queue_server(kind, tmp_path) as (queue, server):
        done = drill(
            url,
            queue,
            [sys.executable, "-m", "tests.jobs.flat_worker", url, queue, "2"],
            lines=lines,
            moments=MOMENTS,
            seed=7,
            redis=server,
            pause_seconds=0.4,
        )
        job = done.job
        assert (job.state, job.total, job.done) == (JobState.DONE, ARTICLES, ARTICLES), done
        assert (job.stored, job.known, job.failed) == (ARTICLES, 0, 0), done
        assert sum(done.ended.values()) >= 1
        with Store(url) as store:
            assert quotes_of(store) == expected(lines)
            assert store.problems() == ()
            assert store.parts_to_queue(limit=9) == ()
