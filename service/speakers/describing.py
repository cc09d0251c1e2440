"""Settles a noun phrase: *the mayor*, *her statement*, *a spokesperson for the trust*.

The questions are put in order of trust: whose words is it, is a name beside it, does a role fit, can it be only one
person here, is it a lede's description of who is named next; what is left is a source without a name.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from service.model import Span, SpeakerKind
from service.parse.tree import Sentence, Word
from service.speakers import lexicon_files as lexicon
from service.speakers import nominals, roles
from service.speakers.antecedents import THIRD_PERSON, Place, antecedent
from service.speakers.discourse import Choice, Part, part_of
from service.speakers.mentions import Reading
from service.speakers.naming import settle_name
from service.speakers.phrases import NounPhrase, is_plural, phrase_at, singular
from service.speakers.spelling import plain
from service.speakers.state import Item, State

# attributions back in which a statement may have been made
_STATEMENT_BACK = 4


_POINTING = frozenset({"this", "these", "here", "that", "those"})
# endings of adjectives that keep their capital: British, Australian, Portuguese
_PEOPLES = ("ish", "ian", "ean", "ese", "can")


def settle_nominal(state: State, item: Item, reading: Reading | None) -> Choice | None:
    """Whom the noun phrase at ``item`` means; ``reading`` is the attribution's mention, None where nobody speaks."""
    word = item.word
    if word is None:
        return None
    if reading is not None and reading.several:
        return _several(state, reading)
    if reading is not None and reading.phrase is not None:
        return (
            _owner(state, reading.phrase, item)
            or appositive(state, item.sentence, word)
            or nominals.by_role(state.discourse, reading.phrase, item.offset)
            or nominals.by_place(state.discourse, reading.phrase, item.sentence, item.offset)
            or _like_pronoun(state, reading.phrase, item)
            or _by_lede(state, reading.phrase, item.sentence)
            or _named_after(state, reading.phrase, item.sentence)
            or _described(state, reading, reading.phrase)
        )
    phrase = phrase_at(item.sentence, word)
    if _is_predicate(state, item.sentence, word, phrase):
        return None
    choice = nominals.by_role(state.discourse, phrase, item.offset)
    if choice is None and is_person_noun(word) and phrase.determiner in {"my", "our"}:
        # "My father worked that pit. He used to say …": whom a speaker brings up as his own
        return unnamed_source(state, phrase)
    if choice is not None or state.discourse.in_quotation(item.offset):
        return choice
    if is_person_noun(word) and word.relation == "nsubj":
        # The MasterGrill judge let rip: who was named right before goes by another description
        choice = nominals.by_place(state.discourse, phrase, item.sentence, item.offset)
        if choice is not None:
            return choice
    kind = nominals.kind_of(phrase)
    if kind is SpeakerKind.DOCUMENT and not (phrase.determiner or phrase.possessor):
        return None
    if kind is SpeakerKind.DOCUMENT:
        return unnamed_source(state, phrase_at(item.sentence, word, within=item.sentence.span))
    return unnamed_source(state, phrase) if kind is not SpeakerKind.ORGANISATION and is_person_noun(word) else None


def _like_pronoun(state: State, phrase: NounPhrase, item: Item) -> Choice | None:
    """*the tearful mum* says little more than *she*: whom the pronoun would mean there, if that is a person by name."""
    word = item.word
    bare = lexicon.column("roles.tsv", 2).get(phrase.head, "")
    if word is None or bare not in {"woman", "man"} or phrase.determiner != "the" or phrase.plural or phrase.possessor:
        return None
    if state.discourse.directory.unnamed(phrase.head):
        return None
    place = Place(sentence=item.sentence, word=word, speaking=True, barred=frozenset())
    choice = antecedent(state.discourse, place, pronoun="she" if bare == "woman" else "he")
    named = choice.referent is not None and state.discourse.referent(choice.referent).named
    return replace(choice, certainty=0.8 * choice.certainty) if named else None


def appositive(state: State, sentence: Sentence, word: Word) -> Choice | None:
    """*the chair, Sir Alastair Boyce,*: the name beside the role."""
    for claim in state.claims_in(sentence):
        name = state.names[claim.name]
        found = state.discourse.cast.candidates[claim.name]
        if (
            claim.phrase.core[-1].index == word.index
            and len(found) == 1
            and abs(name.words[0].index - word.index) <= 12
        ):
            shown = state.discourse.referent(found[0]).name
            return Choice(referent=found[0], certainty=0.95, evidence=(f"{word.form} is said of {shown}",))
    return None


def _by_lede(state: State, phrase: NounPhrase, sentence: Sentence) -> Choice | None:
    """A lede's description (*A mother of three told …*) means the person who speaks first by name right after it."""
    if sentence.paragraph > state.lede():
        return None
    for number in state.index.in_paragraphs(sentence.paragraph + 1, sentence.paragraph + 3):
        found = state.discourse.cast.candidates[number]
        if state.names[number].in_heading or len(found) != 1:
            continue
        if ("name", number) not in state.sources and not _opens_its_story(state, number):
            continue
        person = state.discourse.referent(found[0])
        if not person.is_person:
            continue
        if not nominals.fits_lede(phrase, person):
            return None
        state.discourse.directory.learn(person, phrase)
        shown = phrase.shown(state.discourse.text)
        return Choice(referent=person.index, certainty=0.65, evidence=(f"{shown} -> {person.name}, named next",))
    return None


def _opens_its_story(state: State, number: int) -> bool:
    """Whether a full name is the subject that opens the paragraph: *Ilse Brandvik, 58, walked out …*."""
    name = state.names[number]
    sentence = state.discourse.parse.sentences[name.sentence]
    part, verb = part_of(sentence, name.words[0])
    opens = name.words[0].index == len(name.prefix) and len(name.key) > 1
    return opens and part is Part.SUBJECT and verb in {-1, sentence.root.index}


def _named_after(state: State, phrase: NounPhrase, sentence: Sentence) -> Choice | None:
    """*"I had no idea," says the foreign minister. … Karin Erlend won't say …*: an office first, its holder after it.

    Only for somebody who comes up there for the first time, as the only person, without another role, as the subject
    of a sentence that follows in the same paragraph.
    """
    if phrase.determiner != "the" or phrase.plural or phrase.possessor or not lexicon.is_role(phrase.head):
        return None
    found: dict[int, int] = {}
    for number in state.index.in_paragraphs(sentence.paragraph, sentence.paragraph):
        if state.names[number].sentence < sentence.index:
            continue
        for index in state.discourse.cast.candidates[number]:
            if state.discourse.referent(index).is_person:
                found.setdefault(index, number)
        if len(found) > 1:
            return None
    if not found:
        return None
    ((index, number),) = found.items()
    person = state.discourse.referent(index)
    if (
        index in state.discourse.last
        or state.names[number].sentence == sentence.index
        or not _opens_its_story(state, number)
    ):
        return None
    if person.roles or not nominals.fits_lede(phrase, person):
        return None
    state.discourse.directory.learn(person, phrase)
    shown = phrase.shown(state.discourse.text)
    return Choice(referent=index, certainty=0.7, evidence=(f"{shown} -> {person.name}, named right after",))


def _is_predicate(state: State, sentence: Sentence, word: Word, phrase: NounPhrase) -> bool:
    """Whether the phrase says what somebody is (*he stays on as an independent MP*); it is then noted as a role."""
    case = sentence.child(word, "case", "mark")
    like = case is not None and plain(case.form) in {"as", "like", "than"}
    if not like and sentence.child(word, "cop") is None:
        return False
    above = sentence.head(word) if like else word
    subject = sentence.child(above, "nsubj", "nsubj:pass") if above is not None else None
    if subject is not None and plain(subject.form) in _POINTING and not like:
        # this is the memo: shown, not described
        return False
    choice = state.choice_at(sentence, subject) if subject is not None else None
    if choice is not None and choice.referent is not None and not roles.is_unreal(sentence, word):
        referent = state.discourse.referent(choice.referent)
        if referent.named and referent.is_person:
            state.discourse.directory.learn(referent, phrase)
    return True


def _several(state: State, reading: Reading) -> Choice:
    shown = description(reading.sentence, reading.span, state.discourse.text)
    referent = state.discourse.cast.add(
        name=shown, kind=SpeakerKind.GROUP, named=False, number="plural", head=plain(reading.head.form)
    )
    return Choice(referent=referent.index, certainty=0.85, evidence=(f"several sources: {shown}",))


def _owner(state: State, phrase: NounPhrase, item: Item) -> Choice | None:
    """*her statement*, *Brandvik's statement*: the words of its owner, where the article tells who that is."""
    if lexicon.column("documents.tsv", 1).get(phrase.head) != "owner":
        return None
    if phrase.determiner == "the" and len(phrase.words) == 2:
        return _statement_before(state, phrase, item)
    for word in phrase.words:
        if plain(word.form) in THIRD_PERSON:
            choice = state.choices.get(("pronoun", word.span.start))
        else:
            number = state.name_at(item.sentence, word)
            choice = settle_name(state, replace(item, sort="name", number=number)) if number is not None else None
        if choice is not None and choice.referent is not None:
            name = state.discourse.referent(choice.referent).name
            shown = phrase.shown(state.discourse.text)
            return Choice(
                referent=choice.referent,
                certainty=0.95 * choice.certainty,
                evidence=(f"{shown} -> the words of {name}", *choice.evidence),
            )
    return None


def _statement_before(state: State, phrase: NounPhrase, item: Item) -> Choice | None:
    """*the statement* after *in a statement, the company said*: the speaker of the attribution that has the word."""
    for index in islice(reversed(state.links), _STATEMENT_BACK):
        attribution, link = state.attributions[index], state.links[index]
        sentence = state.discourse.parse.sentences[attribution.sentence]
        told = attribution.mention is not None and attribution.spans[0].start < item.offset
        if told and link.referent is not None and any(singular(w) == phrase.head for w in sentence.words):
            name = state.discourse.referent(link.referent).name
            evidence = (f"the {phrase.head} -> the words of {name}, who made it just before",)
            return Choice(referent=link.referent, certainty=0.75, evidence=evidence)
    return None


def _described(state: State, reading: Reading, phrase: NounPhrase) -> Choice:
    """A source without a name, by the words of its mention."""
    shown = description(reading.sentence, reading.span, state.discourse.text)
    heading = reading.sentence.paragraph in state.headings
    if heading and phrase.plural and not phrase.determiner:
        # a headline drops its articles: Consultants warn … are the 11 consultants of the body
        phrase = replace(phrase, determiner="the")
    referent = nominals.unnamed(state.discourse, phrase, shown, nominals.kind_of(phrase))
    if not heading or referent.name == shown:
        referent.descriptions.append(shown)
    said = "described as" if referent.name == shown else f"{shown} ->"
    return Choice(referent=referent.index, certainty=0.85, evidence=(f"source without a name, {said} {referent.name}",))


def unnamed_source(state: State, phrase: NounPhrase) -> Choice:
    """Somebody without a name who has come up but not spoken."""
    sentence = state.discourse.parse.sentences[phrase.sentence]
    shown = description(sentence, phrase.span, state.discourse.text)
    referent = nominals.unnamed(state.discourse, phrase, shown, nominals.kind_of(phrase))
    return Choice(referent=referent.index, certainty=0.8, evidence=(f"source without a name: {referent.name}",))


def description(sentence: Sentence, span: Span, text: str) -> str:
    """A source's description as written, on one line, without the capital that opens a sentence."""
    shown = " ".join(span.of(text).split())
    first = next((w for w in sentence.words if w.span.start == span.start), None)
    if first is None or (first.index and sentence.words[first.index - 1].upos != "PUNCT"):
        return shown
    if first.upos in {"DET", "PRON", "NUM"}:
        return first.form.lower() + shown[len(first.form) :]
    second = shown.partition(" ")[2]
    # Secret Service agents, British officials, NHS managers keep what they have
    keeps = first.upos == "PROPN" or second[:1].isupper() or first.form.endswith(_PEOPLES)
    return shown if keeps or first.form[1:] != first.form[1:].lower() else shown[0].lower() + shown[1:]


def is_person_noun(word: Word) -> bool:
    """Whether the noun names a person, or people, by role."""
    return lexicon.is_role(singular(word)) or (is_plural(word) and plain(word.form) in lexicon.words("groups.tsv"))
