"""What a reading by the parse is: a cue with the words of its content and the head of its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.attribution.conjuncts import SHIFTED, true_partner
from service.attribution.cues import CueCandidate
from service.attribution.extents import is_punctuation
from service.attribution.lexicon import VerbClass, known_lemma, load_lexicon, load_verb_classes, word_list
from service.model import Polarity
from service.parse.tree import Sentence, Word

# words from the comma to the verb that reports: a pledge that Okafor's side called a con
_TO_REPORT = 9
_INDEFINITE = frozenset({"something", "anything", "nothing", "everything", "what", "whatever"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A cue with the words of its content and the head of its source, all in one sentence.

    ``cue_words`` are the cue's words with the preposition that the frame adds. ``source`` None: the clause names none.
    """

    candidate: CueCandidate
    pattern: str
    content: tuple[Word, ...]
    cue_words: tuple[Word, ...]
    source: Word | None
    polarity: Polarity


def make_reading(
    candidate: CueCandidate,
    pattern: str,
    content: Iterable[Word],
    source: Word | None,
    cue_words: Iterable[Word] = (),
) -> Reading | None:
    """A reading with the cue's words in order, None where the content holds nothing that could have been said."""
    cues = tuple(sorted({*candidate.words, *cue_words}, key=lambda w: w.index))
    words = _without_other_reports(candidate, content, {w.index for w in cues})
    if _is_empty(words):
        return None
    return Reading(
        candidate=candidate,
        pattern=pattern,
        content=words,
        cue_words=cues,
        source=source,
        polarity=candidate.polarity,
    )


def _without_other_reports(candidate: CueCandidate, content: Iterable[Word], cues: set[int]) -> tuple[Word, ...]:
    """The content without the cue's own words and without clauses in it that report for themselves."""
    sentence = candidate.sentence
    kept = {w.index for w in content} - cues
    kept -= _appended(candidate, kept)
    for index in sorted(kept):
        word = sentence.words[index]
        # the head of the content is what was said, whatever verb it is
        if index in kept and word.upos == "VERB" and word.head in kept and reports_anew(candidate, word):
            kept -= {w.index for w in sentence.subtree(word)}
            # … and the *and* that joins it
            kept -= {
                w.index for w in sentence.children(sentence.words[word.head], "cc") if w.index == max(kept, default=-1)
            }
    return tuple(sentence.words[i] for i in sorted(kept))


def _appended(candidate: CueCandidate, kept: set[int]) -> set[int]:
    """*scrap the plan, a pledge that Okafor called a con*; *X, something the trust denies*; *X, as alleged in Y*.

    The last words of a content, behind a comma or a dash, that look back on what was said and report for themselves.
    """
    sentence = candidate.sentence
    verbs = load_lexicon().verbs
    for index in sorted(kept):
        word = sentence.words[index]
        if word.form not in {",", "-", "–", "—"} or index + 1 not in kept:
            continue
        opener = sentence.words[index + 1]
        tail = {i for i in kept if i > index}
        words = [sentence.words[i] for i in sorted(tail)]
        if any(w.form in {",", ";"} for w in words):
            continue
        reporting = [w for w in words if w.upos == "VERB" and known_lemma(w, verbs) is not None]
        if _looks_back(opener, words) and reporting and reporting[0].index <= index + _TO_REPORT:
            return tail | {index}
    return set()


def _looks_back(opener: Word, words: Sequence[Word]) -> bool:
    """Whether the words that ``opener`` begins take up what stands before them."""
    if opener.form.lower() in {"something", "which"}:
        return True
    if opener.form.lower() == "as":
        return len(words) > 1 and words[1].xpos == "VBN"
    noun = next((w for w in words if w.upos == "NOUN"), None)
    taken_up = noun is not None and known_lemma(noun, load_lexicon().nouns) is not None
    return opener.form.lower() in {"a", "an"} and taken_up


def reports_anew(candidate: CueCandidate, verb: Word) -> bool:
    """Whether a clause in or behind a content begins a report of its own.

    *said A, adding B*; *said A, and Okafor accused B*; *says A; Okafor says B*; *said he would A and thanked B*, which
    lacks the shifted tense of what is reported.
    """
    sentence = candidate.sentence
    if known_lemma(verb, load_lexicon().verbs) is None or sentence.child(verb, "mark") is not None:
        return False
    if true_partner(sentence, verb) is candidate.head:
        return True
    if verb.xpos == "VBG":
        participle = verb.lemma in load_verb_classes()[VerbClass.PARTICIPLE]
        return participle and verb.relation in {"advcl", "conj"} and comma_before(sentence, verb)
    if verb.relation not in {"conj", "parataxis"} or verb.xpos not in {"VBD", "VBZ", "VBP"}:
        return False
    subject = sentence.child(verb, "nsubj")
    if subject is not None:
        return subject.upos in {"PROPN", "NOUN"}
    head = sentence.head(verb)
    shifted = head is not None and any(a.form.lower() in SHIFTED for a in sentence.children(head, "aux", "cop"))
    return verb.relation == "conj" and verb.xpos == "VBD" and candidate.head.xpos == "VBD" and shifted


def _is_empty(words: Iterable[Word]) -> bool:
    said = [w for w in words if not is_punctuation(w)]
    if not said:
        return True
    first = said[0]
    if len(said) == 1:
        return first.form.lower() in word_list("pronoun_contents") or first.upos in {"PRON", "DET"}
    # *accused of something that isn't true*: the pronoun says no more with its relative clause than without
    return first.form.lower() in _INDEFINITE and first.head not in {w.index for w in said}


def is_bare_infinitive(sentence: Sentence, word: Word) -> bool:
    """*to resign*; not *he was yet to resign*, where the infinitive heads a clause with a subject."""
    if sentence.child(word, "nsubj", "nsubj:pass", "expl", "cop") is not None:
        return False
    return any(m.lemma == "to" for m in sentence.children(word, "mark"))


def is_bare_verb(sentence: Sentence, word: Word) -> bool:
    """*(told them not to drink,) cook with or bathe in it*: a verb with neither subject, auxiliary nor *to*."""
    if word.xpos != "VB":
        return False
    return sentence.child(word, "nsubj", "nsubj:pass", "expl", "aux", "aux:pass", "cop", "mark") is None


def comma_before(sentence: Sentence, word: Word) -> bool:
    """Whether the phrase that ``word`` heads is set off by a comma or another mark."""
    first = sentence.subtree(word)[0]
    return (first.index > 0 and is_punctuation(sentence.words[max(first.index - 1, 0)])) or first.form == ","
