"""Stanza's official English models as a pack: fetched from Stanza's hub, on the user's word alone.

``fetch`` is the only code of Quoth that fetches models, and only ``quoth models fetch`` calls it. The hub keeps a list
of its models, with checksums, at one address and the models at another, which the list names; a mirror may stand in for
both (``MIRROR/resources_VERSION.json`` and ``MIRROR/PROCESSOR/PACKAGE.pt``).

The files of a fetched pack play the roles of Stanza's processors, and besides, for what a processor needs in addition,
roles called after Stanza's option without its ending: ``pos_pretrain``, ``ner_forward_charlm``.
"""

from __future__ import annotations

import hashlib
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from importlib.metadata import version
from pathlib import Path
from typing import Any

from service.errors import PackError
from service.parse.pack import Pack

NAME = "stanza-en"
# Stanza's list; the models' address stands in it
HUB = "https://raw.githubusercontent.com/stanfordnlp/stanza-resources/main"

_PROCESSORS = ("tokenize", "mwt", "pos", "lemma", "depparse", "ner")
# the default one tells eighteen kinds of names; this one PER, ORG, LOC and MISC, as Quoth does
_FOUR_KINDS = "conll03_charlm"
_TIMEOUT_SECONDS = 30
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """A model of the hub: the ``roles`` it plays in the pack, where it lies, and its checksum there."""

    kind: str
    package: str
    md5: str
    roles: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"{self.kind}-{self.package}.pt"


def fetch(folder: Path, *, mirror: str | None = None, progress: Callable[[str], None] = lambda _: None) -> Pack:
    """Fetch the models into ``folder``, which is made, and return them as a verified pack.

    What lies there whole is not fetched again. ``progress`` is told the name of each file before it is fetched. Raises
    PackError where the hub cannot be reached, does not list the models or sends something else.
    """
    release = version("stanza")
    resources = _list(f"{mirror or HUB}/resources_{release}.json")
    try:
        english = resources["en"]
        models = list(_models(english))
        address = f"{mirror}/{{filename}}" if mirror else str(resources["url"])
    except (KeyError, TypeError, AttributeError) as error:
        raise PackError(
            f"Stanza's list of models for its release {release} has not the form that Quoth knows (no {error}); "
            "install the version of Stanza in the lock file"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    for model in models:
        target = folder / model.file
        if not (target.exists() and _digest(target, "md5") == model.md5):
            progress(model.file)
            filename = f"{model.kind}/{model.package}.pt"
            url = address.format(resources_version=release, lang="en", filename=filename)
            _download(url, target, md5=model.md5)
    _write_manifest(folder, models, release)
    return Pack.open(folder)


def stanza_options(pack: Pack) -> dict[str, str]:
    """The options of ``stanza.Pipeline`` that name the pack's files: ``pos_model_path``, ``pos_pretrain_path`` …"""
    return {
        f"{role}_path" if role.partition("_")[0] in _PROCESSORS and "_" in role else f"{role}_model_path": str(path)
        for role, path in pack.files.items()
        if role.partition("_")[0] in _PROCESSORS
    }


def _models(english: dict[str, Any]) -> Iterator[_Model]:
    """The models of the default package, and each of those that they need once."""
    chosen = {processor: english["packages"]["default"][processor] for processor in _PROCESSORS}
    if _FOUR_KINDS in english["ner"]:
        chosen["ner"] = _FOUR_KINDS
    roles: dict[tuple[str, str], list[str]] = {}
    for processor, package in chosen.items():
        roles[processor, package] = [processor]
        for needed in english[processor][package].get("dependencies", []):
            roles.setdefault((needed["model"], needed["package"]), []).append(f"{processor}_{needed['model']}")
    for (kind, package), its in roles.items():
        yield _Model(kind=kind, package=package, md5=english[kind][package]["md5"], roles=tuple(its))


def _list(url: str) -> dict[str, Any]:
    try:
        with _open(url) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found
    except ValueError as error:
        raise PackError(f"{url} holds no list of models ({error}); check the address of the mirror") from error


def _download(url: str, target: Path, *, md5: str) -> None:
    """Nothing is left at ``target`` unless it is what the list says."""
    beside = target.with_suffix(".part")
    digest = hashlib.md5(usedforsecurity=False)
    try:
        with _open(url) as answer, beside.open("wb") as file:
            while chunk := answer.read(_CHUNK_BYTES):
                digest.update(chunk)
                file.write(chunk)
    except (OSError, HTTPException) as error:
        beside.unlink(missing_ok=True)
        raise PackError(f"{url} broke off ({error}); give the command again, what is whole is kept") from error
    if digest.hexdigest() != md5:
        beside.unlink()
        raise PackError(
            f"{url} sent another file than Stanza's list says: expected md5 {md5}, got {digest.hexdigest()}; give the "
            "command again"
        )
    os.replace(beside, target)


def _open(url: str) -> Any:
    if not url.startswith(("https://", "http://")):
        raise PackError(f"models are fetched from http and https addresses only, got {url!r}; check --mirror")
    try:
        return urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS)  # noqa: S310 - looked at just above
    except (OSError, HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise PackError(
            f"Stanza's models cannot be fetched: {url} cannot be reached ({reason}). Fetch them on a machine that "
            "reaches it and copy the folder here, or name a mirror with --mirror; the embedded pack needs no network"
        ) from error


def _write_manifest(folder: Path, models: list[_Model], release: str) -> None:
    files = [
        {
            "role": role,
            "file": model.file,
            "bytes": (folder / model.file).stat().st_size,
            "sha256": _digest(folder / model.file, "sha256"),
            "what": f"Stanza's official {model.kind}, {model.package}",
            "origin": "https://stanfordnlp.github.io/stanza/",
            "licence": "see https://stanfordnlp.github.io/stanza/available_models.html",
            "scores": {},
        }
        for model in models
        for role in model.roles
    ]
    manifest = {"name": NAME, "version": release, "language": "en", "engine": f"stanza {release}", "files": files}
    fresh = folder / "manifest.json.new"
    fresh.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    os.replace(fresh, folder / "manifest.json")


def _digest(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()
