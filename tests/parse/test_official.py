"""Fetching Stanza's official models: from a hub on this machine, laid out as Stanza's is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from service.errors import PackError
from service.parse.official import fetch, stanza_options
from service.parse.pack import Pack

PACKAGES = {
    "tokenize": "combined",
    "mwt": "combined",
    "pos": "combined_charlm",
    "lemma": "combined_nocharlm",
    "depparse": "combined_charlm",
    "ner": "ontonotes_charlm",
}
NEEDED = {
    "pos": [("pretrain", "conll17"), ("forward_charlm", "1billion")],
    "depparse": [("pretrain", "conll17"), ("forward_charlm", "1billion")],
    "ner": [("pretrain", "fasttext"), ("forward_charlm", "1billion")],
}


class Hub:
    """The hub's folder and its address; ``asked`` are the paths that were fetched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.english: dict[str, Any] = {"packages": {"default": PACKAGES}}
        for kind, package in [*PACKAGES.items(), ("ner", "conll03_charlm")]:
            self.add(kind, package, NEEDED.get(kind, []))
        for kind, package in (("pretrain", "conll17"), ("pretrain", "fasttext"), ("forward_charlm", "1billion")):
            self.add(kind, package, [])
        self.write()
        asked = self.asked

        class Handler(SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                super().do_GET()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def add(self, kind: str, package: str, needed: list[tuple[str, str]]) -> None:
        content = f"weights of {kind} {package}".encode()
        (self.folder / kind).mkdir(exist_ok=True)
        (self.folder / kind / f"{package}.pt").write_bytes(content)
        entry: dict[str, Any] = {"md5": hashlib.md5(content, usedforsecurity=False).hexdigest()}
        if needed:
            entry["dependencies"] = [{"model": model, "package": name} for model, name in needed]
        self.english.setdefault(kind, {})[package] = entry

    def write(self) -> None:
        content = json.dumps({"en": self.english, "url": "https://nowhere.invalid/{lang}/{filename}"})
        (self.folder / f"resources_{version('stanza')}.json").write_text(content)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    folder = tmp_path / "hub"
    folder.mkdir()
    served = Hub(folder)
    thread = Thread(target=served.server.serve_forever, daemon=True)
    thread.start()
    yield served
    served.server.shutdown()
    served.server.server_close()
    thread.join()


def test_the_models_become_a_pack(hub: Hub, tmp_path: Path) -> None:
    told: list[str] = []
    pack = fetch(tmp_path / "pack", mirror=hub.address, progress=told.append)
    assert (pack.name, pack.version, pack.language) == ("stanza-en", version("stanza"), "en")
    assert Pack.open(tmp_path / "pack") == pack
    # the names that Quoth knows, not the default's eighteen kinds
    assert pack.path("ner").name == "ner-conll03_charlm.pt"
    assert pack.path("pos_pretrain") == pack.path("depparse_pretrain")
    assert pack.path("ner_pretrain").name == "pretrain-fasttext.pt"
    assert len(told) == len(set(told)) == len(list((tmp_path / "pack").glob("*.pt")))


def test_stanza_is_told_where_each_file_lies(hub: Hub, tmp_path: Path) -> None:
    options = stanza_options(fetch(tmp_path / "pack", mirror=hub.address))
    assert options["pos_model_path"].endswith("pos-combined_charlm.pt")
    assert options["depparse_forward_charlm_path"].endswith("forward_charlm-1billion.pt")
    assert options["tokenize_model_path"].endswith("tokenize-combined.pt")
    assert all(Path(path).is_file() for path in options.values())


def test_what_lies_there_whole_is_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    fetch(tmp_path / "pack", mirror=hub.address)
    (tmp_path / "pack" / "mwt-combined.pt").write_bytes(b"half")
    hub.asked.clear()
    fetch(tmp_path / "pack", mirror=hub.address)
    assert [path for path in hub.asked if path.endswith(".pt")] == ["/mwt/combined.pt"]


def test_another_file_than_the_list_says_is_refused(hub: Hub, tmp_path: Path) -> None:
    (hub.folder / "pos" / "combined_charlm.pt").write_bytes(b"something else")
    with pytest.raises(PackError, match=r"pos/combined_charlm\.pt sent another file .* expected md5"):
        fetch(tmp_path / "pack", mirror=hub.address)
    assert not list((tmp_path / "pack").glob("pos*"))
    assert not (tmp_path / "pack" / "manifest.json").exists()


def test_a_missing_file_is_named(hub: Hub, tmp_path: Path) -> None:
    (hub.folder / "lemma" / "combined_nocharlm.pt").unlink()
    with pytest.raises(PackError, match=r"lemma/combined_nocharlm\.pt cannot be reached \(.*--mirror"):
        fetch(tmp_path / "pack", mirror=hub.address)


@pytest.mark.parametrize(
    ("content", "message"),
    [("no list", "holds no list of models"), ("{}", "no 'en'"), ('{"en": {}, "url": ""}', "no 'packages'")],
)
def test_a_list_of_another_form_is_refused(hub: Hub, tmp_path: Path, content: str, message: str) -> None:
    (hub.folder / f"resources_{version('stanza')}.json").write_text(content.replace("no list", "<html>"))
    with pytest.raises(PackError, match=message):
        fetch(tmp_path / "pack", mirror=hub.address)


def test_without_a_hub_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"cannot be reached \(.*copy the folder here.*embedded pack needs no network"):
        fetch(tmp_path / "pack", mirror="http://127.0.0.1:9")
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize("mirror", ["file:///etc", "ftp://hub.example", "hub.example"])
def test_only_web_addresses_are_fetched_from(tmp_path: Path, mirror: str) -> None:
    with pytest.raises(PackError, match="http and https"):
        fetch(tmp_path / "pack", mirror=mirror)
