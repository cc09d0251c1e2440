"""``GET /v1/stats``: the source audit."""

from __future__ import annotations

from typing import Any

from service.api import examples
from service.api.forms import described
from service.api.present import Answer, Shown, present
from service.api.routes import NEGOTIATED, STORE, Blueprint, also, problems
from service.api.schemas_figures import StatsOut
from service.api.schemas_in import StatsQuery
from service.api.services import services
from service.audit import Audit, AuditFilter, Period
from service.formats.reviews import audit_csv, audit_table, audit_to_dict

blueprint = Blueprint("stats", __name__, description="Who is quoted how often.")


def _shown(audit: Audit, *, outlet_periods: bool = False) -> Shown:
    return Shown(
        json=lambda: audit_to_dict(audit, outlet_periods=outlet_periods),
        lines=lambda: audit_to_dict(audit)["speakers"],
        text=lambda width: audit_table(audit, width=width),
        csv=lambda: audit_csv(audit),
        more={},
    )


@blueprint.route("/v1/stats")
@blueprint.doc(operationId="getStats")
@blueprint.arguments(StatsQuery, location="query")
@also(*described(_shown(examples.AUDIT)))
@blueprint.response(200, StatsOut, description="The figures.", example=audit_to_dict(examples.AUDIT))
@problems(*NEGOTIATED, *STORE)
def get_stats(query: dict[str, Any]) -> Answer:
    """Count who is quoted how often, by outlet and time, and who without a name; tables and lines list the speakers."""
    filter = AuditFilter(outlet=query.get("outlet"), since=query.get("since"), until=query.get("until"))
    audit = services().store.audit(filter, period=Period(query["period"]), limit=query["limit"])
    return present(query, _shown(audit, outlet_periods=query["outlet_periods"]))
