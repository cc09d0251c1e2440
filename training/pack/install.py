"""Put a trained model into a pack: ``python -m training.pack.install PACK ROLE FILE --pack-version V --score …``.

The manifest gets the file's size and checksum, its scores and the pack's new version; without them the service does
not start. Nothing is half written: the model is moved into place, then the manifest.

    python -m training.pack.install service/parse/models/en tokenize out/tokenize.onnx --pack-version 0.5.0 \\
        --score "EWT test words F1=99.0"
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def install(pack: Path, role: str, model: Path, *, version: str, scores: Mapping[str, float]) -> None:
    """Replace the file of ``role`` (``tokenize``, ``encoder`` …) in the pack's folder by ``model``.

    Raises KeyError for a role that the manifest does not have.
    """
    path = pack / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    entry = next((e for e in manifest["files"] if e["role"] == role), None)
    if entry is None:
        raise KeyError(f"the pack has no role {role!r}; it has {[e['role'] for e in manifest['files']]}")
    data = model.read_bytes()
    entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "scores": dict(scores)}
    manifest["version"] = version
    _replace(pack / entry["file"], model)
    fresh = pack / "manifest.json.new"
    fresh.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(fresh, path)


def _replace(target: Path, source: Path) -> None:
    beside = target.with_suffix(".new")
    shutil.copyfile(source, beside)
    os.replace(beside, target)


def main() -> None:
    """Run the command."""
    ap = argparse.ArgumentParser(description="put a trained model into a pack")
    ap.add_argument("pack", type=Path)
    ap.add_argument("role")
    ap.add_argument("model", type=Path)
    ap.add_argument("--pack-version", required=True)
    ap.add_argument("--score", action="append", default=[], metavar="NAME=FIGURE")
    args = ap.parse_args()
    pairs = (score.rpartition("=") for score in args.score)
    scores = {name: float(figure) for name, _, figure in pairs}
    install(args.pack, args.role, args.model, version=args.pack_version, scores=scores)


if __name__ == "__main__":
    main()
