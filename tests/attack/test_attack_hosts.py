"""A site whose name becomes this machine's address (DNS rebinding) neither reads nor writes anything."""

from __future__ import annotations

import pytest

from service.api import examples
from service.settings import Settings
from tests.attack.conftest import MakeClient

REBOUND = "rebound.example:8000"
# what the browser says of a script of the rebound site: it takes it for ours
OURS = {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{REBOUND}"}


def test_a_rebound_site_gets_nothing(make_client: MakeClient) -> None:
    client = make_client(allowed_hosts=())
    for path in ("/v1/quotes", "/articles", "/metrics", "/find"):
        assert client.get(path, headers={"Host": REBOUND}).status_code == 403, path
    for path in ("/v1/articles", "/v1/extract", "/v1/imports", "/check"):
        headers = {**OURS, "Host": REBOUND}
        response = client.post(path, data=examples.TEXT, content_type="text/plain", headers=headers)
        assert response.status_code == 403, path
        assert response.json is None or response.json["type"] == "/problems/cross-origin"
    # the same without the guard: what the browser says is not enough
    headers = {**OURS, "Host": REBOUND}
    response = make_client().post("/v1/articles", data="It rained.", content_type="text/plain", headers=headers)
    assert response.status_code == 201


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:80", "192.168.1.7", "a.localhost", "DESK.example:8"],
)
def test_who_calls_by_address_or_a_known_name_is_served(make_client: MakeClient, host: str) -> None:
    client = make_client(allowed_hosts=("desk.example",))
    assert client.get("/v1/quotes", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1.rebound.example", "localhost.rebound.example", "127.1.example", "0", ""])
def test_what_only_looks_like_one_is_not(make_client: MakeClient, host: str) -> None:
    assert make_client(allowed_hosts=()).get("/v1/quotes", headers={"Host": host}).status_code in (400, 403)


def test_probes_ask_under_any_name(make_client: MakeClient) -> None:
    client = make_client(allowed_hosts=())
    assert client.get("/healthz", headers={"Host": "balancer.example"}).status_code == 200


@pytest.mark.parametrize(
    ("environment", "hosts"),
    [
        ({}, ()),
        ({"QUOTH_HOST": "::1"}, ()),
        ({"QUOTH_ALLOWED_HOSTS": "desk.example"}, ("desk.example",)),
        # a key is needed, which no other site has; or a proxy asks who is calling
        ({"QUOTH_HOST": "0.0.0.0"}, None),
        ({"QUOTH_REQUIRE_KEY": "always"}, None),
        ({"QUOTH_REQUIRE_KEY": "never"}, None),
        ({"QUOTH_REQUIRE_KEY": "never", "QUOTH_ALLOWED_HOSTS": "api"}, ("api",)),
    ],
)
def test_the_default_is_safe_where_no_key_is_needed(environment: dict[str, str], hosts: tuple[str, ...] | None) -> None:
    assert Settings.from_env(environment).hosts == hosts
