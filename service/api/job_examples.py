"""The contract's examples of imports and jobs."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from service.api.examples import ARTICLE, TEXT
from service.bulk import Job, JobState, LineFault, NewPart
from service.model import Scope

LINES = (
    json.dumps({"text": TEXT, "id": ARTICLE.id, "outlet": ARTICLE.outlet, "published_at": "2026-05-04"}),
    json.dumps({"txt": "It rained."}),
    json.dumps({"text": "The ferry is late, said Tom Hale.", "outlet": "Herald"}),
)
BODY = "".join(f"{line}\n" for line in LINES)
FAULTS = (
    LineFault(line=2, pointer="/text", detail="the article's text is missing"),
    LineFault(line=2, pointer="/txt", detail="this name is not known; did you mean text?"),
)
_BEGUN = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
JOB = Job(
    id="j-5f0c6f1e7c5b4a53",
    state=JobState.RUNNING,
    scope=Scope.SPEECH,
    by=None,
    total=3,
    done=2,
    stored=0,
    known=1,
    failed=1,
    created_at=_BEGUN,
    started_at=_BEGUN,
    updated_at=_BEGUN,
    ended_at=None,
    faults=FAULTS,
)
NEW = replace(JOB, state=JobState.QUEUED, done=0, known=0, failed=0, started_at=None, faults=())
CANCELLED = replace(JOB, state=JobState.CANCELLED, ended_at=_BEGUN)
PART = NewPart(lines=tuple(enumerate(LINES, start=1)))
