"""Verifications and variants as users get them: over HTTP in every form, and at a terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from service.api import create_app
from service.cli import main
from service.matching.matcher import Matcher
from service.model import Article, Extraction
from service.pipeline import Pipeline
from service.settings import SETTINGS
from service.store import Store
from tests.flat_parser import FlatParser
from tests.matching.gold_store import extraction

DAY = datetime(2026, 5, 4, tzinfo=UTC)
# what stands outside of the first plane counts two in UTF-16
TEXT = "🚢🚢 “We will pay for every boat,” Ada Quill said. The harbour stays shut until the tide turns."
TWO = "“We will never pay for every boat,” Ada Quill said."
THREE = "“We will pay for every single boat,” Ada Quill said."


def _stored(id: str, text: str, content: str) -> Extraction:
    start = text.index(content)
    row = {
        "content": [(start, start + len(content))], "type": "direct", "speaker": "Ada Quill", "speaker_kind": "person",
        "source": [], "cue": [], "polarity": "asserted", "act": "speech", "inside": None, "id": None,
    }  # fmt: skip
    return extraction(Article(id=id, text=text, outlet=f"=Outlet {id}", published_at=DAY), [row])


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles that quote one utterance, and one that turns it."""
    path = tmp_path_factory.mktemp("answers") / "quoth.db"
    with Store(f"sqlite:///{path}", matcher=Matcher()) as store:
        store.upgrade()
        store.save(_stored("one", TEXT, "“We will pay for every boat,”"))
        store.save(_stored("two", TWO, "“We will never pay for every boat,”"))
        store.save(_stored("three", THREE, "“We will pay for every single boat,”"))
    return path


@pytest.fixture(scope="module")
def client(database: Path) -> Iterator[FlaskClient]:
    """A client of a service over them."""
    with Store(f"sqlite:///{database}", matcher=Matcher()) as store:
        yield create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store).test_client()


ALTERED = {"quote": "We will not pay for every boat", "speaker": "Ada Quill"}


def _quote_id(client: FlaskClient, article: str) -> str:
    return str(client.get(f"/v1/articles/{article}/quotes").get_json()["quotes"][0]["id"])


def _rows(text: str) -> list[dict[str, str]]:
    # the mark at the start tells a spreadsheet that it is UTF-8
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_verification_in_every_form(client: FlaskClient) -> None:
    whole = client.post("/v1/verify", json=ALTERED).get_json()
    assert (whole["verdict"], whole["flags"]) == ("altered", ["negation"])
    lines = client.post("/v1/verify?format=jsonl", json=ALTERED)
    assert [json.loads(line) for line in lines.text.splitlines()] == whole["evidence"]
    rows = _rows(client.post("/v1/verify", json=ALTERED, headers={"Accept": "text/csv"}).text)
    assert [row["verdict"] for row in rows] == [found["verdict"] for found in whole["evidence"]]
    # no formula for a spreadsheet
    assert {row["outlet"] for row in rows} <= {"'=Outlet one", "'=Outlet two", "'=Outlet three"}
    shown = client.post("/v1/verify?format=text", json=ALTERED).text
    assert shown.startswith("ALTERED: ")
    assert "changed: negation" in shown
    assert "[-never-]" in shown or "{+not+}" in shown
    assert client.post("/v1/verify?format=brat", json=ALTERED).status_code == 422


def test_variants_in_every_form(client: FlaskClient) -> None:
    path = f"/v1/quotes/{_quote_id(client, 'one')}/variants"
    [variant] = client.get(path).get_json()["variants"]
    assert (variant["relation"], variant["credit"], variant["flags"]) == ("extended", "same", [])
    assert {"change": "added", "before": None, "after": "single"} in variant["difference"]
    assert [json.loads(line) for line in client.get(f"{path}?format=jsonl").text.splitlines()] == [variant]
    [row] = _rows(client.get(path, headers={"Accept": "text/csv"}).text)
    assert (row["relation"], row["article"], row["outlet"]) == ("extended", "three", "'=Outlet three")
    shown = client.get(f"{path}?format=text").text
    assert "1 variant" in shown
    assert "{+single+}" in shown
    assert client.get("/v1/quotes/q-0000000000000000/variants").status_code == 404


@pytest.mark.parametrize("claim", ["We will pay for every boat", "The harbour stays shut until the tide turns"])
def test_offsets_are_in_the_unit_that_was_asked_for(client: FlaskClient, claim: str) -> None:
    units = TEXT.encode("utf-16-le")
    for unit, width, text in (("codepoint", 1, TEXT), ("utf16", 2, units)):
        answer = client.post(f"/v1/verify?offsets={unit}", json={"quote": claim}).get_json()
        source = next(f["source"] for f in answer["evidence"] if f["source"]["article"]["id"] == "one")
        found = text[source["start"] * width : source["end"] * width]
        assert (found if isinstance(found, str) else found.decode("utf-16-le")) == source["text"]


BAD = [
    ("", "white space"),
    ("   \n", "white space"),
    ("boat", "one word 'boat'"),
    ("word " * 4000, "20,000 characters"),
    ("… — “!?” ...", "only signs"),
]


@pytest.mark.parametrize(("claim", "told"), BAD)
def test_a_claim_that_says_nothing_is_refused_with_the_reason(
    client: FlaskClient, database: Path, monkeypatch: pytest.MonkeyPatch, claim: str, told: str
) -> None:
    answer = client.post("/v1/verify", json={"quote": claim})
    assert answer.status_code == 422
    [fault] = answer.get_json()["errors"]
    assert fault["pointer"] == "/quote"
    assert told in fault["detail"]
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("QUOTH_DATABASE_URL", f"sqlite:///{database}")
    result = CliRunner().invoke(main, ["verify", "--", claim])
    assert result.exit_code != 0
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_who_could_not_be_confirmed_is_noted_only_where_somebody_was_claimed(tmp_path: Path) -> None:
    text = "“Bring a coat,” Ada Quill said. A sign reads “Nobody swims beyond the harbour wall”."
    claim = {"quote": "Nobody swims beyond the harbour wall"}
    with Store(f"sqlite:///{tmp_path / 'quoth.db'}", matcher=Matcher()) as store:
        store.upgrade()
        store.save(_stored("sign", text, "Bring a coat"))
        client = create_app(pipeline=Pipeline(FlatParser(), max_chars=60_000), store=store).test_client()
        named = client.post("/v1/verify", json=claim | {"speaker": "Ada Quill"}).get_json()
        nobody = client.post("/v1/verify", json=claim).get_json()
    assert (named["verdict"], nobody["verdict"]) == ("verbatim", "verbatim")
    assert named["notes"] == ["the source names nobody by whom the claimed speaker could be confirmed"]
    assert nobody["notes"] == []


def test_a_claim_in_another_language_is_answered_and_said_to_be_one(client: FlaskClient) -> None:
    claim = "Wir werden für jedes Boot bezahlen, das in diesem Hafen untergegangen ist, sagte sie"
    answer = client.post("/v1/verify", json={"quote": claim}).get_json()
    assert answer["verdict"] == "not-found"
    assert any("another language than English ('de'" in note for note in answer["notes"])


def test_words_that_are_all_common_are_searched_in_the_newest_texts_and_it_is_said(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.store import matching_search  # noqa: PLC0415

    answer = client.post("/v1/verify", json={"quote": "it is what it is"}).get_json()
    assert not any("newest" in note for note in answer["notes"])
    monkeypatch.setattr(matching_search, "NEWEST_TEXTS", 1)
    answer = client.post("/v1/verify", json={"quote": "it is what it is"}).get_json()
    assert "of words that are all common, the newest 1 articles' own texts were searched, not all" in answer["notes"]


def test_at_a_terminal_the_difference_is_in_colour_and_in_a_file_it_is_not(database: Path) -> None:
    command = [
        sys.executable, "-m", "service.cli", "verify", ALTERED["quote"], "--speaker", "Ada Quill", "--format", "text",
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUOTH_")}
    environment |= {"QUOTH_DATABASE_URL": f"sqlite:///{database}", "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=environment, stdout=theirs) as process:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
    os.close(ours)
    assert process.returncode == 0
    assert b"\x1b[31m" in shown or b"\x1b[32m" in shown
    plain = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    assert b"\x1b[" not in plain
    assert plain.startswith(b"ALTERED: ")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        # Linux says so where the other end is closed
        return b""
