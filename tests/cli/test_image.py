"""What the image does, done without Docker: its command as a user without rights, on a root that is read-only."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.server import free_port

DOCKERFILE = (Path(__file__).parents[2] / "Dockerfile").read_text(encoding="utf-8")
COMMAND: list[str] = json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])
ENVIRONMENT = dict(re.findall(r"(QUOTH_[A-Z_]+)=(\S+)", DOCKERFILE))
NOBODY = "65534"
# a mount of its own stays writable when everything else is not; a Python of root's own is put where all may read it
SHUT = """
set -e
case "$3" in /root/*)
  mount --bind "$3" /mnt; mount -t tmpfs -o mode=755 tmpfs /root; mkdir -p "$3"; mount --move /mnt "$3";;
esac
mount --bind "$1" "$1"; mount --bind "$2" "$2"; mount -o remount,ro,bind /
shift 3
exec "$@"
"""
START_SECONDS = 90


@pytest.fixture
def data() -> Iterator[Path]:
    """What the image has as /data, and nobody's."""
    folder = Path("/tmp") / f"quoth-image-{os.getpid()}"  # pytest's own folders are root's alone
    folder.mkdir()
    os.chown(folder, int(NOBODY), int(NOBODY))
    yield folder
    shutil.rmtree(folder)


def without_rights(data: Path, command: list[str]) -> list[str]:
    shut = ["unshare", "--mount", "sh", "-c", SHUT, "sh", str(data), "/dev", sys.base_prefix]
    user = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--no-new-privs", "--bounding-set=-all"]
    return [*shut, *user, *command]


def can_shut() -> bool:
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("setpriv"):
        return False
    return subprocess.run(["unshare", "--mount", "true"], check=False).returncode == 0


needs_root = pytest.mark.skipif(not can_shut(), reason="needs root and Linux to give up rights")


@needs_root
def test_the_root_is_read_only_and_the_user_has_no_rights(data: Path) -> None:
    service = Path(__file__).parents[2] / "service"
    script = f'id -u; touch "{service}/x" "/tmp/x-{os.getpid()}" 2>&1; touch "{data}/x" && echo kept'
    ran = subprocess.run(
        without_rights(data, ["sh", "-c", script]), check=False, capture_output=True, text=True, timeout=30
    )
    first, *refused, last = ran.stdout.splitlines()
    assert (first, last) == (NOBODY, "kept"), ran.stdout + ran.stderr
    assert len(refused) == 2
    assert all("Read-only" in line for line in refused)


@needs_root
def test_the_image_s_command_serves_and_stores(data: Path) -> None:
    port = free_port()
    assert ENVIRONMENT == {"QUOTH_HOST": "0.0.0.0", "QUOTH_DATABASE_URL": "sqlite:////data/quoth.db"}
    settings = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(data), "TMPDIR": str(data),
        "QUOTH_DATABASE_URL": f"sqlite:///{data}/quoth.db", "QUOTH_HOST": "127.0.0.1", "QUOTH_PORT": str(port),
        "QUOTH_WORKERS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    log = data.with_suffix(".log")
    with log.open("wb") as written:
        server = subprocess.Popen(
            without_rights(data, COMMAND), cwd=data, env=settings, stdout=written, stderr=subprocess.STDOUT
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/readyz", server, log)
            request = urllib.request.Request(
                f"{address}/v1/articles",
                data=b'"We will pay every bill," Mayor Ada Brandt told reporters on Monday.',
                headers={"Content-Type": "text/plain"},
            )
            with urllib.request.urlopen(request, timeout=60) as response:
                assert response.status == 201
                assert json.load(response)["quotes"][0]["speaker"]["name"] == "Ada Brandt"
        finally:
            server.terminate()
            server.wait(timeout=60)
    log.unlink()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8"))
