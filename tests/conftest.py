"""What tests of several steps share."""

from __future__ import annotations

import socket
from typing import NoReturn

import pytest
from hypothesis import settings

from service.parse.article_parser import ArticleParser

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
