"""A store filled with synthetic quotes, in bulk: what a newsroom would have after years, in minutes.

Words, speakers and outlets are as unevenly spread as in life (Zipf): the commonest word stands in most quotes, the most
quoted speaker has thousands, most have a few. All is drawn from one seed, so that two fills are alike.
"""

from __future__ import annotations

import io
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, text

from service.model import Article, Speaker, SpeakerKind
from service.store.databases import open_database
from service.store.names import words_of
from service.store.places import places_of, recency
from service.store.records import content_key
from service.store.sqlite import SqliteDatabase
from service.store.tables import article_speakers, articles, quotes, speaker_names, speakers

QUOTES_PER_ARTICLE = 10
BATCH = 2000
FIRST_DAY = datetime(2016, 1, 1, tzinfo=UTC)
SECONDS = 10 * 365 * 86_400

_SYLLABLES = [c + v for c in "bdfghklmnprstvz" for v in ("a", "e", "i", "o", "u", "ai", "or", "en")]
CUES = ("say", "tell", "warn", "add", "claim", "deny", "argue", "write", "ask", "admit", "insist", "quip")
# what the register of identities notes about its own decisions
_LEFT_OUT = ("reference", "grounds")
_MODEL = ("quoth-en", "0.2.0", "1.15.0")
Rows = dict[str, list[tuple[Any, ...]]]
TABLES: tuple[Table, ...] = (speakers, speaker_names, articles, article_speakers, quotes)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is drawn from: each list from its commonest member to its rarest."""

    words: tuple[str, ...]
    speakers: tuple[Speaker, ...]
    outlets: tuple[str, ...]


def make_world(count: int, seed: int = 7) -> World:
    """Words, speakers and outlets for so many quotes."""
    draw = np.random.default_rng(seed)

    def names(number: int, syllables: int) -> list[str]:
        made: dict[str, None] = {}
        while len(made) < number:
            made["".join(draw.choice(_SYLLABLES, int(draw.integers(2, syllables + 1))))] = None
        return list(made)

    given, family = names(200, 3), names(max(500, count // 200), 4)
    people = [f"{draw.choice(given).title()} {surname.title()}" for surname in family for _ in range(4)]
    kinds = draw.choice(
        [SpeakerKind.PERSON, SpeakerKind.ORGANISATION, SpeakerKind.UNKNOWN], len(people), p=[0.8, 0.15, 0.05]
    )
    unique = {
        Speaker(name=name, kind=SpeakerKind(kind)).id: (name, kind) for name, kind in zip(people, kinds, strict=True)
    }
    return World(
        words=tuple(names(30_000, 4)),
        speakers=tuple(Speaker(name=name, kind=SpeakerKind(kind), role="the mayor") for name, kind in unique.values()),
        outlets=tuple(f"The {name.title()}" for name in names(40, 3)),
    )


def fill(url: str, count: int, told: Callable[[str], None], seed: int = 7) -> World:
    """Fill an empty store at this release's schema with ``count`` quotes; what they were drawn from."""
    world = make_world(count, seed)
    database = open_database(url)
    if isinstance(database, SqliteDatabase):
        with closing(database.connect("rw")) as connection:
            _fill_sqlite(connection, world, count, told, seed)
    else:
        with database.migrating() as connection:
            _fill_postgresql(connection, world, count, told, seed)
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    database.close()
    told("filled")
    return world


def _fill_sqlite(
    connection: sqlite3.Connection, world: World, count: int, told: Callable[[str], None], seed: int
) -> None:
    connection.execute("PRAGMA synchronous = OFF")
    # speakers come last
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA cache_size = -500000")
    made = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('index', 'trigger')"
    ).fetchall()
    connection.execute("BEGIN IMMEDIATE")
    for kind, name, _ in made:
        connection.execute(f"DROP {kind} {name}")
    for rows in _batches(world, count, told, seed):
        for table in TABLES:
            columns = _columns(table)
            marks = ", ".join("?" * len(columns))
            connection.executemany(
                f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - our own tables
                rows.get(table.name, ()),
            )
    told("rows are in; indices follow")
    for _, _, statement in made:
        connection.execute(statement)
    for index in ("quote_search", "article_search"):
        connection.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608 - our own tables
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill_postgresql(connection: Connection, world: World, count: int, told: Callable[[str], None], seed: int) -> None:
    # no trigger, of ours or for references: what goes in is whole
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    indexes = connection.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE 'ix\\_%'"
        )
    ).all()
    for name, _ in indexes:
        connection.execute(text(f"DROP INDEX {name}"))
    # the driver's own, which can be fed from a stream
    cursor: Any = connection.connection.cursor()
    for rows in _batches(world, count, told, seed):
        for table in TABLES:
            columns = _columns(table)
            stream = io.BytesIO("".join(map(_copied, rows.get(table.name, ()))).encode())
            cursor.execute(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN", stream=stream)
    told("rows are in; indices follow")
    for _, statement in indexes:
        connection.exec_driver_sql(statement)


def _copied(row: Sequence[Any]) -> str:
    """A row in the text format of COPY."""
    cells = (
        "\\N" if cell is None else str(cell).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        for cell in row
    )
    return "\t".join(cells) + "\n"


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.c if column.name not in _LEFT_OUT]


def _batches(world: World, count: int, told: Callable[[str], None], seed: int) -> Iterator[Rows]:
    """All rows, some articles at a time; the speakers' rows, which sum up, come last."""
    draw = np.random.default_rng(seed + 1)
    said, appeared = Counter[str](), Counter[str]()
    oldest: dict[str, int] = {}
    newest: dict[str, int] = {}
    taken: Counter[int] = Counter()
    total = count // QUOTES_PER_ARTICLE
    for start in range(0, total, BATCH):
        rows: Rows = {table.name: [] for table in TABLES}
        for number in range(start, min(start + BATCH, total)):
            _article(rows, _Drawn(draw, world), number, taken)
        for row in rows["article_speakers"]:
            id, age, quoted = row[2], row[7], row[8]
            said[id] += quoted
            appeared[id] += 1
            oldest[id] = max(age, oldest.get(id, age))
            newest[id] = min(age, newest.get(id, age))
        told(f"{min(start + BATCH, total) * QUOTES_PER_ARTICLE:,} quotes")
        yield rows
    people: Rows = {"speakers": [], "speaker_names": []}
    for speaker in world.speakers:
        if speaker.id in said:
            first, last = (_moment(-times[speaker.id]) for times in (oldest, newest))
            people["speakers"].append(
                (
                    speaker.id,
                    speaker.name,
                    speaker.kind.value,
                    speaker.role,
                    said[speaker.id],
                    appeared[speaker.id],
                    first,
                    last,
                )
            )
            people["speaker_names"] += [(speaker.id, speaker.name, word) for word in words_of(speaker.name)]
    yield people


class _Drawn:
    """Draws by Zipf's law."""

    def __init__(self, draw: np.random.Generator, world: World) -> None:
        self.draw = draw
        self.world = world

    def ranks(self, of: int, number: int) -> NDArray[np.int64]:
        """So many ranks from 0 to ``of``, low ones more often: the inverse of a distribution that falls as 1/x."""
        ranks: NDArray[np.int64] = np.minimum(
            of - 1, np.exp(self.draw.random(number) * np.log(of + 1)).astype(np.int64) - 1
        )
        return ranks


def _moment(microseconds: int) -> str:
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds):%Y-%m-%d %H:%M:%S.%f}"


def _article(rows: Rows, drawn: _Drawn, number: int, taken: Counter[int]) -> None:
    draw, world = drawn.draw, drawn.world
    published = FIRST_DAY + timedelta(seconds=int(draw.integers(SECONDS)))
    age = recency(published)
    low = places_of(age)[0]
    place = taken[low]
    taken[low] += 1
    outlet = world.outlets[int(drawn.ranks(len(world.outlets), 1)[0])]
    people = list(dict.fromkeys(int(rank) for rank in drawn.ranks(len(world.speakers), 3)))
    id = f"a{number:07d}"
    body, at = [], 0
    counts: Counter[int] = Counter()
    lengths = draw.integers(8, 28, QUOTES_PER_ARTICLE)
    words = drawn.ranks(len(world.words), int(lengths.sum()))
    confidences = np.round(1 - draw.beta(1.2, 6, QUOTES_PER_ARTICLE), 4)
    spot = 0
    for ordinal in range(QUOTES_PER_ARTICLE):
        content = " ".join(world.words[rank] for rank in words[spot : spot + lengths[ordinal]])
        spot += int(lengths[ordinal])
        who = int(draw.integers(len(people)))
        unknown = draw.random() < 0.08
        counts[who] += not unknown
        speaker = world.speakers[people[who]]
        cue = CUES[int(drawn.ranks(len(CUES), 1)[0])]
        review = "confirmed" if draw.random() < 0.01 else None
        kind = ("direct", "indirect", "mixed")[int(np.searchsorted((0.35, 0.85), draw.random()))]
        end = at + len(content)
        rows["quotes"].append(
            (
                low + place * QUOTES_PER_ARTICLE + ordinal, id, f"q-{number:012x}{ordinal:04x}", ordinal, age, outlet,
                None if unknown else speaker.id, None if unknown else who, kind,
                "denied" if draw.random() < 0.03 else "asserted", "speech", float(confidences[ordinal]), cue, content,
                json.dumps([[at, end]]), json.dumps([[end + 1, end + 1 + len(cue)]]),
                None, None, None, None, None, None,
                "clausal-complement", ordinal, ordinal, "[]", '["cue-verb"]', 1, review,
            )
        )  # fmt: skip
        line = f"{content} {cue} {speaker.name}."
        body.append(line)
        at += len(line) + 1
    rows["article_speakers"] += [
        (id, who, world.speakers[rank].id, world.speakers[rank].name, "the mayor", "[]", outlet, age, counts[who])
        for who, rank in enumerate(people)
    ]
    whole = Article(text="\n".join(body), id=id, outlet=outlet)
    rows["articles"].append(
        (
            id, content_key(whole), whole.sha256, f"Article {number}", None, outlet, _moment(-age), age, "en",
            len(whole.text), QUOTES_PER_ARTICLE, QUOTES_PER_ARTICLE, *_MODEL, "[]", _moment(-age), low + place,
            "speech", whole.text,
        )
    )  # fmt: skip
