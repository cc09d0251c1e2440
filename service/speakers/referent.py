"""One referent: somebody or something that the article speaks of, and what sort of body an organisation is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.model import SpeakerKind
from service.speakers import lexicon_files as lexicon
from service.speakers.names import NameMention
from service.speakers.phrases import NounPhrase

Key = tuple[str, ...]

# roles of one person that are kept; an article that gives more is made to
_MOST_ROLES = 50


@dataclass(slots=True, kw_only=True)
class Referent:
    """Somebody or something that the article speaks of; built up within this step, never handed out.

    ``name`` is the fullest name, or the description of one without a name (``named`` is False). ``roles`` are in the
    order of the article; ``often`` says that it names this one more than once and quotes it,
    ``doubtful`` that only the recogniser takes it for a person. ``number`` is
    ``singular``, ``plural`` or ``either``.
    """

    index: int
    name: str
    kind: SpeakerKind
    named: bool
    key: Key = ()
    gender: str = ""
    number: str = "singular"
    roles: list[NounPhrase] = field(default_factory=list)
    head: str = ""
    org_class: str = ""
    modifiers: set[str] = field(default_factory=set)
    often: bool = False
    doubtful: bool = False
    titles: set[str] = field(default_factory=set)
    descriptions: list[str] = field(default_factory=list)

    _wordings: set[tuple[object, ...]] = field(default_factory=set)

    @property
    def is_person(self) -> bool:
        """Whether this is one person."""
        return self.kind is SpeakerKind.PERSON

    def learn(self, role: NounPhrase) -> None:
        """Note a role; one that says what another has said is none."""
        self.modifiers |= role.modifiers
        wording = (role.head, role.modifiers, role.proper, role.field, len(role.words) == 1)
        if wording not in self._wordings and len(self.roles) < _MOST_ROLES:
            self._wordings.add(wording)
            self.roles.append(role)


def classify(referents: Sequence[Referent], places: Mapping[int, Sequence[NameMention]], speaking: set[int]) -> None:
    """Say of each organisation what sort of body it is: by its own nouns, by its neighbours, or by its people.

    ``places`` are the names of each referent, ``speaking`` those to whom something is attributed.
    """
    bodies = [r for r in referents if r.kind is SpeakerKind.ORGANISATION]
    by_word: dict[str, list[Referent]] = defaultdict(list)
    for body in bodies:
        names = places.get(body.index, ())
        body.often = body.index in speaking and sum(not n.in_heading for n in names) > 1
        body.head, body.org_class = _by_own_nouns(body.key)
        for name in names:
            beside = lexicon.organisation_class(name.followed_by) or lexicon.organisation_class(name.follows)
            body.org_class = body.org_class or beside
        by_word[body.key[0]].append(body)
    classes = lexicon.column("people_of_bodies.tsv", 1)
    for role in (role for person in referents for role in person.roles):
        for body in (body for word in role.modifiers for body in by_word.get(word, ())):
            body.org_class = body.org_class or classes.get(role.head, "")


def _by_own_nouns(key: Key) -> tuple[str, str]:
    """The noun that heads a body's name, and its class; empty where the name has none."""
    # Council of the Labour Party is a council
    main = key[: key.index("of")] if "of" in key[1:] else key
    noun = next((w for w in (*main[-1:], *main[:1]) if lexicon.is_organisation_noun(w)), "")
    if not noun and len(key) == 2 and key[-1].endswith("s"):
        # Halvorsen Coatings, Tarn Foods: what a company makes stands in the plural behind its name
        return "", "company"
    return noun, lexicon.organisation_class(noun)
