"""What holds for every operation, written into each of the contract: keys, limits, revalidation, path parameters."""

from __future__ import annotations

from typing import Any

from service.api import access, examples, job_examples
from service.api.routes import problem_response
from service.formats.wire import Json

SECURITY_SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key made with `quoth keys create`. Not needed where the server listens on its own "
        "machine alone.",
    }
}
# by the part of the path that stands before the parameter
_PARAMETERS = {
    "articles": ("The id of a stored article.", examples.HEAD.id),
    "quotes": ("The id of a quote.", examples.STORED_QUOTE.quote.id),
    "speakers": ("The id of a speaker.", examples.SPEAKER_ENTRY.speaker.id),
    "jobs": ("The id of a job.", job_examples.JOB.id),
    "problems": ("The last part of a problem's `type`.", "empty-article"),
}
# what the access check and the check of the request's origin answer
PROBLEMS = {
    "unauthorized": problem_response("unauthorized"),
    "forbidden": problem_response("forbidden"),
    "forbidden-or-cross-origin": problem_response("forbidden", "cross-origin"),
    "too-many-requests": problem_response("too-many-requests"),
}
_IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The `ETag` of an answer that the client has; 304 if it is still the same.",
    "schema": {"type": "string"},
    "required": False,
}
_ETAG = {"ETag": {"description": "Names this state of the answer.", "schema": {"type": "string"}}}
_NOT_MODIFIED = {"description": "The client has it already, by its `If-None-Match`.", "headers": _ETAG}


def complete(contract: Json) -> None:
    """Write it into ``contract``, in place."""
    contract["components"]["securitySchemes"] = SECURITY_SCHEMES
    for path, operations in contract["paths"].items():
        _explain(path, operations.get("parameters", ()))
        for method, operation in operations.items():
            if method != "parameters":
                _complete(path, method, operation)


def _explain(path: str, parameters: Any) -> None:
    for parameter in parameters:
        collection = path.partition("/{")[0].rpartition("/")[2]
        parameter["description"], parameter["example"] = _PARAMETERS[collection]


def _complete(path: str, method: str, operation: Json) -> None:
    responses = operation["responses"]
    wanted = access.needed(method, path)
    # the empty entry: without a key is one way, too
    operation["security"] = [] if wanted is None else [{"key": []}, {}]
    if wanted is not None:
        operation["x-scope"] = wanted.value
        forbidden = "forbidden" if method == "get" else "forbidden-or-cross-origin"
        for status, name in (("401", "unauthorized"), ("403", forbidden), ("429", "too-many-requests")):
            responses[status] = {"$ref": f"#/components/responses/{name}"}
    if method == "get" or path == "/v1/extract":
        operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
        responses["304"] = _NOT_MODIFIED
        responses["200"]["headers"] = {**responses["200"].get("headers", {}), **_ETAG}
    for response in responses.values():
        if "application/json" in (content := response.get("content", {})):
            # first, since generated clients take the first one that they can read
            response["content"] = {"application/json": content["application/json"], **content}
    operation["responses"] = dict(sorted(responses.items()))
