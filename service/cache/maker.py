"""What an extraction depends on beside the article: code, lexicons, models, the operator's names."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
# the folders of the steps, and beside them what stands at the top of the package; the models are in their manifest
STEPS = ("text", "parse", "attribution", "speakers", "identities")
_KINDS = (".py", ".tsv", ".txt")
# another release of one of them is other arithmetic
_ENGINES = ("numpy", "onnxruntime", "stanza", "tokenizers", "torch")
_MANIFEST = "manifest.json"


def maker(pack: Path, names_file: Path | None) -> bytes:
    """A digest that changes whenever one of them does.

    ``pack`` is the folder of the model pack; its manifest holds the digest of each of its files. Raises OSError.
    """
    digest = hashlib.sha256()
    for path in _files():
        digest.update(f"{path.relative_to(_PACKAGE)}\x00".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update((pack / _MANIFEST).read_bytes())
    digest.update("\x00".join(f"{name} {_release(name)}" for name in _ENGINES).encode())
    if names_file is not None:
        digest.update(hashlib.sha256(names_file.read_bytes()).digest())
    return digest.digest()


def _release(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _files() -> list[Path]:
    found = [path for path in _PACKAGE.iterdir() if path.is_file()]
    for step in STEPS:
        found += [path for path in (_PACKAGE / step).rglob("*") if "models" not in path.parts]
    return sorted(path for path in found if path.suffix in _KINDS)
