"""Whom an article's speakers are in the register, decided when the article is stored.

First comes what a person decided about this article, then what the register held before the article was read anew,
then the evidence (``service.identities``). Nothing here ever joins two identities that exist: an article is added to
one of them or begins its own. What later evidence shows to be wrong, ``regrouping`` mends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from service.identities import Appearance, Profile, choose, is_named, name_key
from service.identities.grouping import NEAR
from service.identities.lexicon_files import is_title
from service.identities.names import NameKey, is_form_of
from service.model import Extraction, Speaker, SpeakerKind
from service.store.identity_tables import identity_merges, identity_pins
from service.store.names import words_of
from service.store.records import ArticleRecord, id_of, record_of
from service.store.tables import article_speakers, published, recency, speaker_names, speakers

# articles of a candidate that are looked at, before and after the new one
_SAMPLE = 15
# candidates with one name that are weighed
_CANDIDATES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the register held of an article's speaker before the article was read anew."""

    kind: str
    name: str
    speaker_id: str


def registered(connection: Connection, extraction: Extraction, *, stored_at: datetime) -> ArticleRecord:
    """The rows of an article with its speakers as the register knows them. Raises as ``records.record_of``."""
    known, grounds = identified(connection, extraction)
    return record_of(known, stored_at=stored_at, grounds=grounds)


def identified(connection: Connection, extraction: Extraction) -> tuple[Extraction, Mapping[str, Sequence[str]]]:
    """The extraction with each speaker's identity in the register, and identity -> why it is that one."""
    article_id = id_of(extraction.article)
    appearances = _appearances(extraction, article_id)
    decided = _decided(connection, article_id, appearances)
    taken = {identity for identity, _ in decided.values()}
    for id, appearance in appearances.items():
        if id not in decided:
            decided[id] = _weighed(connection, id, appearance, taken)
            taken.add(decided[id][0])

    def known(speaker: Speaker) -> Speaker:
        return replace(speaker, identity=decided[speaker.id][0])

    quotes = tuple(q if q.speaker is None else replace(q, speaker=known(q.speaker)) for q in extraction.quotes)
    speakers = tuple(known(speaker) for speaker in extraction.speakers)
    return replace(extraction, quotes=quotes, speakers=speakers), dict(decided.values())


def new_identity(*parts: str) -> str:
    """An id for somebody whose name alone does not tell who it is: a pure function of ``parts``."""
    return "s-" + hashlib.sha256("\x00".join(("identity", *parts)).encode()).hexdigest()[:16]


def merged_into(connection: Connection, id: str) -> str:
    """The id that holds in the place of ``id``, which may be ``id`` itself."""
    into = connection.scalar(select(identity_merges.c.into_id).where(identity_merges.c.merged_id == id))
    return id if into is None else str(into)


def _appearances(extraction: Extraction, article_id: str) -> dict[str, Appearance]:
    """Each speaker of the article by its id; what two entries of one name say is put together."""
    article = extraction.article
    keys = {s.id: name_key(s.name) for s in extraction.speakers if is_named(s.name, s.kind)}
    found: dict[str, Appearance] = {}
    quoted = (quote.speaker for quote in extraction.quotes if quote.speaker is not None)
    for speaker in (*extraction.speakers, *quoted):
        first = found.get(speaker.id)
        if first is not None:
            aliases = tuple(dict.fromkeys((*first.aliases, *speaker.aliases)))
            reference = first.reference or speaker.reference
            found[speaker.id] = replace(first, role=first.role or speaker.role, aliases=aliases, reference=reference)
            continue
        found[speaker.id] = Appearance(
            article_id=article_id,
            name=speaker.name,
            kind=speaker.kind,
            role=speaker.role,
            aliases=speaker.aliases,
            outlet=article.outlet,
            published_at=article.published_at,
            reference=speaker.reference,
            company=_company(key for other, key in keys.items() if other != speaker.id),
        )
    return found


def _company(keys: Iterable[NameKey]) -> frozenset[NameKey]:
    """Names that tell something: *Karin* can be anybody."""
    return frozenset(key for key in keys if len(key) > 1)


def _decided(
    connection: Connection, article_id: str, appearances: Mapping[str, Appearance]
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What needs no weighing: a person's word on this article, and who was who in it before."""
    rows = connection.execute(select(identity_pins).where(identity_pins.c.article_id == article_id))
    pinned = [Held(kind=row.kind, name=row.name, speaker_id=row.speaker_id) for row in rows]
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    before = _held(connection, article_id)
    for known, why in ((pinned, "decided by a person"), (before, "as before the article was read anew")):
        for id, appearance in appearances.items():
            if id in found or not (known is pinned or is_named(appearance.name, appearance.kind)):
                continue
            match = _same_speaker(appearance, known, used={identity for identity, _ in found.values()})
            if match is not None:
                found[id] = (merged_into(connection, match.speaker_id), (why,))
    return found


def _held(connection: Connection, article_id: str) -> tuple[Held, ...]:
    """The speakers of a stored article with their identities; empty where there is no such article."""
    rows = connection.execute(
        select(article_speakers.c.name, article_speakers.c.speaker_id, speakers.c.kind)
        .join(speakers, speakers.c.id == article_speakers.c.speaker_id)
        .where(article_speakers.c.article_id == article_id)
    )
    return tuple(Held(kind=row.kind, name=row.name, speaker_id=row.speaker_id) for row in rows)


def _same_speaker(appearance: Appearance, known: Sequence[Held], used: Collection[str]) -> Held | None:
    """The entry for the speaker: by its name, else the only one whose name is another form of it."""
    alike = [h for h in known if h.kind == appearance.kind.value]
    exact = next((h for h in alike if h.name == appearance.name), None)
    if exact is not None:
        return exact
    names = {name_key(name) for name in (appearance.name, *appearance.aliases)}
    # the name that another release of the models gave: longer or shorter
    other = [h for h in alike if h.speaker_id not in used and name_key(h.name) in names]
    return other[0] if len({h.speaker_id for h in other}) == 1 else None


def _weighed(
    connection: Connection, id: str, appearance: Appearance, taken: Collection[str]
) -> tuple[str, tuple[str, ...]]:
    own = new_identity(appearance.kind.value, appearance.name, appearance.article_id)
    if not is_named(appearance.name, appearance.kind):
        return own, ("a source without a name is of its own article",)
    alike = candidates(connection, appearance.name, appearance.kind, appearance.published_at)
    decision = choose(appearance, [_profile(connection, c, appearance) for c in alike if c not in taken])
    if decision.identity is not None:
        return decision.identity, decision.evidence
    # the id that the name alone gives is the first comer's
    known = connection.scalar(select(speakers.c.id).where(speakers.c.id == id))
    free = known is None and id not in taken and merged_into(connection, id) == id
    return (id if free else own), decision.evidence


def candidates(connection: Connection, name: str, kind: SpeakerKind, at: datetime | None) -> list[str]:
    """The ids of those with the same name, then of those near in time with a longer or shorter form of it.

    ``at`` is when the article that gives the name was published, None: undated.
    """
    words = [w for w in words_of(name) if len(w) > 1 and not is_title(w)]
    if not words:
        return []
    named = (
        select(speaker_names.c.speaker_id, speaker_names.c.name)
        .join(speakers, speakers.c.id == speaker_names.c.speaker_id)
        .where(speaker_names.c.word.in_(words), speakers.c.kind == kind.value)
        .group_by(speaker_names.c.speaker_id, speaker_names.c.name)
        .order_by(speaker_names.c.speaker_id)
    )
    key = name_key(name)
    found: dict[str, None] = {}
    for row in connection.execute(named.having(func.count() == len(words))):
        if name_key(row.name) == key:
            found.setdefault(row.speaker_id)
    for row in connection.execute(named.where(_is_near(at))):
        if is_form_of(name_key(row.name), key) or is_form_of(key, name_key(row.name)):
            found.setdefault(row.speaker_id)
    return list(found)[:_CANDIDATES]


def _is_near(at: datetime | None) -> ColumnElement[bool]:
    """That somebody is quoted at about the time of the article."""
    if at is None:
        return speakers.c.last_quoted.is_(None)
    return and_(speakers.c.first_quoted <= at + NEAR, speakers.c.last_quoted >= at - NEAR)


def _profile(connection: Connection, id: str, new: Appearance) -> Profile:
    """What the articles nearest in time say of an identity."""
    at = recency(new.published_at)
    table = article_speakers.c
    of_speaker = select(article_speakers).where(table.speaker_id == id, table.article_id != new.article_id)
    # two walks of one index, to either side of the new article
    order = (table.recency, table.article_id)
    older = of_speaker.where(table.recency >= at).order_by(*order).limit(_SAMPLE)
    newer = of_speaker.where(table.recency < at).order_by(*(c.desc() for c in order)).limit(_SAMPLE)
    rows = [row for query in (older, newer) for row in connection.execute(query).mappings()]
    company = _quoted_beside(connection, [row["article_id"] for row in rows], id)
    return Profile(
        id=id,
        appearances=tuple(
            Appearance(
                article_id=row["article_id"],
                name=row["name"],
                kind=new.kind,
                role=row["role"],
                aliases=tuple(row["aliases"]),
                outlet=row["outlet"],
                published_at=published(row["recency"]),
                reference=row["reference"],
                company=company.get(row["article_id"], frozenset()),
            )
            for row in rows
        ),
    )


def _quoted_beside(connection: Connection, article_ids: Sequence[str], id: str) -> dict[str, frozenset[NameKey]]:
    """The full names of the others who are quoted in the articles."""
    rows = connection.execute(
        select(article_speakers.c.article_id, article_speakers.c.name, speakers.c.kind)
        .join(speakers, speakers.c.id == article_speakers.c.speaker_id)
        .where(article_speakers.c.article_id.in_(article_ids), article_speakers.c.speaker_id != id)
    )
    found: dict[str, set[NameKey]] = {}
    for row in rows:
        if is_named(row.name, SpeakerKind(row.kind)):
            found.setdefault(row.article_id, set()).add(name_key(row.name))
    return {article_id: _company(keys) for article_id, keys in found.items()}
