"""Settles one name or pronoun: whom it means, in the light of what has been read before it."""

from __future__ import annotations

from collections.abc import Sequence

from service.model import QuoteType, Span
from service.parse.tree import Word
from service.speakers import nominals
from service.speakers.antecedents import PLURAL, THIRD_PERSON, Place, antecedent
from service.speakers.describing import appositive, unnamed_source
from service.speakers.discourse import Choice, Part, part_of
from service.speakers.gender import PRONOUN_GENDER
from service.speakers.mentions import RELATIVE, relative_head
from service.speakers.naming import settle_name
from service.speakers.phrases import phrase_at
from service.speakers.spelling import plain
from service.speakers.state import Item, State


def settle_pronoun(state: State, item: Item, speakers: list[int]) -> Choice | None:
    """Whom a third-person or relative pronoun means; ``speakers`` are the attributions whose mention it is."""
    word = item.word
    if word is None:
        return None
    form = plain(word.form)
    if form in RELATIVE and (speakers or form == "who"):
        return _relative(state, item, word)
    if form not in THIRD_PERSON:
        return None
    if form.endswith(("self", "selves")):
        return _own_subject(state, item, word)
    ahead = _taken_up(state, item, word) or _subject_ahead(state, item, word)
    if ahead is not None:
        return ahead
    barred = _barred(state, word.span.start, speakers)
    content = tuple(s for i in speakers for s in state.attributions[i].spans)
    place = Place(sentence=item.sentence, word=word, speaking=bool(speakers), barred=barred, content=content)
    choice = antecedent(state.discourse, place)
    if choice.referent is None and speakers and form not in PLURAL:
        return _named_next(state, item, word) or choice
    return choice


def _own_subject(state: State, item: Item, word: Word) -> Choice | None:
    """*himself* is the subject of its own clause, or of the clause that lends it its subject (*decided to do it*)."""
    _, verb = part_of(item.sentence, word)
    subjects = {
        t.verb: t.referent
        for t in state.discourse.in_sentence(item.sentence)
        if t.part is Part.SUBJECT and t.offset < item.offset
    }
    seen: set[int] = set()
    while verb >= 0 and verb not in seen:
        seen.add(verb)
        if verb in subjects:
            name = state.discourse.referent(subjects[verb]).name
            evidence = (f"{word.form} -> {name}, the subject",)
            return Choice(referent=subjects[verb], certainty=0.9, evidence=evidence)
        here = item.sentence.words[verb]
        own = item.sentence.child(here, "nsubj") is not None
        verb = here.head if here.relation in {"xcomp", "conj", "advcl"} and not own else -1
    return None


def _taken_up(state: State, item: Item, word: Word) -> Choice | None:
    """*Josh Kindig, he's on board*: a name that opens the sentence and is taken up at once."""
    words = item.sentence.words
    gender = PRONOUN_GENDER.get(plain(word.form))
    if gender is None or word.index < 2 or words[word.index - 1].form != ",":
        return None
    number = state.name_at(item.sentence, words[word.index - 2])
    if number is None or state.names[number].words[0].index > 1 or "Case=Nom" not in word.feats:
        return None
    found = state.discourse.cast.candidates[number]
    person = state.discourse.referent(found[0]) if len(found) == 1 else None
    if person is None or not person.is_person or person.gender not in {"", gender}:
        return None
    evidence = (f"pronoun {word.form} -> {person.name}, named right before it",)
    return Choice(referent=person.index, certainty=0.9, evidence=evidence)


def _subject_ahead(state: State, item: Item, word: Word) -> Choice | None:
    """*Asked if she would go, Okafor laughed*: a pronoun in what is put before the main clause means its subject."""
    sentence, root = item.sentence, item.sentence.root
    subject = sentence.child(root, "nsubj")
    number = state.name_at(sentence, subject) if subject is not None else None
    if number is None or subject is None or subject.index < word.index:
        return None
    above = [word, *sentence.ancestors(word)]
    top = next((w for w in above if w.head == root.index), word)
    if top.relation not in {"advcl", "obl"} or top.index > subject.index:
        return None
    gender = PRONOUN_GENDER.get(plain(word.form), "")
    found = state.discourse.cast.candidates[number]
    person = state.discourse.referent(found[0]) if len(found) == 1 else None
    if person is None or not person.is_person or not gender or person.gender != gender:
        return None
    evidence = (f"pronoun {word.form} -> {person.name}, the subject of the sentence",)
    return Choice(referent=person.index, certainty=0.85, evidence=evidence)


def _named_next(state: State, item: Item, word: Word) -> Choice | None:
    """A pronoun before anybody has come up means who is named next (*"No," she said. Okafor was speaking …*)."""
    if state.discourse.person_came_up:
        return None
    gender = {"he": "m", "she": "f"}.get(plain(word.form), "")
    for number in state.index.after(item.offset):
        name, found = state.names[number], state.discourse.cast.candidates[number]
        if name.sentence > item.sentence.index + 3:
            return None
        if len(found) != 1:
            continue
        referent = state.discourse.referent(found[0])
        if referent.is_person and gender and referent.gender in {gender, ""}:
            return Choice(
                referent=referent.index,
                certainty=0.7,
                evidence=(f"pronoun {word.form} -> {referent.name} (named right after)",),
            )
    return None


def _barred(state: State, offset: int, speakers: list[int]) -> frozenset[int]:
    """Whom a pronoun cannot mean: the speaker of the quotation that it stands in; those named in what it says."""
    barred: set[int] = set()
    holding = state.around(offset) if state.discourse.in_quotation(offset) else []
    for index in holding:
        if index not in speakers and state.attributions[index].type is QuoteType.DIRECT:
            speaker = _known_speaker(state, index)
            if speaker is not None:
                barred.add(speaker)
    for index in speakers:
        barred |= _named_in(state, state.attributions[index].spans)
    return frozenset(barred)


def _known_speaker(state: State, index: int) -> int | None:
    link = state.links.get(index)
    if link is not None:
        return link.referent
    reading = state.readings.get(index)
    if reading is None or reading.name is None:
        return None
    found = state.discourse.cast.candidates[reading.name]
    return found[0] if len(found) == 1 else None


def _named_in(state: State, spans: Sequence[Span]) -> set[int]:
    inside = (number for span in spans for number in state.index.within(span))
    found = (state.discourse.cast.candidates[number] for number in inside)
    return {candidates[0] for candidates in found if len(candidates) == 1}


def _relative(state: State, item: Item, word: Word) -> Choice | None:
    head = relative_head(item.sentence, word)
    if head is None:
        return None
    number = state.name_at(item.sentence, head)
    if number is None:
        # the mayor Maria Okafor, who …: the tree may hang the clause on the role before the name
        number = next((n for n in state.index.within(item.sentence.span) if head in state.names[n].prefix), None)
    if number is not None:
        choice = settle_name(
            state, Item(offset=item.offset, sort="name", number=number, sentence=item.sentence, word=head)
        )
    else:
        phrase = phrase_at(item.sentence, head)
        choice = (
            appositive(state, item.sentence, head)
            or nominals.by_role(state.discourse, phrase, head.span.start)
            or unnamed_source(state, phrase)
        )
    return Choice(
        referent=choice.referent,
        certainty=0.95 * choice.certainty,
        evidence=(f"relative {word.form} -> {head.form}", *choice.evidence),
    )
