"""A running desk with the demo articles, and browsers that look at it.

Articles are read once per run. A test that changes something takes ``desk``, which has a store of its own.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from service import web
from service.api import create_app
from service.commands.sources import read_sources
from service.matching.matcher import Matcher
from service.model import Article
from service.parse.article_parser import ArticleParser
from service.pipeline import Pipeline
from service.store import Store
from tests.web.browsers import chromium, quiet_page

DEMO = Path(__file__).parents[2] / "corpus" / "articles"
MAX_CHARS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A server at ``address`` (``http://127.0.0.1:PORT``), and the parts behind it."""

    address: str
    store: Store
    pipeline: Pipeline


OpenDesk = Callable[..., AbstractContextManager[Desk]]
OpenPage = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def pipeline(parser: ArticleParser) -> Pipeline:
    return Pipeline(parser, max_chars=MAX_CHARS)


@pytest.fixture(scope="session")
def demo_database(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo articles, read by the embedded models. To be copied, not to be changed."""
    path = tmp_path_factory.mktemp("demo") / "quoth.db"
    with Store(f"sqlite:///{path}", matcher=Matcher()) as store:
        store.upgrade()
        for source in read_sources([DEMO]):
            assert isinstance(source.article, Article)
            store.save(pipeline.extract(source.article))
    return path


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def open_desk(pipeline: Pipeline, demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> OpenDesk:
    """``with open_desk() as desk:`` a server over a copy of the demo; ``keys_needed=True`` and the like for its app."""

    @contextmanager
    def opened(*, demo: bool = True, keys_needed: bool = False) -> Iterator[Desk]:
        path = tmp_path_factory.mktemp("desk") / "quoth.db"
        if demo:
            shutil.copy(demo_database, path)
        with Store(f"sqlite:///{path}", matcher=Matcher()) as store:
            store.upgrade()
            app = create_app(pipeline=pipeline, store=store, keys_needed=keys_needed)
            web.register(app)
            with serving(app) as address:
                yield Desk(address=address, store=store, pipeline=pipeline)

    return opened


@pytest.fixture(scope="package")
def demo_desk(open_desk: OpenDesk) -> Iterator[Desk]:
    """One server for all tests that only look."""
    with open_desk() as desk:
        yield desk


@pytest.fixture
def desk(open_desk: OpenDesk) -> Iterator[Desk]:
    """A server for one test, which may change what is stored."""
    with open_desk() as desk:
        yield desk


# not for the session: while Playwright runs, its event loop is in the way of tests that have one of their own
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, demo_desk: Desk) -> Iterator[Page]:
    """A page of the desk that is only looked at; at the end it is checked as ``quiet_page`` says."""
    with quiet_page(browser, demo_desk.address) as page:
        yield page


@pytest.fixture
def open_page(browser: Browser) -> OpenPage:
    """``with open_page(desk, width=390, colours="dark") as page:``, for a desk of one's own, or a width or colours."""

    @contextmanager
    def opened(desk: Desk, *, colours: str = "light", width: int = 1280) -> Iterator[Page]:
        with quiet_page(browser, desk.address, colours=colours, width=width) as page:
            yield page

    return opened
