"""Capitals: which words of an article are written as names are, and which runs they form.

In a sentence's first word and in headings a capital says little; there the article's other spellings decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from service.parse.tree import Parse, Sentence, Word
from service.speakers import lexicon_files as lexicon

POSSESSIVE = {"'s", "’s", "'", "’"}
_NO_NAME_TAGS = {"PRON", "DET", "AUX", "CCONJ", "SCONJ", "NUM", "PART"}
_INITIAL = re.compile(r"^[A-Z]\.?$")
ACRONYM = re.compile(r"^[A-Z][A-Z&.]*[A-Z]s?\.?$")
_MARKS = set("\"'“”‘’«»„:([-–—")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How the article's body writes words: ``capital`` where no sentence begins, and ``small``.

    ``headings`` are the indices of the heading paragraphs.
    """

    capital: frozenset[str]
    small: frozenset[str]
    headings: frozenset[int]

    def is_common(self, word: Word) -> bool:
        """Whether a capital at the start of a sentence, or in a heading, is only that."""
        form = plain(word.form)
        common = form in self.small or form in lexicon.words("documents.tsv") or lexicon.is_organisation_noun(form)
        return common and word.form not in self.capital


# each word of an article is asked about many times over, and a few thousand make up most of all articles
@lru_cache(maxsize=50_000)
def plain(token: str) -> str:
    """A token as it is compared: lower case, curly apostrophes straight, no full stops."""
    return token.casefold().replace("’", "'").replace(".", "")


def spelling_of(parse: Parse, headings: frozenset[int]) -> Spelling:
    """How the article spells its words; ``headings`` are the indices of its heading paragraphs."""
    capital: set[str] = set()
    small: set[str] = set()
    for sentence in parse.sentences:
        for word in sentence.words:
            if word.form[:1].islower():
                small.add(word.form)
            elif word.form[:1].isupper() and sentence.paragraph not in headings and not _opens(sentence, word):
                capital.add(word.form)
    return Spelling(capital=frozenset(capital), small=frozenset(small), headings=headings)


def _is_capital(word: Word) -> bool:
    return word.form[:1].isupper() and any(map(str.isalpha, word.form))


def _opens(sentence: Sentence, word: Word) -> bool:
    return word.index == 0 or sentence.words[word.index - 1].form in _MARKS


def _may_be_name(sentence: Sentence, word: Word, spelling: Spelling) -> bool:
    if not _is_capital(word) or plain(word.form) in lexicon.words("not_names.txt"):
        return False
    if word.upos in _NO_NAME_TAGS and not ACRONYM.match(word.form):
        return False
    if word.form.isupper() and len(word.form) > 1 and word.form.lower() in spelling.small:
        # SORRY in a tabloid's headline is no acronym
        return False
    heading = sentence.paragraph in spelling.headings
    starts = _begins_name(sentence, word)
    if (heading or _opens(sentence, word)) and spelling.is_common(word) and not starts:
        return False
    if not _opens(sentence, word):
        # verbs and adjectives inside a sentence have a capital only as part of a name; in a heading all may have it
        return not heading or word.upos in {"PROPN", "X"} or word.form in spelling.capital or starts
    if word.upos == "PROPN" or sentence.entity_at(word) is not None:
        return word.upos not in {"ADP", "ADV"} or word.form in spelling.capital
    return word.upos in {"NOUN", "ADJ", "VERB", "X"} and (
        word.form in spelling.capital or lexicon.is_title(plain(word.form)) or starts
    )


def _begins_name(sentence: Sentence, word: Word) -> bool:
    """Whether a sentence's first word is a first name or a role before a further capital."""
    after = sentence.words[word.index + 1] if word.index + 1 < len(sentence.words) else None
    follows = after is not None and _is_capital(after)
    return follows and (lexicon.is_first_name(plain(word.form)) or lexicon.is_role(plain(word.form)))


def capital_runs(text: str, sentence: Sentence, spelling: Spelling) -> Iterator[list[Word]]:
    """The sentence's runs of words that may be names, with the small words that join them, in order."""
    words = sentence.words
    i = 0
    while i < len(words):
        # most words are small
        if not words[i].form[:1].isupper() or not _may_be_name(sentence, words[i], spelling):
            i += 1
            continue
        run = [words[i]]
        i += 1
        while (more := _continuation(text, sentence, run, i, spelling)) > 0:
            run.extend(words[i : i + more])
            i += more
        if len(run) == 1 and _is_nickname(sentence, i) and _may_be_name(sentence, words[i + 3], spelling):
            run.append(words[i + 3])
            i += 4
        yield run


def _is_nickname(sentence: Sentence, at: int) -> bool:
    """Whether a nickname stands in marks at ``at``, with a surname behind it: *Robert “Bob” Marsh*."""
    forms = [w.form for w in sentence.words[at : at + 4]]
    return len(forms) == 4 and forms[0] in _MARKS and forms[2] in _MARKS and forms[1].istitle() and forms[3].istitle()


def _continuation(text: str, sentence: Sentence, run: list[Word], at: int, spelling: Spelling) -> int:
    """How many words from ``at`` on carry the run on; 0 where it ends."""
    words = sentence.words
    if at >= len(words):
        return 0
    word = words[at]
    gap = text[run[-1].span.end : word.span.start]
    if "\n" in gap:
        return 0
    if word.form in {"-", "‐", "–"} and not gap and at + 1 < len(words):
        after = words[at + 1]
        attached = after.span.start == word.span.end
        return 2 if attached and (_is_capital(after) or _is_second_syllable(sentence, run, after)) else 0
    if word.form == "." and not gap and _INITIAL.match(run[-1].form):
        return 1 if at + 1 < len(words) and _is_capital(words[at + 1]) else 0
    if word.form == "&" and at + 1 < len(words) and _is_capital(words[at + 1]):
        return 2
    if _is_capital(word) and _may_be_name(sentence, word, spelling):
        return 1
    if _inside_title(sentence, word, spelling):
        return 1
    if word.form in POSSESSIVE and at + 1 < len(words) and _owns_body(run[-1], words[at + 1], word.form):
        return 2
    return _joining_words(sentence, run, at)


def _is_second_syllable(sentence: Sentence, run: list[Word], word: Word) -> bool:
    """*Han Ji-won said*: the end of a given name in small letters; not *a New Tarn-based firm*."""
    following = sentence.words[word.index + 1 : word.index + 2]
    modifies = bool(following) and following[0].upos in {"NOUN", "PROPN", "ADJ"}
    return len(run) >= 2 and len(word.form) <= 5 and word.upos in {"PROPN", "NOUN", "X"} and not modifies


def _joining_words(sentence: Sentence, run: list[Word], at: int) -> int:
    """*van der* before a further capital; *of* and *for* inside the name of a body."""
    words = sentence.words
    end = at
    while end < len(words) and end - at < 3 and plain(words[end].form) in lexicon.words("particles.txt"):
        end += 1
    if end > at and end < len(words) and _is_capital(words[end]):
        return end - at + 1
    if words[at].form not in {"of", "for", "on", "and"} or not lexicon.marks_organisation(plain(run[-1].form)):
        return 0
    end = at + 1
    if end < len(words) and words[end].form == "the":
        end += 1
    if words[at].form == "and":
        # Department of Health and Ageing: only where the recogniser sees one name too
        entity = sentence.entity_at(run[-1])
        if entity is None or entity.end <= end:
            return 0
    # Harrowmere Crown Court on Monday: a day is no part of a name
    named = (
        end < len(words) and _is_capital(words[end]) and plain(words[end].form) not in lexicon.words("not_names.txt")
    )
    return end - at + 1 if named else 0


def _owns_body(owner: Word, body: Word, mark: str) -> bool:
    """*Seafarers' Guild*, *Women's Institute*: the possessive stands inside a body's name."""
    many = owner.form.endswith("s") and len(mark) == 1
    fixed = plain(owner.form) in {"women", "men", "children", "people", "king", "queen"}
    return (many or fixed) and body.form[:1].isupper() and lexicon.marks_organisation(plain(body.form))


def _inside_title(sentence: Sentence, word: Word, spelling: Spelling) -> bool:
    """*Our* in *Save Our Nights*: a small word's capital between capitals, where no heading writes all so."""
    if not _is_capital(word) or word.form == "I" or sentence.paragraph in spelling.headings:
        return False
    after = sentence.words[word.index + 1] if word.index + 1 < len(sentence.words) else None
    return after is not None and _is_capital(after) and word.upos in {"PRON", "DET"}
