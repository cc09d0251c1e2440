"""What the views are handed, and how they get at it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from flask import Flask, current_app, g

from service.api.errors import Refusal
from service.api.gate import Full, Gate
from service.api.measures import Measures
from service.cache import ExtractionCache
from service.model import Article, Extraction, Notice, Scope
from service.pipeline import Pipeline
from service.store import Store

_KEY = "quoth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The parts behind the API, one of each in a process."""

    pipeline: Pipeline
    store: Store
    gate: Gate
    measures: Measures
    cache: ExtractionCache | None = None

    def extract(self, article: Article, notices: tuple[Notice, ...], *, scope: Scope) -> Extraction:
        """The quotes of an article; ``notices``, from reading the request, stand before the pipeline's warnings.

        Raises the pipeline's errors, and Refusal (busy) where no turn is to be had.
        """
        # what is refused anyway does not wait for a turn, and neither does what was read before
        self.pipeline.check(article)
        found = self._remembered(article, scope) or self._read(article, scope)
        g.log = {**g.get("log", {}), "characters": len(article.text), "quotes": len(found.quotes)}
        return replace(found, warnings=(*notices, *found.warnings))

    def _remembered(self, article: Article, scope: Scope) -> Extraction | None:
        if self.cache is None:
            return None
        found = self.cache.find(article, scope)
        self.measures.looked_up(hit=found is not None)
        return found

    def _read(self, article: Article, scope: Scope) -> Extraction:
        try:
            with self.measures.queued() as queued, self.gate.turn():
                queued.served()
                started = time.perf_counter()
                found = self.pipeline.extract(article, scope=scope)
        except Full as full:
            self.measures.refused()
            raise Refusal("busy", str(full)) from None
        self.measures.read(
            seconds=time.perf_counter() - started, characters=len(article.text), quotes=len(found.quotes)
        )
        if self.cache is not None:
            self.cache.keep(found)
        return found


def attach(app: Flask, services: Services) -> None:
    """Hand the parts to the application's views."""
    app.extensions[_KEY] = services


def articles_inside(app: Flask) -> int:
    """How many articles the application reads, or has waiting, at this moment."""
    found: Services = app.extensions[_KEY]
    return found.gate.inside


def services() -> Services:
    """The parts of the application that answers the request."""
    found: Services = current_app.extensions[_KEY]
    return found
