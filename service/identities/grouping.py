"""The speakers of one name, over all articles that give it, parted into identities: whatever the order of import.

One article at a time, whom a newcomer joins depends on who came before: *Grace Okafor*, of whom an article says no
more, is the nurse as long as nobody has heard of the novelist. Here the articles of a name are looked at together,
those that tell most first, and each is then asked again in the light of all the others. The outcome follows from the
articles alone, so that an early guess is mended when later evidence comes.

>>> def said(id, role):
...     return Member(appearance=Appearance(article_id=id, name="Ann Lee", kind=SpeakerKind.PERSON, role=role))
>>> parted = part([said("a", None), said("b", "a nurse"), said("c", "the mayor"), said("d", "Mayor")])
>>> [[member.appearance.article_id for member, _ in group.members] for group in parted]
[['c', 'd'], ['b'], ['a']]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from service.identities.joining import Appearance, Profile, choose
from service.identities.names import NameKey, name_key
from service.identities.roles import read_role
from service.model import SpeakerKind  # noqa: F401 - the example's

# times that each is asked again; corpora settle after one or two
_ROUNDS = 4
# how far in time from somebody's quotes a longer or shorter name can be that one's
NEAR = timedelta(days=14)
_UNDATED = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An appearance with the identity that it has now (None: not yet one).

    ``fixed``: a person decided it, or it is given; it keeps its identity, and two that differ are never joined.
    """

    appearance: Appearance
    identity: str | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An identity found: its members, each with why it is one. ``token`` is how evidence names the group."""

    token: str
    members: tuple[tuple[Member, tuple[str, ...]], ...]


@dataclass(slots=True, eq=False)
class _Cluster:
    """Members so far, each with why it is one of them; of those that a person decided about, their identity.

    ``profile``, ``articles`` and ``names`` are what the members say together, until one comes or goes.
    """

    token: str
    identity: str | None = None
    members: dict[int, tuple[str, ...]] = field(default_factory=dict)
    profile: Profile | None = None
    articles: frozenset[str] = frozenset()
    names: frozenset[NameKey] = frozenset()


def part(members: Sequence[Member]) -> list[Group]:
    """The members parted into identities, each member with the evidence.

    A pure function of the set: the order of ``members`` does not matter. Two speakers of one article are two. Fixed
    members come back in the cluster of their identity; a cluster of nobody but fixed ones is among the results.
    """
    return _Parting(sorted(members, key=_place)).result()


def _is_within(at: datetime | None, dates: Sequence[datetime]) -> bool:
    """Whether a time falls between the first and the last of the dates, which are in order, or close to that."""
    if at is None or not dates:
        return at is None and not dates
    return dates[0] - NEAR <= at <= dates[-1] + NEAR


def _place(member: Member) -> tuple[bool, bool, int, datetime, str, str]:
    """Those first who tell most: decided, of the names file, with a role that names its body, with a role."""
    seen = member.appearance
    role = read_role(seen.role) if seen.role else None
    telling = 0 if role is None else 2 if role.proper else 1
    return (
        not member.fixed,
        seen.reference is None,
        -telling,
        seen.published_at or _UNDATED,
        seen.article_id,
        seen.name,
    )


class _Parting:
    """The work on one set of members, which are in the order in which they are asked."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._clusters: list[_Cluster] = []

    def result(self) -> list[Group]:
        for index in range(len(self._members)):
            self._put(index)
        for _ in range(_ROUNDS):
            asked = [self._ask_again(i) for i, member in enumerate(self._members) if not member.fixed]
            if not any(asked):
                break
        return [
            Group(token=cluster.token, members=tuple((self._members[i], why) for i, why in cluster.members.items()))
            for cluster in self._clusters
            if cluster.members
        ]

    def _put(self, index: int) -> _Cluster:
        """Into the cluster where the member belongs as things stand; that cluster."""
        member = self._members[index]
        why: tuple[str, ...]
        if member.fixed:
            given = next((c for c in self._clusters if c.identity == member.identity), None)
            cluster, why = given or self._begin(member.identity), ("decided by a person",)
        else:
            told = [(c, self._profile(c)) for c in self._clusters if c.members]
            open_to = [c for c, profile in told if self._may_join(c, profile, index)]
            decision = choose(member.appearance, [self._profile(c) for c in open_to])
            found = next((c for c in open_to if c.token == decision.identity), None)
            cluster, why = found or self._begin(None), decision.evidence
        cluster.members[index] = why
        cluster.profile = None
        return cluster

    def _ask_again(self, index: int) -> bool:
        """Whether the member belongs elsewhere now that the others are known."""
        before = next(c for c in self._clusters if index in c.members)
        rest = set(before.members) - {index}
        del before.members[index]
        before.profile = None
        after = self._put(index)
        return {*after.members} - {index} != rest

    def _begin(self, identity: str | None) -> _Cluster:
        cluster = _Cluster(token=f"\x00{len(self._clusters)}\x00", identity=identity)
        self._clusters.append(cluster)
        return cluster

    def _may_join(self, cluster: _Cluster, profile: Profile, index: int) -> bool:
        mine = self._members[index].appearance
        if mine.article_id in cluster.articles:
            return False
        # a longer or shorter form of a name holds for some days only
        exact = name_key(mine.name) in profile.traits.keys or not cluster.names.isdisjoint(mine.keys)
        return exact or _is_within(mine.published_at, profile.traits.dates)

    def _profile(self, cluster: _Cluster) -> Profile:
        """What the cluster's members say together."""
        if cluster.profile is None:
            seen = [self._members[i].appearance for i in cluster.members]
            seen.sort(key=lambda a: (a.published_at or _UNDATED, a.article_id), reverse=True)
            cluster.profile = Profile(id=cluster.token, appearances=tuple(seen))
            cluster.articles = frozenset(a.article_id for a in seen)
            cluster.names = frozenset(name_key(a.name) for a in seen)
        return cluster.profile
