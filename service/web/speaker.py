"""``/speakers`` and ``/speakers/{id}``: who is quoted; and one speaker: when, on what, by whom, under which names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.api.schemas_in import SpeakersQuery
from service.api.services import services
from service.api.speaker_stats import topics_of
from service.facets import Timeline
from service.identities import RolePeriod, SpeakerPage
from service.model import QuoteFilter
from service.web import charts
from service.web.asked import asked
from service.web.blueprint import blueprint
from service.web.passages import passage

_PER_PAGE = 50
_QUOTES, _TOPICS, _ARTICLES = 8, 15, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role, and where its time lies in the speaker's, as left end and width in per cent; None: it has no date."""

    role: RolePeriod
    place: tuple[float, float] | None


@blueprint.get("/speakers")
def speakers() -> tuple[str, int]:
    """List who is quoted, most quoted first."""
    form = asked(SpeakersQuery(), request.args, ("q", "cursor"))
    store = services().store
    page = store.speakers(text=form.values.get("q"), cursor=form.values.get("cursor"), limit=_PER_PAGE)
    most = max((entry.quote_count for entry in page.items), default=0)
    shown = render_template(
        "speakers.html",
        form=form,
        entries=[(entry, charts.bar([entry.quote_count], most)) for entry in page.items],
        onward=form.query(cursor=page.next_cursor) if page.next_cursor else None,
    )
    return shown, 422 if form.faults else 200


@blueprint.get("/speakers/<id>")
def speaker(id: str) -> str | AnyResponse:
    """Show one speaker."""
    store = services().store
    page = store.speaker_page(id)
    held = page.entry.speaker.id
    if held != id:
        return redirect(url_for("desk.speaker", id=held))
    timeline = store.speaker_timeline(id)
    starts = _starts(timeline)
    topics, own, others = topics_of(id, limit=_TOPICS)
    newest = store.quotes(QuoteFilter(speaker=id), limit=_QUOTES).items
    return render_template(
        "speaker.html",
        page=page,
        speaker=page.entry.speaker,
        timeline=timeline,
        time=_columns(timeline, starts),
        axis=charts.axis(starts, timeline.period),
        names={start: charts.named(start, timeline.period) for start in starts},
        topics=[(topic, charts.bar([topic.quotes], topics[0].quotes)) for topic in topics],
        compared=(own, others),
        roles=_roles(page),
        outlets=_bars(page),
        articles=store.speaker_articles(id, limit=_ARTICLES),
        quotes=[(stored, passage(stored, None)) for stored in newest],
    )


def _starts(timeline: Timeline) -> tuple[date, ...]:
    dated = [moments.start for moments in timeline.moments if moments.start is not None]
    return charts.every(timeline.period, min(dated), max(dated)) if dated else ()


def _columns(timeline: Timeline, starts: tuple[date, ...]) -> charts.Columns:
    said = {moments.start: moments for moments in timeline.moments}
    points = []
    for start in starts:
        count = said[start].quotes if start in said else 0
        points.append(charts.Point(label=f"{charts.named(start, timeline.period)}: {count:,} quotes", values=(count,)))
    return charts.columns(points)


def _roles(page: SpeakerPage) -> list[Held]:
    """Roles, each with its stretch of the time from the first role's first day to the last one's last."""
    ends = [moment for role in page.roles for moment in (role.first_seen, role.last_seen) if moment is not None]
    held = []
    for role in page.roles:
        place = None
        if role.first_seen and role.last_seen and _days(min(ends), max(ends)) > 0:
            place = charts.stretch(role.first_seen.date(), role.last_seen.date(), min(ends).date(), max(ends).date())
        held.append(Held(role=role, place=place))
    return held


def _days(first: datetime, last: datetime) -> int:
    return (last.date() - first.date()).days


def _bars(page: SpeakerPage) -> list[tuple[object, tuple[charts.Part, ...]]]:
    most = max((use.quote_count for use in page.outlets), default=0)
    return [(use, charts.bar([use.quote_count], most)) for use in page.outlets]
