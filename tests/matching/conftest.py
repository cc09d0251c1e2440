"""Stores that match, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.matching.matcher import Matcher
from service.store import Store
from tests.databases import Backend, backend_of
from tests.matching.gold_store import corpus


@pytest.fixture
def store(backend: Backend) -> Iterator[Store]:
    """An empty store that keeps its index up to date."""
    with backend.database() as url, Store(url, matcher=Matcher()) as opened:
        yield opened


@pytest.fixture(scope="session")
def corpus_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The corpus with its gold quotes, to be read only."""
    with (
        backend_of("sqlite", tmp_path_factory.mktemp("corpus")) as opened,
        opened.database() as url,
        Store(url, matcher=Matcher()) as filled,
    ):
        for extraction in corpus():
            filled.save(extraction)
        yield filled
