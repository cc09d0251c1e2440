"""Applications over a real database: one without models, which is quick, and one with the embedded models.

What asks for ``client``, ``reader`` or ``url`` runs on each kind of database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.api import create_app
from service.parse.article_parser import ArticleParser
from service.parse.parser import Parser
from service.pipeline import Pipeline
from service.store import Store
from tests.databases import Backend
from tests.flat_parser import FlatParser

MAX_CHARS = 60_000

MakeApp = Callable[[Parser], Flask]


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[MakeApp]:
    """Applications with an empty database each, closed at the end."""
    stores: list[Store] = []

    def make(parser: Parser, *, places: int = 6, wait_seconds: float = 30) -> Flask:
        store = Store(f"sqlite:///{tmp_path}/{len(stores)}.db")
        store.upgrade()
        stores.append(store)
        return create_app(
            pipeline=Pipeline(parser, max_chars=MAX_CHARS), store=store, places=places, wait_seconds=wait_seconds
        )

    yield make
    for store in stores:
        store.close()


@pytest.fixture(scope="module")
def client(backend: Backend) -> Iterator[FlaskClient]:
    """A client of an application without models; quotes come from quotation marks alone."""
    yield from client_of(FlatParser(), backend)


@pytest.fixture(scope="module")
def reader(parser: ArticleParser, backend: Backend) -> Iterator[FlaskClient]:
    """A client of an application with the embedded models."""
    yield from client_of(parser, backend)


def client_of(parser: Parser, backend: Backend) -> Iterator[FlaskClient]:
    """A client of an application whose database goes with it."""
    with backend.database() as url, Store(url, busy_timeout_seconds=60) as store:
        yield create_app(pipeline=Pipeline(parser, max_chars=MAX_CHARS), store=store).test_client()
