"""Names as they stand in the article: capitalised runs, cut into title, role and name, with what each says of its kind.

The entity recogniser is one witness among several: capitals, tags, titles, roles and first names are the others.

In *Rogue Labour MP Dr Gaurav Sharma's speech* the run is *Rogue Labour MP Dr Gaurav Sharma*; its name is *Gaurav
Sharma*, its title *dr*, its role *Rogue Labour MP*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.model import Span
from service.parse.tree import EntityKind, Parse, Sentence, Word, cover
from service.speakers import lexicon_files as lexicon
from service.text.layout import Layout, ParagraphKind

_POSSESSIVE = {"'s", "’s", "'", "’"}
_NO_NAME_TAGS = {"PRON", "DET", "AUX", "CCONJ", "SCONJ", "NUM", "PART"}
_INITIAL = re.compile(r"^[A-Z]\.?$")
_ACRONYM = re.compile(r"^[A-Z][A-Z&.]*[A-Z]s?\.?$")
# "the Lady Marsden" is a ship: no article stands before these titles of a person
_BARE_TITLES = {"mr", "mrs", "ms", "miss", "sir", "dame", "lord", "lady", "king", "queen", "dr"}
_MARKS = set("\"'“”‘’«»„:([-–—")


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """What the place of one name says of its kind; the sums over an article decide."""

    person: float = 0.0
    organisation: float = 0.0
    place: float = 0.0

    def __add__(self, other: Votes) -> Votes:
        return Votes(
            person=self.person + other.person,
            organisation=self.organisation + other.organisation,
            place=self.place + other.place,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMention:
    """One name in one place.

    ``words`` are those of the name alone; ``tokens`` their forms, hyphens joined to their neighbours. ``title`` is
    lower case, empty if there is none. ``prefix`` are the words of the run before the name (role, party, place);
    ``follows`` and ``followed_by`` are the words before the run and after the name as they are compared, empty for none.
    """

    sentence: int
    sentence_paragraph: int
    words: tuple[Word, ...]
    tokens: tuple[str, ...]
    title: str
    prefix: tuple[Word, ...]
    votes: Votes
    in_heading: bool
    possessive: bool
    followed_by: str
    follows: str

    @property
    def span(self) -> Span:
        """From the first to the last word of the name."""
        return cover(self.words)

    @property
    def key(self) -> tuple[str, ...]:
        """The tokens as they are compared."""
        return tuple(plain(t) for t in self.tokens)


def plain(token: str) -> str:
    """A token as it is compared: lower case, curly apostrophes straight, no full stops."""
    return token.casefold().replace("’", "'").replace(".", "")


def find_names(text: str, layout: Layout, parse: Parse) -> list[NameMention]:
    """All names of the article in text order."""
    headings = {p.index for p in layout.paragraphs if p.kind is ParagraphKind.HEADING}
    spelling = _spelling(parse, headings)
    found: list[NameMention] = []
    for sentence in parse.sentences:
        heading = sentence.paragraph in headings
        for run in _runs(text, sentence, spelling, heading):
            found.extend(_cut(text, sentence, run, heading, spelling))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How the article's body writes words: ``capital`` where no sentence begins, and ``small``."""

    capital: frozenset[str]
    small: frozenset[str]

    def is_common(self, word: Word) -> bool:
        """Whether a capital at the start of a sentence, or in a heading, is only that."""
        form = plain(word.form)
        common = form in self.small or form in lexicon.words("documents.tsv") or lexicon.is_organisation_noun(form)
        return common and word.form not in self.capital


def _spelling(parse: Parse, headings: set[int]) -> Spelling:
    capital: set[str] = set()
    small: set[str] = set()
    for sentence in parse.sentences:
        for word in sentence.words:
            if word.form[:1].islower():
                small.add(word.form)
            elif word.form[:1].isupper() and sentence.paragraph not in headings and not _opens(sentence, word):
                capital.add(word.form)
    return Spelling(capital=frozenset(capital), small=frozenset(small))


def _is_capital(word: Word) -> bool:
    return word.form[:1].isupper() and any(c.isalpha() for c in word.form)


def _opens(sentence: Sentence, word: Word) -> bool:
    return word.index == 0 or sentence.words[word.index - 1].form in _MARKS


def _may_be_name(sentence: Sentence, word: Word, spelling: Spelling, heading: bool) -> bool:
    if not _is_capital(word) or plain(word.form) in lexicon.words("not_names.txt"):
        return False
    if word.upos in _NO_NAME_TAGS and not _ACRONYM.match(word.form):
        return False
    if word.form.isupper() and len(word.form) > 1 and word.form.lower() in spelling.small:
        # SORRY in a tabloid's headline is no acronym
        return False
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


def _runs(text: str, sentence: Sentence, spelling: Spelling, heading: bool) -> Iterator[list[Word]]:
    words = sentence.words
    i = 0
    while i < len(words):
        if not _may_be_name(sentence, words[i], spelling, heading):
            i += 1
            continue
        run = [words[i]]
        i += 1
        while (more := _continuation(text, sentence, run, i, spelling, heading)) > 0:
            run.extend(words[i : i + more])
            i += more
        yield run


def _continuation(text: str, sentence: Sentence, run: list[Word], at: int, spelling: Spelling, heading: bool) -> int:
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
        return 2 if after.span.start == word.span.end and _is_capital(after) else 0
    if word.form == "." and not gap and _INITIAL.match(run[-1].form):
        return 1 if at + 1 < len(words) and _is_capital(words[at + 1]) else 0
    if word.form == "&" and at + 1 < len(words) and _is_capital(words[at + 1]):
        return 2
    if _is_capital(word) and _may_be_name(sentence, word, spelling, heading):
        return 1
    if word.form in _POSSESSIVE and at + 1 < len(words) and _owns_body(run[-1], words[at + 1], word.form):
        return 2
    return _joining_words(sentence, run, at)


def _joining_words(sentence: Sentence, run: list[Word], at: int) -> int:
    """*van der* before a further capital; *of* and *for* inside the name of a body."""
    words = sentence.words
    end = at
    while end < len(words) and end - at < 3 and plain(words[end].form) in lexicon.words("particles.txt"):
        end += 1
    if end > at and end < len(words) and _is_capital(words[end]):
        return end - at + 1
    if words[at].form not in {"of", "for", "and"} or not lexicon.marks_organisation(plain(run[-1].form)):
        return 0
    end = at + 1
    if end < len(words) and words[end].form == "the":
        end += 1
    if words[at].form == "and":
        # Department of Health and Ageing: only where the recogniser sees one name too
        entity = sentence.entity_at(run[-1])
        if entity is None or entity.end <= end:
            return 0
    return end - at + 1 if end < len(words) and _is_capital(words[end]) else 0


def _owns_body(owner: Word, body: Word, mark: str) -> bool:
    """*Seafarers' Guild*, *Women's Institute*: the possessive stands inside a body's name."""
    many = owner.form.endswith("s") and len(mark) == 1
    fixed = plain(owner.form) in {"women", "men", "children", "people", "king", "queen"}
    return (many or fixed) and body.form[:1].isupper() and lexicon.marks_organisation(plain(body.form))


def _cut(text: str, sentence: Sentence, run: list[Word], heading: bool, spelling: Spelling) -> Iterator[NameMention]:
    """The name or names in a run; none where the run is only a role (*Prime Minister*)."""
    run = _without_final_role(sentence, run)
    if not run:
        return
    start = _name_start(sentence, run)
    if start == 0 and len(run) > 1 and run[0].index == 0 and run[0].form not in spelling.capital:
        # Shaken Jodie Amberley: what opens the sentence is no name before a first name
        first, second = plain(run[0].form), plain(run[1].form)
        start = int(lexicon.is_first_name(second) and not lexicon.is_first_name(first) and len(run) > 2)
    ship = _is_ship(sentence, run, start)
    if ship:
        start -= 1
    name = run[start:] + _tail(sentence, run)
    if not name or (len(name) == 1 and lexicon.is_organisation_noun(plain(name[0].form)) and start == 0):
        # the Council, Parliament: no name but a noun, matched with a name later
        return
    title = "" if ship else _title_before(run, start)
    prefix = run[:start]
    if all(_is_role_word(w) for w in name) and not title and not _person_entity(sentence, name):
        return
    last = name[-1].index + 1
    yield NameMention(
        sentence=sentence.index,
        sentence_paragraph=sentence.paragraph,
        words=tuple(name),
        tokens=_tokens(text, name),
        title=title,
        prefix=tuple(prefix),
        votes=Votes(place=5.0) if ship else _votes(sentence, run, name, title),
        in_heading=heading,
        possessive=last < len(sentence.words) and sentence.words[last].form in _POSSESSIVE,
        follows=plain(sentence.words[run[0].index - 1].form) if run[0].index else "",
        followed_by=plain(sentence.words[last].form) if last < len(sentence.words) else "",
    )


def _is_ship(sentence: Sentence, run: list[Word], start: int) -> bool:
    """*the stricken Lady Marsden*: a person's *Lady* has no article before it."""
    if start == 0 or plain(run[start - 1].form) not in _BARE_TITLES:
        return False
    at = run[start - 1].index - 1
    while at >= 0 and sentence.words[at].upos == "ADJ":
        at -= 1
    return at >= 0 and sentence.words[at].form.lower() in {"the", "a"}


def _tail(sentence: Sentence, run: list[Word]) -> list[Word]:
    """The small word that completes a body's name: *trust* of *the Tarn Vale trust*."""
    if run[0].index == 0 or sentence.words[run[0].index - 1].form.lower() != "the":
        return []
    after = sentence.words[run[-1].index + 1 : run[-1].index + 3]
    if not after or after[0].form not in lexicon.words("name_tails.txt"):
        return []
    return [] if len(after) > 1 and after[1].upos in {"NOUN", "PROPN"} else [after[0]]


def _without_final_role(sentence: Sentence, run: list[Word]) -> list[Word]:
    """*the Hamilton West MP* names a place and a role; *Chris Bishop* is a person's name for all its last word."""
    if not run or not _is_role_word(run[-1]):
        return run
    before = sentence.words[run[0].index - 1].form.lower() if run[0].index else ""
    acronym = _ACRONYM.match(run[-1].form) is not None
    named = lexicon.is_first_name(plain(run[0].form)) or _person_entity(sentence, run)
    if len(run) in {2, 3} and named and before != "the" and not acronym and run[-1].upos == "PROPN":
        return run
    if len(run) > 1 and lexicon.is_title(plain(run[-2].form)) and not acronym:
        return run
    return _without_final_role(sentence, run[:-1])


def _is_role_word(word: Word) -> bool:
    form = plain(word.form)
    return lexicon.is_role(form) or lexicon.is_role(form.removesuffix("s")) or form in {"prime", "chief", "staff"}


def _person_entity(sentence: Sentence, name: Sequence[Word]) -> bool:
    return any(e.kind is EntityKind.PERSON for w in name if (e := sentence.entity_at(w)))


def _name_start(sentence: Sentence, run: list[Word]) -> int:
    """Where in the run the name begins: after the last title or role that leaves a name behind it."""
    start = 0
    for i, word in enumerate(run[:-1]):
        form = plain(word.form)
        if not (lexicon.is_title(form) or lexicon.is_role(form)):
            continue
        if _is_own_name(run, i):
            continue
        start = i + 1
    while start < len(run) - 1 and run[start].form in {"-", "."}:
        start += 1
    if start == 0 and len(run) > 2:
        start = _person_inside(sentence, run)
    return start


def _is_own_name(run: list[Word], i: int) -> bool:
    """Whether the role word at ``i`` is part of a name: *Dean Barker*, *Sarah Baker Jones*, *Bishop's Council*."""
    rest = [w for w in run[i + 1 :] if w.form not in {"-", "."}]
    if any(lexicon.marks_organisation(plain(w.form)) for w in rest[-1:]) or run[i + 1].form in {"of", "for", "&"}:
        return True
    if i == 0:
        return len(rest) == 1 and lexicon.is_common_first_name(plain(run[0].form)) and run[0].upos != "NOUN"
    before = plain(run[i - 1].form)
    return i == 1 and len(rest) == 1 and lexicon.is_first_name(before) and not lexicon.is_title(plain(run[i].form))


def _person_inside(sentence: Sentence, run: list[Word]) -> int:
    """Where the recogniser sees a person that fills the run's end behind words that are no first name."""
    entity = sentence.entity_at(run[-1])
    if entity is None or entity.kind is not EntityKind.PERSON:
        return 0
    start = entity.first - run[0].index
    long_enough = len(run) - start >= 2
    return start if start > 0 and long_enough and not lexicon.is_first_name(plain(run[0].form)) else 0


def _title_before(run: list[Word], start: int) -> str:
    if start == 0:
        return ""
    form = plain(run[start - 1].form)
    return form if lexicon.is_title(form) else ""


def _tokens(text: str, name: Sequence[Word]) -> tuple[str, ...]:
    """The words of a name with what stands together (*Smith-Jones*, *J.*) as one token."""
    tokens: list[str] = []
    end = -1
    for word in name:
        surface = word.span.of(text)
        if word.span.start == end and tokens:
            tokens[-1] += surface
        else:
            tokens.append(surface)
        end = word.span.end
    return tuple(tokens)


def _votes(sentence: Sentence, run: list[Word], name: list[Word], title: str) -> Votes:
    return _by_recogniser(sentence, name) + _by_words(run, name, title) + _by_neighbours(sentence, run, name, title)


def _by_recogniser(sentence: Sentence, name: list[Word]) -> Votes:
    kinds = {e.kind for w in name if (e := sentence.entity_at(w))}
    return Votes(
        person=1.0 if EntityKind.PERSON in kinds else 0.0,
        organisation=0.7 if EntityKind.ORGANISATION in kinds else 0.2 if EntityKind.OTHER in kinds else 0.0,
        place=0.7 if EntityKind.LOCATION in kinds else 0.0,
    )


def _by_words(run: list[Word], name: list[Word], title: str) -> Votes:
    forms = [plain(w.form) for w in name]
    votes = Votes()
    if title:
        votes += Votes(person=3.0)
    elif name[0] is not run[0]:
        votes += Votes(person=2.0)
    tail = forms[-1] in lexicon.words("name_tails.txt") and name[-1].form.islower()
    if tail or any(lexicon.marks_organisation(f) for f in (forms[-1], forms[0])) or "of" in forms:
        votes += Votes(organisation=3.0)
    elif len(forms) == 1 and _ACRONYM.match(name[0].form):
        votes += Votes(organisation=1.5)
    elif len(forms) > 1 and lexicon.is_first_name(forms[0]):
        votes += Votes(person=1.5)
    return votes


def _by_neighbours(sentence: Sentence, run: list[Word], name: list[Word], title: str) -> Votes:
    words = sentence.words
    before = words[run[0].index - 1] if run[0].index else None
    after = words[name[-1].index + 1] if name[-1].index + 1 < len(words) else None
    votes = Votes()
    if before is not None and before.form.lower() == "the" and not title and len(run) == len(name):
        votes += Votes(organisation=0.7, place=0.3)
    if before is not None and before.upos == "NOUN":
        # mayor Maria Okafor, the newspaper Vardposten: the noun and the name are one phrase
        form = plain(before.form)
        body = lexicon.is_organisation_noun(form) and not lexicon.is_role(form)
        votes += Votes(organisation=3.0 if body else 0.0, person=2.0 if lexicon.is_role(form) else 0.0)
    owner = after is not None and after.form in _POSSESSIVE
    if before is not None and before.form.lower() in {"in", "at", "near", "across"} and not owner:
        votes += Votes(place=0.6)
    if after is not None and not title and _modifies_role(sentence, after.index):
        # Labour leader, Tarn Ferries chief executive: the name of a body that has such people
        votes += Votes(organisation=2.0)
    return votes + _by_clause(sentence, name[-1].index + 1)


def _modifies_role(sentence: Sentence, at: int) -> bool:
    """Whether the small words from ``at`` on lead to a role noun: *leader*, *chief executive*."""
    for word in sentence.words[at : at + 3]:
        if not word.form[:1].islower() and not _ACRONYM.match(word.form):
            return False
        form = plain(word.form)
        if lexicon.is_role(form) or (form.endswith("s") and lexicon.is_role(form[:-1])) or form == "caucus":
            return word.upos in {"NOUN", "PROPN"}
        if word.upos not in {"NOUN", "ADJ"}:
            return False
    return False


def _by_clause(sentence: Sentence, at: int) -> Votes:
    """*Okafor, who* and *Wetherell, 58,* are people; *the guild, which* is none."""
    words = sentence.words
    if at + 1 >= len(words) or words[at].form != ",":
        return Votes()
    after = words[at + 1]
    if after.form.lower() in {"who", "whose"}:
        return Votes(person=1.5)
    if after.form.lower() == "which":
        return Votes(organisation=1.0)
    is_age = after.upos == "NUM" and after.form.isdigit() and 10 <= int(after.form) <= 110
    closed = at + 2 >= len(words) or words[at + 2].form in {",", "."}
    return Votes(person=2.0) if is_age and closed else Votes()
