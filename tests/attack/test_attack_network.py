"""Nothing that the service does calls out: its work is done with the network closed to all but this process."""

from __future__ import annotations

import socket
from typing import Any, NoReturn

import pytest

from service import web
from service.api import create_app, examples
from service.parse.article_parser import ArticleParser
from service.pipeline import Pipeline
from service.store import Store
from tests.attack.conftest import MakeClient

NAMING = examples.PAGE.replace("<p>", '<p><img src="http://a.example/x"><link href="//b.example/y">')
CALLS = [
    ("POST", "/v1/extract", "text/plain", examples.TEXT),
    ("POST", "/v1/extract", "text/html", examples.PAGE),
    # what a page names is not fetched
    ("POST", "/v1/extract", "text/html", NAMING),
    ("POST", "/v1/articles", "application/json", '{"text": "\\"No,\\" Ada Brandt said.", "url": "https://a.example/x"}'),
    ("POST", "/v1/verify", "application/json", '{"quote": "We will pay"}'),
    ("POST", "/v1/imports", "application/x-ndjson", '{"text": "\\"No,\\" Ada Brandt said.", "id": "imported"}\n'),
    ("PATCH", f"/v1/quotes/{examples.STORED_QUOTE.quote.id}", "application/json", '{"status": "confirmed"}'),
    *(("GET", path, None, None) for path in ("/v1/quotes?q=pay", "/v1/speakers", "/v1/stats", "/readyz", "/metrics")),
    *(("GET", path, None, None) for path in ("/", "/find", "/articles", "/speakers", "/audit", "/check", "/docs")),
]  # fmt: skip


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each attempt to reach out, which fails; none, at the end, is what the tests want."""
    tried: list[str] = []

    def refuse(*arguments: Any, **_: Any) -> NoReturn:
        tried.append(str(arguments[-1]))
        raise OSError("the network is closed")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    return tried


def test_the_service_works_with_the_network_closed(parser: ArticleParser, store: Store, closed: list[str]) -> None:
    app = create_app(pipeline=Pipeline(parser, max_chars=60_000), store=store)
    web.register(app)
    client = app.test_client()
    for method, path, content_type, data in CALLS:
        headers = {"If-Match": "*"} if method == "PATCH" else {}
        response = client.open(path, method=method, content_type=content_type, data=data, headers=headers)
        assert response.status_code < 400, (path, response.text)
    assert closed == []


def test_a_call_out_would_be_seen(closed: list[str]) -> None:
    with pytest.raises(OSError, match="closed"):
        socket.create_connection(("192.0.2.1", 80))
    assert len(closed) == 1


@pytest.mark.parametrize(
    "outside",
    [
        '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x; she said.</p>',
        '<!DOCTYPE p SYSTEM "http://a.example/x.dtd"><p>"No," she said.</p>',
        '<?xml-stylesheet href="http://a.example/x.xsl"?><p>"No," she said.</p>',
        '<meta http-equiv="refresh" content="0; url=http://a.example/"><p>"No," she said.</p>',
    ],
)
def test_a_page_reaches_no_file_and_no_site(make_client: MakeClient, closed: list[str], outside: str) -> None:
    response = make_client().post("/v1/extract", data=outside, content_type="text/html")
    assert response.status_code in (200, 422)
    assert "root:" not in response.text
    assert closed == []
