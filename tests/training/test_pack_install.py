"""A trained model in its pack: a manifest that still holds, or nothing changed."""

import hashlib
import json
from pathlib import Path

import pytest

from training.pack.install import install


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    (tmp_path / "pos.pt").write_bytes(b"old")
    files = [{"role": "pos", "file": "pos.pt", "bytes": 3, "sha256": "old", "scores": {"UPOS": 90.0}, "what": "tagger"}]
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "0.1.0", "files": files}), encoding="utf-8")
    return tmp_path


def test_the_manifest_names_the_new_file(pack: Path, tmp_path: Path) -> None:
    model = tmp_path / "trained"
    model.write_bytes(b"better")
    install(pack, "pos", model, version="0.2.0", scores={"UPOS": 95.0})
    manifest = json.loads((pack / "manifest.json").read_text(encoding="utf-8"))
    assert (pack / "pos.pt").read_bytes() == b"better"
    assert manifest["version"] == "0.2.0"
    assert manifest["files"] == [
        {
            "role": "pos",
            "file": "pos.pt",
            "bytes": 6,
            "sha256": hashlib.sha256(b"better").hexdigest(),
            "scores": {"UPOS": 95.0},
            "what": "tagger",
        }
    ]
    assert not list(pack.glob("*.new"))


def test_a_role_that_the_pack_does_not_have_changes_nothing(pack: Path, tmp_path: Path) -> None:
    model = tmp_path / "trained"
    model.write_bytes(b"better")
    before = (pack / "manifest.json").read_bytes()
    with pytest.raises(KeyError, match="has no role 'parser'"):
        install(pack, "parser", model, version="0.2.0", scores={})
    assert (pack / "manifest.json").read_bytes() == before
    assert (pack / "pos.pt").read_bytes() == b"old"
