"""Which words of a sentence report speech: verbs, nouns with or without a light verb, and *according to*.

A cue here is only a candidate: whether it has a content is for ``complements`` and ``dialogue`` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service.attribution.extents import is_punctuation
from service.attribution.lexicon import (
    PREPOSITIONS,
    CueEntry,
    Frame,
    Lexicon,
    VerbClass,
    known_lemma,
    load_verb_classes,
)
from service.model import Act, Polarity
from service.parse.tree import Sentence, Word

_ACCORDING = CueEntry(
    lemma="according to",
    frames=frozenset({Frame.CLAUSE}),
    act=Act.SPEECH,
    polarity=Polarity.ASSERTED,
)
_NEGATIONS = frozenset({"not", "n't", "n’t", "never", "nor", "neither"})


class CueKind(StrEnum):
    """What carries the report."""

    VERB = "cue-verb"
    NOUN = "cue-noun"
    LIGHT = "verb-and-noun"
    ACCORDING = "according-to"


@dataclass(frozen=True, slots=True, kw_only=True)
class CueCandidate:
    """A possible cue.

    ``head`` is the verb (or *according*) that rules the clause, or the noun where there is no verb; ``noun`` the cue
    noun of *repeated his claim*. ``words`` are the cue's own words so far; a frame may add its preposition.
    """

    kind: CueKind
    sentence: Sentence
    head: Word
    entry: CueEntry
    words: tuple[Word, ...]
    polarity: Polarity
    noun: Word | None = None

    @property
    def anchor(self) -> Word:
        """The word whose dependents hold the content: the noun if there is one, else the head."""
        return self.noun or self.head


def find_cues(sentence: Sentence, lexicon: Lexicon) -> Iterator[CueCandidate]:
    """All cue candidates of a sentence, in text order."""
    light = {c.head.index: c for c in _light_verb_cues(sentence, lexicon)}
    light_nouns = {c.noun.index for c in light.values() if c.noun is not None}
    for word in sentence.words:
        if word.lemma.lower() == "according" or word.form.lower() == "according":
            follower = _next(sentence, word)
            if follower is not None and follower.form.lower() == "to":
                yield CueCandidate(
                    kind=CueKind.ACCORDING,
                    sentence=sentence,
                    head=word,
                    entry=_ACCORDING,
                    words=(word, follower),
                    polarity=Polarity.ASSERTED,
                )
        elif word.index in light:
            yield light[word.index]
        elif word.upos in {"VERB", "AUX"} and (found := _verb_cue(sentence, word, lexicon)) is not None:
            yield found
        elif word.upos == "NOUN" and (entry := _noun_entry(word, lexicon)) is not None:
            if word.relation == "compound" or (word.index in light_nouns and not _is_someone_elses(sentence, word)):
                continue
            yield CueCandidate(
                kind=CueKind.NOUN,
                sentence=sentence,
                head=word,
                entry=entry,
                words=(word,),
                polarity=entry.polarity,
                noun=word,
            )


def _verb_cue(sentence: Sentence, word: Word, lexicon: Lexicon) -> CueCandidate | None:
    entry, words = _verb_entry(sentence, word, lexicon)
    if entry is None or word.relation in {"amod", "compound", "case", "aux", "cop"}:
        return None
    if _refused(sentence, word, entry):
        return None
    return CueCandidate(
        kind=CueKind.VERB,
        sentence=sentence,
        head=word,
        entry=entry,
        words=_with_phase(sentence, words),
        polarity=entry.polarity,
    )


def _verb_entry(sentence: Sentence, verb: Word, lexicon: Lexicon) -> tuple[CueEntry | None, tuple[Word, ...]]:
    """The entry of the verb with its particle (*point out*), else of the verb alone, with the words that match."""
    lemma = verb.lemma.lower()
    for child in sentence.children(verb, "compound:prt", "advmod"):
        entry = lexicon.verbs.get(f"{lemma} {child.form.lower()}")
        if entry is not None and child.index > verb.index:
            return entry, (verb, child)
    follower = _next(sentence, verb)
    if follower is not None and (entry := lexicon.verbs.get(f"{lemma} {follower.form.lower()}")) is not None:
        return entry, (verb, follower)
    known = known_lemma(verb, lexicon.verbs)
    return (lexicon.verbs[known] if known is not None else None), (verb,)


def _light_verb_cues(sentence: Sentence, lexicon: Lexicon) -> Iterator[CueCandidate]:
    """*rejected the suggestion that*, *repeated his call for*: a verb that needs its noun to be a cue."""
    for verb in sentence.words:
        lemma = known_lemma(verb, lexicon.light_verbs) if verb.upos == "VERB" else None
        polarity = lexicon.light_verbs[lemma] if lemma is not None else None
        if polarity is None or verb.relation == "amod":
            continue
        for noun in sentence.children(verb, "obj", "nsubj:pass"):
            entry = _noun_entry(noun, lexicon)
            if entry is None or _negated(sentence, verb):
                continue
            # *rejected Lee's claim*: two reports, one of Lee's claim and one that denies it; *his claim*: one
            if _is_someone_elses(sentence, noun) and polarity is Polarity.ASSERTED:
                continue
            denied = Polarity.DENIED if polarity is Polarity.DENIED else entry.polarity
            yield CueCandidate(
                kind=CueKind.LIGHT,
                sentence=sentence,
                head=verb,
                entry=entry,
                words=_stretch(sentence, verb, noun),
                polarity=denied,
                noun=noun,
            )


def _is_someone_elses(sentence: Sentence, noun: Word) -> bool:
    return any(owner.upos == "PROPN" for owner in sentence.children(noun, "nmod:poss"))


def _stretch(sentence: Sentence, verb: Word, noun: Word) -> tuple[Word, ...]:
    first, last = sorted((verb.index, noun.index))
    if last - first > 6:
        return (verb, noun) if verb.index < noun.index else (noun, verb)
    return sentence.words[first : last + 1]


def _noun_entry(noun: Word, lexicon: Lexicon) -> CueEntry | None:
    lemma = known_lemma(noun, lexicon.nouns)
    return lexicon.nouns[lemma] if lemma is not None else None


def _refused(sentence: Sentence, verb: Word, entry: CueEntry) -> bool:
    if entry.act not in {Act.SPEECH, Act.WRITING}:
        return False
    head = sentence.head(verb)
    if head is not None and verb.relation == "xcomp" and head.lemma in load_verb_classes()[VerbClass.REFUSAL]:
        return True
    return _negated(sentence, verb)


def _negated(sentence: Sentence, verb: Word) -> bool:
    if any(c.form.lower() in _NEGATIONS for c in sentence.children(verb, "advmod", "aux", "cc", "dep")):
        return True
    head = sentence.head(verb)
    # *did not go on to say*, *never said or implied*
    if head is not None and verb.relation in {"xcomp", "conj"} and head.upos == "VERB" and verb.xpos in {"VB"}:
        return any(c.form.lower() in _NEGATIONS for c in sentence.children(head, "advmod"))
    return False


def _with_phase(sentence: Sentence, words: tuple[Word, ...]) -> tuple[Word, ...]:
    verb = words[0]
    head = sentence.head(verb)
    if (
        head is not None
        and head.lemma in load_verb_classes()[VerbClass.PHASE]
        and verb.relation in {"xcomp", "advcl"}
        and head.index < verb.index
    ):
        between = sentence.words[head.index : verb.index]
        if len(between) <= 4 and not any(is_punctuation(w) for w in between):
            return (*between, *words)
    return words


def _next(sentence: Sentence, word: Word) -> Word | None:
    return sentence.words[word.index + 1] if word.index + 1 < len(sentence.words) else None


def preposition_of(entry: CueEntry, form: str) -> Frame | None:
    """The frame that a preposition stands for, if the entry has it."""
    try:
        frame = Frame(form.lower())
    except ValueError:
        return None
    return frame if frame in entry.frames and frame in PREPOSITIONS else None
