"""Damaged files: of the models, one message; of the cache, it is begun anew; of a database cut off in a migration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from service.errors import StoreUnavailable
from service.parse.pack import EMBEDDED
from service.store import Store, schema
from service.store.databases import open_database
from tests.databases import Backend, path_of
from tests.faults.conftest import Service, environment_with
from tests.store.examples import Said, said

ARTICLE = {"text": "Maria Okafor was there.\n\n“We will pay,” she said."}
COMMANDS = (["extract", "-"], ["serve", "--port", "8169"], ["worker"])


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The embedded pack, with one file of its own."""
    folder = tmp_path / "pack"
    shutil.copytree(EMBEDDED, folder, copy_function=_linked)
    victim = folder / "tokenize.onnx"
    assert victim.exists(), sorted(path.name for path in folder.iterdir())
    content = victim.read_bytes()
    victim.unlink()
    victim.write_bytes(content)
    return folder


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


@pytest.mark.parametrize("damage", ["truncated", "altered"])
def test_a_damaged_model_stops_every_command_with_one_message(
    pack: Path, tmp_path: Path, sqlite_url: str, damage: str
) -> None:
    file = pack / "tokenize.onnx"
    content = bytearray(file.read_bytes())
    if damage == "truncated":
        del content[-1000:]
    else:
        content[len(content) // 2] ^= 1
    file.write_bytes(content)
    more = {"QUOTH_MODEL_DIR": str(pack), "QUOTH_JOB_PROCESSES": "1", "QUOTH_DATABASE_URL": sqlite_url}
    for command in COMMANDS if damage == "truncated" else COMMANDS[:1]:
        ended = subprocess.run(
            [sys.executable, "-m", "service.cli", *command],
            cwd=tmp_path,
            env=environment_with(tmp_path, **more),
            input=ARTICLE["text"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 1, command
        assert f"the model file {file} is" in ended.stderr
        assert damage in ended.stderr or "incomplete or altered" in ended.stderr
        assert "restore the folder" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert ended.stdout == ""


def test_a_damaged_cache_is_begun_anew_under_a_server_that_runs(service: Service, tmp_path: Path) -> None:
    first = service.ask("POST", "/v1/extract", ARTICLE).body
    [file] = (tmp_path / "cache").glob("*.sqlite3")

    def remembered() -> bool:
        """Whether it is told that the same request was a hit."""
        before = hits(service)
        assert service.ask("POST", "/v1/extract", ARTICLE).body == first
        return hits(service) > before

    assert remembered()
    for path in (tmp_path / "cache").iterdir():
        with path.open("r+b") as opened:
            opened.write(os.urandom(os.path.getsize(path)))
    # it is the same answer, whatever the cache says, and soon it says something again
    found = [remembered() for _ in range(6)]
    assert found[-1], found
    assert file.read_bytes()[:6] == b"SQLite"


def hits(service: Service) -> float:
    told = service.text("/metrics")
    return sum(
        float(line.split()[-1]) for line in told.splitlines() if line.startswith('quoth_cache_total{result="hit"')
    )


MIGRATION = """
    import sys, time
    from sqlalchemy import Engine, event
    from service.cli import main

    @event.listens_for(Engine, "after_cursor_execute")
    def pause(connection, cursor, sql, parameters, context, many):
        # the last step of a revision
        if sql.lstrip().startswith("UPDATE alembic_version"):
            print("paused", flush=True)
            time.sleep(600)

    main(["db", "upgrade"])
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each kind of database."""
    found: Backend = request.getfixturevalue(request.param)
    return found


def test_a_migration_cut_off_changes_nothing_and_a_backup_comes_back(backend: Backend, tmp_path: Path) -> None:
    post = said(Said(text="“We will pay”"), id="post")
    with backend.database() as url, backend.database() as other:
        environment = environment_with(tmp_path, QUOTH_DATABASE_URL=url)
        with Store(url) as store:
            store.save(post)
            store.back_up(tmp_path / "all.jsonl")
        database = open_database(url)
        before = schema.revisions()[-3]
        schema.downgrade(database, before)
        command = [sys.executable, "-c", textwrap.dedent(MIGRATION)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "paused\n"
            child.kill()
        with database.reading() as connection:
            assert schema.revision_of(connection) == before
        database.close()
        # the old release could go on; the new one asks for what was cut off, and gets it
        with Store(url) as store:
            with pytest.raises(StoreUnavailable, match="run 'quoth db upgrade'"):
                store.check()
            store.upgrade()
            assert store.extraction("post") == post
            assert store.problems() == ()
        # where all is lost, the backup has it
        if backend.name == "sqlite":
            path_of(other).unlink()
        with Store(other) as store:
            store.restore(tmp_path / "all.jsonl")
            assert store.extraction("post") == post
            assert store.problems() == ()
