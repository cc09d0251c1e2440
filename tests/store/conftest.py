"""A store on an empty database of its own for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.store import Store


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at this release's schema, to be copied, since to migrate anew for each test takes long."""
    path = tmp_path_factory.mktemp("store") / "empty.db"
    with Store(f"sqlite:///{path}") as opened:
        opened.upgrade()
    return path


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Path:
    """The file that ``store`` is in."""
    return Path(shutil.copy(empty_database, tmp_path / "quoth.db"))


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    """An empty store at this release's schema."""
    with Store(f"sqlite:///{database}") as opened:
        yield opened
