"""Names as they stand in the article: capitalised runs, cut into title, role and name, with what each says of its kind.

The entity recogniser is one witness among several: capitals, tags, titles, roles and first names are the others.

In *Rogue Labour MP Dr Ravi Menon's speech* the run is *Rogue Labour MP Dr Ravi Menon*; its name is *Ravi
Menon*, its title *dr*, its role *Rogue Labour MP*.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from service.model import Span
from service.parse.tree import EntityKind, Parse, Sentence, Word, cover
from service.speakers import lexicon_files as lexicon
from service.speakers.spelling import ACRONYM, Spelling, capital_runs, plain, spelling_of
from service.speakers.votes import Votes, body_beside, votes_of
from service.text.layout import Layout, ParagraphKind

# share of long words with a capital that makes a headline
_TITLE_CASE = 0.7
# "the Lady Marsden" is a ship: no article stands before these titles of a person
_BARE_TITLES = {"mr", "mrs", "ms", "miss", "sir", "dame", "lord", "lady", "king", "queen", "dr"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMention:
    """One name in one place.

    ``words`` are those of the name alone; ``tokens`` their forms, hyphens joined to their neighbours. ``title`` is
    lower case, empty if there is none. ``prefix`` are the words of the run before the name (role, party, place);
    ``follows`` and ``followed_by`` are the words before the run and after the name (or in apposition to it), as
    compared, empty for none. ``key`` are the tokens as they are compared.
    """

    sentence: int
    sentence_paragraph: int
    words: tuple[Word, ...]
    tokens: tuple[str, ...]
    title: str
    prefix: tuple[Word, ...]
    votes: Votes
    in_heading: bool
    followed_by: str
    follows: str
    key: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        # a property would do it again for every name that this one is compared with
        object.__setattr__(self, "key", tuple(map(plain, self.tokens)))

    @property
    def span(self) -> Span:
        """From the first to the last word of the name."""
        return cover(self.words)


class NameIndex:
    """The article's names in text order, and the name that a word is part of."""

    def __init__(self, names: Sequence[NameMention]) -> None:
        self.names = list(names)
        self._starts = [n.words[0].span.start for n in self.names]
        self._paragraphs = [n.sentence_paragraph for n in self.names]
        self._places = {(n.sentence, w.index): number for number, n in enumerate(self.names) for w in n.words}

    def within(self, span: Span) -> range:
        """The indices of the names that begin in ``span``."""
        return range(bisect_left(self._starts, span.start), bisect_left(self._starts, span.end))

    def in_paragraphs(self, first: int, last: int) -> range:
        """The indices of the names from paragraph ``first`` to paragraph ``last``, both included."""
        return range(bisect_left(self._paragraphs, first), bisect_right(self._paragraphs, last))

    def after(self, offset: int) -> range:
        """The indices of the names that begin after ``offset``."""
        return range(bisect_left(self._starts, offset + 1), len(self.names))

    def at(self, sentence: Sentence, word: Word) -> int | None:
        """The index of the name that ``word`` is part of."""
        return self._places.get((sentence.index, word.index))


def find_names(text: str, layout: Layout, parse: Parse) -> list[NameMention]:
    """All names of the article in text order."""
    headings = frozenset(p.index for p in layout.paragraphs if p.kind is ParagraphKind.HEADING)
    spelling = spelling_of(parse, headings)
    found: list[NameMention] = []
    for sentence in parse.sentences:
        heading = sentence.paragraph in headings or _is_title_case(sentence)
        for run in capital_runs(text, sentence, spelling):
            # THE BUZZER SAYS: words all in capitals are written as a heading, wherever they stand
            shouted = len(run) > 1 and all(w.form.isupper() and len(w.form) > 1 for w in run)
            found.extend(_cut(text, sentence, run, heading or shouted, spelling))
    body = {n.key for n in found if not n.in_heading}
    return [kept for name in found if (kept := _known_part(text, name, body)) is not None]


def _is_title_case(sentence: Sentence) -> bool:
    """Whether the sentence is a headline that gives nearly every word a capital."""
    words = [w for w in sentence.words if len(w.form) > 3 and w.form.isalpha()]
    small = sum(w.form.islower() and w.upos in {"NOUN", "VERB", "ADJ", "ADV"} for w in words)
    return len(words) > 3 and not small and sum(w.form[:1].isupper() for w in words) >= _TITLE_CASE * len(words)


def _known_part(text: str, name: NameMention, body: set[tuple[str, ...]]) -> NameMention | None:
    """A headline's run cut to the name in it that the body knows: *Ada Quill* of *Ada Quill Speaks*.

    A single word counts where it begins or ends a name of the body. Where the body knows none, the run stays as it is.
    """
    if not name.in_heading or name.key in body:
        return name
    groups = _groups(name.words)
    ends = {(key[0],) for key in body} | {(key[-1],) for key in body}
    for length in range(len(name.key) - 1, 0, -1):
        for start in range(len(name.key) - length + 1):
            part = name.key[start : start + length]
            if part in body or part in ends:
                words = tuple(w for group in groups[start : start + length] for w in group)
                return replace(name, words=words, tokens=_tokens(text, words))
    return name


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
    bare = plain(name[0].form) if len(name) == 1 and start == 0 else ""
    if not name or lexicon.is_organisation_noun(bare) or lexicon.is_title(bare):
        # the Council, Parliament, Rep.: no name but a noun, matched with a name later
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
        votes=Votes(place=5.0) if ship else votes_of(sentence, run, name, title),
        in_heading=heading,
        follows=plain(sentence.words[run[0].index - 1].form) if run[0].index else "",
        followed_by=_followed_by(sentence, last),
    )


def _followed_by(sentence: Sentence, at: int) -> str:
    """The word at ``at``; where a comma is there, the noun of a body behind it: *Homelight Care, the agency that …*."""
    beside = body_beside(sentence, at)
    if beside is not None:
        return plain(beside.form)
    return plain(sentence.words[at].form) if at < len(sentence.words) else ""


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
    """*the Harbour West MP* names a place and a role; *Ada Bishop* is a person's name for all its last word."""
    if not run or not _is_role_word(run[-1]) or (len(run) > 1 and lexicon.marks_organisation(plain(run[-1].form))):
        return run
    before = sentence.words[run[0].index - 1].form.lower() if run[0].index else ""
    acronym = ACRONYM.match(run[-1].form) is not None
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


def _groups(name: Sequence[Word]) -> list[list[Word]]:
    """The words of a name, those that stand together (*Smith-Jones*, *J.*) in one group."""
    groups: list[list[Word]] = []
    for word in name:
        if groups and word.span.start == groups[-1][-1].span.end:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _tokens(text: str, name: Sequence[Word]) -> tuple[str, ...]:
    """The words of a name with what stands together as one token."""
    return tuple("".join(word.span.of(text) for word in group) for group in _groups(name))
