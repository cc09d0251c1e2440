"""What the register holds of names and of those who bear them: read for a whole article at once, and once.

Who an article's speakers are is weighed when it is stored, and again when the register is put right, both times by the
same rows. They are kept here as long as they hold: within one transaction, until somebody moves.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select, union_all

from service.identities import Appearance, Profile, is_named, name_key
from service.identities.grouping import NEAR
from service.identities.lexicon_files import is_title
from service.identities.names import NameKey, is_form_of
from service.model import SpeakerKind
from service.store.identity_tables import identity_merges, identity_pins
from service.store.names import words_of
from service.store.records import ArticleRecord
from service.store.tables import article_speakers, published, quotes, recency, speaker_names, speakers

#: Appearances of one name that are looked at together; a name that more articles give is known well enough.
LARGEST = 60
# articles of a candidate that are looked at, before and after the new one
_SAMPLE = 15
# candidates with one name that are weighed
_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A speaker of a stored article, by its place there; ``fixed``: a person decided whose it is."""

    ordinal: int
    identity: str
    seen: Appearance
    fixed: bool

    @property
    def key(self) -> NameKey:
        """The name as it is compared."""
        return name_key(self.seen.name)


class _Given(NamedTuple):
    """What one article says of a speaker. In order: by article, and by place in it."""

    article_id: str
    ordinal: int
    speaker_id: str
    name: str
    role: str | None
    aliases: Sequence[str]
    outlet: str | None
    recency: int
    reference: str | None


class _Beside(NamedTuple):
    """Somebody of an article who goes by a full name."""

    ordinal: int
    speaker_id: str
    key: NameKey


class People:
    """The register as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._candidates: dict[tuple[str, SpeakerKind, datetime | None], tuple[str, ...]] = {}
        # an identity -> how many articles quote it, where that is known
        self._sizes: dict[str, int] = {}
        # an identity -> its first rows, LARGEST and one more at most
        self._given: dict[str, list[_Given]] = {}
        self._beside: dict[str, tuple[_Beside, ...]] = {}
        self._seen: dict[tuple[str, int], Appearance] = {}
        self._pinned: dict[str, set[tuple[str, str]]] = {}
        self._reviewed: dict[str, set[str]] = {}
        self._decided: tuple[bool, bool] | None = None

    def forget(self) -> None:
        """Read anew what is asked for from here on, since somebody moved."""
        for kept in (self._candidates, self._sizes, self._given, self._beside, self._seen):
            kept.clear()

    def note(self, record: ArticleRecord) -> None:
        """Take in an article that was stored a moment ago."""
        self._candidates.clear()
        for values in record.article_speakers:
            id = values["speaker_id"]
            if id in self._sizes:
                self._sizes[id] += 1
            if id in self._given:
                insort(self._given[id], _Given(*(values[name] for name in _Given._fields)), key=_in_order)
                del self._given[id][LARGEST + 1 :]

    def candidates(self, name: str, kind: SpeakerKind, at: datetime | None) -> tuple[str, ...]:
        """The ids of those with the same name, then of those near in time with a longer or shorter form of it.

        ``at`` is when the article that gives the name was published, None: undated.
        """
        asked = name, kind, at
        if asked not in self._candidates:
            self._candidates[asked] = self._named(name, kind, at)
        return self._candidates[asked]

    def taken(self, ids: Collection[str]) -> set[str]:
        """Those of the ids that somebody has, or that lead to somebody else."""
        return set(self._connection.scalars(_TAKEN, {"ids": list(ids)})) if ids else set()

    def read(self, ids: Iterable[str]) -> None:
        """Read what articles say of the identities, so that it is at hand when it is asked for."""
        missing = sorted({id for id in ids if id not in self._given})
        few = [id for id in missing if self._sizes.get(id, LARGEST + 1) <= LARGEST]
        if few:
            self._given |= {id: [] for id in few}
            for row in self._connection.execute(_ROWS_OF_FEW, {"ids": few}):
                self._given[row.speaker_id].append(_Given(*row))
        for id in missing:
            if id not in self._given:
                rows = self._connection.execute(_FIRST_ROWS, {"id": id, "most": LARGEST + 1})
                self._given[id] = [_Given(*row) for row in rows]

    def rows(self, ids: Collection[str], kind: SpeakerKind) -> list[Row]:
        """What the articles say of the identities; of one that is in very many articles ``LARGEST`` and one more."""
        self.read(ids)
        found = [given for id in sorted(ids) for given in self._given[id][: LARGEST + 1]]
        articles = {given.article_id for given in found}
        self._read_beside(articles)
        self._read_decisions(articles)
        return [
            Row(given.ordinal, given.speaker_id, self._appearance(given, kind), self._is_fixed(given, kind))
            for given in found
        ]

    def profile(self, id: str, new: Appearance) -> Profile:
        """What the articles nearest in time say of an identity."""
        at = recency(new.published_at)
        self.read([id])
        if len(self._given[id]) <= LARGEST:
            ordered = sorted(self._given[id], key=lambda given: (given.recency, given.article_id))
            others = [given for given in ordered if given.article_id != new.article_id]
        else:
            others = self._nearest(id, at, new.article_id)
        older = [given for given in others if given.recency >= at][:_SAMPLE]
        newer = [given for given in reversed(others) if given.recency < at][:_SAMPLE]
        chosen = [*older, *newer]
        self._read_beside({given.article_id for given in chosen})
        return Profile(id=id, appearances=tuple(self._alone(given, new.kind) for given in chosen))

    def _named(self, name: str, kind: SpeakerKind, at: datetime | None) -> tuple[str, ...]:
        words = [w for w in words_of(name) if len(w) > 1 and not is_title(w)]
        if not words:
            return ()
        bound: dict[str, Any] = {"words": words, "count": len(words), "kind": kind.value}
        if at is None:
            rows = self._connection.execute(_NAMED_UNDATED, bound).all()
        else:
            rows = self._connection.execute(_NAMED, bound | {"low": at - NEAR, "high": at + NEAR}).all()
        key = name_key(name)
        found: dict[str, None] = {}
        for id, other, count, _, size in rows:
            self._sizes[id] = size
            if count == len(words) and name_key(other) == key:
                found.setdefault(id)
        for id, other, _, near, _ in rows:
            if near and (is_form_of(name_key(other), key) or is_form_of(key, name_key(other))):
                found.setdefault(id)
        return tuple(found)[:_CANDIDATES]

    def _nearest(self, id: str, at: int, article_id: str) -> list[_Given]:
        """Those of an identity's rows that are nearest in time, in the order of their recency."""
        bound = {"id": id, "at": at, "article": article_id, "most": _SAMPLE}
        older, newer = (self._connection.execute(query, bound).all() for query in (_OLDER, _NEWER))
        return [_Given(*row) for row in (*reversed(newer), *older)]

    def _appearance(self, given: _Given, kind: SpeakerKind) -> Appearance:
        """A row, with all others of its article as company."""
        place = given.article_id, given.ordinal
        if place not in self._seen:
            others = (other.key for other in self._beside[given.article_id] if other.ordinal != given.ordinal)
            self._seen[place] = Appearance(
                article_id=given.article_id,
                name=given.name,
                kind=kind,
                role=given.role,
                aliases=tuple(given.aliases),
                outlet=given.outlet,
                published_at=published(given.recency),
                reference=given.reference,
                company=frozenset(others),
            )
        return self._seen[place]

    def _alone(self, given: _Given, kind: SpeakerKind) -> Appearance:
        """A row, where nobody is their own company who is in an article under two names."""
        seen = self._appearance(given, kind)
        beside = self._beside[given.article_id]
        if any(other.speaker_id == given.speaker_id and other.ordinal != given.ordinal for other in beside):
            others = frozenset(other.key for other in beside if other.speaker_id != given.speaker_id)
            return replace(seen, company=others)
        return seen

    def _is_fixed(self, given: _Given, kind: SpeakerKind) -> bool:
        return (given.name, kind.value) in self._pinned.get(
            given.article_id, ()
        ) or given.speaker_id in self._reviewed.get(given.article_id, ())

    def _read_beside(self, articles: Collection[str]) -> None:
        """Read who has a full name in the articles; *Karin* can be anybody, and tells nothing."""
        missing = [id for id in articles if id not in self._beside]
        if not missing:
            return
        found: dict[str, list[_Beside]] = {id: [] for id in missing}
        for article_id, ordinal, speaker_id, name, kind in self._connection.execute(_BESIDE, {"ids": missing}):
            key = name_key(name)
            if len(key) > 1 and is_named(name, SpeakerKind(kind)):
                found[article_id].append(_Beside(ordinal, speaker_id, key))
        self._beside |= {id: tuple(beside) for id, beside in found.items()}

    def _read_decisions(self, articles: Collection[str]) -> None:
        """Read what people decided about the articles; in most stores nobody has decided anything yet."""
        if self._decided is None:
            pinned, reviewed = self._connection.execute(_DECIDED).one()
            self._decided = bool(pinned), bool(reviewed)
        any_pinned, any_reviewed = self._decided
        if any_pinned and (missing := [id for id in articles if id not in self._pinned]):
            self._pinned |= {id: set() for id in missing}
            for article_id, name, kind in self._connection.execute(_PINNED, {"ids": missing}):
                self._pinned[article_id].add((name, kind))
        if any_reviewed and (missing := [id for id in articles if id not in self._reviewed]):
            self._reviewed |= {id: set() for id in missing}
            for article_id, speaker_id in self._connection.execute(_REVIEWED, {"ids": missing}):
                self._reviewed[article_id].add(speaker_id)


def _in_order(given: _Given) -> tuple[str, int]:
    return given.article_id, given.ordinal


def _ids() -> Any:
    return bindparam("ids", expanding=True)


def _named(is_near: ColumnElement[bool]) -> Select[Any]:
    """Names that have all of some words, and those that have one and whose bearers are near in time."""
    return (
        select(speakers.c.id, speaker_names.c.name, func.count(), is_near, speakers.c.article_count)
        .join(speaker_names, speaker_names.c.speaker_id == speakers.c.id)
        .where(speaker_names.c.word.in_(bindparam("words", expanding=True)), speakers.c.kind == bindparam("kind"))
        .group_by(speakers.c.id, speaker_names.c.name)
        .having(or_(func.count() == bindparam("count"), is_near))
        .order_by(speakers.c.id)
    )


# made once: to put a statement together takes longer than to run it
_GIVEN = select(*(article_speakers.c[name] for name in _Given._fields))
_OF_ONE = _GIVEN.where(article_speakers.c.speaker_id == bindparam("id")).limit(bindparam("most"))
_BY_ARTICLE = (article_speakers.c.article_id, article_speakers.c.ordinal)
_ROWS_OF_FEW = _GIVEN.where(article_speakers.c.speaker_id.in_(_ids())).order_by(*_BY_ARTICLE)
_FIRST_ROWS = _OF_ONE.order_by(*_BY_ARTICLE)
# two walks of one index, to either side of the new article
_BY_TIME = (article_speakers.c.recency, article_speakers.c.article_id)
_OTHERS = _OF_ONE.where(article_speakers.c.article_id != bindparam("article"))
_OLDER = _OTHERS.where(article_speakers.c.recency >= bindparam("at")).order_by(*_BY_TIME)
_NEWER = _OTHERS.where(article_speakers.c.recency < bindparam("at")).order_by(*(c.desc() for c in _BY_TIME))
_BESIDE = (
    select(
        article_speakers.c.article_id,
        article_speakers.c.ordinal,
        article_speakers.c.speaker_id,
        article_speakers.c.name,
        speakers.c.kind,
    )
    .join(speakers, speakers.c.id == article_speakers.c.speaker_id)
    .where(article_speakers.c.article_id.in_(_ids()))
)
# that somebody is quoted at about the time of an article
_NAMED = _named(and_(speakers.c.first_quoted <= bindparam("high"), speakers.c.last_quoted >= bindparam("low")))
_NAMED_UNDATED = _named(speakers.c.last_quoted.is_(None))
_TAKEN = union_all(
    select(speakers.c.id).where(speakers.c.id.in_(_ids())),
    select(identity_merges.c.merged_id).where(
        identity_merges.c.merged_id.in_(_ids()), identity_merges.c.into_id != identity_merges.c.merged_id
    ),
)
_DECIDED = select(
    select(identity_pins.c.article_id).exists(), select(quotes.c.number).where(quotes.c.review.is_not(None)).exists()
)
_PINNED = select(identity_pins.c.article_id, identity_pins.c.name, identity_pins.c.kind).where(
    identity_pins.c.article_id.in_(_ids())
)
_REVIEWED = select(quotes.c.article_id, quotes.c.speaker_id).where(
    quotes.c.article_id.in_(_ids()), quotes.c.review.is_not(None), quotes.c.speaker_id.is_not(None)
)
