"""``/audit``: who is quoted, how often, by outlet and over time, and how many of them without a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from flask import render_template, request

from service.api.schemas_in import StatsQuery
from service.api.services import services
from service.audit import Audit, AuditFilter, Period, Tally, fitting, start_of
from service.model import ArticleFilter
from service.web import charts
from service.web.asked import asked
from service.web.blueprint import blueprint

_NAMES = ("outlet", "from", "to", "period")
_SPEAKERS = 25
# with the week of the newest article, 52; years before that one have no year before them
_BEFORE, _FIRST_YEAR = timedelta(weeks=51), 3
# columns that can still be told apart
_COLUMNS = 200
# outlets that stand beside each other in a table
_BESIDE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An outlet: its figures, the bar of where its quotes come from, and its quotes over time as a path."""

    tally: Tally
    bar: tuple[charts.Part, ...]
    path: str


@blueprint.get("/audit")
def audit() -> tuple[str, int]:
    """Show the figures, each chart with its table."""
    form = asked(StatsQuery(), request.args, _NAMES)
    everything = request.args.get("all") == "yes"
    filter = AuditFilter(
        outlet=form.values.get("outlet"), since=form.values.get("since"), until=form.values.get("until")
    )
    last = None if everything or filter.since or filter.until else _last_year(filter.outlet)
    if last is not None:
        filter = replace(filter, since=last[0])
    wanted = Period(form.given["period"]) if "period" in form.given and not form.faults else None
    found = services().store.audit(filter, period=wanted, limit=_SPEAKERS)
    longer = None
    if (least := _too_many(found)) is not None:
        found, longer = services().store.audit(filter, period=least, limit=_SPEAKERS), least
    starts = _starts(found)
    most = max((share.quotes for share in found.speakers), default=0)
    page = render_template(
        "audit.html",
        form=form,
        audit=found,
        longer=longer,
        last=last,
        everything=everything,
        counted={"period": found.period.value, **({"from": last[0].date().isoformat()} if last else {})},
        periods=list(Period),
        time=_over_time(found, starts),
        axis=charts.axis(starts, found.period),
        names={start: charts.named(start, found.period) for start in starts},
        speakers=[(share, charts.bar([share.quotes], most)) for share in found.speakers],
        outlets=_outlets(found, starts),
        beside=_beside(found),
        undated=next((tally for tally in found.by_period if tally.start is None), None),
    )
    return page, 422 if form.faults else 200


def _last_year(outlet: str | None) -> tuple[datetime, datetime] | None:
    """The year up to the newest article, from midnight, where there are older ones; None: it would leave out nothing.

    To count years of a large archive takes seconds, and is seldom what is looked for.
    """
    newest = services().store.articles(ArticleFilter(outlet=outlet), limit=1).items
    if not newest or newest[0].published_at is None:
        return None
    until = newest[0].published_at.astimezone(UTC)
    if until.year < _FIRST_YEAR:
        return None
    since = datetime.combine(start_of(until.date() - _BEFORE, Period.WEEK), time.min, UTC)
    older = services().store.articles(ArticleFilter(outlet=outlet, until=since - timedelta(microseconds=1)), limit=1)
    return (since, until) if older.items else None


def sources(tally: Tally | Audit) -> tuple[int, int, int]:
    """Quotes with a named source, of people without a name, and without a known speaker."""
    return tally.quotes - tally.unnamed - tally.unattributed, tally.unnamed, tally.unattributed


def told(tally: Tally, name: str) -> str:
    """A column in words."""
    named, unnamed, unknown = sources(tally)
    return f"{name}: {tally.quotes:,} quotes, {named:,} named, {unnamed:,} unnamed, {unknown:,} no known speaker"


def _starts(found: Audit) -> tuple[date, ...]:
    dated = [tally.start for tally in found.by_period if tally.start is not None]
    return charts.every(found.period, min(dated), max(dated)) if dated else ()


def _too_many(found: Audit) -> Period | None:
    """A longer period, where the one that was asked for makes more columns than can be shown."""
    dated = [tally.start for tally in found.by_period if tally.start is not None]
    least = fitting(min(dated), max(dated), most=_COLUMNS) if dated else Period.DAY
    order = list(Period)
    return least if order.index(least) > order.index(found.period) else None


def _over_time(found: Audit, starts: tuple[date, ...]) -> charts.Columns:
    tallies = {tally.start: tally for tally in found.by_period}
    points = []
    for start in starts:
        tally = tallies.get(start) or Tally(articles=0, quotes=0, unattributed=0, unnamed=0, start=start)
        points.append(charts.Point(label=told(tally, charts.named(start, found.period)), values=sources(tally)))
    return charts.columns(points)


def _outlets(found: Audit, starts: tuple[date, ...]) -> list[Row]:
    said = {(tally.outlet, tally.start): tally.quotes for tally in found.by_outlet_and_period}
    # one height for all, so that outlets can be compared
    most = max((quotes for (_, start), quotes in said.items() if start is not None), default=0)
    shown = {tally.outlet for tally in found.by_outlet_and_period}
    return [
        Row(
            tally=tally,
            bar=charts.bar(sources(tally), tally.quotes),
            path=charts.outline([said.get((tally.outlet, start), 0) for start in starts], most),
        )
        for tally in found.by_outlet
        if tally.outlet in shown
    ]


def _beside(found: Audit) -> tuple[list[str | None], dict[tuple[str | None, date | None], Tally]]:
    """Outlets that have a column each in the table behind their charts, and what stands in its cells."""
    outlets = [tally.outlet for tally in found.by_outlet[:_BESIDE]]
    return outlets, {(tally.outlet, tally.start): tally for tally in found.by_outlet_and_period}
