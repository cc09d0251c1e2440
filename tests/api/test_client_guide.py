"""The client guide's commands and programs, run against a server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from service.api import create_app, examples
from service.api.present import MEDIA_TYPES
from service.model import Speaker, SpeakerKind
from service.pipeline import Pipeline
from service.store import Store
from tests.flat_parser import FlatParser
from tests.jobs.inline_worker import read_all
from tests.store.examples import Said, said

GUIDE = (Path(__file__).parents[2] / "docs" / "client-guide.md").read_text(encoding="utf-8")
DOCUMENTED = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("console") for line in re.sub(r" \\\n\s*", " ", block).splitlines()]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server listens that keeps the contract's example article; imports are read before they are answered."""
    with Store(f"sqlite:///{tmp_path_factory.mktemp('guide')}/quoth.db") as store:
        store.upgrade()
        store.save(examples.STORED)
        for name, id in (("Tom Hale", "ward-meeting"), ("Thomas Hale", "ward-letter")):
            speaker = Speaker(name=name, kind=SpeakerKind.PERSON)
            store.save(said(Said(text=f"“We will see,” {id}", speaker=speaker), id=id))
        pipeline = Pipeline(FlatParser(), max_chars=60_000)
        app = create_app(pipeline=pipeline, store=store, announce=lambda: read_all(store, pipeline))
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_works(address: str, command: str) -> None:
    assert command.startswith("$ curl -s")
    run = command.removeprefix("$ ").replace("curl -s", "curl -sS --fail-with-body", 1).replace(DOCUMENTED, address)
    done = subprocess.run(["bash", "-c", run], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout


@pytest.mark.parametrize("program", blocks("python"))
def test_a_program_works(address: str, program: str) -> None:
    run = f"SERVER = {address!r}\n{program}"
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_every_form_is_listed() -> None:
    for name, media_type in MEDIA_TYPES.items():
        assert f"| `{name}` | `{media_type}` |" in GUIDE


def test_the_thumb_stands_where_the_guide_says() -> None:
    text = '👍 "Yes"'
    assert text in GUIDE
    assert (text.index('"'), len(text[:2].encode("utf-16-le")) // 2) == (2, 3)


def test_the_error_that_is_shown_is_json() -> None:
    [shown] = [json.loads(block) for block in blocks("json")]
    assert set(shown) == {"type", "title", "status", "detail", "instance", "errors"}
