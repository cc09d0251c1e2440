"""The contract of the API as two pages of Markdown: its calls, and the objects that they take and give."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from service.api.calls import Call, calls

# a part of the contract, as JSON
Part = dict[str, Any]

OBJECTS = "objects.md"
_ERRORS = "Errors"
_PROBLEM = "ProblemOut"
_NEVER_USED_BY_A_CALL = ("Error", "PaginationMetadata")


def calls_page(contract: Part) -> str:
    """Every call with its parameters, body and answers, in the groups of the contract."""
    groups: dict[str, list[Call]] = {tag["name"]: [] for tag in contract["tags"]}
    for call in calls(contract):
        groups[call.operation["tags"][0]].append(call)
    parts = [
        f"# API\n\n{contract['info']['description'].strip()}\n\nThe same for programs is `openapi.yaml`; a running "
        "server shows it at `/openapi.yaml`, and as a page with examples of every answer at `/docs`. [Calling "
        "Quoth](../client-guide.md) has examples in three languages."
    ]
    for tag in contract["tags"]:
        parts.append(f"## {tag['description'].removesuffix('.')}")
        parts += [_call(contract, call) for call in groups[tag["name"]]]
    parts.append(f"## {_ERRORS}\n\nEvery error is a [{_PROBLEM}]({OBJECTS}#{_PROBLEM.lower()}).")
    parts.append(table(("status", "title", "meaning"), sorted(set(_problems(contract, groups)))))
    return "\n\n".join(parts) + "\n"


def objects_page(contract: Part) -> str:
    """Every object of the contract, with its members."""
    parts = [
        "# Objects of the API\n\nWhat the [calls](api.md) take (names that end in `In`) and give. No object has other "
        "members than these; within `/v1` some may be added."
    ]
    for name, schema in contract["components"]["schemas"].items():
        if name in _NEVER_USED_BY_A_CALL:
            continue
        needed = schema.get("required", [])
        rows = [
            (f"`{member}`" + ("" if member in needed else " (not always)"), kind(value), value.get("description", ""))
            for member, value in schema.get("properties", {}).items()
        ]
        parts.append(f"## {name}")
        if "description" in schema:
            parts.append(schema["description"])
        if rows:
            parts.append(table(("member", "value", "meaning"), rows))
    return "\n\n".join(parts) + "\n"


def kind(schema: Part) -> str:
    """What a value may be, in a few words, with a link to the object that it is.

    >>> kind({"type": "array", "items": {"type": ["string", "null"], "format": "date-time"}})
    'list of string (date-time) or null'
    >>> kind({"$ref": "#/components/schemas/SpanOut"})
    '[SpanOut](objects.md#spanout)'
    """
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}]({OBJECTS}#{name.lower()})"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(kind(each) for each in schema[several])
    if "enum" in schema:
        return ", ".join("null" if value is None else f"`{value}`" for value in schema["enum"])
    types = schema.get("type", "any value")
    first, *others = [types] if isinstance(types, str) else types
    if first == "array":
        first = f"list of {kind(schema['items'])}"
    elif "format" in schema:
        first = f"{first} ({schema['format']})"
    return " or ".join([first, *others]) + _bounds(schema)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown; cells may hold any text of one or more lines.

    >>> print(table(("a", "b"), [("x|y", "z")]))
    | a | b |
    |---|---|
    | x\\|y | z |
    """
    lines = [
        " | ".join(head),
        *(" | ".join(" ".join(cell.split()).replace("|", r"\|") for cell in row) for row in rows),
    ]
    first, *others = (f"| {line} |" for line in lines)
    return "\n".join([first, "|" + "---|" * len(head), *others])


def _bounds(schema: Part) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f", {least} to {most}"
    if least is not None:
        return f", at least {least}"
    return f", at most {schema['maxLength']} characters" if "maxLength" in schema else ""


def _call(contract: Part, call: Call) -> str:
    operation = call.operation
    parts = [f"### {call.method} {call.template} {{ #{operation['operationId']} }}", operation["summary"]]
    if "description" in operation:
        parts.append(operation["description"])
    parts.append(
        f"Needs a key with the scope `{operation['x-scope']}`, where keys are needed."
        if operation.get("security")
        else "Needs no key."
    )
    parameters = [*contract["paths"][call.template].get("parameters", []), *operation.get("parameters", [])]
    if parameters:
        parts.append(table(("parameter", "in", "value", "meaning"), [_parameter(each) for each in parameters]))
    if "requestBody" in operation:
        parts.append(f"**Body.** {operation['requestBody'].get('description', '')}".strip())
        parts.append("\n".join(_forms(operation["requestBody"]["content"])))
    parts.append(f"```sh\n{call.curl()}\n```")
    answers = {status: _resolved(contract, answer) for status, answer in operation["responses"].items()}
    fine = [_answer(status, answer) for status, answer in answers.items() if status < "400"]
    parts.append(table(("status", "answer", "forms"), fine))
    refused = [
        f"`{status}` {' or '.join(title.lower() for title, _ in _named(answer))}"
        for status, answer in answers.items()
        if status >= "400"
    ]
    parts.append(f"[{_ERRORS}](#{_ERRORS.lower()}): {', '.join(refused)}.")
    return "\n\n".join(parts)


def _parameter(parameter: Part) -> tuple[str, ...]:
    value = kind(parameter["schema"])
    if "default" in parameter["schema"]:
        default = parameter["schema"]["default"]
        value += f"; else `{default if isinstance(default, str) else json.dumps(default)}`"
    name = f"`{parameter['name']}`" + (" (needed)" if parameter.get("required") else "")
    return name, parameter["in"], value, parameter.get("description", "")


def _forms(content: Part) -> Iterator[str]:
    for media_type, form in content.items():
        yield f"- `{media_type}`: {kind(form['schema'])}"


def _resolved(contract: Part, answer: Part) -> Part:
    if "$ref" not in answer:
        return answer
    found: Part = contract["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return found


def _answer(status: str, answer: Part) -> tuple[str, ...]:
    forms = [
        f"`{media_type}`" + (f": {kind(form['schema'])}" if "$ref" in form["schema"] else "")
        for media_type, form in answer.get("content", {}).items()
    ]
    return f"`{status}`", answer["description"], "; ".join(forms)


def _problems(contract: Part, groups: dict[str, list[Call]]) -> Iterator[tuple[str, ...]]:
    for call in (call for group in groups.values() for call in group):
        for status, answer in call.operation["responses"].items():
            if status >= "400":
                for title, meaning in _named(_resolved(contract, answer)):
                    yield f"`{status}`", title, meaning


def _named(answer: Part) -> Iterator[tuple[str, str]]:
    """Title and meaning of each problem that a status can stand for: *Busy. Too many wait.; or: Not ready. …*"""
    for problem in answer["description"].split("; or: "):
        title, _, meaning = problem.partition(". ")
        yield title, meaning
