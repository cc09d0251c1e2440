"""What tests of several steps share."""

from __future__ import annotations

import pytest

from service.parse.stanza_parser import StanzaParser


@pytest.fixture(scope="session")
def parser() -> StanzaParser:
    """The embedded models, loaded once per run; only tests that ask for it pay for it."""
    return StanzaParser()
