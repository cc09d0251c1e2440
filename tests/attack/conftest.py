"""An application over a real database, as attackers find it: its pages and its API, without models."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service import web
from service.api import create_app, examples
from service.pipeline import Pipeline
from service.store import Store
from tests.flat_parser import FlatParser

MakeClient = Callable[..., FlaskClient]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the contract's example article, to be copied."""
    file = tmp_path_factory.mktemp("attack") / "quoth.db"
    with Store(f"sqlite:///{file}") as store:
        store.upgrade()
        store.save(examples.STORED)
    return file


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Iterator[Store]:
    """A store with the contract's example article."""
    shutil.copyfile(filled, tmp_path / "quoth.db")
    with Store(f"sqlite:///{tmp_path}/quoth.db") as store:
        yield store


@pytest.fixture
def make_client(store: Store) -> MakeClient:
    """Clients of applications over the store, with the options of ``create_app``."""

    def make(**options: object) -> FlaskClient:
        app = create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store, **options)  # type: ignore[arg-type]
        web.register(app)
        return app.test_client()

    return make
