"""The contract's example of a job, put into a store."""

from __future__ import annotations

import secrets

import pytest

from service.api import job_examples
from service.bulk import Outcome, PartId
from service.store import Store


def keep_example_job(store: Store) -> None:
    """As the example shows it: two of its three lines were gone through."""
    job = job_examples.JOB
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_hex", lambda _bytes: job.id.removeprefix("j-"))
        assert store.create_job([job_examples.PART], scope=job.scope).id == job.id
    lease = store.take_part(PartId(job=job.id, number=0), owner="test", seconds=3600)
    assert lease is not None
    store.advance(lease, 0, [Outcome(line=1), Outcome(line=2, faults=job_examples.FAULTS)], seconds=3600)
