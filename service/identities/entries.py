"""The types of the register: a speaker's page, and the history of what people decided about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.model import SpeakerEntry, StoredQuote


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasUse:
    """A name that articles use for a speaker, and how many of them do."""

    name: str
    article_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePeriod:
    """What articles say that a speaker is: how many, and when first and last (by publication, None: undated)."""

    role: str
    article_count: int
    first_seen: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletUse:
    """An outlet that quotes a speaker; None for articles without one."""

    outlet: str | None
    article_count: int
    quote_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChange:
    """What a person decided about who is who: ``at`` when, ``by`` whom, ``reason`` why.

    ``merged``: all that ``other_id`` said is ``speaker_id``'s. ``split``: what ``articles`` quote of ``speaker_id``
    is ``other_id``'s. ``other_name`` is the other's name at that time.
    """

    number: int
    at: datetime
    by: str
    action: Literal["merged", "split"]
    speaker_id: str
    other_id: str
    other_name: str
    articles: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerPage:
    """All that the store knows of one speaker.

    Aliases and outlets are in descending order of their counts, roles by when they were last given, newest first.
    ``first_quote`` and ``last_quote`` are by publication, undated ones left out where there is a dated one.
    ``merged_ids`` are ids that now lead here. ``confirmed`` says that a person has decided about this identity.
    ``grounds`` is why the register holds its newest articles to be about one speaker: article id and evidence.
    ``history`` is oldest first.
    """

    entry: SpeakerEntry
    confirmed: bool
    aliases: tuple[AliasUse, ...]
    roles: tuple[RolePeriod, ...]
    outlets: tuple[OutletUse, ...]
    first_quote: StoredQuote | None
    last_quote: StoredQuote | None
    merged_ids: tuple[str, ...]
    grounds: tuple[tuple[str, tuple[str, ...]], ...]
    history: tuple[IdentityChange, ...]
