"""Values that would like to be SQL, paths, headers or entities stay values; no key gets at what is another's."""

from __future__ import annotations

import gzip
import json
import resource
from itertools import pairwise
from urllib.parse import quote as quoted

import pytest

from service.access import Access
from service.api import examples
from service.store import Store
from tests.attack.conftest import MakeClient

SQL = [
    "' OR '1'='1",
    "'; DROP TABLE articles; --",
    '" OR 1=1 --',
    "1) UNION SELECT secret FROM api_keys --",
    "%' --",
    "a\\",
]
FILTERS = ["speaker", "outlet", "cue", "q"]


@pytest.mark.parametrize("value", SQL)
def test_a_value_is_never_sql(make_client: MakeClient, store: Store, value: str) -> None:
    client = make_client()
    for name in FILTERS:
        response = client.get("/v1/quotes", query_string={name: value})
        assert response.status_code in (200, 422), (name, response.text)
        if response.status_code == 200:
            assert response.json == {"quotes": []}, name
    for path in ("/v1/articles/", "/v1/quotes/", "/v1/speakers/", "/v1/jobs/"):
        assert client.get(path + quoted(value, safe="")).status_code in (404, 422), path
    # for what goes in, the same value comes out
    kept = client.put("/v1/articles/kept", json={"text": "It rained.", "outlet": value, "title": value})
    assert kept.status_code in (200, 201)
    assert store.stored_counts()[0] == 2
    found = client.get("/v1/articles", query_string={"outlet": value}).json
    assert found is not None
    assert [article["outlet"] for article in found["articles"]] == [value]


@pytest.mark.parametrize("sort", ["id; DROP TABLE quotes", "(SELECT 1)", "confidence desc, id"])
def test_an_order_is_one_of_those_offered(make_client: MakeClient, sort: str) -> None:
    assert make_client().get("/v1/quotes", query_string={"sort": sort}).status_code == 422


@pytest.mark.parametrize(
    "path",
    ["../service/api/app.py", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "....//etc/passwd", "/etc/passwd",
     "..\\..\\etc\\passwd", "desk.css%00.js"],
)  # fmt: skip
def test_no_path_leaves_the_static_files(make_client: MakeClient, path: str) -> None:
    client = make_client()
    for start in ("/desk/static/x/", "/desk/static/", "/docs/", "/problems/", "/v1/articles/"):
        response = client.get(start + path)
        assert response.status_code in (308, 400, 404, 422), start + path
        assert b"root:" not in response.data
        assert b"create_app" not in response.data


@pytest.mark.parametrize(
    "value", ["a\r\nSet-Cookie: x=1", "a\nX-Evil: 1", "a%0d%0aX-Evil:%201", "x" * 5_000, "é\u2028"]
)
def test_no_value_makes_a_header(make_client: MakeClient, value: str) -> None:
    client = make_client()
    answers = [
        client.get("/v1/quotes", query_string={"outlet": value, "q": value}),
        client.get("/articles", query_string={"q": value}),
        client.get("/desk/sign-in", query_string={"to": value}),
        client.put("/v1/articles/" + quoted(value, safe=""), json={"text": "It rained."}),
        client.get("/" + quoted(value, safe="")),
    ]
    for response in answers:
        assert response.status_code < 500
        assert "X-Evil" not in response.headers
        assert not any("\n" in found or "\r" in found for found in response.headers.values())
        assert "x=1" not in response.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("sent", ["a b\x7f", "x" * 300, "<script>"])
def test_a_request_id_is_not_echoed_unless_it_is_one(make_client: MakeClient, sent: str) -> None:
    assert make_client().get("/healthz", headers={"X-Request-Id": sent}).headers["X-Request-Id"] != sent


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(make_client: MakeClient, to: str) -> None:
    response = make_client(keys_needed=True).get("/desk/sign-in", query_string={"to": to})
    assert f'"{to}"' not in response.text
    assert "evil.example" not in response.headers.get("Location", "")


def test_a_bomb_is_given_up_at_its_limit(make_client: MakeClient) -> None:
    """Two gigabytes in two megabytes: refused, and never in memory."""
    piece = gzip.compress(b" " * 100_000_000, 9)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    response = make_client(max_import_megabytes=1).post(
        "/v1/imports",
        data=piece * 20,
        content_type="application/x-ndjson",
        headers={"Content-Encoding": "gzip"},
    )
    assert response.status_code == 413
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_a_bomb_of_entities_stays_small(make_client: MakeClient) -> None:
    names = "abcdefghij"
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    page = f'<!DOCTYPE p [<!ENTITY a "laugh">{entities}]><html><body><p>She said &j; to all.</p></body></html>'
    response = make_client().post("/v1/extract", data=page, content_type="text/html")
    assert response.status_code in (200, 422)
    assert len(response.data) < 10_000


# --- keys -----------------------------------------------------------------------------------------------------------


def test_an_idempotency_key_is_its_own_key_s(make_client: MakeClient, store: Store) -> None:
    client = make_client(keys_needed=True)
    one, other = (store.create_key(name, [Access.WRITE])[1] for name in ("one", "other"))

    def add(secret: str, text: str) -> tuple[int, bool]:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "the-same"}
        response = client.post("/v1/articles", data=text, content_type="text/plain", headers=headers)
        return response.status_code, "Idempotency-Replayed" in response.headers

    assert add(one, "It rained.") == (201, False)
    assert add(one, "It rained.") == (201, True)
    # neither what was answered to another nor that there was anything
    assert add(other, "It snowed.") == (201, False)


def test_a_job_is_stopped_by_those_alone_who_may_write(make_client: MakeClient, store: Store) -> None:
    client = make_client(keys_needed=True)
    writer, reader = store.create_key("writer", [Access.WRITE])[1], store.create_key("reader", [Access.READ])[1]
    made = client.post(
        "/v1/imports",
        data=json.dumps({"text": examples.TEXT}) + "\n",
        content_type="application/x-ndjson",
        headers={"Authorization": f"Bearer {writer}"},
    )
    assert made.status_code == 202
    job = made.headers["Location"]
    assert client.get(job, headers={"Authorization": f"Bearer {reader}"}).status_code == 200
    assert client.delete(job, headers={"Authorization": f"Bearer {reader}"}).status_code == 403
    assert client.get(job).status_code == 401
    assert client.delete(job, headers={"Authorization": f"Bearer {writer}"}).status_code < 300


def test_no_scope_gives_itself_another(make_client: MakeClient, store: Store) -> None:
    """Keys are made on the command line: no call makes, shows or changes one."""
    client = make_client(keys_needed=True)
    secret = store.create_key("admin", [Access.ADMIN])[1]
    for path in ("/v1/keys", "/keys", "/desk/keys", "/v1/admin"):
        for method in ("GET", "POST", "PUT"):
            response = client.open(path, method=method, headers={"Authorization": f"Bearer {secret}"})
            assert secret not in response.text
            assert response.status_code in (200, 303, 404, 405), (method, path)
            assert method == "GET" or response.status_code != 200


def test_a_secret_is_compared_by_its_digest_alone(store: Store) -> None:
    """What the database looks for is a digest: how much of a guess is right changes no time."""
    _, secret = store.create_key("desk", [Access.READ])
    # 256 bits that nobody guesses, and none of them in the database
    assert len(secret) >= 43
    with store._database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM api_keys").all()
    assert not any(secret in str(cell) for row in rows for cell in row)
    assert store.find_key(secret[:-1] + ("a" if secret[-1] != "a" else "b")) is None
    assert store.find_key(secret) is not None
