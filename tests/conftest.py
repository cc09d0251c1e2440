"""What tests of several steps share."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner
from hypothesis import settings

from bench.server import Server, serving
from service.cli import main
from service.commands import parts
from service.parse.article_parser import ArticleParser
from tests.databases import BACKENDS, Backend, backend_of

CORPUS = Path(__file__).parents[1] / "corpus" / "articles"

# how long an example takes depends on what else the machine does; no test asserts a time
settings.register_profile("quoth", deadline=None)
settings.load_profile("quoth")


@pytest.fixture(scope="session")
def parser() -> ArticleParser:
    """The embedded models, loaded once per run, and without a network; only tests that ask for it pay for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _no_network)
        patch.setattr(socket, "getaddrinfo", _no_network)
        return ArticleParser()


def _no_network(*_arguments: object) -> NoReturn:
    raise AssertionError("the parser reached for the network while it loaded")


@pytest.fixture(scope="session")
def server(parser: ArticleParser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """``quoth serve`` on a free port, with the demo corpus stored."""
    database = tmp_path_factory.mktemp("served") / "quoth.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "parser", lambda _chosen: parser)
        patch.setenv("QUOTH_DATABASE_URL", f"sqlite:///{database}")
        for command in (["db", "upgrade"], ["import", str(CORPUS)]):
            result = CliRunner().invoke(main, command)
            assert result.exit_code == 0, result.output
    with serving(database) as started:
        yield started


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Where databases in files are made, for what asks for no other kind."""
    with backend_of("sqlite", tmp_path_factory.mktemp("sqlite-only")) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Where databases of a server are made, for what asks for no other kind."""
    with backend_of("postgresql", tmp_path_factory.mktemp("postgresql-only")) as opened:
        yield opened


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Where the databases of this run are."""
    with backend_of(request.param, tmp_path_factory.mktemp(request.param)) as opened:
        yield opened


@pytest.fixture
def url(backend: Backend) -> Iterator[str]:
    """An empty database at this release's schema."""
    with backend.database() as made:
        yield made
