"""Marshmallow's messages as faults with JSON pointers, and the parser of query parameters that raises them."""

# ruff: noqa: ARG002 - the signatures are webargs's
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from flask import Request
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from service.api.errors import Fault, Refusal


def faults_of(messages: Any, place: str) -> list[Fault]:
    """One fault for each message; ``messages`` is marshmallow's nest of dicts, lists and strings.

    >>> faults_of({"a/b": {0: ["wrong"]}}, "body")
    [Fault(pointer='/a~1b/0', detail='wrong', place='body')]
    """
    return list(_walk(messages, "", place))


def _walk(messages: Any, pointer: str, place: str) -> list[Fault]:
    if isinstance(messages, Mapping):
        return [fault for key, inner in messages.items() for fault in _walk(inner, pointer + _step(key), place)]
    if isinstance(messages, list):
        return [fault for inner in messages for fault in _walk(inner, pointer, place)]
    return [Fault(pointer=pointer, detail=str(messages), place=place)]


def _step(key: object) -> str:
    # RFC 6901: "~" and "/" are escaped; marshmallow's "_schema" is the object itself
    return "" if key == "_schema" else "/" + str(key).replace("~", "~0").replace("/", "~1")


class QueryParser(FlaskParser):
    """Query parameters, strictly: unknown names and names given twice are refused."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {"query": RAISE}  # noqa: RUF012

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """The parameters. Raises Refusal where one is given twice."""
        twice = [name for name, values in req.args.lists() if len(values) > 1]
        if twice:
            faults = [Fault(pointer=_step(name), place="query", detail="given twice; give it once") for name in twice]
            raise Refusal("invalid-values", f"given twice: {', '.join(twice)[:200]}", faults=faults)
        return super().load_querystring(req, schema)

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, *, error_status_code: int | None, error_headers: Any
    ) -> NoReturn:
        """Raises Refusal with a fault for each message."""
        messages = error.messages
        inner = messages.get("query", messages) if isinstance(messages, dict) else messages
        raise Refusal(
            "invalid-values", "the query cannot be read: see 'errors'", faults=faults_of(inner, "query")
        ) from None
