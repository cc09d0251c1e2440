"""JSON as the API takes it: strict, through a schema, and with a fault for each value that is wrong."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from marshmallow import Schema, ValidationError

from service.api.errors import Fault, Refusal
from service.api.faults import faults_of


def loaded(text: str, schema: Schema, *, what: str, hint: str, place: str = "body") -> dict[str, Any]:
    """The object that the text is, through the schema. Raises Refusal.

    ``what`` it should be, the ``hint`` on how, and the ``place`` that it stands in are for messages.
    """
    try:
        value = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Refusal(
            "invalid-json",
            f"the {place} is no valid JSON: {error.msg} at line {error.lineno}, column {error.colno} (character "
            f"{error.pos}); send {hint}",
        ) from None
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Refusal("invalid-json", f"the {place} is no valid JSON: {reason}") from None
    if not isinstance(value, dict):
        detail = f"got {_json_kind(value)}; an object is allowed: {hint}"
        raise Refusal(
            "invalid-values", f"the {place} is no {what}: {detail}", faults=[Fault(pointer="", detail=detail)]
        )
    try:
        found: dict[str, Any] = schema.load(value)
    except ValidationError as error:
        raise Refusal(
            "invalid-values", f"the {what} cannot be read: see 'errors'", faults=faults_of(error.messages, "body")
        ) from None
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; one that names a member twice is refused, since readers differ in which one they take."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the member {twice[:60]!r} occurs twice in one object; name it once")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"got {name}, which JSON does not have; use null")


def _json_kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")
