"""Reads an article from its first word to its last and settles, mention by mention, who is meant.

Names, pronouns, role nouns and quotes without a source are met in text order, because each is read in the light of
what came before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from service.model import Attribution, MentionForm, QuoteType, Span, SpeakerKind
from service.parse.tree import Sentence, Word
from service.speakers import flow, nominals, roles
from service.speakers import lexicon_files as lexicon
from service.speakers.antecedents import PLURAL, THIRD_PERSON, Place, antecedent
from service.speakers.discourse import Choice, Discourse
from service.speakers.mentions import RELATIVE, Reading, name_at, read_mention, relative_head
from service.speakers.names import NameMention, plain
from service.speakers.phrases import NounPhrase, is_plural, phrase_at, singular
from service.speakers.roles import RoleClaim

Key = tuple[str, int]
_SILENT_HEADING = Choice(referent=None, certainty=0.5, evidence=("heading: the article does not show who says it",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something to be read at ``offset``: a name (``number``), a word, or an attribution without a mention."""

    offset: int
    sort: str
    number: int
    sentence: Sentence
    word: Word | None = None

    @property
    def key(self) -> Key:
        """What the item is known by: a name by its number, a word by its offset."""
        return self.sort, self.number if self.sort in {"name", "flow"} else self.offset


@dataclass(slots=True, kw_only=True)
class Reader:
    """One reading of one article. ``links`` are the choices for attributions, ``choices`` for single words."""

    discourse: Discourse
    attributions: Sequence[Attribution]
    claims: Sequence[RoleClaim]
    headings: frozenset[int]
    links: dict[int, Choice] = field(default_factory=dict)
    choices: dict[Key, Choice] = field(default_factory=dict)
    readings: dict[int, Reading] = field(default_factory=dict)
    _sources: dict[Key, list[int]] = field(default_factory=dict)

    def read(self) -> None:
        """Fill ``links`` for all attributions that the text order can settle."""
        for index, attribution in enumerate(self.attributions):
            self._assign(index, attribution)
        # headings speak of what the body tells, so they are read after it
        for item in sorted(self._items(), key=lambda i: (i.sentence.paragraph in self.headings, i.offset, i.sort)):
            if item.sort == "flow":
                self._flow(item)
            else:
                self._mention(item)

    def _mention(self, item: Item) -> None:
        speakers = self._sources.get(item.key, [])
        choice = self._settle(item, speakers)
        if choice is None:
            return
        self.choices[item.key] = choice
        for index in speakers:
            self.links[index] = choice
        if choice.referent is not None and item.word is not None:
            pronoun = item.sort == "pronoun"
            self.discourse.note(choice.referent, item.sentence, item.word, speaking=bool(speakers), pronoun=pronoun)

    def _assign(self, index: int, attribution: Attribution) -> None:
        """Tie an attribution to the item that its mention is."""
        if attribution.mention is None:
            return
        reading = read_mention(self.discourse.parse, self.names, attribution.mention.span)
        if reading is None:
            return
        self.readings[index] = reading
        self._sources.setdefault(self._key_of(reading), []).append(index)

    def _key_of(self, reading: Reading) -> Key:
        if reading.form is MentionForm.NAME and reading.name is not None and not reading.several:
            return "name", reading.name
        if reading.form is MentionForm.PRONOUN:
            return "pronoun", reading.head.span.start
        return "nominal", reading.head.span.start

    @property
    def names(self) -> list[NameMention]:
        """All names of the article, in text order."""
        return self.discourse.cast.names

    def _items(self) -> Iterator[Item]:
        parse = self.discourse.parse
        taken: set[int] = set()
        for number, name in enumerate(self.names):
            sentence = parse.sentences[name.sentence]
            taken |= {w.span.start for w in (*name.words, *name.prefix)}
            yield Item(offset=name.span.start, sort="name", number=number, sentence=sentence, word=name.words[-1])
        taken |= {w.span.start for c in self.claims for w in c.phrase.core[-1:]}
        for sentence in parse.sentences:
            for word in sentence.words:
                yield from self._word_items(sentence, word, taken)
        for index, attribution in enumerate(self.attributions):
            at = parse.sentence_at(attribution.spans[0].start)
            if index not in self.readings and at is not None:
                yield Item(offset=attribution.spans[0].start, sort="flow", number=index, sentence=at)

    def _word_items(self, sentence: Sentence, word: Word, taken: set[int]) -> Iterator[Item]:
        start = word.span.start
        wanted = ("pronoun", start) in self._sources
        if wanted or plain(word.form) in THIRD_PERSON:
            yield Item(offset=start, sort="pronoun", number=0, sentence=sentence, word=word)
        elif ("nominal", start) in self._sources or (start not in taken and _may_refer(word)):
            yield Item(offset=start, sort="nominal", number=0, sentence=sentence, word=word)

    # one item ---------------------------------------------------------------------------------------------------

    def _settle(self, item: Item, speakers: list[int]) -> Choice | None:
        if item.sort == "name":
            return self._name(item)
        if item.sort == "pronoun":
            return self._pronoun(item, speakers)
        reading = next((self.readings[i] for i in speakers), None)
        return self._nominal(item, reading)

    def _name(self, item: Item) -> Choice:
        name = self.names[item.number]
        found = self.discourse.cast.candidates[item.number]
        shown = " ".join(name.tokens)
        if len(found) > 1:
            found = self._by_prefix(found, name) or self._told_apart(found, item)
        if len(found) != 1:
            rivals = " or ".join(self.discourse.referent(i).name for i in found)
            return Choice(referent=None, certainty=0.5, evidence=(f"surname {shown}: {rivals}, two share it",))
        referent = self.discourse.referent(found[0])
        if name.key == referent.key:
            return Choice(referent=referent.index, certainty=0.98, evidence=(f"name {shown}",))
        if not referent.is_person:
            return Choice(referent=referent.index, certainty=0.9, evidence=(f"short name {shown} -> {referent.name}",))
        sort = "surname" if referent.key[-len(name.key) :] == name.key else "first name"
        return Choice(referent=referent.index, certainty=0.97, evidence=(f"{sort} {shown} -> {referent.name}",))

    def _by_prefix(self, found: tuple[int, ...], name: NameMention) -> tuple[int, ...]:
        """*Mayor Pryor* is the one of two Pryors who is the mayor."""
        said = {plain(w.form) for w in name.prefix}
        fitting = [i for i in found if any(r.head in said for r in self.discourse.referent(i).roles)]
        return tuple(fitting) if len(fitting) == 1 else ()

    def _told_apart(self, found: tuple[int, ...], item: Item) -> tuple[int, ...]:
        """Of two people with one surname, the one who has come up, or has come up in this paragraph or the last."""
        here = item.sentence.paragraph
        last: dict[int, int] = {}
        for trace in self.discourse.traces:
            if trace.referent in found:
                last[trace.referent] = trace.paragraph
        if len(last) == 1:
            return tuple(last)
        close = [i for i, paragraph in last.items() if here - paragraph <= 1]
        return (close[0],) if len(close) == 1 else found

    def _pronoun(self, item: Item, speakers: list[int]) -> Choice | None:
        word = item.word
        if word is None:
            return None
        form = plain(word.form)
        if form in RELATIVE and speakers:
            return self._relative(item, word)
        if form not in THIRD_PERSON:
            return None
        barred = self._barred(word.span.start, speakers)
        content = tuple(s for i in speakers for s in self.attributions[i].spans)
        place = Place(sentence=item.sentence, word=word, speaking=bool(speakers), barred=barred, content=content)
        choice = antecedent(self.discourse, place)
        if choice.referent is None and speakers and form not in PLURAL:
            return self._named_next(item, word) or choice
        return choice

    def _named_next(self, item: Item, word: Word) -> Choice | None:
        """A pronoun before anybody has come up means who is named next (*"No," she said. Okafor was speaking …*)."""
        if any(self.discourse.referent(t.referent).is_person for t in self.discourse.traces):
            return None
        gender = {"he": "m", "she": "f"}.get(plain(word.form), "")
        for number, name in enumerate(self.names):
            found = self.discourse.cast.candidates[number]
            if name.span.start <= item.offset or len(found) != 1 or name.sentence > item.sentence.index + 3:
                continue
            referent = self.discourse.referent(found[0])
            if referent.is_person and gender and referent.gender in {gender, ""}:
                return Choice(
                    referent=referent.index,
                    certainty=0.7,
                    evidence=(f"pronoun {word.form} -> {referent.name} (named right after)",),
                )
        return None

    def _barred(self, offset: int, speakers: list[int]) -> frozenset[int]:
        """Whom a pronoun cannot mean: the speaker of the quotation that it stands in; those named in what it says."""
        barred: set[int] = set()
        for index, attribution in enumerate(self.attributions):
            inside = any(s.start <= offset < s.end for s in attribution.spans)
            if inside and index not in speakers and self.discourse.in_quotation(offset):
                speaker = self._known_speaker(index)
                if speaker is not None and attribution.type is QuoteType.DIRECT:
                    barred.add(speaker)
        for index in speakers:
            barred |= self._named_in(self.attributions[index].spans)
        return frozenset(barred)

    def _known_speaker(self, index: int) -> int | None:
        link = self.links.get(index)
        if link is not None:
            return link.referent
        reading = self.readings.get(index)
        if reading is None or reading.name is None:
            return None
        found = self.discourse.cast.candidates[reading.name]
        return found[0] if len(found) == 1 else None

    def _named_in(self, spans: Sequence[Span]) -> set[int]:
        return {
            found[0]
            for name, found in zip(self.names, self.discourse.cast.candidates, strict=True)
            if len(found) == 1 and any(s.covers(name.span) for s in spans)
        }

    def _relative(self, item: Item, word: Word) -> Choice | None:
        head = relative_head(item.sentence, word)
        if head is None:
            return None
        number = name_at(self.names, item.sentence, head)
        if number is None:
            # the mayor Maria Okafor, who …: the tree may hang the clause on the role before the name
            after = [n for n, m in enumerate(self.names) if m.sentence == item.sentence.index and head in m.prefix]
            number = after[0] if after else None
        if number is not None:
            choice = self._name(Item(offset=item.offset, sort="name", number=number, sentence=item.sentence, word=head))
        else:
            phrase = phrase_at(item.sentence, head)
            choice = nominals.by_role(self.discourse, phrase, head.span.start) or self._unnamed(phrase)
        return Choice(
            referent=choice.referent,
            certainty=0.95 * choice.certainty,
            evidence=(f"relative {word.form} -> {head.form}", *choice.evidence),
        )

    def _nominal(self, item: Item, reading: Reading | None) -> Choice | None:
        word = item.word
        if word is None:
            return None
        if reading is not None and reading.several:
            return self._several(reading)
        if reading is not None and reading.phrase is not None:
            return (
                self._owner(reading.phrase, item)
                or self._appositive(item.sentence, word)
                or nominals.by_role(self.discourse, reading.phrase, item.offset)
                or nominals.by_place(self.discourse, reading.phrase, item.sentence, item.offset)
                or self._by_lede(reading.phrase, item.sentence)
                or self._described(reading)
            )
        phrase = phrase_at(item.sentence, word)
        if self._is_predicate(item.sentence, word, phrase):
            return None
        choice = nominals.by_role(self.discourse, phrase, item.offset)
        if choice is not None or self.discourse.in_quotation(item.offset):
            return choice
        kind = nominals.kind_of(phrase)
        if kind is SpeakerKind.DOCUMENT and not (phrase.determiner or phrase.possessor):
            return None
        if kind is SpeakerKind.DOCUMENT:
            return self._unnamed(phrase_at(item.sentence, word, within=item.sentence.span))
        return self._unnamed(phrase) if kind is not SpeakerKind.ORGANISATION and _is_person_noun(word) else None

    def _appositive(self, sentence: Sentence, word: Word) -> Choice | None:
        """*the chair, Sir Alastair Boyce,*: the name beside the role."""
        for claim in self.claims:
            name = self.names[claim.name]
            found = self.discourse.cast.candidates[claim.name]
            beside = name.sentence == sentence.index and claim.phrase.core[-1].index == word.index
            if beside and len(found) == 1 and abs(name.words[0].index - word.index) <= 12:
                shown = self.discourse.referent(found[0]).name
                return Choice(referent=found[0], certainty=0.95, evidence=(f"{word.form} is said of {shown}",))
        return None

    def _by_lede(self, phrase: NounPhrase, sentence: Sentence) -> Choice | None:
        """A lede's description (*A mother of three told …*) means the person who speaks first by name right after it."""
        body = [s.paragraph for s in self.discourse.parse.sentences if s.paragraph not in self.headings]
        if not body or sentence.paragraph > min(p for p in body if self._has_verb(p)):
            return None
        for number, name in enumerate(self.names):
            later = sentence.paragraph < name.sentence_paragraph <= sentence.paragraph + 3
            found = self.discourse.cast.candidates[number]
            if not later or name.in_heading or len(found) != 1 or ("name", number) not in self._sources:
                continue
            person = self.discourse.referent(found[0])
            if not person.is_person:
                continue
            if not nominals.fits_lede(phrase, person):
                return None
            nominals.learn(person, phrase)
            shown = " ".join(w.form for w in phrase.core)
            return Choice(referent=person.index, certainty=0.65, evidence=(f"{shown} -> {person.name}, named next",))
        return None

    def _has_verb(self, paragraph: int) -> bool:
        """Whether a paragraph tells something; bylines and datelines do not."""
        sentences = (s for s in self.discourse.parse.sentences if s.paragraph == paragraph)
        return any(w.upos == "VERB" for s in sentences for w in s.words)

    def _is_predicate(self, sentence: Sentence, word: Word, phrase: NounPhrase) -> bool:
        """Whether the phrase says what somebody is (*he stays on as an independent MP*); it is then noted as a role."""
        case = sentence.child(word, "case", "mark")
        like = case is not None and plain(case.form) in {"as", "like", "than"}
        if not like and sentence.child(word, "cop") is None:
            return False
        above = sentence.head(word) if like else word
        subject = sentence.child(above, "nsubj", "nsubj:pass") if above is not None else None
        choice = self._choice_at(sentence, subject) if subject is not None else None
        if choice is not None and choice.referent is not None and not roles.is_unreal(sentence, word):
            referent = self.discourse.referent(choice.referent)
            if referent.named and referent.is_person:
                nominals.learn(referent, phrase)
        return True

    def _choice_at(self, sentence: Sentence, word: Word) -> Choice | None:
        """What was settled for the mention that ``word`` heads."""
        number = name_at(self.names, sentence, word)
        start = word.span.start
        keys: list[Key] = [("name", number)] if number is not None else [("pronoun", start), ("nominal", start)]
        return next((self.choices[k] for k in keys if k in self.choices), None)

    def _several(self, reading: Reading) -> Choice:
        shown = description(reading.sentence, reading.span, self.discourse.text)
        referent = self.discourse.cast.add(
            name=shown, kind=SpeakerKind.GROUP, named=False, number="plural", head=plain(reading.head.form)
        )
        return Choice(referent=referent.index, certainty=0.85, evidence=(f"several sources: {shown}",))

    def _owner(self, phrase: NounPhrase, item: Item) -> Choice | None:
        """*her statement*, *Ardern's statement*: the words of its owner, where the article tells who that is."""
        if lexicon.column("documents.tsv", 1).get(phrase.head) != "owner":
            return None
        for word in phrase.words:
            if plain(word.form) in THIRD_PERSON:
                choice = self.choices.get(("pronoun", word.span.start))
            else:
                number = name_at(self.names, item.sentence, word)
                choice = self._name(replace(item, sort="name", number=number)) if number is not None else None
            if choice is not None and choice.referent is not None:
                name = self.discourse.referent(choice.referent).name
                shown = " ".join(w.form for w in phrase.core)
                return Choice(
                    referent=choice.referent,
                    certainty=0.95 * choice.certainty,
                    evidence=(f"{shown} -> the words of {name}", *choice.evidence),
                )
        return None

    def _described(self, reading: Reading) -> Choice:
        """A source without a name, by the words of its mention."""
        assert reading.phrase is not None  # noqa: S101
        shown = description(reading.sentence, reading.span, self.discourse.text)
        referent = nominals.unnamed(self.discourse, reading.phrase, shown, nominals.kind_of(reading.phrase))
        referent.descriptions.append(shown)
        said = "described as" if referent.name == shown else f"{shown} ->"
        return Choice(
            referent=referent.index, certainty=0.85, evidence=(f"source without a name, {said} {referent.name}",)
        )

    def _unnamed(self, phrase: NounPhrase) -> Choice:
        """Somebody without a name who has come up but not spoken."""
        sentence = self.discourse.parse.sentences[phrase.sentence]
        shown = description(sentence, phrase.span, self.discourse.text)
        referent = nominals.unnamed(self.discourse, phrase, shown, nominals.kind_of(phrase))
        return Choice(referent=referent.index, certainty=0.8, evidence=(f"source without a name: {referent.name}",))

    # links ------------------------------------------------------------------------------------------------------

    def _flow(self, item: Item) -> None:
        """A quote without a mention: by the clause above its cue, else by the flow; nobody for a passive."""
        attribution = self.attributions[item.number]
        if attribution.cue is not None or attribution.inside is not None:
            self.links[item.number] = self._controlled(attribution)
            return
        if item.sentence.paragraph in self.headings:
            said = flow.speaker_by_words(self.discourse, self.attributions, item.number, self.links)
            self.links[item.number] = said or _SILENT_HEADING
            return
        choice = flow.speaker_by_flow(self.discourse, self.attributions, item.number, self.links)
        self.links[item.number] = choice
        if choice.referent is not None:
            self.discourse.note_silent(choice.referent, item.sentence, item.offset)

    def _controlled(self, attribution: Attribution) -> Choice:
        found = flow.controller(self.discourse.parse, attribution)
        if found is not None:
            choice = self._choice_at(*found)
            if choice is not None:
                evidence = (f"subject of the clause above the cue: {found[1].form}", *choice.evidence)
                return Choice(referent=choice.referent, certainty=0.85 * choice.certainty, evidence=evidence)
        return Choice(referent=None, certainty=0.8, evidence=("no source is given for the cue",))


def description(sentence: Sentence, span: Span, text: str) -> str:
    """A source's description as written, on one line, without the capital that opens a sentence."""
    shown = " ".join(span.of(text).split())
    first = next((w for w in sentence.words if w.span.start == span.start), None)
    opens = first is not None and (first.index == 0 or sentence.words[first.index - 1].upos == "PUNCT")
    if opens and first is not None and first.upos != "PROPN" and shown[1:2].islower() | (shown[1:2] == " "):
        return shown[0].lower() + shown[1:]
    return shown


def _may_refer(word: Word) -> bool:
    """Whether a noun outside names can stand for somebody: no modifier of another noun."""
    if word.upos not in {"NOUN", "PROPN"} or word.relation in {"compound", "flat", "amod"}:
        return False
    noun = singular(word)
    return _is_person_noun(word) or lexicon.is_organisation_noun(noun) or noun in lexicon.words("documents.tsv")


def _is_person_noun(word: Word) -> bool:
    return lexicon.is_role(singular(word)) or (is_plural(word) and plain(word.form) in lexicon.words("groups.tsv"))
