"""A store on an empty database of its own for each test; every test that asks for it runs on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store import Store
from tests.databases import Backend, path_of


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store at this release's schema; its writers have patience, since the machine may be busy."""
    with Store(url, busy_timeout_seconds=60) as opened:
        yield opened


@pytest.fixture
def database(sqlite: Backend) -> Iterator[Path]:
    """The file that ``sqlite_store`` is in."""
    with sqlite.database() as made:
        yield path_of(made)


@pytest.fixture
def sqlite_store(database: Path) -> Iterator[Store]:
    """An empty store in a SQLite file."""
    with Store(f"sqlite:///{database}") as opened:
        yield opened
