"""What the views are handed, and how they get at it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Flask, current_app, g

from service.api.errors import Refusal
from service.api.gate import Full, Gate
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

    def extract(self, article: Article, notices: tuple[Notice, ...], *, scope: Scope) -> Extraction:
        """The quotes of an article; ``notices``, from reading the request, stand before the pipeline's warnings.

        Raises the pipeline's errors, and Refusal (busy) where no turn is to be had.
        """
        # what is refused anyway does not wait for a turn
        self.pipeline.check(article)
        try:
            with self.gate.turn():
                found = self.pipeline.extract(article, scope=scope)
        except Full as full:
            raise Refusal("busy", str(full)) from None
        g.log = {"characters": len(article.text), "quotes": len(found.quotes)}
        return replace(found, warnings=(*notices, *found.warnings))


def attach(app: Flask, services: Services) -> None:
    """Hand the parts to the application's views."""
    app.extensions[_KEY] = services


def services() -> Services:
    """The parts of the application that answers the request."""
    found: Services = current_app.extensions[_KEY]
    return found
