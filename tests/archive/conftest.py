"""An application with the embedded models, to compare with."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from service.parse.article_parser import ArticleParser
from tests.api.conftest import client_of
from tests.databases import Backend


@pytest.fixture(scope="module")
def reader(parser: ArticleParser, sqlite: Backend) -> Iterator[FlaskClient]:
    """A client of it; it stores nothing here, so one kind of store will do."""
    yield from client_of(parser, sqlite)
