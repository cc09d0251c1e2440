"""The model pack's manifest, and what a damaged pack says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service.errors import PackError
from service.parse import pack as packs
from service.parse.article_parser import ArticleParser
from service.parse.pack import EMBEDDED, Pack

MIB = 2**20
ROLES = packs.ROLES[packs.STANZA]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small pack: a few bytes for each role."""
    entries = []
    for role in ROLES:
        content = f"weights of {role}".encode()
        (tmp_path / f"{role}.pt").write_bytes(content)
        entries.append(
            {
                "role": role,
                "file": f"{role}.pt",
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    write(tmp_path, {"name": "tiny", "version": "1.2.3", "language": "en", "engine": "stanza 1.15", "files": entries})
    return tmp_path


def read(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return manifest


def write(folder: Path, manifest: object) -> None:
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_sound_pack_opens(folder: Path) -> None:
    pack = Pack.open(folder)
    assert (pack.name, pack.version, pack.language, pack.engine) == ("tiny", "1.2.3", "en", "stanza")
    assert {role: pack.path(role).read_bytes() for role in ROLES} == {r: f"weights of {r}".encode() for r in ROLES}


def test_the_embedded_pack_is_whole_and_fits_the_repository() -> None:
    assert Pack.open().name == "quoth-en"
    files = read(EMBEDDED)["files"]
    assert sum(file["bytes"] for file in files) <= 96 * MIB
    assert max(file["bytes"] for file in files) <= 39_000_000
    assert all(file["licence"] and file["origin"] and file["what"] for file in files)
    # what is not in the manifest is not verified
    assert {path.name for path in EMBEDDED.iterdir()} == {"manifest.json", *(file["file"] for file in files)}


def put_a_folder(folder: Path) -> None:
    (folder / "pos.pt").unlink()
    (folder / "pos.pt").mkdir()


DAMAGE: list[tuple[str, Callable[[Path], object], list[str]]] = [
    ("missing", lambda f: (f / "pos.pt").unlink(), ["pos.pt", "expected 14 bytes", "sha256", "reinstall"]),
    ("truncated", lambda f: (f / "pos.pt").write_bytes(b"weights"), ["pos.pt", "expected 14 bytes", "got 7 bytes"]),
    (
        "altered",
        lambda f: (f / "pos.pt").write_bytes(b"WEIGHTS of pos"),
        ["pos.pt", "altered", "expected 14", "got sha"],
    ),
    ("a folder", put_a_folder, ["pos.pt"]),
    ("no manifest", lambda f: (f / "manifest.json").unlink(), ["manifest.json", "QUOTH_MODEL_DIR", "reinstall"]),
    ("no JSON", lambda f: (f / "manifest.json").write_text('{"name": '), ["manifest.json", "no JSON", "reinstall"]),
    ("no UTF-8", lambda f: (f / "manifest.json").write_bytes(b"\xff\xfe\xfa"), ["manifest.json", "no JSON"]),
]


@pytest.mark.parametrize(("damage", "words"), [row[1:] for row in DAMAGE], ids=[row[0] for row in DAMAGE])
def test_a_damaged_pack_is_named(folder: Path, damage: Callable[[Path], object], words: list[str]) -> None:
    damage(folder)
    with pytest.raises(PackError) as raised:
        Pack.open(folder)
    assert [word for word in words if word not in str(raised.value)] == []


def entry_with(**changes: object) -> Callable[[dict[str, Any]], object]:
    """The manifest with another value, or none (None), in its first entry."""

    def change(manifest: dict[str, Any]) -> object:
        entry = manifest["files"][0] | changes
        manifest["files"][0] = {key: value for key, value in entry.items() if value is not None}
        return manifest

    return change


FORM: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("a list", lambda _: [], "expected an object, got list"),
    ("no name", lambda m: {k: v for k, v in m.items() if k != "name"}, "'name' must be a string"),
    ("a number for a version", lambda m: m | {"version": 1}, "'version' must be a string, got 1"),
    ("no engine", lambda m: {k: v for k, v in m.items() if k != "engine"}, "'engine' must be a string"),
    ("another engine", lambda m: m | {"engine": "steam"}, "'engine' must be one of quoth-encoder, stanza, got 'steam'"),
    ("no files", lambda m: m | {"files": None}, "'files' must be a list"),
    ("a string for an entry", lambda m: m | {"files": ["pos.pt"]}, "files[0] must be an object"),
    ("no role", entry_with(role=None), "files[0] needs the strings 'role' and 'file'"),
    ("a size in words", entry_with(bytes="many"), "'bytes' must be a whole number, got 'many'"),
    ("a negative size", entry_with(bytes=-1), "'bytes' must be a whole number, got -1"),
    ("true for a size", entry_with(bytes=True), "'bytes' must be a whole number, got True"),
    ("half a digest", entry_with(sha256="abc"), "'sha256' must be 64 hexadecimal digits"),
    ("a role left out", lambda m: m | {"files": m["files"][1:]}, f"lists no file for {ROLES[0]}"),
    ("above the pack", entry_with(file="../secret.pt"), "outside the pack"),
    ("an absolute path", entry_with(file="/etc/hostname"), "outside the pack"),
    ("the pack itself", entry_with(file="."), "outside the pack"),
    ("a NUL", entry_with(file="a\0b"), "no file name"),
]


@pytest.mark.parametrize(("change", "message"), [row[1:] for row in FORM], ids=[row[0] for row in FORM])
def test_a_malformed_manifest_is_refused(
    folder: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    write(folder, change(read(folder)))
    with pytest.raises(PackError) as raised:
        Pack.open(folder)
    assert message in str(raised.value)
    assert str(folder) in str(raised.value)


def test_a_link_out_of_the_pack_is_refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "pos.pt"
    (folder / "pos.pt").rename(elsewhere)
    (folder / "pos.pt").symlink_to(elsewhere)
    with pytest.raises(PackError, match="outside the pack"):
        Pack.open(folder)


def test_a_sound_pack_of_something_else_does_not_load(folder: Path) -> None:
    with pytest.raises(PackError, match=r"tiny 1\.2\.3 does not load with stanza .*install the versions"):
        ArticleParser(folder)
