"""What a reading by the parse is: a cue with the words of its content and the head of its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.attribution.cues import CueCandidate
from service.attribution.extents import is_punctuation
from service.attribution.lexicon import word_list
from service.model import Polarity
from service.parse.tree import Sentence, Word

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
    cue_indices = {w.index for w in cues}
    words = tuple(w for w in content if w.index not in cue_indices)
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
    if word.xpos != "VB" or sentence.child(word, "nsubj", "nsubj:pass", "expl", "cop") is not None:
        return False
    return any(m.lemma == "to" for m in sentence.children(word, "mark"))


def comma_before(sentence: Sentence, word: Word) -> bool:
    """Whether the phrase that ``word`` heads is set off by a comma or another mark."""
    first = sentence.subtree(word)[0]
    return (first.index > 0 and is_punctuation(sentence.words[max(first.index - 1, 0)])) or first.form == ","
