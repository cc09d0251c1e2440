"""Desks without models, over stores that a test fills by itself: quick to start, quotes as they are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from service import web
from service.api import create_app
from service.matching.matcher import Matcher
from service.model import Extraction
from service.pipeline import Pipeline
from service.store import Store
from tests.flat_parser import FlatParser
from tests.web.conftest import Desk, serving


@contextmanager
def flat_desk(folder: Path, extractions: Iterable[Extraction] = (), *, keys_needed: bool = False) -> Iterator[Desk]:
    """A server over a store of these."""
    pipeline = Pipeline(FlatParser(), max_chars=60_000)
    with Store(f"sqlite:///{folder}/quoth.db", matcher=Matcher()) as store:
        store.upgrade()
        for extraction in extractions:
            store.save(extraction)
        app = create_app(pipeline=pipeline, store=store, keys_needed=keys_needed)
        web.register(app)
        with serving(app) as address:
            yield Desk(address=address, store=store, pipeline=pipeline)
