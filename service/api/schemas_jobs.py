"""What requests about jobs may hold, and what the answers do."""

from __future__ import annotations

from marshmallow import fields

from service.api.fields import Choice
from service.api.schemas_in import ListShape, Paged, Scoped
from service.api.schemas_out import Out, list_of, number, one_of, words
from service.bulk import JobState
from service.model import Scope


class ImportQuery(ListShape, Scoped):
    """Query of the call that takes an import."""


class JobQuery(ListShape):
    """Query of calls that show or change one job."""


class JobsQuery(ListShape, Paged):
    """Query of the list of jobs."""

    state = Choice(JobState, metadata={"description": "Only jobs in this state."})


class JobFaultsQuery(ListShape, Paged):
    """Query of the list of a job's errors."""


class LineFaultOut(Out):
    """What is wrong with a line."""

    line = fields.Integer(
        required=True, metadata={"description": "The line of the import, from 1; blank lines count.", "minimum": 1}
    )
    pointer = words("JSON pointer to the value, from the line's object; empty: the line itself.")
    detail = words("What was got and what is allowed.")


class JobHeadOut(Out):
    """How far a job is."""

    id = words("The job's id.")
    state = one_of(
        JobState,
        "`queued`: no worker has begun. `done`: every line was gone through, whatever became of it. `failed`: it "
        "cannot go on, and `message` says why. `cancelled` and `failed` jobs can be resumed.",
    )
    scope = one_of(Scope, "What is looked for in the articles.")
    by = words("The name of the API key that it came with.", null=True)
    total = number("Lines that hold something.")
    done = number("How many of these were gone through: `stored`, `known` and `failed` together.")
    stored = number("How many are new articles.")
    known = number("How many were stored before: the same text, outlet and URL.")
    failed = number("How many gave no article.")
    created_at = words("When it was handed over, ISO 8601.", format="date-time")
    started_at = words("When the first article was taken.", null=True, format="date-time")
    updated_at = words("When it last changed.", format="date-time")
    ended_at = words("When it was done, cancelled or failed.", null=True, format="date-time")
    message = words("Why a failed job cannot go on.", null=True)


class JobOut(JobHeadOut):
    """How far a job is, and what is wrong with its lines."""

    errors = list_of(LineFaultOut)


class JobsOut(Out):
    """A page of jobs."""

    jobs = list_of(JobHeadOut)


class JobFaultsOut(Out):
    """A page of what is wrong with a job's lines."""

    errors = list_of(LineFaultOut)
