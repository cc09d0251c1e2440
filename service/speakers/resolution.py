"""Who is behind each attribution of an article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from service.model import Attribution, Link, MentionForm, Resolution, Span, Speaker, SpeakerKind
from service.parse.tree import Parse
from service.speakers.directory import Directory
from service.speakers.discourse import Choice, Discourse
from service.speakers.flow import asked_in_question, is_turn
from service.speakers.mentions import FIRST_PLURAL, FIRST_SINGULAR, SECOND, read_mention
from service.speakers.names import NameIndex, NameMention, find_names
from service.speakers.phrases import NounPhrase
from service.speakers.reader import read
from service.speakers.referent import Referent
from service.speakers.referents import Cast, join
from service.speakers.roles import find_roles
from service.speakers.spelling import plain
from service.speakers.state import State
from service.text.layout import Layout, ParagraphKind

_SILENCE = Choice(referent=None, certainty=0.5, evidence=("the article does not say who is meant",))


def resolve(text: str, layout: Layout, parse: Parse, attributions: Sequence[Attribution]) -> Resolution:
    """The speakers of an article, and one link for each attribution, in the order of ``attributions``.

    ``parse`` and ``layout`` are of ``text``. Speakers are in the order of the first attribution that is theirs.
    Raises nothing: what cannot be told is a link to None whose evidence says why.
    """
    state = read_article(text, layout, parse, attributions)
    choices = [_final(state, index, set()) for index in range(len(attributions))]
    addressees = [_addressee(state, index) for index in range(len(attributions))]
    return _present(text, state.discourse.cast, choices, addressees)


def read_article(text: str, layout: Layout, parse: Parse, attributions: Sequence[Attribution]) -> State:
    """The article read to its end: what each of its mentions was found to mean, before links are put together."""
    index = NameIndex(find_names(text, layout, parse))
    names = index.names
    claims = find_roles(parse, names)
    cast = join(parse, names, claims, _source_names(parse, index, attributions))
    quoted = tuple(span for quotation in layout.quotations for span in quotation.spans)
    entries = tuple(accumulate(1 if p.stamp else 0 for p in layout.paragraphs))
    directory = Directory(cast.referents)
    discourse = Discourse(text=text, parse=parse, cast=cast, directory=directory, quoted=quoted, entries=entries)
    headings = frozenset(p.index for p in layout.paragraphs if p.kind is ParagraphKind.HEADING)
    state = State(discourse=discourse, index=index, attributions=attributions, claims=claims, headings=headings)
    read(state)
    return state


def _source_names(parse: Parse, index: NameIndex, attributions: Sequence[Attribution]) -> frozenset[int]:
    found = set()
    for attribution in attributions:
        reading = read_mention(parse, index, attribution.mention.span) if attribution.mention else None
        if reading is not None and reading.form is MentionForm.NAME and reading.name is not None:
            found.add(reading.name)
    return frozenset(found)


def _final(state: State, index: int, seen: set[int]) -> Choice:
    """The link of an attribution; first and second person take theirs from the attribution that they stand in."""
    reading = state.readings.get(index)
    if reading is None or reading.form is not MentionForm.PRONOUN or index in state.links:
        return state.links.get(index, _SILENCE)
    form = plain(reading.head.form)
    parent = state.attributions[index].inside
    if parent is None:
        parent = _around(state, index)
    at = reading.head.span.start
    if form in SECOND and (parent is None or not state.discourse.in_quotation(at)):
        asked = asked_in_question(state.discourse, at)
        if asked is not None:
            return asked
    if parent is None or parent in seen or parent == index:
        return _SILENCE
    speaker = _final(state, parent, seen | {index})
    if form in FIRST_SINGULAR:
        return _spoken_by(state, speaker, reading.head.form)
    if form in FIRST_PLURAL:
        return _spoken_for(state, speaker, reading.head.form)
    if form in SECOND:
        return _spoken_to(state, parent, reading.head.form) or _next_turn(state, parent, reading.head.form) or _SILENCE
    return _SILENCE


def _around(state: State, index: int) -> int | None:
    """The attribution whose content holds this one's mention, where the parse of nesting has not said so."""
    mention = state.attributions[index].mention
    if mention is None:
        return None
    return next((i for i in state.around(mention.span.start) if i != index), None)


def _spoken_by(state: State, speaker: Choice, form: str) -> Choice:
    if speaker.referent is None:
        return speaker
    name = state.discourse.referent(speaker.referent).name
    return Choice(
        referent=speaker.referent,
        certainty=0.97 * speaker.certainty,
        evidence=(f"{form} in the words of {name}", *speaker.evidence),
    )


def _spoken_for(state: State, speaker: Choice, form: str) -> Choice:
    """*We*: the body that the speaker leads or speaks for, where the article names it in her role; else the speaker."""
    if speaker.referent is None:
        return speaker
    person = state.discourse.referent(speaker.referent)
    body = _body_of(state.discourse.cast, person)
    if body is None:
        return _spoken_by(state, Choice(referent=person.index, certainty=0.6, evidence=speaker.evidence), form)
    return Choice(
        referent=body.index,
        certainty=0.6 * speaker.certainty,
        evidence=(f"{form} in the words of {person.name}, for {body.name}", *speaker.evidence),
    )


_LEADS = {"leader", "executive", "spokesperson", "spokesman", "spokeswoman", "head", "chair", "chairman", "chairwoman",
          "president", "ceo", "director", "secretary", "founder", "manager", "boss", "chief"}  # fmt: skip


def _body_of(cast: Cast, person: Referent) -> Referent | None:
    bodies = {
        body.index: body
        for role in person.roles
        if role.head in _LEADS
        for word in role.modifiers
        for body in cast.bodies(word)
    }
    return next(iter(bodies.values())) if len(bodies) == 1 else None


def _next_turn(state: State, parent: int, form: str) -> Choice | None:
    """*You* in a turn of a transcript: whoever has the next one."""
    if not is_turn(state.discourse, state.attributions[parent]):
        return None
    asking = state.links.get(parent, _SILENCE).referent
    for index in range(parent + 1, len(state.attributions)):
        answer = state.links.get(index, _SILENCE).referent
        turn = is_turn(state.discourse, state.attributions[index])
        if turn and answer not in {None, asking}:
            name = state.discourse.referent(answer).name if answer is not None else ""
            return Choice(referent=answer, certainty=0.75, evidence=(f"{form}, to whom {name} answers",))
    return None


def _addressee(state: State, index: int) -> int | None:
    """Whom an attribution's addressee stands for, where it is a name or a pronoun."""
    addressee: Span | None = state.attributions[index].addressee
    reading = read_mention(state.discourse.parse, state.index, addressee) if addressee else None
    if reading is None or reading.several or reading.form is MentionForm.NOMINAL:
        return None
    form = plain(reading.head.form)
    if reading.form is MentionForm.PRONOUN and form in FIRST_SINGULAR:
        parent = state.attributions[index].inside
        return _final(state, parent, {index}).referent if parent is not None else None
    choice = state.choice_at(reading.sentence, reading.head)
    return choice.referent if choice is not None else None


def _spoken_to(state: State, parent: int, form: str) -> Choice | None:
    referent = _addressee(state, parent)
    if referent is None:
        return None
    name = state.discourse.referent(referent).name
    return Choice(referent=referent, certainty=0.7, evidence=(f"{form}, said to {name}",))


def _present(text: str, cast: Cast, choices: Sequence[Choice], addressees: Sequence[int | None]) -> Resolution:
    order = list(dict.fromkeys(c.referent for c in choices if c.referent is not None))
    place = {referent: number for number, referent in enumerate(order)}
    places = cast.places()
    speakers = tuple(_speaker(text, places[i], cast.referents[i]) for i in order)
    told = {i: _speaker(text, places.get(i, ()), cast.referents[i]).name for i in addressees if i is not None}
    links = tuple(
        Link(
            speaker=None if c.referent is None else place[c.referent],
            certainty=round(min(max(c.certainty, 0.0), 1.0), 3),
            evidence=c.evidence,
        )
        for c in choices
    )
    return Resolution(speakers=speakers, links=links, addressees=tuple(i if i is None else told[i] for i in addressees))


def _speaker(text: str, names: Sequence[NameMention], referent: Referent) -> Speaker:
    aliases: list[str] = []
    for name in names:
        shown = " ".join(name.tokens)
        title = name.title and name.prefix and " ".join((name.prefix[-1].form, shown))
        alias = title or shown
        known = {a.casefold() for a in (referent.name, *aliases)}
        if alias.casefold() not in known:
            aliases.append(alias)
    role = next((said for said in (_role(text, r) for r in referent.roles) if said is not None), None)
    called = referent.name
    if referent.descriptions:
        # a source without a name goes by the words that the article uses most, at a tie by the first; a document of
        # which those only say that it is one (the memo), by those that brought it up
        called = Counter(referent.descriptions).most_common(1)[0][0]
        if referent.kind is SpeakerKind.DOCUMENT and called.startswith("the ") and called.count(" ") == 1:
            called = referent.name
    return Speaker(name=called, kind=referent.kind, role=role, aliases=tuple(aliases))


# an article or possessive at the head of a sentence has its capital from there
_COURTESY = frozenset({"mr", "mrs", "ms", "miss", "mx", "lady", "lord", "sir", "dame"})
_OPENERS = frozenset({"The", "A", "An", "One", "His", "Her", "Its", "Their", "Our", "My"})


def _role(text: str, role: NounPhrase) -> str | None:
    """A role as the article words it; None where it is no more than a courtesy title (*Ms*)."""
    first, *rest = role.span.of(text).split()
    if not rest and first.rstrip(".").casefold() in _COURTESY:
        return None
    # THE leader of Varland: an outlet may begin an article in capitals
    return " ".join([first.lower() if first.capitalize() in _OPENERS else first, *rest])
