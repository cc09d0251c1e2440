"""What the place of a name says of its kind: person, organisation or place.

The entity recogniser is one witness among several; titles, roles, first names, neighbours and clauses are the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from service.parse.tree import EntityKind, Sentence, Word
from service.speakers import lexicon_files as lexicon
from service.speakers.spelling import ACRONYM, POSSESSIVE, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """What the place of one name says of its kind; the sums over an article decide."""

    person: float = 0.0
    organisation: float = 0.0
    place: float = 0.0

    def __add__(self, other: Votes) -> Votes:
        return Votes(
            person=self.person + other.person,
            organisation=self.organisation + other.organisation,
            place=self.place + other.place,
        )


def votes_of(sentence: Sentence, run: list[Word], name: list[Word], title: str) -> Votes:
    """The votes of the name ``name``, part of the capitalised run ``run``, after ``title`` (empty for none)."""
    return _by_recogniser(sentence, name) + _by_words(run, name, title) + _by_neighbours(sentence, run, name, title)


def _by_recogniser(sentence: Sentence, name: list[Word]) -> Votes:
    kinds = {e.kind for w in name if (e := sentence.entity_at(w))}
    return Votes(
        person=1.0 if EntityKind.PERSON in kinds else 0.0,
        organisation=0.7 if EntityKind.ORGANISATION in kinds else 0.2 if EntityKind.OTHER in kinds else 0.0,
        place=0.7 if EntityKind.LOCATION in kinds else 0.0,
    )


def _by_words(run: list[Word], name: list[Word], title: str) -> Votes:
    forms = [plain(w.form) for w in name]
    votes = Votes()
    if len(forms) > 1 and not title and forms[0] in lexicon.words("thing_names.txt"):
        return Votes(place=5.0)
    if title:
        votes += Votes(person=3.0)
    elif name[0] is not run[0]:
        votes += Votes(person=2.0)
    tail = forms[-1] in lexicon.words("name_tails.txt") and name[-1].form.islower()
    if tail or any(lexicon.marks_organisation(f) for f in (forms[-1], forms[0])) or "of" in forms:
        votes += Votes(organisation=3.0)
    elif len(forms) == 1 and ACRONYM.match(name[0].form):
        votes += Votes(organisation=1.5)
    elif len(forms) > 1 and lexicon.is_first_name(forms[0]):
        votes += Votes(person=1.5)
    return votes


def _by_neighbours(sentence: Sentence, run: list[Word], name: list[Word], title: str) -> Votes:
    words = sentence.words
    before = words[run[0].index - 1] if run[0].index else None
    after = words[name[-1].index + 1] if name[-1].index + 1 < len(words) else None
    votes = Votes()
    if before is not None and before.form.lower() == "the" and not title and len(run) == len(name):
        # people have no article
        votes += Votes(organisation=1.3, place=0.3)
    if before is not None and before.upos == "NOUN":
        # mayor Maria Okafor, the newspaper Vardposten: the noun and the name are one phrase
        form = plain(before.form)
        body = lexicon.is_organisation_noun(form) and not lexicon.is_role(form)
        votes += Votes(organisation=3.0 if body else 0.0, person=2.0 if lexicon.is_role(form) else 0.0)
    owner = after is not None and after.form in POSSESSIVE
    if before is not None and before.form.lower() in {"in", "near", "across"} and not owner:
        votes += Votes(place=0.6)
    if after is not None and not title and _modifies_role(sentence, after.index):
        # Labour leader, Tarn Ferries chief executive: the name of a body that has such people
        votes += Votes(organisation=2.0)
    return votes + _by_clause(sentence, name[-1].index + 1)


def _modifies_role(sentence: Sentence, at: int) -> bool:
    """Whether the small words from ``at`` on lead to a role noun: *leader*, *chief executive*."""
    for word in sentence.words[at : at + 3]:
        if not word.form[:1].islower() and not ACRONYM.match(word.form):
            return False
        form = plain(word.form)
        if lexicon.is_role(form) or (form.endswith("s") and lexicon.is_role(form[:-1])) or form == "caucus":
            return word.upos in {"NOUN", "PROPN"}
        if word.upos not in {"NOUN", "ADJ"}:
            return False
    return False


def body_beside(sentence: Sentence, at: int) -> Word | None:
    """*Homelight Care, the agency that …*: the noun of a body that a comma at ``at`` sets beside a name."""
    behind = sentence.words[at : at + 6]
    if len(behind) < 3 or behind[0].form != "," or behind[1].upos != "DET":
        return None
    nominal = list(takewhile(lambda w: w.upos in {"NOUN", "ADJ", "PROPN"}, behind[2:]))
    head = plain(nominal[-1].form) if nominal else ""
    return nominal[-1] if lexicon.is_organisation_noun(head) and not lexicon.is_role(head) else None


def _by_clause(sentence: Sentence, at: int) -> Votes:
    """*Okafor, who* and *Wetherell, 58,* are people; *the guild, which* is none."""
    words = sentence.words
    if at + 1 >= len(words) or words[at].form != ",":
        return Votes()
    after = words[at + 1]
    if body_beside(sentence, at) is not None:
        return Votes(organisation=3.0)
    if after.form.lower() in {"who", "whose"}:
        return Votes(person=1.5)
    if after.form.lower() == "which":
        return Votes(organisation=1.0)
    is_age = after.upos == "NUM" and after.form.isdigit() and 10 <= int(after.form) <= 110
    closed = at + 2 >= len(words) or words[at + 2].form in {",", "."}
    return Votes(person=2.0) if is_age and closed else Votes()
