"""``/docs``: the contract as a page to read. It is made here, from files of the package; a browser fetches nothing else
and runs nothing.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from flask import Response, current_app
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from service.api.about import CONTRACT_KEY
from service.api.calls import calls
from service.api.routes import Blueprint, problems
from service.formats.wire import Json

blueprint = Blueprint("docs", __name__, description="The contract, to read.")

_PAGES = Path(__file__).parent / "pages"
_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PAGE_KEY = "QUOTH_DOCS_PAGE"


@blueprint.route("/docs")
@blueprint.doc(operationId="docs")
@blueprint.response(200, {"type": "string"}, content_type="text/html", description="A page.", example="…")
@problems()
def show() -> Response:
    """Show every call with its parameters, answers and an example, as a page to read."""
    config = current_app.config
    # made when first asked for, as /openapi.yaml is
    if _PAGE_KEY not in config:
        config[_PAGE_KEY] = page(config[CONTRACT_KEY])
    return Response(
        config[_PAGE_KEY], content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": _POLICY}
    )


@blueprint.route("/docs/style.css")
@blueprint.doc(operationId="docsStyle")
@blueprint.response(200, {"type": "string"}, content_type="text/css", description="A style sheet.", example="…")
@problems()
def style() -> Response:
    """Show how the page looks."""
    return Response((_PAGES / "docs.css").read_text(encoding="utf-8"), content_type="text/css; charset=utf-8")


def page(contract: Json) -> str:
    """The contract as HTML."""
    environment = Environment(
        loader=FileSystemLoader(_PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "prose": prose,
        "kind": kind,
        "pretty": _pretty,
        "resolved": lambda part: _of(contract, part),
    }
    groups: dict[str, list[Any]] = {tag["name"]: [] for tag in contract["tags"]}
    for call in calls(contract):
        groups[call.operation["tags"][0]].append(call)
    template = environment.get_template("docs.html")
    return template.render(contract=contract, groups=groups, tags={tag["name"]: tag for tag in contract["tags"]})


def prose(text: str) -> Markup:
    """Paragraphs with code in them, the little Markdown that the contract has.

    >>> print(prose("Set `a < b`."))
    <p>Set <code>a &lt; b</code>.</p>
    """
    paragraphs = [re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(part))) for part in text.strip().split("\n\n")]
    # every piece was escaped on the line above
    return Markup("".join(f"<p>{part}</p>" for part in paragraphs))  # noqa: S704


def kind(schema: Json) -> Markup:
    """What a value may be, in a few words, with a link to the object that it is.

    >>> print(kind({"type": "array", "items": {"type": ["string", "null"], "format": "date-time"}}))
    list of string (date-time) or null
    """
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#{0}">{0}</a>').format(name)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return Markup(" or ").join(kind(each) for each in schema[several])
    if "enum" in schema:
        return Markup(" | ").join(Markup("<code>{}</code>").format("null" if v is None else v) for v in schema["enum"])
    types = schema.get("type", "any value")
    first, *others = [types] if isinstance(types, str) else types
    if first == "array":
        return Markup("list of {}").format(kind(schema["items"]))
    shape = Markup(" ({})").format(schema["format"]) if "format" in schema else ""
    return Markup(" or ").join([Markup("{}{}").format(first, shape), *map(escape, others)])


def _of(contract: Json, part: Json) -> Json:
    """The part, or what it refers to."""
    found = part
    while "$ref" in found:
        names = found["$ref"].removeprefix("#/").split("/")
        found = contract
        for name in names:
            found = found[name]
    return found


def _pretty(example: Any) -> str:
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
