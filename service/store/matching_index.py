"""The index of what is alike, kept up to date by every change, in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import combinations
from typing import Protocol

from sqlalchemy import Connection, Select, bindparam, delete, func, select, text, update

from service.store import matching_search as search
from service.store.matching_tables import quote_changes, quote_terms, quote_utterances
from service.store.tables import quotes
from service.store.writing import insert_rows
from service.verdicts import Candidate

# a new quote is compared with so many of those that share most with it; of a larger cluster any member will do
COMPARED = 40
# quotes that are read at once
READ = 1000
# a cluster that lost a member is gone through anew up to this size; a larger one holds together by many links
SPLIT_UP_TO = 60

# quotes whose terms are looked at to see whether the index is of this release
SAMPLED = 1000

# made once: to put a statement together takes longer than to run it
_CLUSTERED = select(quote_utterances).where(quote_utterances.c.quote.in_(bindparam("numbers", expanding=True)))

# a quote's number and the place of an utterance in it
Utterance = tuple[int, int]


class Matcher(Protocol):
    """The judgement on what is alike, which the store is handed; see ``service.matching.matcher``."""

    def indexed_terms(self, text: str) -> Collection[int]:
        """The terms under which a quote is filed."""

    def searched_terms(self, text: str) -> Mapping[int, float]:
        """The terms by which a text is looked for, with what each tells."""

    def links(self, one: Candidate, other: Candidate) -> Sequence[tuple[int, int]]:
        """Pairs of places of utterances that are one."""

    def parts(self, inner: Candidate, outer: Candidate) -> Sequence[tuple[int, int]]:
        """Pairs of places: where a quote stands in the one that reports it."""


def settle(connection: Connection, matcher: Matcher) -> None:
    """Bring the index up to date with what changed since; triggers have noted it in ``quote_changes``."""
    noted = connection.execute(select(quote_changes.c.number, quote_changes.c.text)).all()
    if not noted:
        return
    connection.execute(delete(quote_changes))
    _forget(connection, {(row.number, row.text) for row in noted if row.text is not None}, matcher)
    found = search.by_number(connection, sorted({row.number for row in noted}))
    _file(connection, found, matcher)
    _join(connection, found, matcher)


def refile(connection: Connection, after: int, matcher: Matcher, *, limit: int) -> int | None:
    """File the quotes behind a number that an emptied index lacks; the last one's number, None at the end."""
    numbers = connection.scalars(_behind(after, limit)).all()
    _file(connection, search.by_number(connection, numbers), matcher)
    return numbers[-1] if numbers else None


def rejoin(connection: Connection, after: int, matcher: Matcher, *, limit: int) -> int | None:
    """Cluster the quotes behind a number, all being filed; the last one's number, None at the end."""
    numbers = connection.scalars(_behind(after, limit)).all()
    _join(connection, search.by_number(connection, numbers), matcher)
    return numbers[-1] if numbers else None


def empty(connection: Connection) -> None:
    """Forget all that the index holds, but for how much is stored of each day."""
    for table in (quote_terms, quote_utterances, quote_changes):
        connection.execute(delete(table))


def is_filed(connection: Connection) -> bool:
    """Whether there is an index, or no quote that could be in it."""
    filed = connection.execute(select(quote_terms.c.term).limit(1)).first()
    return filed is not None or connection.execute(select(quotes.c.number).limit(1)).first() is None


def is_outdated(connection: Connection, matcher: Matcher) -> bool:
    """Whether quotes, a sample spread over all, are not filed under the terms that ``matcher`` files them under now.

    So it is when the word lists of another release made the index.
    """
    count = connection.scalar(select(func.count()).select_from(quotes)) or 0
    spread = quotes.c.number % max(1, count // SAMPLED) == 0
    numbers = connection.scalars(select(quotes.c.number).where(spread).order_by(quotes.c.number).limit(SAMPLED)).all()
    table = quote_terms.c
    for quote in search.by_number(connection, numbers):
        terms = set(matcher.indexed_terms(quote.text))
        filed = select(func.count()).where(table.quote == quote.number, table.term.in_(terms))
        if connection.scalar(filed) != len(terms):
            return True
    return False


def _file(connection: Connection, found: Iterable[Candidate], matcher: Matcher) -> None:
    """File quotes under their terms."""
    # in the order of the index, whose pages are so touched once each
    rows = sorted((term, quote.number) for quote in found for term in matcher.indexed_terms(quote.text))
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        # one way to the server for all of them
        connection.execute(
            text("INSERT INTO quote_terms (term, quote) SELECT * FROM unnest(CAST(:terms AS integer[]), "
                 "CAST(:quotes AS bigint[])) ON CONFLICT DO NOTHING"),
            {"terms": [term for term, _ in rows], "quotes": [quote for _, quote in rows]},
        )  # fmt: skip
    else:
        connection.exec_driver_sql("INSERT OR IGNORE INTO quote_terms (term, quote) VALUES (?, ?)", rows)


def _forget(connection: Connection, gone: Collection[tuple[int, str]], matcher: Matcher) -> None:
    """Take quotes out of the index; what they held together falls apart."""
    rows = [{"term": term, "quote": number} for number, words in gone for term in matcher.indexed_terms(words)]
    if rows:
        connection.execute(text("DELETE FROM quote_terms WHERE term = :term AND quote = :quote"), rows)
    numbers = {number for number, _ in gone}
    own = quote_utterances.c.quote.in_(numbers)
    affected = connection.scalars(select(quote_utterances.c.cluster).where(own).distinct()).all()
    connection.execute(delete(quote_utterances).where(own))
    for cluster in affected:
        _split(connection, cluster, matcher)


def _join(connection: Connection, found: Sequence[Candidate], matcher: Matcher) -> None:
    """Find for each quote what it is like, and make them one cluster."""
    linked: set[tuple[Utterance, Utterance]] = set()
    by_id = {(quote.article, quote.id): quote for quote in found}
    asked = {quote.number: matcher.searched_terms(quote.text) for quote in found}
    near = search.ranked_each(connection, asked, limit=COMPARED)
    # many are near to several of them: each is read once
    others = _read(connection, {number for numbers in near.values() for number in numbers}, found)
    judged: set[tuple[int, int]] = set()
    for quote in found:
        for number in near[quote.number]:
            other = others.get(number)
            pair = (min(quote.number, number), max(quote.number, number))
            if other is not None and other.article != quote.article and pair not in judged:
                judged.add(pair)
                linked.update(_pairs(quote, other, matcher.links(quote, other)))
        outer = by_id.get((quote.article, quote.inside or ""))
        if outer is not None:
            linked.update(_pairs(quote, outer, matcher.parts(quote, outer)))
    _unite(connection, sorted(linked))


def _read(connection: Connection, numbers: Collection[int], known: Sequence[Candidate]) -> dict[int, Candidate]:
    """Quotes by number, some at a time, those that are known already without being read again."""
    found = {quote.number: quote for quote in known}
    left = sorted(number for number in numbers if number not in found)
    for start in range(0, len(left), READ):
        for quote in search.by_number(connection, left[start : start + READ]):
            found[quote.number] = quote
    return found


def _behind(after: int, limit: int) -> Select[int]:
    return select(quotes.c.number).where(quotes.c.number > after).order_by(quotes.c.number).limit(limit)


def _pairs(
    one: Candidate, other: Candidate, places: Iterable[tuple[int, int]]
) -> Iterable[tuple[Utterance, Utterance]]:
    for left, right in places:
        mine, theirs = sorted(((one.number, left), (other.number, right)))
        yield mine, theirs


def _unite(connection: Connection, linked: Sequence[tuple[Utterance, Utterance]]) -> None:
    """Make one cluster of each two utterances that are one."""
    stored = _clusters_of(connection, {number for pair in linked for number, _ in pair})
    clusters = stored.copy()
    # a cluster -> the one that it is part of by now
    into: dict[int, int] = {}

    def now(cluster: int) -> int:
        while cluster in into:
            cluster = into[cluster]
        return cluster

    for one, other in linked:
        known = {now(clusters[utterance]) for utterance in (one, other) if utterance in clusters}
        # the name does not change with the order in which articles come, as far as it can
        chosen = min(known, default=_name_of(one))
        for utterance in (one, other):
            clusters.setdefault(utterance, chosen)
        into |= dict.fromkeys(known - {chosen}, chosen)
    _place(
        connection, [(utterance, now(cluster)) for utterance, cluster in clusters.items() if utterance not in stored]
    )
    for old in sorted(into.keys() & set(stored.values())):
        moved = update(quote_utterances).where(quote_utterances.c.cluster == old)
        connection.execute(moved.values(cluster=now(old)))


def _clusters_of(connection: Connection, numbers: Collection[int]) -> dict[Utterance, int]:
    """The cluster of each utterance of some quotes that has one."""
    found: dict[Utterance, int] = {}
    listed = sorted(numbers)
    for start in range(0, len(listed), READ):
        rows = connection.execute(_CLUSTERED, {"numbers": listed[start : start + READ]})
        found.update({(quote, place): cluster for quote, place, cluster in rows})
    return found


def _place(connection: Connection, placed: Sequence[tuple[Utterance, int]]) -> None:
    """Note the clusters of utterances that have none."""
    insert_rows(
        connection,
        quote_utterances,
        [{"quote": number, "place": place, "cluster": cluster} for (number, place), cluster in placed],
    )


def _name_of(utterance: Utterance) -> int:
    digest = sha256(f"{utterance[0]}:{utterance[1]}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def _split(connection: Connection, cluster: int, matcher: Matcher) -> None:
    """Go through a cluster that lost a member: what is not linked any more is parted."""
    table = quote_utterances.c
    rows = connection.execute(select(table.quote, table.place).where(table.cluster == cluster)).all()
    left: list[Utterance] = [(row.quote, row.place) for row in rows]
    if not left or len(left) > SPLIT_UP_TO:
        return
    members = search.by_number(connection, {number for number, _ in left})
    connection.execute(delete(quote_utterances).where(table.cluster == cluster))
    for group in _components(left, members, matcher):
        if len(group) > 1:
            name = _name_of(min(group))
            _place(connection, [(utterance, name) for utterance in group])


def _components(left: Iterable[Utterance], members: Sequence[Candidate], matcher: Matcher) -> list[set[Utterance]]:
    groups: dict[Utterance, set[Utterance]] = {utterance: {utterance} for utterance in left}
    for one, other in combinations(members, 2):
        if one.article != other.article:
            places = matcher.links(one, other)
        elif one.inside == other.id:
            places = matcher.parts(one, other)
        elif other.inside == one.id:
            places = [(left, right) for right, left in matcher.parts(other, one)]
        else:
            continue
        for mine, theirs in _pairs(one, other, places):
            if mine in groups and theirs in groups and groups[mine] is not groups[theirs]:
                merged = groups[mine] | groups[theirs]
                for utterance in merged:
                    groups[utterance] = merged
    return list({id(group): group for group in groups.values()}.values())
