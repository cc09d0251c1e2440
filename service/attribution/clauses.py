"""Contents that are clauses: complements, host clauses of a parenthetical cue, *as Lee put it*, *according to Lee*.

Each rule is a pure function from a cue candidate (and the head of its source) to a ``Reading`` or None.
"""

from __future__ import annotations

from service.attribution.conjuncts import SHIFTED
from service.attribution.cues import CueCandidate
from service.attribution.extents import is_punctuation
from service.attribution.lexicon import Frame, VerbClass, load_verb_classes, word_list
from service.attribution.readings import (
    Reading,
    comma_before,
    is_bare_infinitive,
    is_bare_verb,
    make_reading,
    reports_anew,
)
from service.model import Polarity
from service.parse.tree import Sentence, Word

# a clause after the content that these introduce is more often the reporter's than the source's
REPORTERS_CONJUNCTIONS = frozenset({"as", "while", "when", "after", "before", "during", "amid", "following", "ahead"})
_QUESTION_WORDS = frozenset({"why", "how", "what", "where", "who", "whether", "if", "which"})
# what begins a clause of its own between a cue and a finite verb
_SUBORDINATE = frozenset(
    {*("when", "while", "after", "before", "as", "because", "if", "who", "which", "that", "where"), "and", "but", "or"}
)


def clause(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*said (that) X*; also *X, said Lee* where the parser makes X the complement of the cue."""
    sentence, verb = candidate.sentence, candidate.head
    if Frame.CLAUSE not in candidate.entry.frames:
        return None
    complement = _finite_complement(sentence, verb)
    if complement is None or complement is source:
        return None
    hearer = hearer_of_order(candidate.sentence, verb, complement)
    without = [w for w in (source, hearer) if w is not None and w in sentence.subtree(complement)]
    content = set(sentence.subtree(complement, without=without))
    content |= set(_trailing(candidate, complement))
    if complement.index > verb.index and source is not None:
        content -= set(_before_source(sentence, source))
        content |= set(_interrupted_subject(sentence, verb, complement, source))
    if verb.xpos == "VBG":
        behind_participle = (c for c in sentence.children(verb, "nsubj") if verb.index < c.index < complement.index)
        content |= {w for subject in behind_participle for w in sentence.subtree(subject)}
    behind = sentence.words[verb.index + 1 : verb.index + 2]
    # *said Tuesday the bridge …*: the day is the saying's
    if complement.index < verb.index:
        # *X, their union said, dashing hopes of Y*: what follows from it is the reporter's
        closing = (c for c in sentence.subtree(complement) if c.index > verb.index and _is_consequence(sentence, c))
        content -= {w for c in closing for w in sentence.subtree(c)}
    content -= {w for w in behind if w.relation != "nsubj" and w.lemma.lower() in word_list("time_nouns")}
    return make_reading(candidate, "clausal-complement", sorted(content, key=lambda w: w.index), source)


def hearer_of_order(sentence: Sentence, verb: Word, clause: Word) -> Word | None:
    """*told* | *the drivers to stay*: the subject (or object) that a parser put before an infinitive is who was told.

    Only of verbs that have a hearer; *asked for the vote to be put off* names none.
    """
    if verb.lemma.lower() not in load_verb_classes()[VerbClass.HEARER] or clause.index < verb.index:
        return None
    to = next((m for m in sentence.children(clause, "mark") if m.lemma == "to"), None)
    subject = sentence.child(clause, "nsubj", "nsubj:pass", "obj", "iobj")
    led = any(m.lemma == "for" for m in sentence.children(clause, "mark", "case"))
    if subject is None or to is None or led or not verb.index < subject.index < to.index:
        return None
    return subject


def _is_consequence(sentence: Sentence, word: Word) -> bool:
    """*…, dashing hopes of Y*: a participle behind a comma with neither subject nor conjunction."""
    bare = sentence.child(word, "nsubj", "mark", "aux", "case") is None
    return word.xpos == "VBG" and word.relation in {"advcl", "acl"} and bare and comma_before(sentence, word)


def _before_source(sentence: Sentence, source: Word) -> list[Word]:
    """The words right before the source's phrase: a title (*Mr.*) that a parser hung on what is reported."""
    words: list[Word] = []
    at = sentence.subtree(source)[0].index - 1
    while at >= 0 and not is_punctuation(sentence.words[at]):
        words.append(sentence.words[at])
        at -= 1
    return words


def _interrupted_subject(sentence: Sentence, verb: Word, complement: Word, source: Word) -> tuple[Word, ...]:
    """*The plan, she said, would fail*: the words before the cue, where the clause behind it has no subject."""
    if source.index > verb.index:
        return ()
    if sentence.child(complement, "nsubj", "nsubj:pass", "expl", "csubj", "mark") is not None:
        return ()
    opening = sentence.subtree(complement)[0]
    while is_punctuation(opening) and opening.index + 1 < len(sentence.words):
        opening = sentence.words[opening.index + 1]
    first = sentence.subtree(source)[0].index
    set_off = first > 0 and sentence.words[first - 1].form == "," and sentence.words[opening.index - 1].form == ","
    finite = opening.index > verb.index and opening.xpos in {"VBD", "VBZ", "VBP", "MD"}
    return sentence.words[: first - 1] if set_off and finite else ()


def _finite_complement(sentence: Sentence, verb: Word) -> Word | None:
    unfinite = (is_bare_infinitive, is_bare_verb, opens_with_question)
    complements = [c for c in sentence.children(verb, "ccomp") if not any(test(sentence, c) for test in unfinite)]
    if complements:
        return max(complements, key=lambda c: len(sentence.subtree(c)))
    # *He said: X.* and misread clauses: a clause after the cue that hangs on it beside a colon or *that*
    for child in sentence.children(verb, "parataxis", "advcl", "xcomp", "dep"):
        marked = any(m.lemma in {"that", "whether", "if"} for m in sentence.children(child, "mark"))
        finite = sentence.child(child, "nsubj", "expl", "nsubj:pass") is not None
        first = sentence.subtree(child)[0]
        colon = first.index > verb.index and any(w.form == ":" for w in sentence.words[verb.index : first.index + 1])
        questioning = verb.lemma.lower() in load_verb_classes()[VerbClass.QUESTIONING]
        if child.index > verb.index and questioning and finite and first.lemma.lower() in _QUESTION_WORDS:
            # Asked by the judge why he had left
            return child
        if child.index > verb.index and ((marked and child.relation != "advcl") or (colon and finite)):
            return child
        if child.relation == "xcomp" and finite:
            return child
    # *said in a statement that X*, *told the Herald that X*: the clause hung on the noun between
    for phrase in sentence.children(verb, "obl", "obj", "iobj", "nmod"):
        for noun in sentence.subtree(phrase) if phrase.index > verb.index else ():
            for clause in sentence.children(noun, "acl", "ccomp", "advcl"):
                opens = next(iter(sentence.subtree(clause)))
                own_subject = next((c for c in sentence.children(clause, "nsubj", "expl") if c.lemma != "that"), None)
                if opens.lemma == "that" and own_subject is not None and clause.index > noun.index:
                    return clause
    # *said those who left had done so*: a subject with a relative clause misread as the object of a verb that has none
    for child in sentence.children(verb, "obj"):
        own = sentence.child(child, "acl:relcl", "acl", "ccomp", "parataxis")
        if child.index > verb.index and own is not None and own.xpos in {"VBD", "VBZ", "VBP", "VBN"}:
            return child if verb.lemma in {"say", "add", "insist", "argue", "claim", "maintain"} else None
    return None


def opens_with_question(sentence: Sentence, verb: Word) -> bool:
    """Whether the verb is the *Asked* of *Asked if …, he said …*: a participle at the head of the sentence."""
    if verb.lemma not in load_verb_classes()[VerbClass.QUESTIONING] or verb.xpos not in {"VBN", "VBD"}:
        return False
    return all(is_punctuation(w) or w.upos in {"CCONJ", "SCONJ", "ADV"} for w in sentence.words[: verb.index])


def broken_clause(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*suggested his best role is as a convert*: a clause whose subject was misread as the cue's object.

    The sign is a finite verb between the object and the next comma; the content runs to the end of the sentence or to
    a participle or conjunction that goes on about the cue's own clause.
    """
    sentence, verb = candidate.sentence, candidate.head
    if Frame.CLAUSE not in candidate.entry.frames or source is None or source.index > verb.index:
        return None
    if verb.xpos not in {"VBD", "VBZ", "VBP"} and sentence.child(verb, "aux") is None:
        return None
    if any(is_bare_infinitive(sentence, c) for c in sentence.children(verb, "xcomp", "advcl", "ccomp")):
        return None  # *urged the council to resume the talks it broke off*
    thing = sentence.child(verb, "obj", "xcomp", "obl")
    if thing is None or thing.index < verb.index or sentence.subtree(thing)[0].index != verb.index + 1:
        return None
    end = next(
        (w.index for w in sentence.words[verb.index + 1 :] if w.form in {",", ";", ":", "–", "—"}), len(sentence.words)
    )
    # *wrote to the council saying X*: a participle's clause is its own
    own = [c for c in sentence.children(verb, "advcl") if c.xpos == "VBG"]
    inside = {w for head in (thing, *own) for w in sentence.subtree(head)}
    finite = [
        w
        for w in sentence.words[thing.index + 1 : end]
        if w.xpos in {"VBD", "VBZ", "VBP", "MD"} and w not in inside and w.head != verb.index
    ]
    between = {w.form.lower() for w in sentence.words[thing.index + 1 : finite[0].index]} if finite else set()
    if not finite or between & _SUBORDINATE:
        return None
    return make_reading(candidate, "broken-clause", sentence.words[verb.index + 1 : end], source)


def _trailing(candidate: CueCandidate, complement: Word) -> list[Word]:
    """What follows the content and was hung on the cue by the parser, but reads as part of what was said."""
    sentence, verb = candidate.sentence, candidate.head
    words: list[Word] = []
    if complement.index < verb.index or candidate.polarity is Polarity.DENIED:
        return words
    end = sentence.subtree(complement)[-1].index
    for child in sentence.children(verb, "advcl", "conj", "parataxis", "ccomp"):
        if child.index <= end or child is complement:
            continue
        subtree = sentence.subtree(child)
        if child.relation == "advcl":
            marks = {m.lemma.lower() for m in sentence.children(child, "mark")}
            if not marks or marks & REPORTERS_CONJUNCTIONS:
                continue
        elif child.relation == "conj":
            if reports_anew(candidate, child) or not _continues_content(sentence, child):
                continue
        elif (child.relation == "parataxis" and reports_anew(candidate, child)) or (
            child.relation == "parataxis" and sentence.child(child, "nsubj", "nsubj:pass", "expl") is None
        ):
            continue
        words.extend(subtree)
        end = subtree[-1].index
    return [*words, *_further_that_clause(sentence, end)]


def _further_that_clause(sentence: Sentence, end: int) -> tuple[Word, ...]:
    """*…, and that B* right behind a content, wherever the parser hung it."""
    behind = [w for w in sentence.words[end + 1 : end + 4] if w.form != ","]
    if len(behind) < 2 or behind[0].upos != "CCONJ" or behind[1].lemma != "that" or behind[1].relation != "mark":
        return ()
    clause = sentence.head(behind[1])
    return (behind[0], *sentence.subtree(clause)) if clause is not None and clause.index > behind[1].index else ()


def _continues_content(sentence: Sentence, conjunct: Word) -> bool:
    """*said A and that B*, *said A but had been told B*, *said A and the town B*: B, hung on the cue, is said too.

    Signs are *that*, a shifted tense, or a subject of its own; a cue beside the cue begins a report of its own.
    """
    if any(m.lemma == "that" for m in sentence.children(conjunct, "mark")):
        return True
    # *states that a worker noticed A and was told B*
    if sentence.child(conjunct, "aux:pass") is not None:
        return True
    if any(a.form.lower() in SHIFTED for a in sentence.children(conjunct, "aux", "aux:pass", "cop")):
        return True
    own_subject = sentence.child(conjunct, "nsubj", "nsubj:pass", "expl") is not None
    return own_subject and conjunct.lemma not in load_verb_classes()[VerbClass.PARTICIPLE]


def host_clause(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*X, Lee said* and *X, Lee said, Y*: the cue hangs on the clause that it reports."""
    sentence, verb = candidate.sentence, candidate.head
    if Frame.CLAUSE not in candidate.entry.frames or source is None:
        return None
    host = sentence.head(verb)
    if host is None or verb.relation != "parataxis" or source not in sentence.subtree(verb) or verb.xpos == "VBG":
        return None
    if sentence.child(verb, "ccomp") is not None:
        return None
    aside = sentence.subtree(verb)
    content = [w for w in sentence.subtree(host) if w not in aside]
    return make_reading(candidate, "parenthetical-cue", content, source)


def as_clause(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*as Lee put it, X*; *X, as Lee has said*."""
    sentence, verb = candidate.sentence, candidate.head
    host = sentence.head(verb)
    if Frame.CLAUSE not in candidate.entry.frames or host is None or verb.relation != "advcl" or source is None:
        return None
    if not any(m.lemma == "as" for m in sentence.children(verb, "mark", "advmod", "case")):
        return None
    if sentence.child(verb, "ccomp") is not None or source not in sentence.subtree(verb):
        return None
    aside = sentence.subtree(verb)
    # *not as rich as he claims to be* compares; a report is set off by a comma, or opens the sentence
    opens = all(is_punctuation(w) or w.upos in {"CCONJ", "ADV"} for w in sentence.words[: aside[0].index])
    if not opens and not comma_before(sentence, verb):
        return None
    content = [w for w in sentence.subtree(host) if w not in aside]
    return make_reading(candidate, "as-clause", content, source)


def according_to(candidate: CueCandidate) -> Reading | None:
    """*X, according to Lee*."""
    sentence, according = candidate.sentence, candidate.head
    to = candidate.words[-1]
    # UD makes *according to* the case of the source; a parser may make it a verb with an oblique
    source = sentence.head(according) if according.relation in {"case", "mark", "advmod", "fixed"} else None
    if source is None or source.index < to.index:
        source = next((c for c in sentence.children(according, "obl", "nmod", "obj") if c.index > to.index), None)
    if source is None:
        return None
    phrase = set(sentence.subtree(source)) | {according, to}
    opens = all(is_punctuation(w) or w.upos in {"CCONJ", "ADV"} for w in sentence.words[: according.index])
    if opens:
        return make_reading(candidate, "according-to", _behind_source(sentence, source), source)
    before = sentence.words[: according.index]
    content = _reported_clause(sentence, according, source) if before[-1].form != "," else before
    if content and content[0].upos == "CCONJ":
        content = content[1:]
    return make_reading(candidate, "according-to", [w for w in content if w not in phrase], source)


def _behind_source(sentence: Sentence, source: Word) -> tuple[Word, ...]:
    """*According to Lee, X*: all that follows the comma behind the source and what describes it.

    A parser may hang the report itself on the source: where no clause with a subject is left behind the whole phrase
    (*According to Lee, a doctor, X*), the first comma divides.
    """
    end = sentence.subtree(source)[-1].index
    for start in (end, source.index):
        comma = next((w for w in sentence.words[start:] if w.form == ","), None)
        behind = sentence.words[comma.index + 1 :] if comma is not None else ()
        subject = next((w for w in behind if w.relation in {"nsubj", "expl"}), None)
        if subject is not None and not _is_cut(sentence, subject):
            return behind
    return behind


def _is_cut(sentence: Sentence, subject: Word) -> bool:
    """*a wooden one, is safe*: the one comma between subject and verb closes what opens before the subject."""
    verb = sentence.head(subject)
    between = sentence.words[subject.index : verb.index] if verb is not None else ()
    return sum(w.form == "," for w in between) == 1


def _reported_clause(sentence: Sentence, according: Word, source: Word) -> tuple[Word, ...]:
    """The clause before an *according to* that no comma sets off; a report covers more than the noun next to it."""
    top = source if according in sentence.subtree(source) else according
    above = sentence.ancestors(top)
    host = next((w for w in above if w.upos in {"VERB", "AUX"} or sentence.child(w, "cop") is not None), None)
    if host is None:
        return sentence.words[: according.index]
    return tuple(w for w in sentence.subtree(host) if w.index < according.index)
