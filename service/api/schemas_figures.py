"""What responses with figures hold: what a search can be narrowed by, and one speaker over time with topics."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from service.api.schemas_out import Out, list_of, number, object_of, one_of, words
from service.audit import Period
from service.model import QuoteType, SpeakerKind


def _share(description: str) -> fields.Float:
    return fields.Float(required=True, metadata={"description": description, "minimum": 0, "maximum": 1})


def _period() -> fields.String:
    return one_of(Period, "How long the periods are, in UTC; weeks begin on Monday.")


class _StartOut(Out):
    start = words("Its first day; null for what has no date.", null=True, format="date")
    quotes = number("How many quotes.")


class SpeakerFacetOut(Out):
    """How many of the quotes are one speaker's."""

    id = words("The speaker's id.")
    name = words("The fullest name that is given.")
    kind = one_of(SpeakerKind, "What this speaker is.")
    quotes = number("How many quotes.")


class OutletFacetOut(Out):
    """How many of the quotes are one outlet's."""

    outlet = words("Its name; null for articles that name none.", null=True)
    quotes = number("How many quotes.")


class TypeFacetOut(Out):
    """How many of the quotes are of one type."""

    type = one_of(QuoteType, "How much of it stands in quotation marks.")
    quotes = number("How many quotes.")


class PeriodFacetOut(_StartOut):
    """How many of the quotes were published in one period."""


class FacetsOut(Out):
    """Who, where, when and which type the newest quotes of a search are: what it can be narrowed by."""

    counted = number("How many of the newest quotes that were found are counted.")
    complete = fields.Boolean(required=True, metadata={"description": "Whether these are all."})
    unattributed = number("How many have no known speaker.")
    speakers = list_of(SpeakerFacetOut)
    outlets = list_of(OutletFacetOut)
    types = list_of(TypeFacetOut)
    period = _period()
    periods = list_of(PeriodFacetOut)


class SpeakerPeriodOut(_StartOut):
    """One period in which the speaker is quoted."""

    articles = number("In how many articles.")


class TopicOut(Out):
    """A word that the speaker uses in more quotes than others do, beyond what chance explains."""

    words: Any = fields.List(
        fields.String(), required=True, metadata={"description": "Its forms, the commonest first."}
    )
    quotes = number("In how many of the speaker's quotes.")
    share = _share("Part of the speaker's quotes.")
    share_elsewhere = _share("Part of everybody else's quotes.")
    ratio = fields.Float(
        required=True,
        metadata={
            "description": "Log-likelihood ratio (Dunning 1993): larger where chance explains less.",
            "minimum": 0,
        },
    )


class ComparedOut(Out):
    """How many quotes the topics rest on, the newest on each side."""

    own = number("Quotes of the speaker.")
    others = number("Quotes of everybody else.")


class SpeakerStatsOut(Out):
    """When a speaker is quoted, and on what; periods without a quote are left out."""

    period = _period()
    periods = list_of(SpeakerPeriodOut)
    topics = list_of(TopicOut)
    compared = object_of(ComparedOut)


class SpeakerShareOut(Out):
    """How often one speaker is quoted."""

    id = words("The speaker's id.")
    name = words("The fullest name that is given.")
    kind = one_of(SpeakerKind, "What this speaker is.")
    role = words("What this speaker is said to be.", null=True)
    aliases = fields.List(fields.String(), required=True, metadata={"description": "Other names."})
    quotes = number("How many quotes.")
    articles = number("In how many articles.")
    share = fields.Float(
        required=True, metadata={"description": "Part of all quotes that count.", "minimum": 0, "maximum": 1}
    )


class _TallyOut(Out):
    articles = number("How many articles.")
    quotes = number("How many quotes in them.")
    unattributed = number("How many of these have no known speaker.")
    unnamed = number("How many of these are of people that the article gives no name: *an aide*, *two officials*.")


class OutletTallyOut(_TallyOut):
    """What one outlet has."""

    outlet = words("Its name; null for articles that name none.", null=True)


class PeriodTallyOut(_TallyOut):
    """What one period has."""

    start = words("Its first day; null for articles without a date.", null=True, format="date")


class OutletPeriodTallyOut(OutletTallyOut, PeriodTallyOut):
    """What one outlet has in one period."""


class StatsOut(Out):
    """Who is quoted how often, by outlet and time; rejected quotes count nowhere."""

    articles = number("How many articles count.")
    quotes = number("How many quotes they have.")
    unattributed = number("How many of these have no known speaker.")
    unnamed = number("How many of these are of people that the article gives no name: *an aide*, *two officials*.")
    speakers = list_of(SpeakerShareOut)
    outlets = list_of(OutletTallyOut)
    periods = list_of(PeriodTallyOut)
    outlet_periods = fields.List(
        fields.Nested(OutletPeriodTallyOut),
        metadata={"description": "Each period of the outlets with most quotes; left out where not asked for."},
    )
