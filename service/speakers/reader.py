"""Reads an article from its first word to its last and settles, mention by mention, who is meant.

Names, pronouns, role nouns and quotes without a source are met in text order, because each is read in the light of
what came before it.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.model import Attribution, MentionForm
from service.parse.tree import Sentence, Word
from service.speakers import flow
from service.speakers import lexicon_files as lexicon
from service.speakers.antecedents import THIRD_PERSON
from service.speakers.describing import is_person_noun, settle_nominal
from service.speakers.discourse import Choice
from service.speakers.mentions import Reading, read_mention
from service.speakers.naming import settle_name
from service.speakers.phrases import singular
from service.speakers.settling import settle_pronoun
from service.speakers.spelling import plain
from service.speakers.state import Item, Key, State

_SILENT_HEADING = Choice(referent=None, certainty=0.5, evidence=("heading: the article does not show who says it",))


def read(state: State) -> None:
    """Fill ``links`` for all attributions that the text order can settle."""
    for index, attribution in enumerate(state.attributions):
        _assign(state, index, attribution)
    # headings speak of what the body tells, so they are read after it
    for item in sorted(_items(state), key=lambda i: (i.sentence.paragraph in state.headings, i.offset, i.sort)):
        if item.sort == "flow":
            _flow(state, item)
        else:
            _mention(state, item)


def _mention(state: State, item: Item) -> None:
    speakers = state.sources.get(item.key, [])
    choice = _settle(state, item, speakers)
    if choice is None:
        return
    state.choices[item.key] = choice
    for index in speakers:
        state.links[index] = choice
    if choice.referent is not None and item.word is not None:
        pronoun = item.sort == "pronoun"
        state.discourse.note(choice.referent, item.sentence, item.word, speaking=bool(speakers), pronoun=pronoun)


def _assign(state: State, index: int, attribution: Attribution) -> None:
    """Tie an attribution to the item that its mention is."""
    if attribution.mention is None:
        return
    reading = read_mention(state.discourse.parse, state.index, attribution.mention.span)
    if reading is None:
        return
    state.readings[index] = reading
    state.sources.setdefault(_key_of(reading), []).append(index)


def _key_of(reading: Reading) -> Key:
    if reading.form is MentionForm.NAME and reading.name is not None and not reading.several:
        return "name", reading.name
    if reading.form is MentionForm.PRONOUN:
        return "pronoun", reading.head.span.start
    return "nominal", reading.head.span.start


def _items(state: State) -> Iterator[Item]:
    parse = state.discourse.parse
    taken: set[int] = set()
    for number, name in enumerate(state.names):
        sentence = parse.sentences[name.sentence]
        taken |= {w.span.start for w in (*name.words, *name.prefix)}
        yield Item(offset=name.span.start, sort="name", number=number, sentence=sentence, word=name.words[-1])
    taken |= {w.span.start for c in state.claims for w in c.phrase.core[-1:]}
    pronouns = {start for sort, start in state.sources if sort == "pronoun"}
    nominals = {start for sort, start in state.sources if sort == "nominal"}
    for sentence in parse.sentences:
        for word in sentence.words:
            start = word.span.start
            if start in pronouns or plain(word.form) in THIRD_PERSON or _opens_relative(word):
                yield Item(offset=start, sort="pronoun", number=0, sentence=sentence, word=word)
            elif start in nominals or (start not in taken and _may_refer(word) and not _joined(sentence, word)):
                yield Item(offset=start, sort="nominal", number=0, sentence=sentence, word=word)
    for index, attribution in enumerate(state.attributions):
        at = parse.sentence_at(attribution.spans[0].start)
        if index not in state.readings and at is not None:
            yield Item(offset=attribution.spans[0].start, sort="flow", number=index, sentence=at)


def _joined(sentence: Sentence, word: Word) -> bool:
    """*mother* of *Mother-of-two Jess Lammas*: part of a word that hyphens make."""
    after = sentence.words[word.index + 1 : word.index + 2]
    return bool(after) and after[0].form in {"-", "‐"} and after[0].span.start == word.span.end


def _opens_relative(word: Word) -> bool:
    """*who* as the subject of a relative clause: the noun before it is the subject there."""
    return plain(word.form) == "who" and word.relation == "nsubj"


def _settle(state: State, item: Item, speakers: list[int]) -> Choice | None:
    if item.sort == "name":
        return settle_name(state, item)
    if item.sort == "pronoun":
        return settle_pronoun(state, item, speakers)
    reading = next((state.readings[i] for i in speakers), None)
    return settle_nominal(state, item, reading)


def _flow(state: State, item: Item) -> None:
    """A quote without a mention: by the clause above its cue, else by the flow; nobody for a passive."""
    attribution = state.attributions[item.number]
    turn = flow.is_turn(state.discourse, attribution)
    if not turn and (attribution.cue is not None or attribution.inside is not None):
        state.links[item.number] = _controlled(state, attribution)
        return
    if item.sentence.paragraph in state.headings:
        said = flow.speaker_by_words(state.discourse, state.attributions, item.number, state.links)
        state.links[item.number] = said or _SILENT_HEADING
        return
    choice = flow.speaker_by_flow(state.discourse, state.attributions, item.number, state.links)
    state.links[item.number] = choice
    if choice.referent is not None:
        state.discourse.note_silent(choice.referent, item.sentence, item.offset)


def _controlled(state: State, attribution: Attribution) -> Choice:
    found = flow.controller(state.discourse.parse, attribution)
    if found is not None:
        choice = state.choice_at(*found)
        if choice is not None:
            evidence = (f"subject of the clause above the cue: {found[1].form}", *choice.evidence)
            return Choice(referent=choice.referent, certainty=0.85 * choice.certainty, evidence=evidence)
    return Choice(referent=None, certainty=0.8, evidence=("no source is given for the cue",))


def _may_refer(word: Word) -> bool:
    """Whether a noun outside names can stand for somebody: no modifier of another noun."""
    if word.upos not in {"NOUN", "PROPN"} or word.relation in {"compound", "flat", "amod"}:
        return False
    noun = singular(word)
    return is_person_noun(word) or lexicon.is_organisation_noun(noun) or noun in lexicon.words("documents.tsv")
