"""Whom a pronoun stands for: salience over the referents so far, in the tradition of Lappin and Leass (1994).

Each candidate is scored by the best of its traces (near, subject, speaking) and by how often it came up of late.
Syntax bars some: two parts of one clause are two people, the speaker of a quotation does not say *she* of herself,
and whoever is named inside the content is not the pronoun that says it. Two that come out level leave it open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from service.model import Span, SpeakerKind
from service.parse.tree import Sentence, Word
from service.speakers.discourse import Choice, Discourse, Part, Trace, part_of
from service.speakers.gender import PRONOUN_GENDER
from service.speakers.referent import Referent
from service.speakers.spelling import plain

# Weights of salience, set by hand and checked against gold articles and GUM's development part.
_PER_SENTENCE = 0.8
_PART = {Part.SUBJECT: 0.9, Part.OBJECT: 0.25, Part.OWNER: 0.1, Part.OTHER: 0.1}
_SPEAKING = 0.35
_QUOTED = -0.5
_UNQUOTED = -0.5
_OFTEN = 0.08
# how much of its weight a subject keeps in a relative or adverbial clause
_SUBORDINATE = 0.6
# what the subject of the sentence right before has over others: the reader expects the next sentence to go on with it
_EXPECTED = 0.2
# what the subject of the pronoun's own sentence has over others, where the pronoun stands in a further clause
_SENTENCE_SUBJECT = 0.3
# what the subject of a clause put before the pronoun's has over others: when Okafor left she said …
_CLAUSE_BEFORE = 1.0
_IN_PASSING = -0.4
# what a new entry of a live blog counts for, in sentences
_NEW_ENTRY = 1.5
_UNSURE_GENDER = -0.7
_DOUBTFUL = -0.6
_UNNAMED = -0.3
# what a relative clause adds: *a letter to the board, which …* is what the article is about
_TOPIC = 0.4
# sentences, by the clock of the discourse, beyond which a pronoun is not looked for
_HORIZON = 7.0
# paragraphs back that count for how often somebody came up
_PARAGRAPHS = 2
# how far ahead the best candidate has to be of the next
_MARGIN = 0.25

PLURAL = {"they", "them", "their", "theirs", "themselves"}
NEUTER = {"it", "its", "itself"}
THIRD_PERSON = frozenset(PRONOUN_GENDER) | PLURAL | NEUTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A pronoun's place: ``barred`` are those whom it cannot mean there, ``content`` is what it says, if anything."""

    sentence: Sentence
    word: Word
    speaking: bool
    barred: frozenset[int]
    content: tuple[Span, ...] = ()


def antecedent(discourse: Discourse, place: Place, *, pronoun: str = "") -> Choice:
    """The referent of a third-person pronoun by what came before it; None with the rivals where two are level.

    ``pronoun`` is the pronoun in lower case whose agreement holds, where the word at the place is none (*the mum*).
    """
    pronoun = pronoun or plain(place.word.form)
    fits = _agreement(pronoun, speaking=place.speaking)
    barred = place.barred | _same_clause(discourse, place)
    own = place.content
    standing = _standing(discourse, place)
    recent = list(discourse.recent(place.sentence, place.word.span.start, _HORIZON))
    agreed = {index: fits(discourse.referent(index)) for index in {t.referent for t in recent} - barred}
    scores: dict[int, float] = {}
    for trace in recent:
        malus = agreed.get(trace.referent)
        # who comes up only in what the pronoun says is not the one who says it
        if malus is None or any(span.start <= trace.offset < span.end for span in own):
            continue
        score = _salience(discourse, trace, standing) + malus
        scores[trace.referent] = max(scores.get(trace.referent, score), score)
    often = Counter(t.referent for t in recent if place.sentence.paragraph - t.paragraph <= _PARAGRAPHS)
    for index in scores:
        scores[index] += _OFTEN * min(often[index], 5)
        if not discourse.referent(index).named:
            scores[index] += _UNNAMED
    return _decide(discourse, place, pronoun, scores)


def _agreement(pronoun: str, *, speaking: bool) -> Callable[[Referent], float | None]:
    """A function that gives None for referents that cannot be meant, else a malus; ``speaking``: the pronoun does."""
    gender = PRONOUN_GENDER.get(pronoun)
    if gender:

        def by_gender(referent: Referent) -> float | None:
            if not referent.is_person or (referent.gender and referent.gender != gender):
                return None
            malus = _DOUBTFUL if referent.doubtful else 0.0
            return malus if referent.gender else malus + (_UNSURE_GENDER if referent.named else _UNSURE_GENDER / 2)

        return by_gender
    if pronoun in PLURAL:

        def by_number(referent: Referent) -> float | None:
            if referent.kind is SpeakerKind.GROUP:
                return 0.5
            if referent.kind is SpeakerKind.ORGANISATION:
                return -0.2
            unknown = referent.is_person and not referent.gender and not referent.named
            return -0.6 if unknown else None

        return by_number

    def by_kind(referent: Referent) -> float | None:
        if referent.kind is SpeakerKind.ORGANISATION:
            return 0.3
        if referent.kind is SpeakerKind.DOCUMENT:
            # a document that has been brought up is there to be quoted
            return 0.5 if speaking else 0.3
        if referent.kind is SpeakerKind.UNKNOWN and not speaking:
            # a place, a ship, a storm: much is told of it, but it says nothing
            return 0.3 if referent.named else None
        return -0.3 if referent.kind is SpeakerKind.GROUP and referent.number == "either" else None

    return by_kind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How a pronoun stands: its ``part`` under the word ``verb``, in which entry, and whether in quotation marks."""

    sentence: Sentence
    part: Part
    verb: int
    entry: int
    quoted: bool

    @property
    def is_main_subject(self) -> bool:
        return self.part is Part.SUBJECT and self.verb == self.sentence.root.index


def _standing(discourse: Discourse, place: Place) -> _Standing:
    part, verb = part_of(place.sentence, place.word)
    return _Standing(
        sentence=place.sentence,
        part=part,
        verb=verb,
        entry=discourse.entry(place.sentence.paragraph),
        quoted=discourse.in_quotation(place.word.span.start),
    )


def _salience(discourse: Discourse, trace: Trace, place: _Standing) -> float:
    distance = discourse.distance(trace.sentence, place.sentence.index)
    if discourse.entry(trace.paragraph) != place.entry:
        distance += _NEW_ENTRY
    weight = _SUBORDINATE if trace.subordinate and trace.sentence != place.sentence.index else 1.0
    score = -_PER_SENTENCE * distance + weight * _PART[trace.part]
    if trace.part is Part.SUBJECT and 0 < distance <= 1.0 and weight == 1.0:
        score += _EXPECTED
    if distance == 0 and trace.part is Part.SUBJECT and not trace.subordinate and not place.is_main_subject:
        # A spokeswoman apologised for what she called …: who the sentence is about is who goes on in it
        score += _SENTENCE_SUBJECT
    if trace.subordinate and not discourse.referent(trace.referent).named:
        # Liam Darrow, whose daughter was born …: told in passing, without a name
        score += _IN_PASSING
    if trace.topic:
        score += _TOPIC
    if trace.part is Part.SUBJECT and trace.sentence == place.sentence.index and _leads_up(trace, place):
        score += _CLAUSE_BEFORE
    if trace.speaking:
        score += _SPEAKING
    if trace.quoted != place.quoted:
        # those in somebody's words are spoken of there, those outside them in the article's
        score += _QUOTED if trace.quoted else _UNQUOTED
    return score


def _leads_up(trace: Trace, place: _Standing) -> bool:
    """Whether the trace's clause says when or why what the pronoun is the subject of came about."""
    clause = place.sentence.words[trace.verb] if trace.verb >= 0 and place.part is Part.SUBJECT else None
    return clause is not None and clause.relation == "advcl" and clause.head == place.verb >= 0


def _same_clause(discourse: Discourse, place: Place) -> frozenset[int]:
    """Referents that are another part of the pronoun's own clause (*Okafor told her* is not Okafor)."""
    part, verb = part_of(place.sentence, place.word)
    if part is Part.OWNER or verb < 0 or plain(place.word.form).endswith(("self", "selves")):
        return frozenset()
    # Asked by the presenter if that was so, she said: whoever asks is not who answers
    words = place.sentence.words
    asides = {w.index for w in place.sentence.children(words[verb], "advcl") if w.xpos in {"VBN", "VBG", "VBD"}}
    # Dr Okafor again, on the radio. "…," she says: of two subjects of one verb, the first stands before the clause
    first = place.word.relation == "nsubj"
    clauses = {verb} | {i for i in asides if place.sentence.child(words[i], "nsubj") is None and part is Part.SUBJECT}
    return frozenset(
        t.referent
        for t in discourse.recent(place.sentence, place.word.span.start, 0.0)
        if t.sentence == place.sentence.index
        and t.verb in clauses
        and t.part in {Part.SUBJECT, Part.OBJECT}
        and not (first and t.part is Part.SUBJECT and t.verb == verb)
        and t.offset != place.word.span.start
    )


def _decide(discourse: Discourse, place: Place, pronoun: str, scores: dict[int, float]) -> Choice:
    shown = f"pronoun {place.word.form}" if plain(place.word.form) == pronoun else f"the {place.word.form}"
    ranked = sorted(scores, key=lambda i: (-scores[i], i))
    if not ranked:
        return Choice(referent=None, certainty=0.5, evidence=(f"{shown}: nobody before it fits",))
    best = discourse.referent(ranked[0])
    if len(ranked) == 1:
        return Choice(
            referent=best.index,
            certainty=0.93 if best.named else 0.85,
            evidence=(f"{shown} -> {best.name} (only {_sort(pronoun)} candidate)",),
        )
    second = discourse.referent(ranked[1])
    lead = scores[ranked[0]] - scores[ranked[1]]
    if lead < _MARGIN:
        rivals = f"{best.name} or {second.name}"
        return Choice(referent=None, certainty=0.5, evidence=(f"{shown}: {rivals}, the article does not tell",))
    return Choice(
        referent=best.index,
        certainty=min(0.93, 0.7 + 0.15 * lead),
        evidence=(f"{shown} -> {best.name} (nearest and most prominent; next {second.name})",),
    )


def _sort(pronoun: str) -> str:
    gender = PRONOUN_GENDER.get(pronoun)
    if gender:
        return "feminine" if gender == "f" else "masculine"
    return "plural" if pronoun in PLURAL else "impersonal"
