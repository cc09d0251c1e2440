"""``/find``: all quotes, searched, and narrowed by who, where, when and which type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app, render_template, request

from service.api.schemas_in import QuotesQuery
from service.api.services import services
from service.audit import Period
from service.errors import NotFound
from service.facets import Facets
from service.model import Polarity, QuoteFilter, QuoteOrder, QuoteType, Review, SpeakerEntry
from service.web import charts
from service.web.asked import Asked, asked
from service.web.blueprint import blueprint
from service.web.counting import Counted
from service.web.passages import passage

_NAMES = ("q", "speaker", "outlet", "type", "polarity", "from", "to", "min_confidence", "review", "sort", "cursor")
_PER_PAGE = 25
ORDERS = (
    (QuoteOrder.NEWEST, "newest first"),
    (QuoteOrder.OLDEST, "oldest first"),
    (QuoteOrder.LEAST_CONFIDENT, "least certain first"),
    (QuoteOrder.MOST_CONFIDENT, "most certain first"),
)
TYPES = {QuoteType.DIRECT: "direct", QuoteType.INDIRECT: "indirect", QuoteType.MIXED: "partly in quotation marks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to narrow a search: its words, how many quotes it leaves, and the address of that search."""

    label: str
    quotes: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a search is already narrowed by, and the address without it."""

    name: str
    label: str
    address: str


@blueprint.get("/find")
def find() -> tuple[str, int]:
    """Show a page of quotes, by the cursor that the API has."""
    form = asked(QuotesQuery(), request.args, _NAMES)
    filter = _filter_of(form)
    store = services().store
    order = QuoteOrder(form.values["sort"])
    page = store.quotes(filter, order=order, cursor=form.values.get("cursor"), limit=_PER_PAGE)
    facets = _counted().of(filter, lambda: store.facets(filter), leafing="cursor" in form.values)
    speaker = _speaker(form.values.get("speaker"))
    shown = render_template(
        "find.html",
        form=form,
        orders=ORDERS,
        types=TYPES,
        order=order,
        quotes=[(stored, passage(stored, filter.text)) for stored in page.items],
        onward=form.query(cursor=page.next_cursor) if page.next_cursor else None,
        facets=facets,
        groups=_groups(form, facets),
        held=_held(form, speaker),
    )
    return shown, 422 if form.faults else 200


def _counted() -> Counted:
    # one for each application, since another one can have another store
    kept: Counted = current_app.extensions.setdefault("quoth-desk-counted", Counted())
    return kept


def _filter_of(form: Asked) -> QuoteFilter:
    values = form.values
    return QuoteFilter(
        text=values.get("q"),
        speaker=values.get("speaker"),
        outlet=values.get("outlet"),
        type=QuoteType(values["type"]) if "type" in values else None,
        polarity=Polarity(values["polarity"]) if "polarity" in values else None,
        since=values.get("since"),
        until=values.get("until"),
        min_confidence=values.get("min_confidence"),
        review=Review(values["review"]) if "review" in values else None,
    )


def _speaker(wanted: str | None) -> SpeakerEntry | None:
    """Whom an id means; None for words of a name."""
    if wanted is None:
        return None
    try:
        return services().store.speaker(wanted)
    except NotFound:
        return None


def _groups(form: Asked, facets: Facets) -> list[tuple[str, list[Choice]]]:
    """What the search can be narrowed by; a group with one choice that is made already is left out."""
    speakers = [
        Choice(label=facet.speaker.name, quotes=facet.quotes, address=form.query(speaker=facet.speaker.id))
        for facet in facets.speakers
    ]
    outlets = [
        Choice(label=facet.outlet, quotes=facet.quotes, address=form.query(outlet=facet.outlet))
        for facet in facets.outlets
        if facet.outlet is not None
    ]
    types = [
        Choice(label=TYPES[facet.type], quotes=facet.quotes, address=form.query(type=facet.type.value))
        for facet in facets.types
    ]
    periods = [
        Choice(
            label=charts.named(facet.start, facets.period),
            quotes=facet.quotes,
            address=form.query(**dict(zip(("from", "to"), _days(facet.start, facets.period), strict=True))),
        )
        for facet in facets.periods
        if facet.start is not None
    ]
    # as many: by name, since the store knows only ids
    speakers.sort(key=lambda choice: (-choice.quotes, choice.label.casefold()))
    found = (
        ("Speaker", speakers if form.typed("speaker") == "" or len(speakers) > 1 else []),
        ("Outlet", outlets if not form.typed("outlet") else []),
        ("Type", types if not form.typed("type") else []),
        ("Published", periods if len(periods) > 1 else []),
    )
    return [(name, choices) for name, choices in found if choices]


def _days(start: date, period: Period) -> tuple[str, str]:
    last = charts.after(start, period) - timedelta(days=1)
    return start.isoformat(), last.isoformat()


def _held(form: Asked, speaker: SpeakerEntry | None) -> list[Held]:
    told = {
        "q": f"“{form.typed('q')}”",
        "speaker": speaker.speaker.name if speaker else form.typed("speaker"),
        "outlet": form.typed("outlet"),
        "type": form.typed("type"),
        "polarity": form.typed("polarity"),
        "from": f"from {form.typed('from')}",
        "to": f"to {form.typed('to')}",
        "min_confidence": f"confidence from {form.typed('min_confidence')}",
        "review": form.typed("review"),
    }
    return [
        Held(name=name, label=label, address=form.query(**{name: None}))
        for name, label in told.items()
        if form.typed(name)
    ]
