"""The model pack: a folder of weights and a ``manifest.json`` that says what each file must be.

All of it is verified before any of it is loaded, so that a damaged or exchanged file stops the start with a message
that names it, and nothing unverified is ever unpickled.

>>> pack = Pack.open()
>>> pack.name, pack.path("tokenize").name
('quoth-en', 'tokenize.onnx')
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.errors import PackError

EMBEDDED = Path(__file__).parent / "models" / "en"
# what reads the files: our own encoder after Stanza's tokenizer, or Stanza's processors throughout
ENCODER, STANZA = "quoth-encoder", "stanza"
ROLES = {
    ENCODER: ("tokenize", "characters", "encoder", "pieces", "labels", "relations", "lemmas"),
    STANZA: ("tokenize", "mwt", "pos", "lemma", "depparse", "ner"),
}

_MANIFEST = "manifest.json"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REMEDY = "restore the folder from the repository, or reinstall the package"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A verified pack. ``engine`` is ENCODER or STANZA; ``files`` maps each of its ``ROLES``, at least, to a file."""

    name: str
    version: str
    language: str
    engine: str
    files: Mapping[str, Path]

    @classmethod
    def open(cls, folder: Path | None = None) -> Pack:
        """Read the manifest of ``folder`` (the embedded English pack if None) and verify every file that it lists.

        Raises PackError, naming the file, what was expected, what was found and what to do.
        """
        folder = EMBEDDED if folder is None else folder
        manifest = _read_manifest(folder / _MANIFEST)
        files: dict[str, Path] = {}
        for entry in manifest["files"]:
            path = _inside(folder, entry["file"])
            _verify(path, size=entry["bytes"], sha256=entry["sha256"])
            files[entry["role"]] = path
        # the engine's release may stand after its name: "stanza 1.15"
        engine = manifest["engine"].split()[0]
        missing = [role for role in ROLES[engine] if role not in files]
        if missing:
            raise PackError(
                f"{folder / _MANIFEST} lists no file for {', '.join(missing)}; a pack of the engine {engine} needs one "
                f"each for {', '.join(ROLES[engine])}: {_REMEDY}"
            )
        return cls(
            name=manifest["name"],
            version=manifest["version"],
            language=manifest["language"],
            engine=engine,
            files=files,
        )

    def path(self, role: str) -> Path:
        """The file that plays ``role``, one of the engine's ``ROLES`` or what else the manifest lists."""
        return self.files[role]


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(path.read_bytes())
    except OSError as error:
        raise PackError(
            f"the model pack cannot be read: {path}: {error.strerror}; it must be a folder with a {_MANIFEST}: "
            f"check QUOTH_MODEL_DIR if it is set, else {_REMEDY}"
        ) from error
    except ValueError as error:
        raise PackError(f"the model pack's manifest {path} is no JSON ({error}): {_REMEDY}") from error
    fault = _manifest_fault(manifest)
    if fault:
        raise PackError(f"the model pack's manifest {path} is malformed: {fault}: {_REMEDY}")
    assert isinstance(manifest, dict)  # noqa: S101 - _manifest_fault has just said so; this tells the type checker
    return manifest


def _manifest_fault(manifest: object) -> str | None:
    """What is wrong with the manifest's form, None if nothing is."""
    if not isinstance(manifest, dict):
        return f"expected an object, got {type(manifest).__name__}"
    for key in ("name", "version", "language", "engine"):
        if not isinstance(manifest.get(key), str):
            return f"{key!r} must be a string, got {manifest.get(key)!r}"
    if manifest["engine"].partition(" ")[0] not in ROLES:
        return f"'engine' must be one of {', '.join(ROLES)}, got {manifest['engine']!r}"
    if not isinstance(manifest.get("files"), list):
        return "'files' must be a list"
    for number, entry in enumerate(manifest["files"]):
        if not isinstance(entry, dict):
            return f"files[{number}] must be an object"
        if not isinstance(entry.get("file"), str) or not isinstance(entry.get("role"), str):
            return f"files[{number}] needs the strings 'role' and 'file'"
        # bool is an int to Python, not to a manifest
        if not isinstance(entry.get("bytes"), int) or isinstance(entry["bytes"], bool) or entry["bytes"] < 0:
            return f"files[{number}] ({entry['file']}): 'bytes' must be a whole number, got {entry.get('bytes')!r}"
        if not isinstance(entry.get("sha256"), str) or not _SHA256.fullmatch(entry["sha256"]):
            return f"files[{number}] ({entry['file']}): 'sha256' must be 64 hexadecimal digits in lower case"
    return None


def _inside(folder: Path, name: str) -> Path:
    """``folder / name``, refused where that lies outside the folder (``../x``, ``/x``, a link to elsewhere)."""
    try:
        path = (folder / name).resolve()
    except (OSError, ValueError) as error:  # a NUL in the name, a loop of links
        raise PackError(
            f"the manifest of {folder} names {name!r}, which is no file name ({error}): {_REMEDY}"
        ) from error
    if not path.is_relative_to(folder.resolve()) or path == folder.resolve():
        raise PackError(
            f"the manifest of {folder} names {name!r}, which lies outside the pack; only files inside it are "
            f"allowed: {_REMEDY}"
        )
    return folder / name


def _verify(path: Path, *, size: int, sha256: str) -> None:
    expected = f"expected {size:,} bytes with sha256 {sha256[:12]}…"
    try:
        got = path.stat().st_size
        if got != size:
            raise PackError(f"the model file {path} is incomplete or altered: {expected}, got {got:,} bytes: {_REMEDY}")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PackError(f"the model file {path} cannot be read ({error.strerror}): {expected}: {_REMEDY}") from error
    if digest != sha256:
        raise PackError(f"the model file {path} is altered: {expected}, got sha256 {digest[:12]}…: {_REMEDY}")
