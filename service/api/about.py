"""What the service says of itself: whether it lives and is ready, what it offers, what its errors mean."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from service import __version__
from service.api import examples
from service.api.contract_text import as_yaml
from service.api.kinds import KINDS
from service.api.routes import STORE, Blueprint, problems
from service.api.schemas_out import HealthOut, IndexOut, ProblemKindOut, ReadyOut
from service.api.services import services
from service.errors import NotFound, StoreUnavailable
from service.formats.wire import model_to_dict

blueprint = Blueprint("service", __name__, description="The service itself.")

_CALL = {"method": "POST", "path": "/v1/extract", "summary": "Read an article: who said what, to whom, where."}
# where the application keeps its contract
CONTRACT_KEY = "QUOTH_OPENAPI"
_YAML_KEY = "QUOTH_OPENAPI_YAML"
# where an application that has pages keeps what answers a browser that asks for ``/``
FRONT_KEY = "quoth-front"


def _kind(slug: str) -> dict[str, Any]:
    kind = KINDS[slug]
    return {"type": kind.type, "title": kind.title, "status": kind.status, "help": kind.help}


@blueprint.route("/")
@blueprint.doc(operationId="index")
@blueprint.response(
    200,
    IndexOut,
    description="The calls.",
    example={"name": "quoth", "version": "0.1.0", "contract": "/openapi.yaml", "calls": [_CALL]},
)
@problems()
def index() -> Any:
    """List what there is; a browser, which prefers HTML, is sent to the desk."""
    front = current_app.extensions.get(FRONT_KEY)
    if front is not None and request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        return front()
    calls = [
        {"method": method.upper(), "path": path, "summary": operation["summary"]}
        for path, operations in current_app.config[CONTRACT_KEY]["paths"].items()
        for method, operation in operations.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]
    return (
        {"name": "quoth", "version": __version__, "contract": "/openapi.yaml", "calls": calls},
        200,
        {"Vary": "Accept"},
    )


@blueprint.route("/healthz")
@blueprint.doc(operationId="health")
@blueprint.response(200, HealthOut, description="The process answers.", example={"status": "ok"})
@problems(waits=False)
def health() -> dict[str, str]:
    """Tell whether the process lives; neither models nor database are asked."""
    return {"status": "ok"}


@blueprint.route("/readyz")
@blueprint.doc(operationId="ready")
@blueprint.response(
    200,
    ReadyOut,
    description="The models are loaded and the database is up to date.",
    example={"status": "ready", "model": model_to_dict(examples.STORED.model)},
)
@problems(*STORE, waits=False)
def ready() -> dict[str, Any]:
    """Tell whether articles can be read and stored."""
    services().store.check()
    return {"status": "ready", "model": model_to_dict(services().pipeline.model)}


@blueprint.route("/metrics")
@blueprint.doc(operationId="metrics")
@blueprint.response(
    200, {"type": "string"}, content_type="text/plain", description="Prometheus's text format.",
    example="quoth_queue_articles 0.0\n",
)  # fmt: skip
@problems(waits=False)
def metrics() -> Response:
    """Show the measures: requests, their time, the queue, reading, memory, jobs."""
    try:
        backlog = services().store.backlog()
    except StoreUnavailable:
        # the others are wanted all the more
        backlog = None
    return Response(services().measures.exposition(backlog), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@blueprint.route("/openapi.yaml")
@blueprint.doc(operationId="contract")
@blueprint.response(200, {"type": "object"}, content_type="application/yaml", description="OpenAPI 3.1.", example="…")
@problems()
def contract() -> Response:
    """Show the contract of this API."""
    config = current_app.config
    # written out when first asked for: it takes half a second, which a start should not
    if _YAML_KEY not in config:
        config[_YAML_KEY] = as_yaml(config[CONTRACT_KEY])
    return Response(config[_YAML_KEY], content_type="application/yaml")


@blueprint.route("/problems/<slug>")
@blueprint.doc(operationId="problem")
@blueprint.response(200, ProblemKindOut, description="What it means.", example=_kind("empty-article"))
@problems("not-found")
def problem_kind(slug: str) -> dict[str, Any]:
    """Explain a kind of problem, as named in a problem's `type`."""
    if slug not in KINDS:
        raise NotFound("kind of problem", slug)
    return _kind(slug)
