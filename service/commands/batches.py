"""Many articles at once, so that the models run on full batches, and yet one bad article costs no other."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from service.errors import QuothError
from service.model import Article, Extraction, Scope

if TYPE_CHECKING:
    from service.pipeline import Pipeline

T = TypeVar("T")

BATCH = 16
"""Articles that are read, run and printed or stored together."""

_log = logging.getLogger(__name__)


class InternalError(QuothError):
    """A fault of Quoth's own, on one article; the others go on."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"internal error ({type(error).__name__}: {error}); please report it with the article")


def in_batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Lists of ``size`` items, the last one shorter.

    >>> list(in_batches("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def extract_each(
    pipeline: Pipeline, articles: Sequence[Article], *, scope: Scope = Scope.SPEECH
) -> list[Extraction | QuothError]:
    """For each article, in order, what it gives or why it was refused; nothing is raised for a single article."""
    try:
        return [*pipeline.extract_all(articles, scope=scope)]
    except Exception as error:
        # one article is behind it: alone, each gets its own answer
        if len(articles) > 1:
            return [extract_each(pipeline, [article], scope=scope)[0] for article in articles]
        if isinstance(error, QuothError):
            return [error]
        _log.debug("an article failed", exc_info=error)
        return [InternalError(error)]
