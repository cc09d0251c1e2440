"""What looks like a report of somebody's, and is a question put to him or words said to him.

*Asked if he would go, Lee laughed* reports nothing of Lee's (annotation rule 9), and *the court was told that …* names
who was told, not who told it (rule 11). The rules know this of their own readings; it is held against what the encoder
tags, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from service.attribution.complements import puts_question
from service.attribution.drafts import Draft
from service.attribution.lexicon import VerbClass, load_verb_classes
from service.attribution.sources import is_passive
from service.model import Span
from service.parse.tree import Parse, Sentence, Word


def without_hearers(parse: Parse, drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts without questions put to the source, and without mentions of those who were told."""
    return [told for draft in drafts if (told := _without_hearer(parse, draft)) is not None]


def _without_hearer(parse: Parse, draft: Draft) -> Draft | None:
    place = _cue_verb(parse, draft)
    if place is None:
        return draft
    sentence, verb = place
    if draft.pattern.startswith("tagged") and puts_question(sentence, verb):
        return None
    told = _told(sentence, verb)
    if draft.mention is None or told is None or not draft.mention.span.covers(told.span):
        return draft
    circumstances = draft.circumstances
    if circumstances.addressee is None and circumstances.venue is None:
        circumstances = replace(circumstances, addressee=draft.mention.span)
    return replace(draft, mention=None, circumstances=circumstances)


def _cue_verb(parse: Parse, draft: Draft) -> tuple[Sentence, Word] | None:
    if draft.cue is None:
        return None
    span: Span = draft.cue.spans[0]
    sentence = parse.sentence_at(span.start)
    verb = next((w for w in parse.words_in(span) if w.upos == "VERB"), None)
    return (sentence, verb) if sentence is not None and verb is not None else None


def _told(sentence: Sentence, verb: Word) -> Word | None:
    """The subject of a passive, and of a headline's *…, jury told* and *…, court hears*."""
    if is_passive(sentence, verb):
        return sentence.child(verb, "nsubj:pass")
    hearer = verb.lemma.lower() in load_verb_classes()[VerbClass.HEARER] or verb.lemma.lower() == "hear"
    last = all(not w.form[:1].isalnum() for w in sentence.words[verb.index + 1 :])
    if hearer and last and verb.lemma.lower() in {"tell", "hear"} and sentence.child(verb, "obj", "iobj") is None:
        return sentence.child(verb, "nsubj")
    return None
