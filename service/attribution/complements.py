"""From a cue to its content by the parse: the rules of ``clauses`` and ``phrases`` in the order of their reliability.

The relations are those of Universal Dependencies.
"""

from __future__ import annotations

from service.attribution.clauses import according_to, as_clause, broken_clause, clause, host_clause, opens_with_question
from service.attribution.cues import CueCandidate, CueKind
from service.attribution.lexicon import Lexicon, VerbClass, load_verb_classes
from service.attribution.phrases import infinitive, noun_content, object_content, predicative, preposition
from service.attribution.readings import Reading
from service.attribution.sources import can_speak, source_of_verb
from service.parse.tree import Sentence, Word


def read_complement(candidate: CueCandidate, lexicon: Lexicon) -> Reading | None:
    """The content that the parse gives a cue, None where it gives none."""
    if candidate.kind is CueKind.ACCORDING:
        return according_to(candidate)
    if candidate.kind in {CueKind.NOUN, CueKind.LIGHT}:
        return noun_content(candidate)
    if _is_hypothetical(candidate) or _is_question_to_source(candidate):
        return None
    source = source_of_verb(candidate.sentence, candidate.head)
    if source is not None and not can_speak(source):
        source = None
    if candidate.entry.documents and not _is_document(candidate.sentence, source, lexicon):
        return None
    for rule in (clause, broken_clause, host_clause, as_clause, preposition, predicative, infinitive, object_content):
        reading = rule(candidate, source)
        if reading is not None:
            return reading
    return None


def _is_hypothetical(candidate: CueCandidate) -> bool:
    """*grounds to claim*, *wanted to deny*: an infinitive reports nothing said, unless it says how or what for."""
    sentence, verb = candidate.sentence, candidate.head
    if verb.xpos != "VB" or candidate.words[0] is not verb or sentence.child(verb, "aux") is not None:
        return False
    if not any(m.lemma == "to" for m in sentence.children(verb, "mark")):
        return verb.relation in {"conj", "xcomp"}
    head = sentence.head(verb)
    # *took the stage to say* reports; *there were grounds to claim* does not
    purpose = verb.relation == "advcl" and head is not None and head.upos == "VERB"
    return verb.relation in {"acl", "xcomp", "csubj", "ccomp", "conj", "advcl"} and not purpose


def _is_question_to_source(candidate: CueCandidate) -> bool:
    """*Asked if he had apologised, he said …*: part of neither content nor cue (annotation rule 9)."""
    sentence, verb = candidate.sentence, candidate.head
    questioning = load_verb_classes()[VerbClass.QUESTIONING]
    # *said Lee, asked whether he would sign*
    aside = verb.xpos == "VBN" and verb.relation in {"acl", "advcl"} and verb.lemma in questioning
    agentless = source_of_verb(sentence, verb) is None or sentence.child(verb, "obl:agent") is None
    return opens_with_question(sentence, verb) or (
        aside and agentless and sentence.child(verb, "aux:pass", "aux") is None
    )


def _is_document(sentence: Sentence, source: Word | None, lexicon: Lexicon) -> bool:
    if source is None:
        return False
    if source.lemma.lower() in lexicon.document_nouns:
        return True
    return source.upos == "PROPN" and any(w.lemma.lower() in lexicon.document_nouns for w in sentence.subtree(source))
