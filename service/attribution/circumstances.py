"""To whom, where and when it was said: the arguments and adjuncts of the cue (annotation rules 24 and 25).

The addressee is the noun phrase as written; an outlet or a programme spoken to is the venue. None is the normal value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.attribution.clauses import hearer_of_order
from service.attribution.conjuncts import true_partner
from service.attribution.extents import is_punctuation, trim
from service.attribution.lexicon import Lexicon, VerbClass, load_verb_classes, word_list
from service.attribution.sources import is_passive, mention_span, mention_words
from service.model import Span
from service.parse.tree import EntityKind, Sentence, Word, cover

_VENUE_PREPOSITIONS = frozenset({"in", "on", "at", "during", "via", "through", "from", "outside", "inside"})
# where people sit who are spoken to, and what is spoken to for them
_ROOMS = frozenset({"court", "parliament", "tribunal", "inquest", "inquiry"})
# by which something is said: *over the loudspeaker*, *by telephone*
_MEANS = frozenset(
    {"loudspeaker", "radio", "telephone", "phone", "link", "email", "text", "letter", "video", "megaphone"}
)
_NOBODY = frozenset({"nobody", "no-one", "one"})
_TIME_MARKS = frozenset({"after", "before", "when", "while", "during", "following", "ahead", "since", "as", "until"})
_TIME_PREPOSITIONS = frozenset(
    {"", "on", "in", "at", "during", "by", "before", "after", "since", "until", "over", "within"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Spans in the article; None where the cue's clause does not say."""

    addressee: Span | None = None
    venue: Span | None = None
    when: Span | None = None


def read_circumstances(sentence: Sentence, cue: Word, content: tuple[Span, ...], lexicon: Lexicon) -> Circumstances:
    """Read the dependents of the cue that lie outside the content."""
    addressee = _addressee(sentence, cue)
    venue: Span | None = None
    if addressee is not None and _is_outlet(sentence, addressee, lexicon):
        told = None
        whole = _adjunct_span(sentence, addressee) if addressee.upos == "NOUN" else None
        venue = whole if whole is not None and _outside(whole, content) else mention_span(sentence, addressee)
    else:
        told = _hearer_span(sentence, addressee, content) if addressee is not None else None
    when: Span | None = None
    written: Word | None = None
    for child, own in _adjuncts(sentence, cue):
        if child is addressee:
            continue
        if told is None and own and _is_told(sentence, child, cue, content, lexicon):
            told = _hearer_span(sentence, child, content)
            continue
        span = _adjunct_span(sentence, child)
        if span is None or any(span.overlaps(c) for c in (*content, *([told] if told is not None else []))):
            continue
        if when is None and _is_time(sentence, child, lexicon):
            when = span
        elif venue is None and own and _is_venue(sentence, child, lexicon):
            venue = span
            written = child
            when = when or _day_of(sentence, child)
    if told is None and written is not None:
        reader = _written_to(sentence, written, cue, lexicon)
        told = _hearer_span(sentence, reader, content) if reader is not None else None
        if reader is not None and venue is not None and told is not None:
            # said in a note | to clients, the latter hung on the cue
            tie = sentence.child(reader, "case")
            beside = tie is not None and 0 <= tie.span.start - venue.end <= 1
            venue = Span(venue.start, told.end) if beside else venue
    if when is None:
        when = _bare_day(sentence, cue, lexicon)
    return Circumstances(
        addressee=_outside(told, content),
        venue=_outside(venue, content),
        when=_outside(when, content),
    )


def _is_told(sentence: Sentence, word: Word, cue: Word, content: tuple[Span, ...], lexicon: Lexicon) -> bool:
    """Whether the adjunct says who hears: *called on the council to X*, *said to reporters*, *appealed to drivers*."""
    if _is_called_upon(sentence, word, cue, content):
        return True
    written = word.lemma.lower() in lexicon.written_occasions and not _is_time(sentence, word, lexicon)
    return not written and _is_told_to(sentence, word, cue, lexicon)


def _hearer_span(sentence: Sentence, head: Word, content: tuple[Span, ...]) -> Span:
    """The whole noun phrase of who hears, as it is written (*anyone who will listen*), up to the first comma.

    What they are told to do is no part of it.
    """
    first = mention_span(sentence, head)
    barred = {c.index for w in sentence.subtree(head) for c in sentence.children(w, "appos", "parataxis", "conj", "cc")}
    if any(c.relation == "conj" for c in sentence.children(head)):
        return first
    end = head.index
    for word in sentence.subtree(head, without=[sentence.words[i] for i in barred]):
        if word.index <= end:
            continue
        told = any(span.overlaps(word.span) for span in content)
        if word.index != end + 1 or is_punctuation(word) or word.relation == "mark" or told:
            break
        end = word.index
    return Span(first.start, max(first.end, sentence.words[end].span.end))


def _adjuncts(sentence: Sentence, cue: Word) -> Iterator[tuple[Word, bool]]:
    """What may say where, when and to whom, and whether it is said of the cue's own clause (else it tells a time)."""
    for child in _opening_participle(sentence, cue):
        yield child, True
    for clause in (cue, *_hosts(sentence, cue)):
        for child in sentence.children(clause, "obl", "advmod", "advcl", "nmod", "obj"):
            yield child, clause is cue


def _opening_participle(sentence: Sentence, cue: Word) -> tuple[Word, ...]:
    """The adjuncts of *Speaking in Stennhavn on Monday, she said …*: where and when she spoke is where she said it."""
    clauses = [c for c in sentence.children(cue, "advcl") if c.xpos == "VBG" and c.index < cue.index]
    bare = [c for c in clauses if sentence.child(c, "nsubj", "mark") is None and sentence.subtree(c)[0].index <= 1]
    return tuple(
        a for c in bare for w in (c, *sentence.children(c, "obj")) for a in sentence.children(w, "obl", "nmod")
    )


def _bare_day(sentence: Sentence, cue: Word, lexicon: Lexicon) -> Span | None:
    """*said Tuesday the bridge …*: a day right behind the cue, wherever the parser hung it."""
    behind = sentence.words[cue.index + 1] if cue.index + 1 < len(sentence.words) else None
    bare = behind is not None and behind.upos in {"NOUN", "PROPN", "ADV"} and behind.relation != "nsubj"
    return behind.span if behind is not None and bare and behind.lemma.lower() in lexicon.time_nouns else None


def _outside(span: Span | None, content: tuple[Span, ...]) -> Span | None:
    return None if span is None or any(span.overlaps(c) for c in content) else span


def _hosts(sentence: Sentence, cue: Word) -> list[Word]:
    """The clause that a participle cue hangs on, whose time is the saying's too: *On Monday she left, saying X*."""
    head = true_partner(sentence, cue) or sentence.head(cue)
    return [head] if head is not None and cue.relation in {"advcl", "conj", "xcomp"} and head.upos == "VERB" else []


def _day_of(sentence: Sentence, occasion: Word) -> Span | None:
    """*said in an editorial on Thursday*: the day of the occasion is the saying's."""
    for child in sentence.children(occasion, "nmod"):
        if child.index > occasion.index and child.lemma.lower() in word_list("time_nouns"):
            return _adjunct_span(sentence, child) if _preposition(sentence, child) in _TIME_PREPOSITIONS else None
    return None


def _written_to(sentence: Sentence, occasion: Word, cue: Word, lexicon: Lexicon) -> Word | None:
    """*In a letter to the council, Lee said X*: who is written to hears, but for an outlet; None for other occasions.

    Of *in a speech to supporters* it is those who can be spoken to.
    """
    lemma = occasion.lemma.lower()
    if lemma not in lexicon.occasion_nouns | lexicon.written_occasions:
        return None
    beside = [c for c in sentence.children(cue, "obl") if sentence.subtree(c)[0].index == occasion.index + 1]
    # a letter sent to the council
    sent = [o for c in sentence.children(occasion, "acl") if c.xpos == "VBN" for o in sentence.children(c, "obl")]
    for child in (*sentence.children(occasion, "nmod", "obl"), *sent, *beside):
        if _preposition(sentence, child) != "to" or child.index < occasion.index:
            continue
        outlet = any(w.form.lower() in lexicon.outlet_words for w in mention_words(sentence, child))
        person = child.upos in {"PROPN", "PRON"} or child.lemma.lower() in lexicon.audience_nouns
        if not outlet and (person or (lemma in lexicon.written_occasions and child.upos == "NOUN")):
            return child
    return None


def _addressee(sentence: Sentence, cue: Word) -> Word | None:
    if cue.lemma.lower() not in load_verb_classes()[VerbClass.HEARER]:
        return None
    if is_passive(sentence, cue):
        return _who_was_told(sentence, cue)
    for child in sentence.children(cue, "iobj", "obj"):
        # both of her neighbours
        phrase = child.upos == "DET" and sentence.child(child, "nmod") is not None
        named = (phrase or child.upos in {"PROPN", "NOUN", "PRON"}) and child.lemma.lower() not in _NOBODY
        if child.index > cue.index and named and sentence.child(child, "case") is None:
            return child
    for clause in sentence.children(cue, "ccomp", "xcomp"):
        if (subject := hearer_of_order(sentence, cue, clause)) is not None:
            return subject
    return None


def _who_was_told(sentence: Sentence, cue: Word) -> Word | None:
    """The subject of a passive; of *Lee wrote to them and was told X*, that of the verb it is joined to."""
    own = sentence.child(cue, "nsubj:pass")
    if own is None and cue.relation in {"advcl", "acl"} and cue.xpos == "VBN":
        # Asked by the judge why he had left, Lee said …
        host = sentence.head(cue)
        return host if cue.relation == "acl" or host is None else sentence.child(host, "nsubj")
    if own is not None or cue.relation != "conj" or sentence.child(cue, "nsubj") is not None:
        return own
    first = true_partner(sentence, cue) or sentence.head(cue)
    # *Lee said he was glad but had been told X*: joined with *said* or with *was* at the toss of a coin
    if first is None or sentence.child(first, "ccomp") is not None:
        return None
    return sentence.child(first, "nsubj", "nsubj:pass")


def _is_outlet(sentence: Sentence, word: Word, lexicon: Lexicon) -> bool:
    """A name of a newspaper, broadcaster or programme; *the Herald's political editor* is a person (rule 24)."""
    if sentence.child(word, "nmod:poss") is not None:
        return False
    # *told a packed meeting*, *told the paper*: an occasion or a medium, whatever its name; *told the court*
    lemma = word.lemma.lower()
    if word.upos == "NOUN" and (lemma in lexicon.occasion_nouns - lexicon.audience_nouns or lemma in _ROOMS):
        return True
    phrase = mention_words(sentence, word)
    if any(w.form.lower() in lexicon.outlet_words for w in phrase):
        return True
    entity = sentence.entity_at(word)
    named = any(w.upos == "PROPN" for w in phrase)
    if not named or word.upos != "PROPN":
        return False
    # told the Ledger: people have no article, whatever kind of name it is taken for
    if phrase[0].form.lower() == "the" and len(phrase) > 1 and all(w.upos == "PROPN" for w in phrase[1:]):
        return phrase[-1].xpos != "NNPS"
    return entity is not None and entity.kind is not EntityKind.PERSON


def _preposition(sentence: Sentence, word: Word) -> str:
    case = sentence.child(word, "case", "mark")
    return case.lemma.lower() if case is not None and case.index < word.index else ""


def _is_time(sentence: Sentence, word: Word, lexicon: Lexicon) -> bool:
    lemma = word.lemma.lower()
    if word.upos == "PROPN" and any(c.upos == "PROPN" for c in sentence.children(word, "compound", "flat", "amod")):
        return False  # *The Morning Hour* is a programme
    if word.relation == "advcl":
        marks = {m.lemma.lower() for m in sentence.children(word, "mark", "advmod", "case")}
        return bool(marks & (_TIME_MARKS - {"as", "since", "while"}))
    if word.relation in {"obl", "nmod", "obj"}:
        if lemma in lexicon.time_nouns or word.deprel == "obl:tmod" or _clock(word.form):
            return _preposition(sentence, word) in _TIME_PREPOSITIONS
        return _preposition(sentence, word) in {"after", "before", "during", "ahead", "following"}
    return word.relation == "advmod" and bool({lemma, word.form.lower()} & lexicon.time_nouns)


def _clock(form: str) -> bool:
    return form[:1].isdigit() and form.lower().endswith(("am", "pm", "a.m.", "p.m."))


def _is_venue(sentence: Sentence, word: Word, lexicon: Lexicon) -> bool:
    # an object with a preposition is an adjunct misread: *said in a note that …*
    tie = _preposition(sentence, word)
    # *over the loudspeaker*, *by video link*: by what means, said of things alone
    means = tie in {"over", "by"} and word.lemma.lower() in _MEANS
    if word.relation not in {"obl", "nmod", "obj"} or (tie not in _VENUE_PREPOSITIONS and not means):
        return False
    if means:
        return True
    if word.lemma.lower() in lexicon.occasion_nouns | lexicon.written_occasions:
        return True
    entity = sentence.entity_at(word)
    if entity is not None:
        return entity.kind is not EntityKind.PERSON
    return word.upos == "PROPN"


def _is_told_to(sentence: Sentence, word: Word, cue: Word, lexicon: Lexicon) -> bool:
    # pleaded with them to stay
    ties = {"to", "with"} if cue.lemma.lower() == "plead" else {"to"}
    if word.relation not in {"obl", "nmod"} or _preposition(sentence, word) not in ties:
        return False
    # *said to me*; *wrote to the ombudsman*: who is written to is a hearer, whatever the noun
    hears = cue.lemma.lower() in load_verb_classes()[VerbClass.HEARER] and word.upos == "NOUN"
    person = word.upos == "PROPN" or word.xpos == "PRP"
    return person or hears or sentence.entity_at(word) is not None or word.lemma.lower() in lexicon.audience_nouns


def _is_called_upon(sentence: Sentence, word: Word, cue: Word, content: tuple[Span, ...]) -> bool:
    """*called on the council to X*; *called on Radio Tarrow for X* says where."""
    rules = cue.lemma.lower() == "call" and _preposition(sentence, word) in {"on", "upon"}
    opening = next((w for w in sentence.words[word.index :] if content and w.span.start == content[0].start), None)
    return rules and word.relation in {"obl", "nmod", "obj"} and opening is not None and opening.form.lower() == "to"


def _is_set_off(sentence: Sentence, word: Word) -> bool:
    """Whether a comma stands before what the word heads, or opens it."""
    first = sentence.subtree(word)[0]
    return is_punctuation(first) or (first.index > 0 and is_punctuation(sentence.words[first.index - 1]))


def _adjunct_span(sentence: Sentence, word: Word) -> Span | None:
    """The whole adjunct with its preposition, without a relative clause after a comma and without end punctuation."""
    barred = [c for w in sentence.subtree(word) for c in sentence.children(w, "acl:relcl", "appos", "parataxis")]
    # a letter to the board, dated March
    barred += [c for c in sentence.children(word, "acl") if _is_set_off(sentence, c)]
    # *in an editorial on Thursday*, *in a statement from Lee*: when and whose it is, is no part of where
    barred += [
        c
        for c in sentence.children(word, "nmod")
        if c.index > word.index
        and (c.lemma.lower() in word_list("time_nouns") or _preposition(sentence, c) in {"from", "by"})
    ]
    words = [w for w in sentence.subtree(word, without=barred) if w.index >= 0]
    kept = trim(words, that=False)
    # a stretch that something else interrupts ends at the interruption
    for i in range(1, len(kept)):
        between = sentence.words[kept[i - 1].index + 1 : kept[i].index]
        if any(not is_punctuation(w) for w in between):
            kept = kept[:i]
            break
    return cover(kept) if kept else None
