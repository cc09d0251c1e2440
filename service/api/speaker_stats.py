"""``GET /v1/speakers/{id}/stats``: one speaker over time, and what they talk about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from service.api.forms import described
from service.api.present import Answer, Shown, present
from service.api.routes import NEGOTIATED, STORE, Blueprint, also, problems
from service.api.schemas_figures import SpeakerStatsOut
from service.api.schemas_in import SpeakerStatsQuery
from service.api.services import services
from service.audit import Period
from service.facets import Moments, Timeline, Topic
from service.formats.figures import (
    moments_to_dict,
    speaker_figures_text,
    speaker_figures_to_dict,
    timeline_csv,
)
from service.matching.topics import topics

blueprint = Blueprint("speaker_stats", __name__, description="One speaker over time.")


def _shown(timeline: Timeline, found: Sequence[Topic], *, own: int, others: int) -> Shown:
    return Shown(
        json=lambda: speaker_figures_to_dict(timeline, found, own=own, others=others),
        lines=lambda: map(moments_to_dict, timeline.moments),
        text=lambda width: speaker_figures_text(timeline, found, width=width),
        csv=lambda: timeline_csv(timeline),
        more={},
    )


_EXAMPLE = _shown(
    Timeline(period=Period.MONTH, moments=(Moments(start=date(2026, 5, 1), quotes=3, articles=2),)),
    [Topic(words=("dredging", "dredge"), quotes=2, share=0.666667, share_elsewhere=0.01, ratio=14.2)],
    own=3,
    others=400,
)


@blueprint.route("/v1/speakers/<id>/stats")
@blueprint.doc(operationId="getSpeakerStats")
@blueprint.arguments(SpeakerStatsQuery, location="query")
@also(*described(_EXAMPLE))
@blueprint.response(200, SpeakerStatsOut, description="The figures.", example=_EXAMPLE.json())
@problems(*NEGOTIATED, *STORE, "not-found")
def get_speaker_stats(query: dict[str, Any], id: str) -> Answer:
    """Show when a speaker is quoted, and on what.

    Topics are the words that stand in more of the speaker's newest quotes than in everybody else's, by the
    log-likelihood ratio, from where chance explains less than one in a hundred. The lines and the table list periods.
    """
    timeline = services().store.speaker_timeline(id, period=Period(query["period"]) if "period" in query else None)
    found, own, others = topics_of(id, limit=query["limit"])
    return present(query, _shown(timeline, found, own=own, others=others))


def topics_of(id: str, *, limit: int) -> tuple[tuple[Topic, ...], int, int]:
    """What a speaker talks about, and how many quotes of the speaker and of others that rests on. Raises NotFound."""
    texts = services().store.speaker_texts(id)
    return topics(texts.own, texts.others, limit=limit), len(texts.own), len(texts.others)
