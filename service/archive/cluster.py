"""The parts of an archive on a cluster, by Ray Data: one worker a core, each with the models loaded once.

Without an address the cluster is this machine, for as long as the run; with one (``ray://HOST:10001``, or ``auto`` on a
machine of the cluster) it is one that is there already, whose machines have Quoth installed and reach the files. What
runs is the same. A worker that dies, or whose machine does, is replaced, and its part is read anew.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

from service.archive.annotating import Annotated, ArticleOf, Columns, Extract, annotate
from service.archive.parts import ArchiveError, Part

# rows of Ray's that go from stage to stage together; a part is one row
_MOST_BLOCKS = 10_000
_OBJECT_STORE_BYTES = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All that a worker needs to know; it is sent to each. ``load`` makes what reads articles, models and all."""

    load: Callable[[], Extract]
    article_of: ArticleOf
    columns: Columns
    maker: str


class Worker:
    """One process with the models, which reads part after part."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._extract = work.load()

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """One part, as a batch of one row, and in its place what became of it."""
        found = [self._annotated(part) for part in _parts(batch)]
        return {name: [getattr(one, name) for one in found] for name in _ANNOTATED}

    def _annotated(self, part: Part) -> Annotated:
        work = self._work
        return annotate(part, columns=work.columns, article_of=work.article_of, extract=self._extract, maker=work.maker)


def run(parts: Sequence[Part], work: Work, *, address: str | None, workers: int) -> Iterator[Annotated]:
    """Read the parts with that many workers; what became of each, as they end, in any order."""
    # Ray would tell its makers how it is used
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if address is None:
        # who has the token may run programs on the cluster: this one's is for nobody else, and written nowhere
        os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    # what a worker of Ray Data prints of itself is for its makers
    os.environ.setdefault("RAY_DATA_DISABLE_PROGRESS_BARS", "1")
    import ray  # noqa: PLC0415 - takes a second
    import ray.data  # noqa: PLC0415

    _start(ray, address, workers)
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        logging.getLogger("ray.data").setLevel(logging.WARNING)
        rows = [dict(zip(_PART, astuple(part), strict=True)) for part in parts]
        data = ray.data.from_items(rows, override_num_blocks=min(len(rows), _MOST_BLOCKS))
        read = data.map_batches(
            Worker,
            batch_size=1,
            batch_format="numpy",
            fn_constructor_args=(work,),
            compute=ray.data.ActorPoolStrategy(size=min(workers, len(rows))),
            num_cpus=1,
        )
        for row in read.iter_rows():
            yield Annotated(**{name: int(row[name]) for name in _ANNOTATED})
    except ray.exceptions.RayError as error:
        # the first line is Ray's own, the last one what went wrong
        reason = str(error).strip().splitlines()[-1]
        raise ArchiveError(f"the archive could not be read to its end, what is finished is kept: {reason}") from error
    finally:
        ray.shutdown()


def _start(ray: Any, address: str | None, workers: int) -> None:
    if address is not None:
        ray.init(address=address, logging_level=logging.WARNING, log_to_driver=False)
        return
    ray.init(
        num_cpus=workers,
        include_dashboard=False,
        # Ray takes 127.0.0.1 for the machine's name, and would listen on its address in the network
        _node_ip_address="127.0.0.2" if sys.platform == "linux" else None,
        object_store_memory=_OBJECT_STORE_BYTES,
        logging_level=logging.ERROR,
        log_to_driver=False,
    )


_PART = ("source", "group", "rows", "target")
_ANNOTATED = tuple(asdict(Annotated(articles=0, failed=0, words=0, quotes=0)))


def _parts(batch: dict[str, Any]) -> Iterator[Part]:
    for source, group, rows, target in zip(*(batch[name] for name in _PART), strict=True):
        yield Part(source=str(source), group=int(group), rows=int(rows), target=str(target))
