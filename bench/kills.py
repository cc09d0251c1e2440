"""Imports whose workers, queue and database are ended at moments by chance: ``python -m bench.kills``.

With the models, 2,000 articles and twenty moments, once with SQLite for database and queue and once with PostgreSQL and
a Redis server of its own; what is stored is compared with what the models find when nothing is in the way.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bench.drill import RedisServer, article_lines, drill, quotes_of, redis_server
from service.api.article_lines import parse_line
from service.bulk import JobState
from service.commands.batches import in_batches
from service.model import Article
from service.parse.article_parser import ArticleParser
from service.pipeline import Pipeline
from service.store import Store

_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
_WORKER = [sys.executable, "-m", "service.cli", "worker", "--processes"]

Found = dict[str, list[tuple[str, str, str | None]]]


def main() -> int:
    """Run the drills, and say how each went; 1 where one went wrong."""
    given = _arguments()
    # the pool tells of each connection that was ended, with where in its code it noticed
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    lines = article_lines(given.articles)
    print(f"{given.articles} articles are read once undisturbed", flush=True)
    wanted = _undisturbed(lines)
    wrong = 0
    for kind in given.kinds:
        with _places(kind, given.server, given.redis_port) as (database, queue, redis):
            with Store(database) as store:
                store.upgrade()
            done = drill(
                database,
                queue,
                [*_WORKER, str(given.processes)],
                lines=lines,
                moments=given.moments,
                seed=given.seed,
                redis=redis,
                pause_seconds=given.pause,
                environment={
                    "QUOTH_DATABASE_URL": database,
                    "QUOTH_QUEUE_URL": queue,
                    "QUOTH_JOB_LEASE_SECONDS": "5",
                    "QUOTH_LOG_LEVEL": "error",
                },
            )
            with Store(database) as store:
                found, problems = quotes_of(store), store.problems()
        job, counts = done.job, ", ".join(f"{what} {times}" for what, times in sorted(done.ended.items()))
        right = sum(found.get(id) == quotes for id, quotes in wanted.items())
        good = job.state is JobState.DONE and job.stored == len(lines) == len(found) == right and not problems
        wrong += not good
        print(
            f"{kind}: {'as it should be' if good else 'WRONG'}; ended: {counts}; job {job.state.value}, stored "
            f"{job.stored}, known {job.known}, failed {job.failed}; articles in the store {len(found)}, with the right "
            f"quotes {right}; {len(problems)} problems; {done.seconds:.0f} s",
            flush=True,
        )
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--moments", type=int, default=20, help="how often something is ended (default: 20)")
    parser.add_argument("--pause", type=float, default=4.0, help="mean seconds between two moments (default: 4)")
    parser.add_argument("--processes", type=int, default=2, help="processes that read (default: 2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server", default=_SERVER, help=f"where a database may be made (default: {_SERVER})")
    parser.add_argument("--redis-port", type=int, help="port of the Redis server (default: any that is free)")
    parser.add_argument(
        "kinds", nargs="*", choices=["sqlite", "redis", "postgresql", []], default=["sqlite", "redis"],
        help="the queue's kind; with redis and postgresql the articles are stored in PostgreSQL (default: both "
        "sqlite and redis)",
    )  # fmt: skip
    return parser.parse_args()


def _undisturbed(lines: list[str]) -> Found:
    pipeline = Pipeline(ArticleParser(), max_chars=200_000)
    articles = [article for line in lines if isinstance(article := parse_line(line), Article)]
    return {
        str(found.article.id): [(q.id, q.text, q.speaker.name if q.speaker else None) for q in found.quotes]
        for batch in in_batches(articles)
        for found in pipeline.extract_all(batch)
    }


@contextmanager
def _places(kind: str, server: str, redis_port: int | None) -> Iterator[tuple[str, str, RedisServer | None]]:
    """A database, a queue, and the queue's server where it has one of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if kind == "sqlite":
            yield f"sqlite:///{folder}/quoth.db", f"sqlite:///{folder}/queue.db", None
            return
        database = stack.enter_context(_database(server))
        if kind == "postgresql":
            yield database, database, None
            return
        redis = stack.enter_context(redis_server(folder, redis_port))
        yield database, redis.url, redis


@contextmanager
def _database(server: str) -> Iterator[str]:
    """A PostgreSQL database, which goes with the block."""
    url, name = make_url(server), f"jobs_kills_{uuid.uuid4().hex[:8]}"
    engine = create_engine(url.set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    try:
        yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
