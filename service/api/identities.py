"""``/v1/speakers/{id}``, ``…/merge`` and ``…/split``: one speaker, and a person's word on who is who."""

from __future__ import annotations

from typing import Any

from flask import url_for

from service.api import examples
from service.api.access import signed
from service.api.bodies import json_object
from service.api.forms import SPEAKER_FORMS, speakers_shown
from service.api.present import TABLE, Answer, present, wanted
from service.api.routes import NEGOTIATED, STORE, Blueprint, also, problems
from service.api.schemas_corrections import MergeIn, SplitIn
from service.api.schemas_in import OneSpeakerQuery
from service.api.schemas_speakers import SpeakerPageOut
from service.api.services import services
from service.formats.speaker_page import speaker_page_to_dict
from service.identities import SpeakerPage

blueprint = Blueprint("identities", __name__, description="One speaker, and people's word on who is who.")

_EXAMPLE = speaker_page_to_dict(examples.SPEAKER_PAGE)
_BODY_PROBLEMS = ("invalid-json", "not-text", "body-too-large", "unsupported-media-type", "not-found")
_LOCATION = {"Location": {"description": "Path of the speaker.", "schema": {"type": "string"}}}


def _body(schema: type, **example: Any) -> dict[str, Any]:
    return {
        "required": True,
        "description": "What was found out, and why.",
        "content": {"application/json": {"schema": schema, "example": {**example, "reason": "read both articles"}}},
    }


@blueprint.route("/v1/speakers/<id>")
@blueprint.doc(operationId="getSpeaker")
@blueprint.arguments(OneSpeakerQuery, location="query")
@also(*SPEAKER_FORMS)
@blueprint.response(200, SpeakerPageOut, description="The speaker, over all stored articles.", example=_EXAMPLE)
@problems(*NEGOTIATED, *STORE, "not-found")
def get_speaker(query: dict[str, Any], id: str) -> Answer:
    """Show one speaker: names, roles over time, outlets, first and last quote, and what people decided.

    An id that was merged into another leads to the speaker who holds.
    """
    return _show(services().store.speaker_page(id), query)


@blueprint.route("/v1/speakers/<id>/merge", methods=["POST"])
@blueprint.doc(operationId="mergeSpeakers", requestBody=_body(MergeIn, other=examples.OTHER_SPEAKER.id))
@blueprint.arguments(OneSpeakerQuery, location="query")
@also(*SPEAKER_FORMS)
@blueprint.response(200, SpeakerPageOut, description="The one speaker, as it is then.", example=_EXAMPLE)
@problems(*NEGOTIATED, *STORE, *_BODY_PROBLEMS)
def merge(query: dict[str, Any], id: str) -> Answer:
    """Say that another speaker is this one; what is read later knows it, too.

    All that the other said is this one's, and the other's id leads here.
    """
    wanted(query, TABLE)
    body = json_object(MergeIn(), what="merger")
    by = signed(body.get("by"))
    return _show(services().store.merge_speakers(id, body["other"], by=by, reason=body["reason"]), query)


@blueprint.route("/v1/speakers/<id>/split", methods=["POST"])
@blueprint.doc(operationId="splitSpeaker", requestBody=_body(SplitIn, articles=["council-vote"]))
@blueprint.arguments(OneSpeakerQuery, location="query")
@also(*SPEAKER_FORMS, status=201)
@blueprint.response(201, SpeakerPageOut, description="The other speaker.", example=_EXAMPLE, headers=_LOCATION)
@problems(*NEGOTIATED, *STORE, *_BODY_PROBLEMS)
def split(query: dict[str, Any], id: str) -> Answer:
    """Say that some articles quote somebody else of the same name, who then has an id of their own."""
    wanted(query, TABLE)
    body = json_object(SplitIn(), what="parting")
    page = services().store.split_speaker(id, body["articles"], by=signed(body.get("by")), reason=body["reason"])
    return _show(
        page, query, status=201, headers={"Location": url_for("identities.get_speaker", id=page.entry.speaker.id)}
    )


def _show(
    page: SpeakerPage, query: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None
) -> Answer:
    shown = speakers_shown([page.entry], whole=lambda _: speaker_page_to_dict(page, offsets=query["offsets"]))
    return present(query, shown, status=status, headers=headers)
