"""How the API's operations are declared: our Blueprint, and the problems that an operation may answer with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeVar

from flask_smorest import Blueprint as SmorestBlueprint

from service.api.errors import PROBLEM_JSON
from service.api.faults import QueryParser
from service.api.kinds import KINDS, Kind
from service.api.schemas_out import ProblemOut

View = TypeVar("View", bound=Callable[..., Any])

_FAULT = {"pointer": "/limit", "in": "query", "detail": "got 0; a whole number from 1 to 200 is allowed"}

# what a call that takes an article, one that reads the store, and every call can answer with
BODY = (
    "invalid-json",
    "not-text",
    "body-too-large",
    "article-too-long",
    "unsupported-media-type",
    "empty-article",
)
NEGOTIATED = ("not-acceptable", "invalid-values")
STORE = ("store-unavailable",)


class Blueprint(SmorestBlueprint):
    """flask-smorest's, with strict query parameters and without rewriting of what the views return."""

    ARGUMENTS_PARSER = QueryParser()


def takes_header(parameter: dict[str, Any]) -> Callable[[View], View]:
    """Declare a header that an operation reads, beside its query; stands above ``arguments``.

    ``doc(parameters=…)`` would put it in the place of the query's parameters.
    """

    def declare(view: View) -> View:
        told: dict[str, Any] = deepcopy(getattr(view, "_apidoc", {}))
        told.setdefault("arguments", {}).setdefault("parameters", []).append(parameter)
        view._apidoc = told  # type: ignore[attr-defined]
        return view

    return declare


_DECLARED: dict[str, tuple[Kind, ...]] = {}
_BARE = Blueprint("bare", __name__)


def problems(*slugs: str, waits: bool = True) -> Callable[[View], View]:
    """Declare the kinds of problem that an operation answers with; an internal error always can be.

    ``waits``: whether it stands in line with others, see ``crowd``, so that it can be told to come again.
    """
    by_status: defaultdict[int, list[Kind]] = defaultdict(list)
    for slug in (*(["busy"] if waits else []), *slugs, "internal-error"):
        by_status[KINDS[slug].status].append(KINDS[slug])

    def declare(view: View) -> View:
        for status in sorted(by_status, reverse=True):
            name = "-or-".join(kind.slug for kind in by_status[status])
            _DECLARED[name] = tuple(by_status[status])
            view = Blueprint.alt_response(_BARE, status, name)(view)
        return view

    return declare


def problem_responses() -> dict[str, dict[str, Any]]:
    """The responses that ``problems`` referred to, by the name that it gave them."""
    return {name: problem_response(*(kind.slug for kind in kinds)) for name, kinds in _DECLARED.items()}


def problem_response(*slugs: str) -> dict[str, Any]:
    """The response with one of these kinds of problem, which have one status."""
    kinds = [KINDS[slug] for slug in slugs]
    examples = {kind.slug: {"value": _example(kind)} for kind in kinds}
    response: dict[str, Any] = {
        "description": "; or: ".join(f"{kind.title}. {kind.help}" for kind in kinds),
        "content": {PROBLEM_JSON: {"schema": ProblemOut, "examples": examples}},
    }
    if kinds[0].status in (429, 503):
        response["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return response


def also(*forms: tuple[str, str, Any], status: int = 200) -> Callable[[View], View]:
    """Declare further forms of a success: media type, description, example (a text, or an object)."""

    def declare(view: View) -> View:
        for media_type, description, example in reversed(forms):
            view = Blueprint.alt_response(
                _BARE,
                status,
                schema={"type": "string" if isinstance(example, str) else "object", "description": description},
                content_type=media_type,
                description="As asked for.",
                example=example,
                success=True,
            )(view)
        return view

    return declare


def _example(kind: Kind) -> dict[str, Any]:
    example = {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": kind.example,
        "instance": "5f0c6f1e7c5b4a53b0f6d7b3a1c2e4d6",
    }
    return example | ({"errors": [_FAULT]} if kind.slug == "invalid-values" else {})
