"""What others made: locked by hash, under licences that may ship; our wheel, the same bytes each time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from bench import supply
from bench.supply import PAGE, ROOT, SHIPPED, Package

LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-cuda.lock"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TORCH_CPU = re.findall(r"^TORCH_CPU := (sha256:[0-9a-f]{64})$", MAKEFILE, re.MULTILINE)[0]


@pytest.mark.parametrize("name", LOCKS)
def test_every_file_is_locked_by_its_hash(name: str) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    entries = [entry for entry in entries if entry.strip() and not entry.startswith("#")]
    assert len(entries) > 50
    for entry in entries:
        assert re.match(r"[a-z0-9.-]+==\S+ ", entry), entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]


def test_torch_may_be_the_cpu_build_or_pypi_s() -> None:
    for name in LOCKS[:2]:
        lock = (ROOT / name).read_text(encoding="utf-8")
        entry = lock[lock.index("\ntorch==") :].split("# via")[0]
        assert f"--hash={TORCH_CPU}" in entry
        assert entry.count("--hash") > 10
    only = (ROOT / "requirements-torch-cpu.lock").read_text(encoding="utf-8")
    assert only == f"torch=={supply.locked(SHIPPED)['torch']}+cpu --hash={TORCH_CPU}\n"


def test_the_locks_agree_and_hold_nothing_of_stanza_s_gpl_scorer() -> None:
    locks = [supply.locked(ROOT / name) for name in LOCKS]
    for lock in locks[1:]:
        assert locks[0].items() <= lock.items()
    assert not {"udtools", "udapi"} & {name for lock in locks for name in lock}
    assert not [name for name in locks[0] if name.startswith(("nvidia-", "cuda-", "triton"))]


def test_what_ships_may_ship() -> None:
    shipped = supply.packages(SHIPPED)
    assert len(shipped) > 60
    assert supply.not_allowed(shipped) == {}
    assert PAGE.read_text(encoding="utf-8") == supply.page(), "run make licences"


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True), ("Apache-2.0 OR GPL-3.0-only", True), ("MIT AND (GPL-2.0-only OR BSD-3-Clause)", True),
        ("GPL-3.0-or-later", False), ("MIT AND LGPL-2.1-only", False), ("unknown", False), ("MPL-2.0", False),
    ],
)  # fmt: skip
def test_a_licence_that_may_not_ship_is_found(licence: str, allowed: bool) -> None:
    assert (supply.not_allowed([Package(name="a", version="1", licence=licence)]) == {}) is allowed


def _wheel(folder: Path) -> Path:
    """The wheel of a copy of the sources whose times and order of files are others."""
    source = folder / "source"
    source.mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, source / name)
    shutil.copytree(ROOT / "service", source / "service", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1767225600"}
    subprocess.run([*command, "--wheel-dir", folder, source], check=True, env=environment)
    return next(folder.glob("*.whl"))


def test_the_wheel_is_the_same_bytes_each_time_and_holds_what_runs(tmp_path: Path) -> None:
    one, other = _wheel(tmp_path / "one"), _wheel(tmp_path / "other")
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()
    names = set(zipfile.ZipFile(one).namelist())
    for needed in (
        *("service/parse/models/en/encoder.onnx", "service/parse/models/en/manifest.json", "service/py.typed"),
        *(
            "service/web/templates/base.html",
            "service/web/static/desk.css",
            "service/attribution/lexicon/cue_verbs.tsv",
        ),
        *("service/store/migrations/versions/0001_first_schema.py", "service/store/migrations/script.py.mako"),
        *("service/api/pages/docs.html", "service/confidence.tsv"),
    ):
        assert needed in names, needed
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "service").rglob("*") if path.is_file()}
    ours = {name for name in ours if "__pycache__" not in name}
    assert {name for name in names if name.startswith("service/")} == ours
    assert {name.partition("/")[0] for name in names} == {"service", next(iter(names)).partition("/")[0]} | {
        name.partition("/")[0] for name in names if ".dist-info/" in name
    }


def test_the_image_runs_without_rights_on_a_root_that_is_read_only() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    user = next(place for place, line in enumerate(lines) if line.startswith("USER "))
    assert lines[user] == "USER 999"
    assert any("useradd --system --uid 999 " in line for line in lines[:user])
    # nothing after it needs rights, and what the service writes is in its volume
    assert not [line for line in lines[user:] if line.startswith(("RUN", "COPY", "ADD"))]
    assert "VOLUME /data" in lines[user:]
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    for name, service in composed["services"].items():
        if service.get("image") == "quoth":
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
