"""``GET /v1/speakers``: who is quoted in all that is stored."""

from __future__ import annotations

from typing import Any

from service.api import examples
from service.api.present import Answer, next_page, present
from service.api.routes import NEGOTIATED, STORE, Blueprint, also, problems
from service.api.schemas_in import SpeakersQuery
from service.api.schemas_out import SpeakersOut
from service.api.services import services
from service.formats.terminal import speakers_table
from service.formats.wire import json_line, speaker_entry_to_dict

blueprint = Blueprint("speakers", __name__, description="Who is quoted.")

_EXAMPLE = speaker_entry_to_dict(examples.SPEAKER_ENTRY)


@blueprint.route("/v1/speakers")
@blueprint.doc(operationId="listSpeakers")
@blueprint.arguments(SpeakersQuery, location="query")
@also(
    ("text/plain", "A table for a terminal.", speakers_table([examples.SPEAKER_ENTRY])),
    ("application/x-ndjson", "One speaker a line.", f"{json_line(_EXAMPLE)}\n"),
)
@blueprint.response(
    200, SpeakersOut, description="A page of speakers; `Link` leads on.", example={"speakers": [_EXAMPLE]}
)
@problems(*NEGOTIATED, *STORE)
def list_speakers(query: dict[str, Any]) -> Answer:
    """List who is quoted, most quoted first."""
    page = services().store.speakers(text=query.get("q"), cursor=query.get("cursor"), limit=query["limit"])
    return present(
        query,
        json=lambda: {"speakers": [speaker_entry_to_dict(entry) for entry in page.items]},
        lines=lambda: map(speaker_entry_to_dict, page.items),
        text=lambda width: speakers_table(page.items, width=width),
        headers=next_page(page.next_cursor),
    )
