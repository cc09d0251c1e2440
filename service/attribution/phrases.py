"""Contents that are phrases: what a cue noun claims, infinitives, objects, prepositional and predicative contents.

Each rule is a pure function from a cue candidate (and the head of its source) to a ``Reading`` or None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.attribution.clauses import REPORTERS_CONJUNCTIONS, hearer_of_order
from service.attribution.cues import CueCandidate, CueKind, preposition_of
from service.attribution.extents import is_punctuation
from service.attribution.lexicon import Frame, VerbClass, load_verb_classes, word_list
from service.attribution.readings import Reading, comma_before, is_bare_infinitive, is_bare_verb, make_reading
from service.attribution.sources import can_speak, is_passive, source_of_noun, source_of_verb
from service.parse.tree import Sentence, Word

# words of the second thing in *described A as X and B as Y*
_LONGEST_THING = 6
_NOUN_PREPOSITIONS = frozenset(
    {"about", "of", "to", "for", "over", "with", "against", "between", "toward", "towards", "as", "into"}
)


def noun_content(candidate: CueCandidate) -> Reading | None:
    """*the claim that X*, *calls for X*, *his promise to X*, *repeated his call for X*."""
    own = source_of_noun(candidate.sentence, candidate.anchor)
    if candidate.kind is CueKind.LIGHT:
        subject = source_of_verb(candidate.sentence, candidate.head)
        source = subject if subject is not None and can_speak(subject) and subject is not candidate.anchor else own
    else:
        source = own
    if source is None and candidate.kind is CueKind.NOUN:
        return None
    return _noun_clause(candidate, source) or _noun_phrase(candidate, source)


def _noun_clause(candidate: CueCandidate, source: Word | None) -> Reading | None:
    sentence, noun = candidate.sentence, candidate.anchor
    clauses = list(sentence.children(noun, "acl", "ccomp", "parataxis", "xcomp", "advcl"))
    # *claims by its own doctors that X*: the clause hung on the doctors
    behind = (c for c in sentence.children(candidate.head, "obl") if c.index > noun.index)
    for owner in (*sentence.children(noun, "nmod"), *behind):
        clauses += [c for c in sentence.children(owner, "acl") if sentence.subtree(c)[0].lemma == "that"]
    for child in clauses:
        made = child.lemma in load_verb_classes()[VerbClass.MAKING] and child.relation == "acl"
        if made or child.index < noun.index:
            continue
        marks = {m.lemma for m in sentence.children(child, "mark")}
        opening = sentence.subtree(child)[0]
        that = "that" in marks or (opening.lemma == "that" and opening.upos == "SCONJ")
        finite = that or child.relation == "ccomp" or _is_bare_clause(candidate, child)
        if finite and Frame.CLAUSE in candidate.entry.frames:
            return make_reading(candidate, "noun-clause", sentence.subtree(child), source)
        if "to" in marks and Frame.INFINITIVE in candidate.entry.frames:
            return _phrase(candidate, "noun-infinitive", sentence.subtree(child), source)
    return None


def _is_bare_clause(candidate: CueCandidate, clause: Word) -> bool:
    """*rejected the suggestion the town would pay*: a clause with a subject right behind the noun, without *that*.

    Without a verb that makes the noun a cue it is as often a relative clause (*the claims I have made*).
    """
    sentence = candidate.sentence
    adjoining = sentence.subtree(clause)[0].index == candidate.anchor.index + 1
    return candidate.kind is CueKind.LIGHT and clause.relation == "acl" and adjoining and _is_clause(sentence, clause)


def _noun_phrase(candidate: CueCandidate, source: Word | None) -> Reading | None:
    sentence, noun = candidate.sentence, candidate.anchor
    phrases = list(sentence.children(noun, "nmod", "acl", "obl"))
    if candidate.kind is CueKind.LIGHT:
        # *repeated his call for X* with *for X* hung on the verb
        for child in sentence.children(candidate.head, "obl"):
            if any(case.index == noun.index + 1 for case in sentence.children(child, "case", "mark")):
                phrases.append(child)
    for child in phrases:
        for case in sentence.children(child, "case", "mark"):
            rules = case.index > noun.index and preposition_of(candidate.entry, case.form) is not None
            if rules and child is not source:
                content = [w for w in sentence.subtree(child) if w is not case]
                return _phrase(candidate, "noun-preposition", content, source, _next_to(noun, case))
    return None


def _is_clause(sentence: Sentence, word: Word) -> bool:
    """A finite clause with a subject that is no relative pronoun."""
    subject = sentence.child(word, "nsubj", "nsubj:pass", "expl")
    finite = word.xpos in {"VBD", "VBZ", "VBP"} or sentence.child(word, "aux", "cop") is not None
    return subject is not None and subject.lemma.lower() not in {"who", "which", "that", "what"} and finite


def _next_to(noun: Word, case: Word) -> tuple[Word, ...]:
    return (case,) if case.index == noun.index + 1 else ()


def preposition(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*accused X of Y*, *called for Y*, *described X as Y*: the content follows a preposition that the cue rules."""
    sentence, verb = candidate.sentence, candidate.head
    for child in sentence.children(verb, "obl", "advcl", "xcomp", "nmod", "ccomp"):
        if child.index < verb.index or child is source:
            continue
        for case in sentence.children(child, "case", "mark"):
            if case.index > child.index or preposition_of(candidate.entry, case.form) is None:
                continue
            # *condemned the test as the council met*: a clause of time or cause
            if case.form.lower() == "as" and sentence.child(child, "nsubj", "nsubj:pass") is not None:
                continue
            content = [w for w in _without_reporters_clauses(sentence, child) if w is not case]
            content += _modifiers_behind(sentence, verb, content[-1].index) if content else []
            content += _second_phrase(sentence, case, content[-1].index) if content else []
            cases: tuple[Word, ...] = (case,)
            if (pair := _second_thing(sentence, case, content)) is not None:
                content, cases = pair[0], (case, pair[1])
            return _phrase(candidate, f"preposition-{case.form.lower()}", content, source, cases)
    # *accused X of Y* with *of Y* hung on X
    thing = sentence.child(verb, "obj", "nsubj:pass")
    for child in (
        sentence.children(thing, "nmod", "acl")
        if thing is not None and Frame.OBJECT not in candidate.entry.frames
        else ()
    ):
        for case in sentence.children(child, "case", "mark"):
            if child.index > verb.index and preposition_of(candidate.entry, case.form) is not None:
                content = [w for w in sentence.subtree(child) if w is not case]
                return _phrase(candidate, f"preposition-{case.form.lower()}", content, source, (case,))
    return None


def _second_phrase(sentence: Sentence, case: Word, end: int) -> tuple[Word, ...]:
    """*accused X of A and of B*: the second *of* behind the first phrase, wherever the parser hung it."""
    behind = sentence.words[end + 1 : end + 3]
    if len(behind) < 2 or behind[0].upos != "CCONJ" or behind[1].form.lower() != case.form.lower():
        return ()
    head = sentence.head(behind[1])
    return (behind[0], *sentence.subtree(head)) if head is not None and head.index > behind[1].index else ()


def _second_thing(sentence: Sentence, case: Word, content: Sequence[Word]) -> tuple[list[Word], Word] | None:
    """*described A as X and B as Y*: X and Y, and the second *as*; the verb is left out there, and parsers stumble.

    Between the *and* and the second preposition stands nothing but a noun phrase.
    """
    if case.form.lower() != "as" or not content:
        return None
    end = next((w.index for w in sentence.words[case.index :] if w.form in {";", ":"}), len(sentence.words))
    behind = sentence.words[content[0].index + 1 : end]
    again = next((w for w in behind if w.form.lower() == "as" and w.upos in {"ADP", "SCONJ"}), None)
    if again is None:
        return None
    joint = next((w for w in reversed(behind) if w.index < again.index and w.upos == "CCONJ"), None)
    named = sentence.words[joint.index + 1 : again.index] if joint is not None else ()
    nominal = {"NOUN", "PROPN", "PRON", "DET", "ADJ", "NUM", "PART", "ADP"}
    if joint is None or not 0 < len(named) <= _LONGEST_THING or any(w.upos not in nominal for w in named):
        return None
    second = sentence.head(again)
    if second is None or second.index <= again.index or sentence.child(second, "nsubj", "nsubj:pass") is not None:
        return None
    said = [w for w in sentence.words[case.index + 1 : joint.index] if w is not case]
    said += [w for w in sentence.subtree(second) if w.index > again.index]
    if any(w.upos in {"VERB", "AUX"} and w.xpos in {"VBD", "VBZ", "VBP", "MD"} for w in said):
        return None
    return said, again


def predicative(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*called X Y*: Y is the content."""
    sentence, verb = candidate.sentence, candidate.head
    if Frame.PREDICATIVE not in candidate.entry.frames or sentence.child(verb, "obj", "nsubj:pass") is None:
        return None
    for child in sentence.children(verb, "xcomp"):
        if child.index > verb.index and not is_bare_infinitive(sentence, child):
            return _phrase(candidate, "predicative", sentence.subtree(child), source)
    return None


def infinitive(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*vowed to X*, *urged them to X*."""
    sentence, verb = candidate.sentence, candidate.head
    if Frame.INFINITIVE not in candidate.entry.frames:
        return None
    # *offered support to go*: with an object only verbs that tell somebody to do something rule an infinitive
    if sentence.child(verb, "obj") is not None and not candidate.entry.frames & {Frame.CLAUSE}:
        return None
    for child in (*sentence.children(verb, "xcomp", "advcl", "ccomp"), *_hung_on_hearer(sentence, verb)):
        if child.index > verb.index and is_bare_infinitive(sentence, child):
            hearer = hearer_of_order(sentence, verb, child)
            content = _without_reporters_clauses(sentence, child, [hearer] if hearer is not None else [])
            # *not to drink, cook with or bathe in it*, the later verbs hung on the cue
            for other in sentence.children(verb, "conj", "ccomp"):
                if other.index > content[-1].index and is_bare_verb(sentence, other):
                    content = (*content, *_without_reporters_clauses(sentence, other))
            return _phrase(candidate, "infinitive", content, source)
    return None


def _hung_on_hearer(sentence: Sentence, verb: Word) -> tuple[Word, ...]:
    """*appealed to drivers to stay*, *urged drivers to stay*: what they are to do, hung on *drivers* by the parser.

    Of *ordered a review to find the cause* the review is none that hears.
    """
    found: list[Word] = []
    hears = verb.lemma.lower() in load_verb_classes()[VerbClass.HEARER]
    for noun in sentence.children(verb, "obj", "obl"):
        case = sentence.child(noun, "case")
        if noun.index < verb.index or (case is not None and case.form.lower() not in {"to", "on", "upon", "with"}):
            continue
        lemma = noun.lemma.lower()
        person = noun.upos in {"PROPN", "PRON"} or noun.xpos == "NNS" or lemma in word_list("audience_nouns")
        if person and (hears or case is not None):
            found += sentence.children(noun, "acl")
    for noun in sentence.children(verb, "obj", "iobj") if hears else ():
        # *told anyone still living there to boil it*, hung on *living*
        found += [c for inner in sentence.children(noun, "acl") for c in sentence.children(inner, "advcl", "xcomp")]
    return tuple(c for c in found if c.deprel != "acl:relcl")


def _without_reporters_clauses(sentence: Sentence, head: Word, without: Iterable[Word] = ()) -> tuple[Word, ...]:
    """A phrase without a clause of time behind it, which is the reporter's: *accused X of Y after the ship sank*."""
    barred = list(without)
    barred += [
        child
        for child in sentence.children(head, "advcl")
        if child.index > head.index
        and any(m.lemma.lower() in REPORTERS_CONJUNCTIONS for m in sentence.children(child, "mark"))
    ]
    return sentence.subtree(head, without=barred)


def object_content(candidate: CueCandidate, source: Word | None) -> Reading | None:
    """*denied the claims*, *X, which Lee denies*, *X was rejected by Lee*, *denied stealing it*."""
    sentence, verb = candidate.sentence, candidate.head
    if Frame.OBJECT not in candidate.entry.frames or source is None:
        return None
    if is_passive(sentence, verb):
        thing = sentence.child(verb, "nsubj:pass")
        if thing is None and verb.relation == "acl":
            thing = sentence.head(verb)
    else:
        thing = sentence.child(verb, "obj") or next(
            (
                c
                for c in sentence.children(verb, "xcomp", "ccomp", "advcl")
                if c.index > verb.index and "VBG" in {c.xpos, *(a.xpos for a in sentence.children(c, "cop", "aux"))}
            ),
            None,
        )
    if thing is None or thing is source:
        return None
    if thing.lemma in {"which", "that"} and verb.deprel == "acl:relcl":
        return _relative_object(candidate, source)
    barred = [verb] if verb in sentence.subtree(thing) else []
    barred += [
        c for w in sentence.subtree(thing) for c in sentence.children(w, "acl:relcl") if comma_before(sentence, c)
    ]
    phrase = sentence.subtree(thing, without=barred)
    if thing.index > verb.index:
        phrase = (*phrase, *_modifiers_behind(sentence, verb, phrase[-1].index))
    return _phrase(candidate, "object", phrase, source)


def _modifiers_behind(sentence: Sentence, verb: Word, end: int) -> list[Word]:
    """Phrases right behind an object that the parser hung on the verb: *discussed his commitment to better care*.

    Whether they belong to the noun or to the verb is a coin's toss for a parser; next to the noun and without a comma
    they are read with it, unless they say when or where it was said.
    """
    words: list[Word] = []
    for child in sentence.children(verb, "obl", "advcl", "xcomp", "nmod", "acl"):
        subtree = sentence.subtree(child)
        if (
            subtree[0].index != end + 1
            or is_punctuation(subtree[0])
            or child.deprel in {"obl:tmod", "obl:unmarked", "obl:agent"}
        ):
            continue
        case = sentence.child(child, "case", "mark")
        if case is None or case.form.lower() not in _NOUN_PREPOSITIONS:
            continue
        if case.form.lower() == "as" and child.relation == "advcl":
            continue
        words.extend(subtree)
        end = subtree[-1].index
    return words


def _relative_object(candidate: CueCandidate, source: Word) -> Reading | None:
    sentence, verb = candidate.sentence, candidate.head
    antecedent = sentence.head(verb)
    if antecedent is None:
        return None
    # *a habit of lying in the firm, which the firm denies*: the whole phrase, not the noun nearest to *which*
    while (
        antecedent.relation == "nmod"
        and (head := sentence.head(antecedent)) is not None
        and head.index < antecedent.index
    ):
        antecedent = head
    # … nor a noun that is the one who denies: then what is denied is the object beside it
    governor = sentence.head(antecedent)
    if antecedent.lemma == source.lemma and governor is not None and antecedent.relation == "obl":
        thing = sentence.child(governor, "obj")
        if thing is not None and thing.index < antecedent.index:
            phrase = (*sentence.subtree(thing), *sentence.subtree(antecedent, without=[verb]))
            return _phrase(candidate, "relative-object", phrase, source)
    case = sentence.children(antecedent, "case")
    return _phrase(candidate, "relative-object", sentence.subtree(antecedent, without=[verb, *case]), source)


def _phrase(
    candidate: CueCandidate, pattern: str, content: Iterable[Word], source: Word | None, cue_words: Iterable[Word] = ()
) -> Reading | None:
    """A reading whose content is a phrase: what a dash sets off from it is the reporter's."""
    words = tuple(sorted(content, key=lambda w: w.index))
    return make_reading(candidate, pattern, _before_dash(words), source, cue_words)


def _before_dash(content: tuple[Word, ...]) -> tuple[Word, ...]:
    """*called for an inquiry - a demand that Okafor rejects*: what a dash sets off from a phrase is the reporter's."""
    for at, word in enumerate(content):
        spaced = at > 0 and content[at - 1].span.end < word.span.start
        if word.form in {"-", "–", "—", "--"} and (spaced or word.form == "—") and at > 1:
            return content[:at]
    return content
