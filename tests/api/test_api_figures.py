"""Facets of a search, one speaker's figures, and the audit's figures of people without a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from service.api import create_app
from service.model import QuoteType
from service.pipeline import Pipeline
from service.store import Store
from tests.flat_parser import FlatParser
from tests.store.examples import MAYOR, Said, said
from tests.store.test_store_figures import MONDAY


@pytest.fixture
def client(url: str) -> Iterator[FlaskClient]:
    """A client of a store with five quotes."""
    with Store(url, busy_timeout_seconds=60) as store:
        quotes = (Said(text="The pump failed"), Said(text="Old pumps", type=QuoteType.MIXED), Said(text="We pay"))
        store.save(said(*quotes, outlet="Post", published_at=MONDAY))
        store.save(said(Said(text="No", speaker=None), Said(text="It rains", speaker=None), outlet="Ledger"))
        yield create_app(pipeline=Pipeline(FlatParser(), max_chars=1000), store=store).test_client()


def test_a_search_says_by_what_it_can_be_narrowed(client: FlaskClient) -> None:
    plain = client.get("/v1/quotes").json
    assert plain is not None
    assert "facets" not in plain
    found = client.get("/v1/quotes?facets=true&limit=1").json
    assert found is not None
    assert len(found["quotes"]) == 1
    facets = found["facets"]
    assert (facets["counted"], facets["complete"], facets["unattributed"]) == (5, True, 2)
    assert facets["outlets"] == [{"outlet": "Post", "quotes": 3}, {"outlet": "Ledger", "quotes": 2}]
    assert facets["types"] == [{"type": "direct", "quotes": 4}, {"type": "mixed", "quotes": 1}]
    assert facets["speakers"] == [{"id": MAYOR.id, "name": MAYOR.name, "kind": "person", "quotes": 3}]
    assert (facets["period"], facets["periods"]) == (
        "day",
        [{"start": "2026-05-04", "quotes": 3}, {"start": None, "quotes": 2}],
    )
    narrowed = client.get(f"/v1/speakers/{MAYOR.id}/quotes?facets=true&q=pump").json
    assert narrowed is not None
    assert narrowed["facets"]["counted"] == 1


def test_one_speakers_figures(client: FlaskClient) -> None:
    found = client.get(f"/v1/speakers/{MAYOR.id}/stats").json
    assert found == {
        "period": "day",
        "periods": [{"start": "2026-05-04", "quotes": 3, "articles": 1}],
        "topics": [],
        "compared": {"own": 3, "others": 2},
    }
    year = client.get(f"/v1/speakers/{MAYOR.id}/stats?period=year&format=csv").text
    assert year.splitlines()[1:] == ["2026-01-01,3,1"]
    assert "topics: —" in client.get(f"/v1/speakers/{MAYOR.id}/stats?format=text").text
    assert client.get("/v1/speakers/s-0000000000000000/stats").status_code == 404


def test_the_audit_tells_each_outlet_in_each_period_where_that_is_wanted(client: FlaskClient) -> None:
    plain = client.get("/v1/stats").json
    assert plain is not None
    assert "outlet_periods" not in plain
    assert (plain["unattributed"], plain["unnamed"]) == (2, 0)
    found = client.get("/v1/stats?period=week&outlet_periods=true").json
    assert found is not None
    counted = {"articles": 1, "quotes": 3, "unattributed": 0, "unnamed": 0}
    assert found["outlet_periods"][0] == {"outlet": "Post", "start": "2026-05-04", **counted}
    assert len(found["outlet_periods"]) == 2
