"""``/import``: many articles at once, and how far they are."""

from __future__ import annotations

from flask import current_app, render_template

from service.api.services import services
from service.bulk import Job
from service.formats.jobs import whole_job_to_dict
from service.web.blueprint import blueprint

_RECENT = 12
STATES = {
    "queued": "waiting for a worker",
    "running": "being read",
    "done": "done",
    "cancelled": "cancelled",
    "failed": "stopped by a fault",
}


@blueprint.get("/import")
def imports() -> str:
    """Show the form, and the imports before."""
    return _page(None)


@blueprint.get("/import/<id>")
def import_job(id: str) -> str:
    """Show how far one import is."""
    return _page(services().store.job(id))


def _page(job: Job | None) -> str:
    return render_template(
        "imports.html",
        job=job,
        data=whole_job_to_dict(job) if job else None,
        recent=() if job else services().store.jobs(limit=_RECENT).items,
        states=STATES,
        most_bytes=current_app.config["QUOTH_MAX_IMPORT_BYTES"],
    )
