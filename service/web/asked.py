"""What a form of the desk asks for: read by the API's own schemas, its faults told beside the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from marshmallow import Schema, ValidationError

from service.api.faults import faults_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``given``: what was typed, without what was left empty; ``values``: what it means, empty where there are faults.

    ``faults`` say for each wrong field, by its name, what is allowed.
    """

    given: Mapping[str, str]
    values: Mapping[str, Any]
    faults: tuple[tuple[str, str], ...] = ()

    def typed(self, name: str) -> str:
        """What stands in a field of the form."""
        return self.given.get(name, "")

    def query(self, **changes: str | None) -> str:
        """The same question with some names changed or, by None, left out; from its first page if none is named."""
        kept = {name: value for name, value in {**self.given, "cursor": None, **changes}.items() if value}
        return "?" + urlencode(kept)


def asked(
    schema: Schema, given: Mapping[str, str], names: tuple[str, ...], *, needed: Mapping[str, str] | None = None
) -> Asked:
    """What a form asks for by these names of the schema; other names, which a link may bring along, do not count.

    ``needed``: names that are not to be empty, with what is said where one is.
    """
    filled = {name: value for name in names if (value := given.get(name, "").strip())}
    missing = tuple((name, said) for name, said in (needed or {}).items() if name not in filled)
    if missing:
        return Asked(given=filled, values={}, faults=missing)
    try:
        values = schema.load(filled)
    except ValidationError as error:
        messages: Any = error.messages
        faults = tuple(
            (fault.pointer.lstrip("/").partition("/")[0], fault.detail) for fault in faults_of(messages, "query")
        )
        return Asked(given=filled, values=schema.load({}) if not needed else {}, faults=faults)
    return Asked(given=filled, values=values)
