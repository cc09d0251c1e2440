"""``/v1/imports`` and ``/v1/jobs``: many articles at once, read by workers, and how far they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, current_app, url_for

from service.api import job_examples
from service.api.access import caller
from service.api.forms import described, rows_shown
from service.api.idempotency import PARAMETER, once
from service.api.import_bodies import MEDIA_TYPES, received
from service.api.present import TABLE, Answer, Shown, next_page, present, wanted
from service.api.routes import NEGOTIATED, STORE, Blueprint, also, problems, takes_header
from service.api.schemas_jobs import (
    ImportQuery,
    JobFaultsOut,
    JobFaultsQuery,
    JobOut,
    JobQuery,
    JobsOut,
    JobsQuery,
)
from service.api.services import services
from service.bulk import Job, JobState, LineFault
from service.formats.jobs import (
    fault_to_dict,
    faults_csv,
    faults_table,
    job_to_dict,
    jobs_csv,
    jobs_table,
    whole_job_to_dict,
)
from service.jobs.lines import parts_of
from service.model import Scope

blueprint = Blueprint("jobs", __name__, description="Imports of many articles, and how far they are.")

# where the application keeps what tells the workers, and the size of the largest import
_ANNOUNCE_KEY = "quoth-announce"
_MOST_BYTES_KEY = "QUOTH_MAX_IMPORT_BYTES"
_ASK_AGAIN_SECONDS = "2"

_BODY: dict[str, Any] = {
    "required": True,
    "description": "An article a line, as `POST /v1/articles` takes it in JSON; blank lines are passed over. "
    "`Content-Encoding: gzip` is understood. At most `QUOTH_MAX_IMPORT_MEGABYTES`, unpacked.",
    "content": {
        MEDIA_TYPES[0]: {
            "schema": {"type": "string", "description": "Lines of JSON in UTF-8 (NDJSON).", "pattern": "\\S"},
            "example": job_examples.BODY,
        }
    },
}
_HEADERS = {
    "Location": {"description": "Path of the job.", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "Seconds until it is worth asking again; left out where the job has ended.",
        "schema": {"type": "integer"},
    },
}
_PROBLEMS = ("bad-request", "body-too-large", "unsupported-media-type", "empty-article", "in-progress", "key-reused")


def attach(app: Flask, *, announce: Callable[[], None], most_bytes: int) -> None:
    """Hand the application what tells the workers that there is something to be read, and the largest import's size."""
    app.extensions[_ANNOUNCE_KEY] = announce
    app.config[_MOST_BYTES_KEY] = most_bytes


def _announce() -> None:
    announce: Callable[[], None] = current_app.extensions[_ANNOUNCE_KEY]
    announce()


def _job_shown(job: Job) -> Shown:
    return Shown(
        json=lambda: whole_job_to_dict(job),
        lines=lambda: [whole_job_to_dict(job)],
        text=lambda width: jobs_table([job], width=width),
        csv=lambda: jobs_csv([job]),
        more={},
    )


def _jobs_shown(jobs: Sequence[Job]) -> Shown:
    return rows_shown(jobs, job_to_dict, whole=lambda each: {"jobs": each}, text=jobs_table, csv=jobs_csv)


def _faults_shown(faults: Sequence[LineFault]) -> Shown:
    return rows_shown(faults, fault_to_dict, whole=lambda each: {"errors": each}, text=faults_table, csv=faults_csv)


_EXAMPLE = whole_job_to_dict(job_examples.JOB)
_CANCELLED = whole_job_to_dict(job_examples.CANCELLED)
_FORMS = described(_job_shown(job_examples.JOB))


@blueprint.route("/v1/imports", methods=["POST"])
@blueprint.doc(operationId="importArticles", requestBody=_BODY)
@takes_header(PARAMETER)
@blueprint.arguments(ImportQuery, location="query")
@also(*_FORMS, status=202)
@blueprint.response(
    202, JobOut, description="Kept; workers read it. `Location` says where to ask how far they are.",
    example=whole_job_to_dict(job_examples.NEW), headers=_HEADERS,
)  # fmt: skip
@problems(*_PROBLEMS, *NEGOTIATED, *STORE, "not-found")
def add(query: dict[str, Any]) -> Answer:
    """Hand over many articles, to be read and stored by workers.

    An article that is stored already is not read again; a line that gives none is named with its errors, and the others
    go on. Sent again after an answer that got lost, without an `Idempotency-Key`, it finds all articles known.
    """
    wanted(query, TABLE)
    with received(most_bytes=current_app.config[_MOST_BYTES_KEY]) as body:

        def carry_out() -> tuple[Job, int]:
            content = parts_of(body.lines, longest_bytes=current_app.config["MAX_CONTENT_LENGTH"])
            key = caller()
            job = services().store.create_job(content, scope=Scope(query["scope"]), by=key.name if key else None)
            _announce()
            return job, 202

        return once(
            carry_out,
            lambda job, status, headers: _show(job, query, status=status, headers=headers),
            find=services().store.job,
            body=body.digest,
        )


@blueprint.route("/v1/jobs")
@blueprint.doc(operationId="listJobs")
@blueprint.arguments(JobsQuery, location="query")
@also(*described(_jobs_shown([job_examples.JOB])))
@blueprint.response(
    200, JobsOut, description="A page of jobs; `Link` leads on.", example={"jobs": [job_to_dict(job_examples.JOB)]}
)
@problems(*NEGOTIATED, *STORE)
def list_jobs(query: dict[str, Any]) -> Answer:
    """List jobs, newest first."""
    state = JobState(query["state"]) if "state" in query else None
    page = services().store.jobs(state=state, cursor=query.get("cursor"), limit=query["limit"])
    return present(query, _jobs_shown(page.items), headers=next_page(page.next_cursor))


@blueprint.route("/v1/jobs/<id>")
@blueprint.doc(operationId="getJob")
@blueprint.arguments(JobQuery, location="query")
@also(*_FORMS)
@blueprint.response(200, JobOut, description="How far it is.", example=_EXAMPLE, headers=_HEADERS)
@problems(*NEGOTIATED, *STORE, "not-found")
def get(query: dict[str, Any], id: str) -> Answer:
    """Show how far a job is, with the errors of the first 100 lines that failed."""
    return _show(services().store.job(id), query, status=200)


@blueprint.route("/v1/jobs/<id>", methods=["DELETE"])
@blueprint.doc(operationId="cancelJob")
@blueprint.arguments(JobQuery, location="query")
@also(*_FORMS)
@blueprint.response(200, JobOut, description="The job as it is then.", example=_CANCELLED, headers=_HEADERS)
@problems(*NEGOTIATED, *STORE, "not-found")
def cancel(query: dict[str, Any], id: str) -> Answer:
    """Cancel a job: nothing more of it is read, and what is stored stays.

    A job that has ended is left as it is.
    """
    wanted(query, TABLE)
    return _show(services().store.cancel_job(id), query, status=200)


@blueprint.route("/v1/jobs/<id>/resume", methods=["POST"])
@blueprint.doc(operationId="resumeJob")
@blueprint.arguments(JobQuery, location="query")
@also(*_FORMS, status=202)
@blueprint.response(202, JobOut, description="The job as it is then.", example=_EXAMPLE, headers=_HEADERS)
@problems(*NEGOTIATED, *STORE, "not-found")
def resume(query: dict[str, Any], id: str) -> Answer:
    """Let a job that was cancelled or failed go on where it stopped.

    A job that goes on anyway, or is done, is left as it is.
    """
    wanted(query, TABLE)
    job = services().store.resume_job(id)
    _announce()
    return _show(job, query, status=202)


@blueprint.route("/v1/jobs/<id>/errors")
@blueprint.doc(operationId="listJobErrors")
@blueprint.arguments(JobFaultsQuery, location="query")
@also(*described(_faults_shown(job_examples.FAULTS)))
@blueprint.response(
    200, JobFaultsOut, description="A page of errors; `Link` leads on.",
    example={"errors": [fault_to_dict(fault) for fault in job_examples.FAULTS]},
)  # fmt: skip
@problems(*NEGOTIATED, *STORE, "not-found")
def list_errors(query: dict[str, Any], id: str) -> Answer:
    """List why lines of a job gave no article, in the order of the lines."""
    page = services().store.job_faults(id, cursor=query.get("cursor"), limit=query["limit"])
    return present(query, _faults_shown(page.items), headers=next_page(page.next_cursor))


def _show(job: Job, query: dict[str, Any], *, status: int, headers: dict[str, str] | None = None) -> Answer:
    where = {"Location": url_for("jobs.get", id=job.id)} if status == 202 else {}
    again = {} if job.state.ended else {"Retry-After": _ASK_AGAIN_SECONDS}
    return present(query, _job_shown(job), status=status, headers={**where, **again, **(headers or {})})
