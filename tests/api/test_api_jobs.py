"""Imports and jobs over HTTP, on both kinds of database; the worker runs in the test, part by part."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.access import Access
from service.api import create_app, job_examples
from service.bulk import LineFault, NewPart
from service.model import Scope
from service.pipeline import Pipeline
from service.store import Store
from tests.api.contract import check
from tests.databases import BACKENDS, backend_of
from tests.flat_parser import FlatParser
from tests.jobs.inline_worker import read_all

NDJSON = {"Content-Type": "application/x-ndjson"}
PIPELINE = Pipeline(FlatParser(), max_chars=2_000)


@pytest.fixture(scope="module", params=BACKENDS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that the tests of this file share; each adds articles of its own."""
    with (
        backend_of(request.param, tmp_path_factory.mktemp(request.param)) as backend,
        backend.database() as url,
        Store(url, busy_timeout_seconds=60) as opened,
    ):
        yield opened


class Site:
    """An application, its clients, and a worker for it."""

    def __init__(self, store: Store, *, keys_needed: bool = False) -> None:
        self.store = store
        self.announced = 0
        self.app: Flask = create_app(
            pipeline=PIPELINE, store=store, announce=self._announce, max_import_megabytes=1, keys_needed=keys_needed
        )
        self.client: FlaskClient = self.app.test_client()

    def _announce(self) -> None:
        self.announced += 1

    def post(self, *lines: Any, headers: dict[str, str] | None = None, query: str = "") -> TestResponse:
        body = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
        return check(self.client.post(f"/v1/imports{query}", data=body, headers={**NDJSON, **(headers or {})}))

    def get(self, path: str) -> Any:
        response = check(self.client.get(path))
        assert response.status_code == 200, response.text
        return response.json

    def read_all(self) -> None:
        """Be the worker until nothing is left."""
        read_all(self.store, PIPELINE)


@pytest.fixture
def site(store: Store) -> Iterator[Site]:
    """The application over the store; what a test leaves undone is forgotten."""
    yield Site(store)
    for job in store.jobs(limit=200).items:
        store.cancel_job(job.id)


def article(name: str, **more: Any) -> dict[str, Any]:
    return {"text": f"Maria Okafor was there.\n\n“We will pay for {name}.”", "id": name, **more}


def job_of(response: TestResponse) -> dict[str, Any]:
    assert response.status_code in (200, 202), response.text
    found: Any = response.json
    return dict(found)


def problem(response: TestResponse) -> tuple[int, str, str]:
    found: Any = response.json
    return response.status_code, found["type"].rpartition("/")[2], found["detail"]


def test_an_import_is_kept_read_and_found(site: Site) -> None:
    response = site.post(article("one"), "", article("two", outlet="Herald"))
    job = job_of(response)
    assert response.status_code == 202
    assert response.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert int(response.headers["Retry-After"]) > 0
    assert (job["state"], job["total"], job["done"], job["by"]) == ("queued", 2, 0, None)
    assert site.announced == 1
    assert site.get(response.headers["Location"]) == job
    site.read_all()
    done = check(site.client.get(response.headers["Location"]))
    found = job_of(done)
    assert "Retry-After" not in done.headers
    assert (found["state"], found["total"], found["done"]) == ("done", 2, 2)
    assert (found["stored"], found["known"], found["failed"], found["errors"]) == (2, 0, 0, [])
    assert found["created_at"] <= found["started_at"] <= found["ended_at"]
    quotes = site.get("/v1/articles/two/quotes")["quotes"]
    assert [(quote["text"], quote["article"]["outlet"]) for quote in quotes] == [("“We will pay for two.”", "Herald")]


def test_the_same_import_again_finds_all_known(site: Site) -> None:
    for stored, known in ((1, 0), (0, 1)):
        job = job_of(site.post(article("again")))
        site.read_all()
        found = site.get(f"/v1/jobs/{job['id']}")
        assert (found["stored"], found["known"]) == (stored, known)


def test_each_bad_line_is_named_and_the_others_go_on(site: Site) -> None:
    lines: tuple[Any, ...] = (
        article("good"),
        "{not json",
        {"txt": "It rained."},
        [],
        {"text": " "},
        {"text": "a" * 2_001},
        {"text": "It rained.", "id": "good"},
        {"text": "It rained.", "url": "x", "language": "?"},
        "null",
        "",
        {"text": "\ud800"},
    )
    job = job_of(site.post(*lines))
    site.read_all()
    found = site.get(f"/v1/jobs/{job['id']}")
    assert (found["state"], found["total"], found["stored"], found["failed"]) == ("done", 10, 1, 9)
    assert [(error["line"], error["pointer"]) for error in found["errors"]] == [
        (2, ""),
        (3, "/text"),
        (3, "/txt"),
        (4, ""),
        (5, "/text"),
        (6, "/text"),
        (7, "/id"),
        (8, "/url"),
        (8, "/language"),
        (9, ""),
        (11, "/text"),
    ]
    assert "did you mean text?" in found["errors"][2]["detail"]
    assert "already names another article" in found["errors"][6]["detail"]


def test_lines_that_are_no_text_are_named_at_once(site: Site) -> None:
    long = json.dumps({"text": "x" * 100_000}).encode()
    body = b"\xef\xbb\xbf" + json.dumps(article("bom")).encode() + b"\r\n\xff\n\x00\n" + long + b"\n"
    job = job_of(check(site.client.post("/v1/imports", data=body, headers=NDJSON)))
    assert (job["total"], job["done"], job["failed"]) == (4, 3, 3)
    assert [error["line"] for error in job["errors"]] == [2, 3, 4]
    site.read_all()
    assert site.get("/v1/articles/bom")["article"]["id"] == "bom"


def test_an_import_may_be_packed(site: Site) -> None:
    lines = [json.dumps(article(f"packed-{number}")).encode() + b"\n" for number in range(3)]
    body = gzip.compress(lines[0]) + gzip.compress(lines[1] + lines[2])
    response = site.client.post("/v1/imports", data=body, headers={**NDJSON, "Content-Encoding": "gzip"})
    assert job_of(check(response))["total"] == 3


@pytest.mark.parametrize(
    ("body", "headers", "status", "kind", "part"),
    [
        (b"", {}, 422, "empty-article", "no line that holds something"),
        (b" \n\t\n", {}, 422, "empty-article", "no line that holds something"),
        (b"x" * 1_000_001, {}, 413, "body-too-large", "at most 1,000,000 are allowed"),
        (b"{}", {"Content-Type": "application/json"}, 415, "unsupported-media-type", "application/x-ndjson"),
        (b"{}", {"Content-Type": "application/x-ndjson; charset=utf-16"}, 415, "unsupported-media-type", "UTF-8"),
        (b"{}", {"Content-Encoding": "br"}, 415, "unsupported-media-type", "allowed is gzip"),
        (b"{}", {"Content-Encoding": "gzip"}, 400, "bad-request", "no valid gzip"),
        (gzip.compress(b"{}", mtime=0)[:-4], {"Content-Encoding": "gzip"}, 400, "bad-request", "breaks off"),
        (gzip.compress(bytes(5_000_000), mtime=0), {"Content-Encoding": "gzip"}, 413, "body-too-large", "unpacked"),
        (b"{}", {"Idempotency-Key": "a b"}, 422, "invalid-values", "1 to 255 printable"),
        (b"{}", {"Accept": "image/png"}, 406, "not-acceptable", "image/png"),
    ],
)
def test_what_cannot_be_taken_is_refused(
    site: Site, body: bytes, headers: dict[str, str], status: int, kind: str, part: str
) -> None:
    before = len(site.store.jobs(limit=200).items)
    found = problem(check(site.client.post("/v1/imports", data=body, headers={**NDJSON, **headers})))
    assert found[:2] == (status, kind)
    assert part in found[2]
    assert len(site.store.jobs(limit=200).items) == before
    assert site.announced == 0


def test_the_same_key_is_the_same_job(site: Site) -> None:
    key = {"Idempotency-Key": "import-1"}
    first, again = site.post(article("keyed"), headers=key), site.post(article("keyed"), headers=key)
    assert job_of(again)["id"] == job_of(first)["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert problem(site.post(article("other"), headers=key))[:2] == (422, "key-reused")


def test_scope_holds_for_every_article(site: Site) -> None:
    job = job_of(site.post(article("scoped"), query="?scope=all"))
    assert job["scope"] == "all"
    site.read_all()
    assert site.store.extraction("scoped").scope is Scope.ALL


def test_a_job_is_cancelled_and_resumed(site: Site) -> None:
    job = job_of(site.post(article("stopped")))
    address = f"/v1/jobs/{job['id']}"
    cancelled = job_of(check(site.client.delete(address)))
    assert cancelled["state"] == "cancelled"
    site.read_all()
    assert job_of(check(site.client.delete(address))) == cancelled == site.get(address)
    resumed = check(site.client.post(f"{address}/resume"))
    assert (resumed.status_code, job_of(resumed)["state"]) == (202, "queued")
    assert resumed.headers["Location"] == address
    assert site.announced == 2
    site.read_all()
    assert site.get(address)["state"] == "done"
    assert job_of(check(site.client.post(f"{address}/resume")))["state"] == "done"
    assert job_of(check(site.client.delete(address)))["state"] == "done"


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("DELETE", ""), ("POST", "/resume"), ("GET", "/errors")])
def test_a_job_that_is_not_there(site: Site, method: str, path: str) -> None:
    response = check(site.client.open(f"/v1/jobs/j-none{path}", method=method))
    assert problem(response)[:2] == (404, "not-found")


def test_jobs_are_listed_by_state_in_pages(site: Site) -> None:
    made = [job_of(site.post(article(f"listed-{number}")))["id"] for number in range(3)]
    first = check(site.client.get("/v1/jobs?limit=2&state=queued"))
    found: Any = first.json
    rest = site.get(first.headers["Link"].partition(">")[0].removeprefix("<"))
    assert [job["id"] for job in found["jobs"] + rest["jobs"]] == made[::-1]
    site.client.delete(f"/v1/jobs/{made[1]}")
    assert made[1] in [job["id"] for job in site.get("/v1/jobs?state=cancelled")["jobs"]]
    assert problem(check(site.client.get("/v1/jobs?state=gone")))[0] == 422
    assert problem(check(site.client.get("/v1/jobs?cursor=x")))[0] == 422


def test_errors_come_in_pages(site: Site) -> None:
    job = job_of(site.post(*["[]"] * 120))
    site.read_all()
    assert len(site.get(f"/v1/jobs/{job['id']}")["errors"]) == 100
    address: str | None = f"/v1/jobs/{job['id']}/errors?limit=50"
    lines = list[int]()
    while address:
        response = check(site.client.get(address))
        found: Any = response.json
        lines += [error["line"] for error in found["errors"]]
        address = response.headers.get("Link", "").partition(">")[0].removeprefix("<") or None
    assert lines == [*range(1, 121)]


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/jobs/{id}", "/v1/jobs/{id}/errors"])
@pytest.mark.parametrize(("form", "lines"), [("text", 3), ("csv", 2), ("jsonl", 1)])
def test_every_form(site: Site, path: str, form: str, lines: int) -> None:
    id = job_of(site.post(article("form"), "[]"))["id"]
    site.read_all()
    response = check(site.client.get(f"{path.format(id=id)}?format={form}&width=90"))
    assert response.status_code == 200
    assert len(response.text.splitlines()) >= lines
    assert all(len(line) <= 90 for line in response.text.splitlines() if form == "text")


def test_progress_changes_the_tag_and_nothing_else_does(site: Site) -> None:
    address = f"/v1/jobs/{job_of(site.post(article('tagged')))['id']}"
    tag = site.client.get(address).headers["ETag"]
    assert site.client.get(address, headers={"If-None-Match": tag}).status_code == 304
    site.read_all()
    assert site.client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_what_waits_is_measured(site: Site) -> None:
    site.post(article("measured"), article("measured-2"))
    shown = site.client.get("/metrics").text
    assert 'quoth_jobs{state="queued"} 1.0' in shown
    assert "quoth_jobs_articles 2.0" in shown
    age = float(next(line.split()[1] for line in shown.splitlines() if line.startswith("quoth_jobs_oldest_seconds ")))
    assert 0 <= age < 600


def test_who_may_look_may_not_import(store: Store) -> None:
    site = Site(store, keys_needed=True)
    (_, looks), (key, writes) = (store.create_key(name, [Access(name)]) for name in ("read", "write"))
    may_look, may_write = ({"Authorization": f"Bearer {secret}"} for secret in (looks, writes))
    assert site.post(article("locked")).status_code == 401
    assert site.post(article("locked"), headers=may_look).status_code == 403
    job = job_of(site.post(article("locked"), headers=may_write))
    assert job["by"] == key.name
    address = f"/v1/jobs/{job['id']}"
    assert check(site.client.get(address, headers=may_look)).status_code == 200
    assert check(site.client.delete(address, headers=may_look)).status_code == 403
    assert check(site.client.post(f"{address}/resume", headers=may_look)).status_code == 403
    assert check(site.client.delete(address, headers=may_write)).status_code == 200


def test_the_example_of_the_contract_is_what_comes_of_it(site: Site, tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path}/quoth.db") as store:
        store.upgrade()
        alone = Site(store)
        job = job_of(check(alone.client.post("/v1/imports", data=job_examples.BODY, headers=NDJSON)))
        alone.read_all()
        assert [LineFault(**error) for error in alone.get(f"/v1/jobs/{job['id']}")["errors"]] == [*job_examples.FAULTS]
    assert isinstance(job_examples.PART, NewPart)
