"""The contract (OpenAPI 3.1), generated from the views.

``openapi.yaml`` at the top of the repository is its committed copy; a test compares the two.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_smorest import Api

from service.api import (
    about,
    articles,
    citron,
    corrections,
    docs,
    everywhere,
    extract,
    identities,
    jobs,
    matching,
    quotes,
    speaker_stats,
    speakers,
    stats,
)
from service.api.routes import problem_responses

VERSION = "1.0"

_DESCRIPTION = """\
Who said what, to whom, and where: quote attribution for news articles.

Offsets are 0-based and half-open. Every response has an `X-Request-Id`; one that the client sends is kept if it is at
most 64 letters, digits and `._:-`. Every GET and `/v1/extract` have an `ETag` and honour `If-None-Match`. Every error
is `application/problem+json` (RFC 9457). Fields may be added within `/v1`; none is renamed or dropped.
"""


class _Api(Api):
    """flask-smorest's, but for its errors: ours are declared on each operation and made in ``service.api.errors``."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave them to ``service.api.errors``."""


def register(app: Flask) -> dict[str, Any]:
    """Register all operations with an application; the contract that they make up."""
    app.config.update(API_TITLE="Quoth", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    info = {"description": _DESCRIPTION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}
    api = _Api(app, spec_kwargs={"info": info, "servers": [{"url": "http://127.0.0.1:8000"}]})
    for name, response in problem_responses().items():
        api.spec.components.response(name, response, lazy=True)
    of_speakers = (speakers, identities, speaker_stats)
    for module in (extract, articles, quotes, corrections, matching, *of_speakers, stats, jobs, citron, about, docs):
        api.register_blueprint(module.blueprint)
    for name, response in everywhere.PROBLEMS.items():
        api.spec.components.response(name, response)
    found: dict[str, Any] = api.spec.to_dict()
    everywhere.complete(found)
    order = ("openapi", "info", "servers", "tags", "paths", "components")
    return {part: found[part] for part in order}


def specification() -> dict[str, Any]:
    """The contract, without an application that could answer."""
    return register(Flask("service.api"))
