"""Whether the speaker of one article is one whom the register knows.

The evidence is weighed: the name, an identifier of the operator's names file, titles, roles, who else is quoted beside
them, outlet and date. Same name and nothing against it joins. Contradiction (another field of work, another gender,
the mayor of another town) keeps apart, and between two that fit equally well the register stays silent: the newcomer
gets an entry of its own, and the evidence names both.

>>> seen = Appearance(article_id="a", name="Maria Okafor", kind=SpeakerKind.PERSON, role="the mayor")
>>> new = Appearance(article_id="b", name="Dr Maria Okafor", kind=SpeakerKind.PERSON, role="Mayor")
>>> choose(new, [Profile(id="s-1", appearances=(seen,))]).identity
's-1'
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from service.identities.names import NameKey, genders_of, initials_of, is_form_of, name_key
from service.identities.roles import Fit, compare, read_role
from service.model import SpeakerKind

# the evidence where nobody of the name, or of a form of it, is known
FIRST = "first article with this name"
# Weights, set by hand and checked on corpus/identities; what joins reaches LEAST, and leads the next by MARGIN.
LEAST = 1.0
MARGIN = 1.0
_FULL_NAME, _SHORT_NAME = 1.0, -2.0
_SAME_REFERENCE, _OTHER_REFERENCE = 10.0, -10.0
_OTHER_GENDER, _OTHER_INITIAL = -6.0, -6.0
_ROLE = {Fit.SAME: 2.0, Fit.SAME_FIELD: 0.5, Fit.OPEN: 0.0, Fit.UNLIKE: -0.5, Fit.CLASH: -2.5}
_BY_TRUST = (
    (Fit.SAME, "same role"),
    (Fit.SAME_FIELD, "roles of one field"),
    (Fit.CLASH, "roles clash"),
    (Fit.UNLIKE, "roles do not show that it is one"),
)
_ONE_IN_COMPANY, _MORE_IN_COMPANY = 2.0, 3.5
_SAME_OUTLET, _SAME_DAYS = 0.25, 0.5
_GENERATION = -3.0

_NEWS_CYCLE = timedelta(days=4)
_CAREER = timedelta(days=40 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """One speaker in one article. ``company`` are the names of the others who are quoted there, as ``name_key``."""

    article_id: str
    name: str
    kind: SpeakerKind
    role: str | None = None
    aliases: tuple[str, ...] = ()
    outlet: str | None = None
    published_at: datetime | None = None
    reference: str | None = None
    company: frozenset[NameKey] = frozenset()

    @property
    def keys(self) -> frozenset[NameKey]:
        """The name and those aliases that are full names."""
        return _keys_of(self.name, self.aliases)


@lru_cache(maxsize=65_536)
def _keys_of(name: str, aliases: tuple[str, ...]) -> frozenset[NameKey]:
    full = (key for alias in aliases if len(key := name_key(alias)) > 1)
    return frozenset((name_key(name), *full))


@dataclass(frozen=True, slots=True)
class Traits:
    """What several appearances say together, which is all that a newcomer is weighed by.

    ``roles`` are in the order of the appearances, ``dates`` in that of time. ``company``: see ``Appearance``.
    """

    keys: frozenset[NameKey]
    letters: frozenset[NameKey]
    references: frozenset[str]
    genders: frozenset[str]
    roles: tuple[str, ...]
    outlets: frozenset[str]
    dates: tuple[datetime, ...]
    company: frozenset[NameKey]


def traits_of(seen: Sequence[Appearance]) -> Traits:
    """The traits of some appearances."""
    names = {(a.name, a.aliases) for a in seen}
    return Traits(
        keys=frozenset(key for name, aliases in names for key in _keys_of(name, aliases)),
        letters=frozenset(initials_of(name) for name, _ in names) - {()},
        references=frozenset(a.reference for a in seen if a.reference is not None),
        genders=frozenset(gender for name, aliases in names for gender in genders_of((name, *aliases))),
        roles=tuple(dict.fromkeys(a.role for a in seen if a.role)),
        outlets=frozenset(a.outlet for a in seen if a.outlet is not None),
        dates=tuple(sorted(a.published_at for a in seen if a.published_at is not None)),
        company=frozenset(key for company in {a.company for a in seen} for key in company),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An identity of the register, by what (some of) its articles say; ``label`` tells it from a namesake."""

    id: str
    appearances: tuple[Appearance, ...]
    label: str = ""
    traits: Traits = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # looked through once, however many are weighed against it
        object.__setattr__(self, "traits", traits_of(self.appearances))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """``identity`` is the id of the profile that is meant, None for somebody new; ``evidence`` says why."""

    identity: str | None
    evidence: tuple[str, ...]


def choose(new: Appearance, profiles: Sequence[Profile]) -> Decision:
    """Whom of ``profiles`` the speaker of an article is, if any."""
    told = [p for p in profiles if p.appearances]
    weighed = _weighed(new, [p for p in told if _may_join(new, p.traits)])
    if not weighed or weighed[0][0] < LEAST:
        # what cannot join is weighed only to say why nothing did
        weighed = _weighed(new, told)
    if not weighed:
        return Decision(identity=None, evidence=(FIRST,))
    best, reasons, profile = weighed[0]
    if best < LEAST:
        return Decision(identity=None, evidence=(f"not {_shown(profile)}", *reasons))
    rivals = [p for score, _, p in weighed[1:] if score >= LEAST and best - score < MARGIN]
    if rivals:
        named = " or ".join(_shown(p) for p in (profile, *rivals[:2]))
        return Decision(identity=None, evidence=(f"{named}: the articles do not tell",))
    return Decision(identity=profile.id, evidence=reasons)


def _weighed(new: Appearance, profiles: Iterable[Profile]) -> list[tuple[float, tuple[str, ...], Profile]]:
    """Each with what speaks for it, best first."""
    return sorted(((*weigh(new, p), p) for p in profiles), key=lambda w: (-w[0], w[2].id))


def _may_join(new: Appearance, traits: Traits) -> bool:
    """Whether they share a name, an entry of the names file or company: roles, outlets and dates alone join nobody."""
    return (
        not new.keys.isdisjoint(traits.keys)
        or not new.company.isdisjoint(traits.company)
        or new.reference in traits.references
    )


def _shown(profile: Profile) -> str:
    newest = profile.appearances[0]
    role = next((a.role for a in profile.appearances if a.role), None)
    name = profile.label or newest.name
    return f"{name} ({role}, {profile.id})" if role else f"{name} ({profile.id})"


def weigh(new: Appearance, profile: Profile) -> tuple[float, tuple[str, ...]]:
    """How much speaks for the newcomer's being that identity (``LEAST`` and more joins), and what does."""
    traits = profile.traits
    parts = (
        _by_name(new, traits),
        _by_reference(new, traits),
        _by_title(new, traits),
        _by_role(new, traits),
        _by_company(new, profile),
        _by_place_and_time(new, traits),
    )
    return sum(score for score, _ in parts), tuple(reason for _, reason in parts if reason)


def _by_name(new: Appearance, traits: Traits) -> tuple[float, str]:
    shared = new.keys & traits.keys
    if not shared:
        mine = name_key(new.name)
        short = any(is_form_of(mine, key) or is_form_of(key, mine) for key in traits.keys)
        return (_SHORT_NAME, f"short name {new.name}") if short else (2 * _OTHER_INITIAL, "another name")
    full = new.kind is not SpeakerKind.PERSON or any(len(key) > 1 for key in shared)
    if not full:
        return _SHORT_NAME, f"short name {new.name}"
    if initials_of(new.name) and traits.letters and initials_of(new.name) not in traits.letters:
        return _OTHER_INITIAL, "another initial"
    return _FULL_NAME, f"same name: {new.name}"


def _by_reference(new: Appearance, traits: Traits) -> tuple[float, str]:
    if new.reference is None or not traits.references:
        return 0.0, ""
    if new.reference in traits.references:
        return _SAME_REFERENCE, f"same entry of the names file: {new.reference}"
    return _OTHER_REFERENCE, f"another entry of the names file: {new.reference}"


def _by_title(new: Appearance, traits: Traits) -> tuple[float, str]:
    mine = genders_of((new.name, *new.aliases))
    if len(mine) == 1 and len(traits.genders) == 1 and mine != traits.genders:
        return _OTHER_GENDER, "titles of another gender"
    return 0.0, ""


def _by_role(new: Appearance, traits: Traits) -> tuple[float, str]:
    if new.role is None:
        return 0.0, ""
    fits = {role: _fit(new.role, role) for role in traits.roles}
    for wanted, said in _BY_TRUST:
        # one role of theirs that agrees outweighs another that would clash: people change what they do
        found = next((role for role, fit in fits.items() if fit is wanted), None)
        if found is not None:
            return _ROLE[wanted], f"{said}: {new.role}, {found}"
    return 0.0, ""


@lru_cache(maxsize=16_384)
def _fit(role: str, other: str) -> Fit:
    return compare(read_role(role), read_role(other))


def _by_company(new: Appearance, profile: Profile) -> tuple[float, str]:
    shared: dict[NameKey, None] = {}
    if not new.company.isdisjoint(profile.traits.company):
        for other in profile.appearances:
            if other.article_id != new.article_id and not new.company.isdisjoint(other.company):
                shared |= dict.fromkeys(sorted(new.company & other.company))
    if not shared:
        return 0.0, ""
    names = ", ".join(" ".join(key).title() for key in list(shared)[:3])
    return _ONE_IN_COMPANY if len(shared) == 1 else _MORE_IN_COMPANY, f"quoted beside the same: {names}"


def _by_place_and_time(new: Appearance, traits: Traits) -> tuple[float, str]:
    score, said = 0.0, []
    if new.outlet in traits.outlets:
        score += _SAME_OUTLET
        said.append("same outlet")
    gap = _gap(new, traits.dates)
    if gap is not None and gap <= _NEWS_CYCLE:
        score += _SAME_DAYS
        said.append("within days")
    if gap is not None and gap > _CAREER:
        score += _GENERATION
        said.append("a working life apart")
    return score, ", ".join(said)


def _gap(new: Appearance, dates: Sequence[datetime]) -> timedelta | None:
    """How far the nearest of the dates, which are in order, is."""
    if new.published_at is None:
        return None
    place = bisect_left(dates, new.published_at)
    return min((abs(new.published_at - date) for date in dates[max(0, place - 1) : place + 1]), default=None)
