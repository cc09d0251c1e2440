"""Desks without models, over stores that a test fills by itself: quick to start, quotes as they are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from service import web
from service.api import create_app
from service.matching.matcher import Matcher
from service.model import Extraction
from service.pipeline import Pipeline
from service.store import Store
from tests.flat_parser import FlatParser
from tests.web.conftest import Desk, serving


def create_desk_app(store: Store, *, keys_needed: bool = False) -> Flask:
    """The application with its pages, over a store."""
    app = create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store, keys_needed=keys_needed)
    web.register(app)
    return app


@contextmanager
def flat_desk(folder: Path, extractions: Iterable[Extraction] = (), *, keys_needed: bool = False) -> Iterator[Desk]:
    """A server over a store of these."""
    pipeline = Pipeline(FlatParser(), max_chars=60_000)
    with Store(f"sqlite:///{folder}/quoth.db", matcher=Matcher()) as store:
        store.upgrade()
        for extraction in extractions:
            store.save(extraction)
        with serving(create_desk_app(store, keys_needed=keys_needed)) as address:
            yield Desk(address=address, store=store, pipeline=pipeline)
