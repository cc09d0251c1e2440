"""``/v1/speakers``: who is quoted in all that is stored."""

from __future__ import annotations

from typing import Any

from service.api import examples
from service.api.forms import QUOTE_FORMS, SPEAKER_FORMS, speakers_shown
from service.api.present import Answer, next_page, present
from service.api.quotes import EXAMPLE as QUOTE
from service.api.quotes import quotes_page
from service.api.routes import NEGOTIATED, STORE, Blueprint, also, problems
from service.api.schemas_in import SpeakerQuotesQuery, SpeakersQuery
from service.api.schemas_out import QuotesOut, SpeakersOut
from service.api.services import services
from service.formats.wire import speaker_entry_to_dict

blueprint = Blueprint("speakers", __name__, description="Who is quoted.")

_EXAMPLE = speaker_entry_to_dict(examples.SPEAKER_ENTRY)


@blueprint.route("/v1/speakers")
@blueprint.doc(operationId="listSpeakers")
@blueprint.arguments(SpeakersQuery, location="query")
@also(*SPEAKER_FORMS)
@blueprint.response(
    200, SpeakersOut, description="A page of speakers; `Link` leads on.", example={"speakers": [_EXAMPLE]}
)
@problems(*NEGOTIATED, *STORE)
def list_speakers(query: dict[str, Any]) -> Answer:
    """List who is quoted, most quoted first."""
    page = services().store.speakers(text=query.get("q"), cursor=query.get("cursor"), limit=query["limit"])
    shown = speakers_shown(page.items, whole=lambda each: {"speakers": each})
    return present(query, shown, headers=next_page(page.next_cursor))


@blueprint.route("/v1/speakers/<id>/quotes")
@blueprint.doc(operationId="listSpeakerQuotes")
@blueprint.arguments(SpeakerQuotesQuery, location="query")
@also(*QUOTE_FORMS)
@blueprint.response(200, QuotesOut, description="A page of quotes; `Link` leads on.", example={"quotes": [QUOTE]})
@problems(*NEGOTIATED, *STORE, "not-found")
def list_speaker_quotes(query: dict[str, Any], id: str) -> Answer:
    """Search the quotes of one speaker; all that is given must hold."""
    # the store takes what is no id for words of a name, and an id is what the path means
    services().store.speaker(id)
    return quotes_page(query, speaker=id)
