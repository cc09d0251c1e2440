"""The operator's names file: CSV or JSONL, read once at the start; every fault is told with its line.

CSV has a header; JSONL has one object a line. The columns and keys are ``COLUMNS``; *docs/names-file.md* explains them
with an example. ``name`` and ``id`` are needed in each row.

>>> rows, faults = read_csv("name,id,role,from\\nIlse Brandvik,vl-1,Prime Minister,2021-13\\n")
>>> faults
("line 2: from: got '2021-13', allowed is YYYY, YYYY-MM or YYYY-MM-DD",)
"""

from __future__ import annotations

import calendar
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from service.errors import NamesFileError
from service.model import SpeakerKind
from service.speakers.known import KnownSpeaker, KnownSpeakers

COLUMNS = ("name", "aliases", "id", "role", "from", "to", "kind")
_NEEDED = ("name", "id")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_KINDS = (SpeakerKind.PERSON.value, SpeakerKind.ORGANISATION.value)
# faults that one message lists
_LISTED = 20

Faults = tuple[str, ...]


def read_names_file(path: Path) -> KnownSpeakers:
    """The rows of a file whose name ends in ``.csv``, ``.jsonl`` or ``.ndjson``.

    Raises NamesFileError with the faults of all lines, or where the file cannot be read.
    """
    readers = {".csv": read_csv, ".jsonl": read_jsonl, ".ndjson": read_jsonl}
    reader = readers.get(path.suffix.casefold())
    if reader is None:
        raise NamesFileError(path.name, (f"got a name that ends in {path.suffix!r}, allowed is .csv or .jsonl",))
    try:
        # a spreadsheet's export begins with a byte order mark
        source = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise NamesFileError(path.name, (f"no UTF-8: bad byte at {error.start}; save it as UTF-8",)) from None
    except OSError as error:
        raise NamesFileError(path.name, (f"cannot be read: {error.strerror}",)) from None
    rows, faults = reader(source)
    if faults:
        shown = faults[:_LISTED]
        more = (f"and {len(faults) - _LISTED} more",) if len(faults) > _LISTED else ()
        raise NamesFileError(path.name, (*shown, *more))
    return KnownSpeakers(rows)


def read_csv(source: str) -> tuple[tuple[KnownSpeaker, ...], Faults]:
    """The rows of a CSV and the faults of its lines; aliases are parted by semicolons."""
    reader = csv.DictReader(io.StringIO(source, newline=""), strict=True)
    try:
        header = tuple(reader.fieldnames or ())
        faults = tuple(_header_faults(header))
        if faults:
            return (), faults
        records = [(reader.line_num, dict(row)) for row in reader]
    except csv.Error as error:
        return (), (f"line {reader.line_num}: no CSV: {error}",)
    return _read(records)


def read_jsonl(source: str) -> tuple[tuple[KnownSpeaker, ...], Faults]:
    """The rows of a JSONL and the faults of its lines; aliases are a list of strings."""
    records: list[tuple[int, dict[str, Any]]] = []
    faults: list[str] = []
    for number, line in enumerate(source.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            faults.append(f"line {number}: no JSON: {error.msg} at column {error.colno}")
            continue
        if not isinstance(row, dict):
            faults.append(f"line {number}: got {type(row).__name__}, wanted is an object with the keys of a row")
            continue
        records.append((number, row))
    rows, more = _read(records)
    return rows, tuple(sorted((*faults, *more), key=lambda fault: int(fault.split(":")[0].removeprefix("line "))))


def _header_faults(header: tuple[str, ...]) -> Iterator[str]:
    allowed = ", ".join(COLUMNS)
    for name in header:
        if name not in COLUMNS:
            yield f"line 1: got the column {name!r}, allowed are {allowed}"
    for name in _NEEDED:
        if name not in header:
            yield f"line 1: there is no column {name!r}; the first line names the columns, of {allowed}"
    if len(set(header)) < len(header):
        yield "line 1: a column is named twice"


def _read(records: Iterable[tuple[int, Mapping[str, Any]]]) -> tuple[tuple[KnownSpeaker, ...], Faults]:
    rows: list[KnownSpeaker] = []
    faults: list[str] = []
    first: dict[str, tuple[int, KnownSpeaker]] = {}
    for number, record in records:
        row, found = _row(record)
        if row is not None:
            known_at, known = first.setdefault(row.id, (number, row))
            if (known.name, known.kind) != (row.name, row.kind):
                found = (f"id: {row.id!r} is {known.name} ({known.kind.value}) in line {known_at}; one id is one name",)
        faults.extend(f"line {number}: {fault}" for fault in found)
        if row is not None and not found:
            rows.append(row)
    return tuple(rows), tuple(faults)


def _row(record: Mapping[str, Any]) -> tuple[KnownSpeaker | None, Faults]:
    faults: list[str] = []
    if None in record:
        return None, ("more values than columns; a value that holds a comma stands in double quotes",)
    for key in record:
        if key not in COLUMNS:
            faults.append(f"got the key {key!r}, allowed are {', '.join(COLUMNS)}")
    texts: dict[str, str] = {}
    for key in COLUMNS:
        value = record.get(key)
        if key == "aliases":
            continue
        if value is not None and not isinstance(value, str):
            faults.append(f"{key}: got {type(value).__name__}, allowed is a string")
            value = None
        texts[key] = (value or "").strip()
        if key in _NEEDED and not texts[key]:
            faults.append(f"{key}: got nothing, every row needs one")
    aliases = _aliases(record.get("aliases"), faults)
    since, until = _date("from", texts["from"], faults), _date("to", texts["to"], faults, last=True)
    if since is not None and until is not None and since > until:
        faults.append(f"from: {texts['from']} is after to: {texts['to']}")
    kind = texts["kind"].casefold() or SpeakerKind.PERSON.value
    if kind not in _KINDS:
        faults.append(f"kind: got {texts['kind']!r}, allowed is {' or '.join(_KINDS)}")
    if faults:
        return None, tuple(faults)
    return KnownSpeaker(
        id=texts["id"],
        name=texts["name"],
        aliases=aliases,
        role=texts["role"] or None,
        since=since,
        until=until,
        kind=SpeakerKind(kind),
    ), ()


def _aliases(value: object, faults: list[str]) -> tuple[str, ...]:
    """A list of strings (JSONL), or one string with semicolons (CSV)."""
    parts = value.split(";") if isinstance(value, str) else [] if value is None else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        faults.append("aliases: allowed is a list of strings; in CSV names parted by semicolons")
        return ()
    return tuple(part.strip() for part in parts if part.strip())


def _date(key: str, value: str, faults: list[str], *, last: bool = False) -> date | None:
    """The day that a date begins with, with ``last`` the one that it ends with: *2022* to 31 December 2022."""
    if not value:
        return None
    found = _DATE.fullmatch(value)
    try:
        if found is None:
            raise ValueError
        year, month, day = int(found[1]), int(found[2] or (12 if last else 1)), found[3]
        return date(year, month, int(day) if day else calendar.monthrange(year, month)[1] if last else 1)
    except (ValueError, calendar.IllegalMonthError):
        faults.append(f"{key}: got {value!r}, allowed is YYYY, YYYY-MM or YYYY-MM-DD")
        return None
