"""What a search can be narrowed by, and the figures of one speaker, as JSON objects and tables."""

from __future__ import annotations

from collections.abc import Sequence

from service.facets import Facets, Moments, Timeline, Topic
from service.formats.table_csv import table
from service.formats.terminal import NOBODY, WIDTH, rows_table
from service.formats.wire import Json


def facets_to_dict(facets: Facets) -> Json:
    """The counts of a search."""
    return {
        "counted": facets.counted,
        "complete": facets.complete,
        "unattributed": facets.unattributed,
        "speakers": [
            {
                "id": facet.speaker.id,
                "name": facet.speaker.name,
                "kind": facet.speaker.kind.value,
                "quotes": facet.quotes,
            }
            for facet in facets.speakers
        ],
        "outlets": [{"outlet": facet.outlet, "quotes": facet.quotes} for facet in facets.outlets],
        "types": [{"type": facet.type.value, "quotes": facet.quotes} for facet in facets.types],
        "period": facets.period.value,
        "periods": [
            {"start": facet.start.isoformat() if facet.start else None, "quotes": facet.quotes}
            for facet in facets.periods
        ],
    }


def speaker_figures_to_dict(timeline: Timeline, topics: Sequence[Topic], *, own: int, others: int) -> Json:
    """One speaker over time, and topics, which ``own`` and ``others`` quotes were compared for."""
    return {
        "period": timeline.period.value,
        "periods": [moments_to_dict(moments) for moments in timeline.moments],
        "topics": [topic_to_dict(topic) for topic in topics],
        "compared": {"own": own, "others": others},
    }


def moments_to_dict(moments: Moments) -> Json:
    """One period of a speaker."""
    start = moments.start.isoformat() if moments.start else None
    return {"start": start, "quotes": moments.quotes, "articles": moments.articles}


def topic_to_dict(topic: Topic) -> Json:
    """One topic of a speaker."""
    return {
        "words": list(topic.words),
        "quotes": topic.quotes,
        "share": round(topic.share, 6),
        "share_elsewhere": round(topic.share_elsewhere, 6),
        "ratio": round(topic.ratio, 2),
    }


def timeline_csv(timeline: Timeline) -> str:
    """How often a speaker is quoted, one period a row, oldest first."""
    rows = (
        (moments.start.isoformat() if moments.start else "", str(moments.quotes), str(moments.articles))
        for moments in timeline.moments
    )
    return table(("start", "quotes", "articles"), rows)


def speaker_figures_text(timeline: Timeline, topics: Sequence[Topic], *, width: int = WIDTH) -> str:
    """The same for a terminal, under the topics."""
    words = ", ".join(f"{topic.words[0]} ({topic.quotes})" for topic in topics) or NOBODY
    rows = [
        (moments.start.isoformat() if moments.start else NOBODY, str(moments.quotes), str(moments.articles))
        for moments in timeline.moments
    ]
    columns = ((timeline.period.value, 0), ("quotes", 0), ("articles", 0))
    return rows_table(f"topics: {words}", columns, rows, width=width)
