"""Which speakers somebody means who gives an id or words of a name."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from service.store.identity_tables import identity_merges
from service.store.names import words_of
from service.store.tables import speaker_names

_SPEAKER_ID = re.compile(r"s-[0-9a-f]{16}")


def is_speaker_id(wanted: str) -> bool:
    """Whether it has the form of a speaker's id."""
    return _SPEAKER_ID.fullmatch(wanted) is not None


def is_speaker(column: ColumnElement[Any], wanted: str) -> ColumnElement[bool]:
    """That a column holds ``wanted``, a speaker's id, or the id of a speaker one of whose names has all its words.

    An id that was merged into another means that one.
    """
    if is_speaker_id(wanted):
        holds = select(identity_merges.c.into_id).where(identity_merges.c.merged_id == wanted)
        return column == func.coalesce(holds.scalar_subquery(), wanted)
    return column.in_(_named(wanted))


def speakers_meant(connection: Connection, wanted: str, *, most: int) -> tuple[str, ...] | None:
    """The ids for which ``is_speaker`` holds; None where they are more than ``most``."""
    if is_speaker_id(wanted):
        into = select(identity_merges.c.into_id).where(identity_merges.c.merged_id == wanted)
        return (connection.scalar(into) or wanted,)
    found = tuple(connection.scalars(_named(wanted).distinct().limit(most + 1)))
    return found if len(found) <= most else None


def _named(wanted: str) -> Select[str]:
    words = words_of(wanted) or (wanted.strip(),)
    return (
        select(speaker_names.c.speaker_id)
        .where(speaker_names.c.word.in_(words))
        .group_by(speaker_names.c.speaker_id, speaker_names.c.name)
        .having(func.count() == len(words))
    )
