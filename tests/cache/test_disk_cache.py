"""The cache's file: bounded, shared, and never believed where it is damaged."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.cache import DiskCache

MIB = 1 << 20


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[DiskCache]:
    made = DiskCache(tmp_path / "cache", limit_bytes=MIB)
    yield made
    made.close()


def file_of(folder: Path) -> Path:
    [file] = (folder / "cache").glob("*.sqlite3")
    return file


def change(folder: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(file_of(folder), isolation_level=None)
    connection.execute(statement, values)
    connection.close()


def test_what_was_put_is_there_for_another_process_too(cache: DiskCache, tmp_path: Path) -> None:
    cache.put(b"key", b"value")
    program = (
        "import sys; from pathlib import Path; from service.cache import DiskCache; "
        f"cache = DiskCache(Path(sys.argv[1]), limit_bytes={MIB}); print(cache.get(b'key')); cache.put(b'back', b'yes')"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "cache")], capture_output=True, text=True, check=True
    )
    assert told.stdout == "b'value'\n"
    assert cache.get(b"back") == b"yes"


def test_after_a_fork_the_child_has_a_connection_of_its_own(cache: DiskCache) -> None:
    cache.put(b"key", b"value")
    child = os.fork()
    if child == 0:
        good = cache.get(b"key") == b"value"
        cache.put(b"child", b"was here")
        os._exit(0 if good else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert cache.get(b"child") == b"was here"
    assert cache.get(b"key") == b"value"


def test_it_is_nobody_elses_to_read(cache: DiskCache, tmp_path: Path) -> None:
    assert stat.S_IMODE(file_of(tmp_path).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("UPDATE entry SET value = ?", [b"Value"]),
        ("UPDATE entry SET value = ?", ["value"]),
        ("UPDATE entry SET checksum = ?", [b""]),
        ("UPDATE entry SET key = ?", [b"other"]),
    ],
)
def test_a_damaged_entry_is_dropped(
    statement: str, values: list[object], cache: DiskCache, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache.put(b"key", b"value")
    change(tmp_path, statement, *values)
    key = b"other" if "key" in statement else b"key"
    with caplog.at_level(logging.WARNING):
        assert cache.get(key) is None
    assert "damaged" in caplog.text
    # it is gone, not only passed over, and the next reading is kept again
    cache.put(key, b"anew")
    assert cache.get(key) == b"anew"


@pytest.mark.parametrize("content", [b"not a database at all " * 500, b""])
def test_a_damaged_file_is_begun_anew(content: bytes, tmp_path: Path) -> None:
    first = DiskCache(tmp_path / "cache", limit_bytes=MIB)
    first.put(b"key", b"value")
    first.close()
    file_of(tmp_path).write_bytes(content)
    second = DiskCache(tmp_path / "cache", limit_bytes=MIB)
    assert second.get(b"key") is None
    second.put(b"key", b"anew")
    assert second.get(b"key") == b"anew"
    second.close()


def test_a_file_damaged_while_it_is_used_is_begun_anew(cache: DiskCache, tmp_path: Path) -> None:
    for number in range(200):
        cache.put(b"%d" % number, os.urandom(3_000))
    change(tmp_path, "PRAGMA wal_checkpoint(TRUNCATE)")
    with file_of(tmp_path).open("r+b") as file:
        for page in range(0, 600_000, 4096):
            file.seek(page)
            file.write(os.urandom(512))
    for number in range(200):
        assert cache.get(b"%d" % number) is None or number >= 0  # whatever it finds, it does not raise
    cache.put(b"key", b"value")
    cache.put(b"key", b"value")
    assert cache.get(b"key") == b"value"


def test_a_removed_folder_is_made_again(cache: DiskCache, tmp_path: Path) -> None:
    cache.put(b"key", b"value")
    for file in (tmp_path / "cache").iterdir():
        file.unlink()
    (tmp_path / "cache").rmdir()
    for _ in range(3):
        cache.put(b"key", b"anew")
    assert cache.get(b"key") == b"anew"


def test_what_was_used_longest_ago_makes_room(cache: DiskCache, tmp_path: Path) -> None:
    cache.put(b"old", b"x" * 5_000)
    cache.put(b"used", b"x" * 5_000)
    change(tmp_path, "UPDATE entry SET used = used - 100000")
    assert cache.get(b"used") is not None
    for number in range(400):
        cache.put(b"%d" % number, os.urandom(5_000))
        assert cache.size_bytes() <= MIB
    assert cache.get(b"old") is None
    assert cache.get(b"399") is not None
    assert sum(cache.get(b"%d" % number) is not None for number in range(400)) > 100


def test_a_value_that_would_drive_out_all_others_is_not_kept(cache: DiskCache) -> None:
    cache.put(b"key", b"value")
    cache.put(b"large", b"x" * (MIB // 2))
    assert (cache.get(b"large"), cache.get(b"key")) == (None, b"value")


def test_where_nothing_can_be_written_every_look_up_is_a_miss(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("no folder")
    with caplog.at_level(logging.WARNING):
        cache = DiskCache(tmp_path / "file", limit_bytes=MIB)
    cache.put(b"key", b"value")
    assert cache.get(b"key") is None
    assert cache.size_bytes() == 0
    assert len(caplog.records) == 1


def test_a_file_that_another_process_holds_is_no_reason_to_wait(cache: DiskCache, tmp_path: Path) -> None:
    cache.put(b"key", b"value")
    holder = sqlite3.connect(file_of(tmp_path), isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    cache.put(b"other", b"value")
    assert cache.get(b"key") == b"value"
    holder.execute("ROLLBACK")
    holder.close()
    assert cache.get(b"other") is None


def test_threads_share_it(cache: DiskCache) -> None:
    def work(name: int) -> None:
        for number in range(50):
            key = b"%d-%d" % (name, number)
            cache.put(key, key * 10)
            if cache.get(key) != key * 10:
                wrong.append(key)

    wrong: list[bytes] = []
    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@settings(max_examples=20)
@given(entries=st.dictionaries(st.binary(max_size=80), st.binary(max_size=300), max_size=20))
def test_it_gives_back_what_was_put(entries: dict[bytes, bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = DiskCache(tmp_path_factory.mktemp("cache"), limit_bytes=MIB)
    for key, value in entries.items():
        cache.put(key, value)
    assert {key: cache.get(key) for key in entries} == entries
    cache.close()
