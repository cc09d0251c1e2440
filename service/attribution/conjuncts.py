"""Verbs that a parser joined with the wrong one: *He left, saying it was rigged and alleging a plot*.

*alleging* goes with *saying*, not with *was rigged*, since a participle has no finite verb for its like; in *It says
levels are falling and advises people to wait* the singular *advises* is none of the levels', and in *He said it had
passed, and denied that …* the plain past *denied* is the reporter's.
"""

from __future__ import annotations

from service.parse.tree import Sentence, Word

# the tense of what is reported, seen from a cue in the past
SHIFTED = frozenset({"had", "would", "could", "should", "might", "’d", "'d"})
_PLURAL_PRONOUNS = frozenset({"we", "they", "you", "i"})


def true_partner(sentence: Sentence, verb: Word) -> Word | None:
    """The verb that a conjunct is really joined with, where that is not its head; None where nothing is wrong."""
    head = sentence.head(verb)
    if verb.relation != "conj" or head is None or sentence.child(verb, "nsubj", "nsubj:pass", "expl") is not None:
        return None
    if verb.xpos == "VBG" and not _is_finite_participle(sentence, verb) and not _is_participle(sentence, head):
        fits = _is_participle
    elif verb.xpos == "VBZ" and (_has_plural_subject(sentence, head) or not _is_present(sentence, head)):
        fits = _is_singular
    elif verb.xpos == "VBD" and _is_shifted(sentence, head):
        fits = _is_past
    else:
        return None
    return next((above for above in sentence.ancestors(head) if fits(sentence, above)), None)


def _is_finite_participle(sentence: Sentence, verb: Word) -> bool:
    return sentence.child(verb, "aux", "aux:pass", "cop") is not None


def _is_participle(sentence: Sentence, verb: Word) -> bool:
    return verb.xpos == "VBG" and not _is_finite_participle(sentence, verb)


def _is_present(sentence: Sentence, verb: Word) -> bool:
    """Whether the clause is in the present: by the verb, or by its auxiliary or copula."""
    return any(w.xpos in {"VBZ", "VBP"} for w in (verb, *sentence.children(verb, "aux", "cop", "aux:pass")))


def _is_shifted(sentence: Sentence, verb: Word) -> bool:
    """*said it had passed, and denied …*: the tense of what is reported; a plain past beside it is the reporter's."""
    return any(w.form.lower() in SHIFTED for w in sentence.children(verb, "aux", "cop"))


def _is_past(sentence: Sentence, verb: Word) -> bool:
    return verb.xpos == "VBD" and not _is_shifted(sentence, verb) and sentence.child(verb, "nsubj") is not None


def _is_singular(sentence: Sentence, verb: Word) -> bool:
    return verb.xpos == "VBZ" and not _has_plural_subject(sentence, verb)


def _has_plural_subject(sentence: Sentence, verb: Word) -> bool:
    subject = sentence.child(verb, "nsubj", "nsubj:pass")
    if subject is None:
        return False
    return subject.xpos in {"NNS", "NNPS"} or subject.form.lower() in _PLURAL_PRONOUNS
