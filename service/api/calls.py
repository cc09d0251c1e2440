"""One example request of each operation, made from the contract: what ``/docs`` shows and what a test sends."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from service.formats.wire import Json

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """``path`` has its parameters filled in; ``template`` is the path as in the contract."""

    operation: Json
    method: str
    template: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None

    def curl(self, server: str = "http://127.0.0.1:8000") -> str:
        """The call as a command line."""
        words = ["curl", *([] if self.method == "GET" else ["-X", self.method]), f"{server}{self.path}"]
        for name, value in self.headers.items():
            words += ["-H", f"{name}: {value}"]
        if self.body is not None:
            words += ["--data-binary", self.body]
        return shlex.join(words)


def calls(contract: Json) -> Iterator[Call]:
    """A call for each operation, in the order of the contract."""
    for template, operations in contract["paths"].items():
        for method in _METHODS:
            if method in operations:
                yield _call(template, method, operations[method], operations.get("parameters", []))


def _call(template: str, method: str, operation: Json, of_path: list[Json]) -> Call:
    path, query, headers = template, dict[str, str](), dict[str, str]()
    for parameter in [*of_path, *operation.get("parameters", [])]:
        name = parameter["name"]
        # what may be left out is, so that the example shows the usual call
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", quote(_example(parameter), safe=""))
        elif parameter.get("required"):
            (query if parameter["in"] == "query" else headers)[name] = _example(parameter)
    body = None
    for media_type, content in list(operation.get("requestBody", {}).get("content", {}).items())[:1]:
        headers["Content-Type"] = media_type
        body = _body(media_type, content["example"])
    return Call(
        operation=operation,
        method=method.upper(),
        template=template,
        path=f"{path}?{urlencode(query)}" if query else path,
        headers=headers,
        body=body,
    )


def _example(parameter: Json) -> str:
    return str(parameter["example"] if "example" in parameter else parameter["schema"]["example"])


def _body(media_type: str, example: Any) -> str:
    if media_type == "application/json":
        return json.dumps(example, ensure_ascii=False)
    if media_type == "application/x-www-form-urlencoded":
        return urlencode(example)
    return str(example)
