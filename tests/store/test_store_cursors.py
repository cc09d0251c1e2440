"""Cursors go to the list that gave them and no other."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import BadCursor
from service.store.cursors import read_cursor, write_cursor

LIKE = (int, str, int)


# as a database can hold it
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(st.tuples(st.integers(-(2**63), 2**63 - 1), TEXT, st.integers(0, 9)))
def test_a_cursor_gives_back_its_key(key: tuple[int, str, int]) -> None:
    cursor = write_cursor(key, of="quotes")
    assert read_cursor(cursor, of="quotes", like=LIKE) == key
    # fit for a query string as it is
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_a_cursor_of_another_list_is_refused() -> None:
    cursor = write_cursor((1, "a", 2), of="quotes outlet='A'")
    with pytest.raises(BadCursor, match="does not belong to this list"):
        read_cursor(cursor, of="quotes outlet='B'", like=LIKE)


def _packed(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


DIGEST = json.loads(base64.urlsafe_b64decode(write_cursor((1,), of="quotes") + "=="))[0]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%00",
        "not base64!",
        "Zm9v",
        "gICA",
        "\ud800",
        "é",
        _packed([]),
        _packed({}),
        _packed(7),
        _packed([DIGEST]),
        _packed([DIGEST, 1, "a"]),
        _packed([DIGEST, 1, "a", 2, 3]),
        _packed([DIGEST, "1", "a", 2]),
        _packed([DIGEST, True, "a", 2]),
        _packed([DIGEST, 1.0, "a", 2]),
        _packed([DIGEST, 1, None, 2]),
        _packed([DIGEST, 2**63, "a", 2]),
        _packed([DIGEST, 1, "\ud800", 2]),
        _packed([None, 1, "a", 2]),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        write_cursor((1, "a", 2), of="quotes")[:-2],
    ],
)
def test_garbage_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor) as refused:
        read_cursor(cursor, of="quotes", like=LIKE)
    assert len(str(refused.value)) < 250


@given(st.text())
def test_no_string_is_more_than_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        read_cursor(cursor, of="quotes", like=LIKE)
