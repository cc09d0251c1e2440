"""Noun phrases without a name of their own: *the Harbour West MP*, *her deputy*, *two officials*.

The phrase is read from the words around its head rather than from the tree alone: in a parse of news the head of a
long noun phrase is where a parser errs most.

A phrase's ``head`` is its noun as the word lists have it (*mp*, *chief of staff*); ``modifiers`` are all its other
content words, those of an *of*-phrase too, so that *leader of the Labour Party* and *Labour leader* can meet.
``proper`` are those with a capital, ``field`` those that say of what somebody is minister (*foreign*, *health*).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from service.model import Span
from service.parse.tree import Sentence, Word, cover
from service.speakers import lexicon_files as lexicon
from service.speakers.spelling import plain

_POSSESSIVE = {"'s", "’s", "'", "’"}
_LEFT_TAGS = {"NOUN", "PROPN", "ADJ", "NUM"}
_RIGHT_TAGS = {"DET", *_LEFT_TAGS}
_CONTENT_TAGS = {"NOUN", "PROPN", "ADJ", "NUM", "VERB", "X"}
_DEFINITE = {"the", "this", "that", "these", "those", "my", "your", "his", "her", "its", "our", "their", "both"}
_INDEFINITE = {"a", "an", "one", "another", "some", "any", "other", "several", "many", "few", "two", "three", "four"}
# offices that have their field right before them, whatever the tagger takes it for (finance minister)
_WITH_FIELD = {"minister", "secretary", "spokesman", "spokeswoman", "spokesperson", "correspondent", "commissioner"}
_QUANTIFYING = {"more", "less", "fewer", "up", "rather"}
_LINKS = {"of", "for", "at", "in", "from", "to", "on", "with"}
# words that make another office of an office
STATUS = frozenset({"deputy", "vice", "assistant", "associate", "shadow", "under", "junior", "co"})
# words that say when or how somebody held it: a later mention may leave them out
TENURE = frozenset({"former", "ex", "acting", "interim", "outgoing", "incoming", "retired", "then", "new", "late"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NounPhrase:
    """A nominal. ``words`` run from the determiner to the end of its *of*-phrase, ``core`` ends with the head.

    ``determiner`` is lower case, empty if there is none; ``possessor`` are the words before a possessive *'s*.
    """

    sentence: int
    words: tuple[Word, ...]
    core: tuple[Word, ...]
    head: str
    modifiers: frozenset[str]
    proper: frozenset[str]
    field: frozenset[str]
    determiner: str
    possessor: tuple[Word, ...]
    plural: bool

    @property
    def span(self) -> Span:
        """From the determiner to the end of the *of*-phrase."""
        return cover(self.words)

    def shown(self, text: str) -> str:
        """The phrase up to its head as the article writes it, on one line."""
        return " ".join(cover(self.core).of(text).split())

    @property
    def definite(self) -> bool:
        """Whether the phrase can point at somebody known: *the MP*, *her deputy*, and a headline's bare *mayor*."""
        if self.determiner in _INDEFINITE or "other" in self.modifiers:
            return False
        return bool(self.possessor) or self.determiner in _DEFINITE or not self.plural


def _names_field(word: Word, head: Word) -> bool:
    """Whether a modifier says of what somebody is minister or director, rather than what she is like."""
    form = plain(word.form)
    if word.upos in {"NOUN", "PROPN"} or (plain(head.form) in _WITH_FIELD and word.index == head.index - 1):
        return True
    return word.upos == "ADJ" and (form in {"foreign", "prime", "home"} or form.endswith(("al", "ic", "ary", "ern")))


def singular(word: Word) -> str:
    """The noun as the word lists have it; the lemmatiser knows no rare nouns, so their s is cut by rule."""
    return _singular(plain(word.form), plain(word.lemma))


# asked of every noun of an article, several times over
@lru_cache(maxsize=50_000)
def _singular(form: str, lemma: str) -> str:
    known = [w for w in (form, lemma) if lexicon.is_role(w) or lexicon.is_organisation_noun(w)]
    if known:
        return known[0]
    for ending, cut in (("ies", "y"), ("men", "man"), ("es", ""), ("s", "")):
        stem = form.removesuffix(ending) + cut
        if form.endswith(ending) and (lexicon.is_role(stem) or lexicon.is_organisation_noun(stem)):
            return stem
    return lemma


def is_plural(word: Word) -> bool:
    """Whether a noun stands for several, by its form rather than by its meaning."""
    form, number = plain(word.form), lexicon.column("groups.tsv", 1)
    if number.get(form) == "plural":
        return True
    if form in {"mps", "meps"} or word.xpos in {"NNS", "NNPS"} or "Number=Plur" in word.feats:
        return not lexicon.is_role(form)
    return form.endswith("s") and not lexicon.is_role(form) and lexicon.is_role(singular(word))


def phrase_at(sentence: Sentence, head: Word, *, within: Span | None = None) -> NounPhrase:
    """The phrase whose head noun is ``head``, cut to the words that ``within`` covers."""
    right = _right_edge(sentence, head.index, within)
    role, used = _fixed_role(sentence, head.index, right)
    left = _left_edge(sentence, min(used), within)
    words = sentence.words[left : right + 1]
    core = sentence.words[left : head.index + 1]
    possessor = _possessor(core)
    determiner = next((plain(w.form) for w in core[:1] if w.upos in {"DET", "PRON", "NUM", "ADJ"}), "")
    if determiner not in _DEFINITE and determiner not in _INDEFINITE:
        determiner = ""
    plural = is_plural(head)
    if plural and determiner == "that":
        # said that bosses were furious: the word joins the clause
        core, words, determiner = core[1:] or core, words[1:] or words, ""
    content = [w for w in words if w.upos in _CONTENT_TAGS and w.index not in used]
    return NounPhrase(
        sentence=sentence.index,
        words=words,
        core=core,
        head=role or singular(head),
        modifiers=frozenset(plain(w.form) for w in content),
        proper=frozenset(plain(w.form) for w in content if w.form[:1].isupper()),
        field=frozenset(plain(w.form) for w in content if _names_field(w, head)),
        determiner=determiner,
        possessor=possessor,
        plural=plural,
    )


def head_of(sentence: Sentence, span: Span) -> Word | None:
    """The head noun of a mention: the last noun before a preposition, a comma, a relative or a verb."""
    words = [w for w in sentence.words if span.covers(w.span)]
    nouns: list[Word] = []
    for word in words:
        if plain(word.form) in {"than", "to"} and nouns and plain(nouns[-1].form) in _QUANTIFYING:
            # more than 300 protesters: the number has no head of its own
            continue
        if nouns and (
            word.form in {",", "(", "-", "–", "—"} or word.upos in {"ADP", "SCONJ", "AUX"} or _relative(word)
        ):
            after = words[words.index(word) + 1 :]
            # gran-of-four, vice-captain: what hyphens join is one word
            before = sentence.words[word.index - 1]
            tied = after and after[0].span.start == word.span.end
            if not (tied and (word.form in {"-", "–"} or before.form == "-")):
                break
        if nouns and word.upos == "VERB" and not word.form[:1].isupper() and nouns[-1].index == word.index - 1:
            break
        if word.upos in _CONTENT_TAGS and (word.upos != "VERB" or word.form[:1].isupper() or word is words[-1]):
            nouns.append(word)
    named = [w for w in nouns if w.upos in {"NOUN", "PROPN", "X"}]
    return (named or nouns or [None])[-1]  # type: ignore[list-item]


def _relative(word: Word) -> bool:
    return plain(word.form) in {"who", "which", "whose", "whom", "that"} and word.upos in {"PRON", "SCONJ"}


def _left_edge(sentence: Sentence, at: int, within: Span | None) -> int:
    """Walk left over modifiers, one possessor and the determiner."""
    left = at
    while left > 0:
        before = sentence.words[left - 1]
        if within is not None and not within.covers(before.span):
            break
        if before.upos in _LEFT_TAGS or before.form in _POSSESSIVE or _hyphen(sentence, left - 1):
            left -= 1
            continue
        if before.upos == "VERB" and before.deprel in {"amod", "compound"}:
            left -= 1
            continue
        if before.upos == "DET" or (before.upos == "PRON" and "Poss=Yes" in before.feats):
            left -= 1
            # the MP's office: the determiner belongs to the possessor, and so do the words before it not
            break
        break
    return left


def _hyphen(sentence: Sentence, at: int) -> bool:
    word = sentence.words[at]
    if word.form not in {"-", "‐"} or at == 0 or at + 1 >= len(sentence.words):
        return False
    return sentence.words[at - 1].span.end == word.span.start and sentence.words[at + 1].span.start == word.span.end


def _right_edge(sentence: Sentence, at: int, within: Span | None) -> int:
    """Walk right over *of the Labour Party*; further prepositions only where the mention itself holds them."""
    words, right = sentence.words, at
    while right + 1 < len(words):
        link = words[right + 1]
        allowed = {"of"} if within is None else _LINKS
        if plain(link.form) not in allowed or (within is not None and not within.covers(link.span)):
            break
        end = right + 2
        while end < len(words) and (words[end].upos in _RIGHT_TAGS or words[end].form in _POSSESSIVE):
            if within is not None and not within.covers(words[end].span):
                break
            end += 1
        if end == right + 2:
            break
        right = end - 1
    return right


def _possessor(core: Sequence[Word]) -> tuple[Word, ...]:
    marks = [i for i, w in enumerate(core) if w.form in _POSSESSIVE]
    return tuple(core[: marks[-1]]) if marks else ()


def _fixed_role(sentence: Sentence, at: int, right: int) -> tuple[str, set[int]]:
    """*chief of staff* and its like around the head, with the indices that it takes up."""
    for parts, offset, standing_for in _fixed_roles().get(plain(sentence.words[at].form), ()):
        start = at - offset
        end = start + len(parts)
        if start >= 0 and end - 1 <= right and [plain(w.form) for w in sentence.words[start:end]] == parts:
            return standing_for, set(range(start, end))
    return "", {at}


@cache
def _fixed_roles() -> dict[str, list[tuple[list[str], int, str]]]:
    """By each word of a fixed role: its words, the place of this one, and the noun that it stands for."""
    found: dict[str, list[tuple[list[str], int, str]]] = {}
    for role, standing_for in lexicon.rows("fixed_roles.tsv"):
        parts = role.split()
        for offset, part in enumerate(parts):
            found.setdefault(part, []).append((parts, offset, standing_for))
    return found


def ends_fixed_role(sentence: Sentence, at: int) -> bool:
    """Whether the word at ``at`` is the last of *chief of staff* or its like."""
    role, used = _fixed_role(sentence, at, at)
    return bool(role) and max(used) == at and len(used) > 1
