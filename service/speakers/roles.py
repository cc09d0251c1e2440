"""What the article says that somebody is: roles before a name, appositives, copulas and relative clauses.

*Prime Minister Ilse Brandvik*; *Raj Nair, the chief of staff,*; *the mayor, Maria Okafor,*; *Menon, who is an MP*;
*Okafor was elected mayor*.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.parse.tree import Parse, Sentence, Word
from service.speakers import lexicon_files as lexicon
from service.speakers.names import NameMention
from service.speakers.phrases import NounPhrase, ends_fixed_role, phrase_at, singular
from service.speakers.spelling import plain

_CLOSERS = {",", ".", ";", ")", ":", "!", "?", "-", "–", "—", "”", '"'}
_BECOMING = {"become", "elect", "appoint", "name", "remain", "serve", "make", "crown"}
_NAMING = {"call", "name", "know", "dub", "identify", "nickname"}
# words of the place in *a reader, Alan in Mill Street, …*
_LONGEST_PLACE = 5
_IRREALIS = {"if", "whether", "would", "could", "should", "might", "may"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleClaim:
    """``phrase`` is said of the name at index ``name`` of the article's names."""

    name: int
    phrase: NounPhrase


def find_roles(parse: Parse, names: list[NameMention]) -> list[RoleClaim]:
    """All roles that the article ties to a name, in the order of the names."""
    claims: list[RoleClaim] = []
    # by sentence: one with ten names is looked through once
    predicates: dict[int, list[_Predicate]] = {}
    for number, name in enumerate(names):
        sentence = parse.sentences[name.sentence]
        if name.sentence not in predicates:
            predicates[name.sentence] = list(_predicates(sentence))
        found = [
            before_name(sentence, name),
            after_comma(sentence, name),
            before_comma(sentence, name),
            called(sentence, name),
            *_predicated(sentence, name, predicates[name.sentence]),
        ]
        claims.extend(RoleClaim(name=number, phrase=p) for p in found if p is not None)
    return claims


def before_name(sentence: Sentence, name: NameMention) -> NounPhrase | None:
    """*Labour leader Ilse Brandvik*: the noun right before the name (and its title)."""
    at = name.words[0].index - 1
    while at >= 0 and (lexicon.is_title(plain(sentence.words[at].form)) or sentence.words[at].form == "."):
        if _is_role(sentence.words[at]) and not _is_role_before(sentence, at):
            break
        at -= 1
    if at < 0:
        return None
    word = sentence.words[at]
    return phrase_at(sentence, word) if _is_role(word) or ends_fixed_role(sentence, at) else None


def _is_role_before(sentence: Sentence, at: int) -> bool:
    return at > 0 and _is_role(sentence.words[at - 1])


def _is_role(word: Word) -> bool:
    return lexicon.is_role(plain(word.form)) and word.upos in {"NOUN", "PROPN", "ADJ", "X"}


def after_comma(sentence: Sentence, name: NameMention) -> NounPhrase | None:
    """*Raj Nair, the chief of staff,* and *Jane Doe, 58, a farmer,*."""
    words, at = sentence.words, name.words[-1].index + 1
    if at >= len(words) or words[at].form not in {",", "(", "-", "–", "—"}:
        return None
    start = at + 1
    while start < len(words) and (words[start].upos == "NUM" or words[start].form == ",") and start < at + 4:
        start += 1
    head = _appositive_head(sentence, start)
    return None if head is None else phrase_at(sentence, head)


def _appositive_head(sentence: Sentence, start: int) -> Word | None:
    """The role noun that heads a nominal which begins at ``start`` and is closed before a finite verb."""
    words = sentence.words
    head: Word | None = None
    i = start
    while i < len(words) and i < start + 10:
        word = words[i]
        if word.form in _CLOSERS and not (word.form == "-" and words[i - 1].span.end == word.span.start):
            break
        if word.upos in {"VERB", "AUX"} and word.deprel not in {"amod", "compound"}:
            return head if word.upos == "VERB" and word.xpos in {"VBG", "VBN"} else None
        if word.upos in {"ADP", "PRON", "SCONJ", "CCONJ"} and "Poss=Yes" not in word.feats:
            break
        if word.upos in {"NOUN", "PROPN"} or _stands_for_noun(sentence, i):
            head = word
        i += 1
    if head is None or not _is_role_noun(head):
        return None
    return head


def _stands_for_noun(sentence: Sentence, at: int) -> bool:
    """Whether a role noun that the tagger takes for an adjective ends its phrase: *its chief executive, …*."""
    word = sentence.words[at]
    after = sentence.words[at + 1].upos if at + 1 < len(sentence.words) else ""
    adjective = word.upos == "ADJ" and word.relation != "amod" and after not in {"NOUN", "PROPN", "ADJ"}
    return adjective and lexicon.is_role(plain(word.form))


def _is_role_noun(word: Word) -> bool:
    return lexicon.is_role(singular(word))


def before_comma(sentence: Sentence, name: NameMention) -> NounPhrase | None:
    """*The mayor of Port Tarrow, Helen Pryor, said*: a definite nominal closed by the comma before the name."""
    words, comma = sentence.words, name.words[0].index - 1
    while comma > 0 and (lexicon.is_title(plain(words[comma].form)) or words[comma].form == "."):
        comma -= 1
    after = name.words[-1].index + 1
    if comma < 1 or words[comma].form != ",":
        return None
    closed = after >= len(words) or words[after].form in {",", ".", "-", "–", "—", "'s", "’s", ":", ")"}
    if not closed and words[after].upos != "ADP":
        return None
    phrase = _phrase_ending(sentence, comma)
    if phrase is None or phrase.plural:
        return None
    # an indefinite phrase (a spokesman, Piet Halle, said) has to be closed on both sides, or it is a clause's end
    after = _past_place(sentence, after)
    fenced = after < len(words) and words[after].form in {",", "-", "–", "—", "."}
    return phrase if phrase.definite or fenced else None


def _past_place(sentence: Sentence, at: int) -> int:
    """Past *in Mill Street*: where somebody is from, right behind the name."""
    words = sentence.words
    if at >= len(words) or plain(words[at].form) not in {"in", "from", "of"}:
        return at
    end = at + 1
    while end < len(words) and end - at <= _LONGEST_PLACE and words[end].upos in {"DET", "PROPN", "NOUN"}:
        end += 1
    return end if end > at + 1 and any(w.upos == "PROPN" for w in words[at + 1 : end]) else at


def _phrase_ending(sentence: Sentence, end: int) -> NounPhrase | None:
    """The role phrase whose last word stands right before ``end``: the nearest head that reaches so far."""
    for i in range(end - 1, max(end - 12, -1), -1):
        word = sentence.words[i]
        if word.form in {",", ";"} or word.upos in {"AUX"}:
            return None
        if (word.upos in {"NOUN", "PROPN"} and _is_role_noun(word)) or _stands_for_noun(sentence, i):
            phrase = phrase_at(sentence, word)
            if phrase.words[-1].index == end - 1 or _only_complement(sentence, i + 1, end):
                return phrase
    return None


def _only_complement(sentence: Sentence, start: int, end: int) -> bool:
    """Whether the words hang on the head by a preposition: *at the heart of Menon's allegations*."""
    words = sentence.words[start:end]
    return bool(words) and words[0].upos == "ADP" and all(w.upos not in {"VERB", "AUX", "PRON"} for w in words)


def called(sentence: Sentence, name: NameMention) -> NounPhrase | None:
    """*One midwife, whom we are calling Anna,*; *a man named Joe*: the noun that the name is given to."""
    at = name.words[0].index - 1
    while at > 0 and plain(sentence.words[at].form) in {"as", "only"}:
        at -= 1
    if at < 1 or plain(sentence.words[at].lemma) not in _NAMING:
        return None
    for word in reversed(sentence.words[max(at - 8, 0) : at]):
        if word.upos in {"NOUN", "PROPN"}:
            return phrase_at(sentence, word) if _is_role_noun(word) else None
    return None


# a role noun said of somebody, the word that has the subject, and the subject
_Predicate = tuple[Word, Word, Word]


def _predicated(sentence: Sentence, name: NameMention, predicates: Sequence[_Predicate]) -> Iterator[NounPhrase]:
    """*X is the mayor*, *X, who is the mayor*, *X was elected mayor*."""
    inside = {w.index for w in name.words}
    for noun, verb, subject in predicates:
        if subject.index in inside or (_is_who(subject) and _modified(verb) in inside):
            yield phrase_at(sentence, noun)


def _predicates(sentence: Sentence) -> Iterator[_Predicate]:
    """What the sentence says that anybody is."""
    for word in sentence.words:
        if word.upos not in {"NOUN", "PROPN"} or not _is_role_noun(word):
            continue
        verb = _linking_verb(sentence, word)
        if verb is None or is_unreal(sentence, verb) or is_unreal(sentence, word):
            continue
        subject = sentence.child(verb, "nsubj", "nsubj:pass")
        if subject is not None:
            yield word, verb, subject


def _linking_verb(sentence: Sentence, noun: Word) -> Word | None:
    """The word that has the subject: the noun itself beside a copula, or *become*, *elected* above it."""
    if sentence.child(noun, "cop") is not None:
        return noun
    above = sentence.head(noun)
    if above is not None and plain(above.lemma) in _BECOMING and noun.relation in {"xcomp", "obj", "obl"}:
        return above
    return None


def is_unreal(sentence: Sentence, word: Word) -> bool:
    """Whether what is said at ``word`` is denied, supposed, or only reported."""
    kids = sentence.children(word)
    if any(plain(k.form) in _IRREALIS or plain(k.lemma) in {"not", "never"} or k.form in {"n't", "n’t"} for k in kids):
        return True
    return word.relation in {"ccomp", "advcl"} or any(a.relation == "ccomp" for a in sentence.ancestors(word))


def _is_who(word: Word) -> bool:
    return plain(word.form) in {"who", "that"} and word.upos == "PRON"


def _modified(verb: Word) -> int:
    return verb.head if verb.relation == "acl" else -2
