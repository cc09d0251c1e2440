"""Whom a noun phrase stands for: *the Harbour West MP*, *the mayor*, *the party*, *a spokesperson*.

A definite phrase is matched by its role words with what the article says of its people and bodies. What matches
nobody is a source without a name: its description is its name, and a later *the spokesperson* comes back to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from service.model import SpeakerKind
from service.parse.tree import Sentence
from service.speakers import lexicon_files as lexicon
from service.speakers.discourse import Choice, Discourse, Part, Trace
from service.speakers.phrases import STATUS, TENURE, NounPhrase
from service.speakers.referent import Referent
from service.speakers.spelling import plain

# fits below this are none
_LEAST = 0.5
# ranks of an office whose holder is called by the office alone, and those offices
_SAME_OFFICE = frozenset({"associate", "assistant", "junior", "co"})
_WITH_JUNIORS = frozenset({"minister", "secretary", "professor", "commissioner", "coach", "leader"})
# sentences, by the clock of the discourse, back to somebody whom a fresh description can mean
_NEAR = 1.8
# places back where one of several holders of a role is looked for
_TRACES_BACK = 400
# sources without a name, of one noun, to which a later phrase can come back
_UNNAMED_BACK = 40


def by_role(discourse: Discourse, phrase: NounPhrase, offset: int) -> Choice | None:
    """The named person or body whom a definite phrase describes; None where no one fits, a Choice of None for a tie."""
    if not phrase.definite or phrase.plural:
        return None
    likely = discourse.directory.candidates(phrase, lambda: {t.referent for t in _last_traces(discourse)})
    fits = {r.index: fit for r in likely if (fit := _fit(r, phrase)) >= _LEAST}
    if not fits:
        return None
    best = max(fits.values())
    top = [i for i, fit in fits.items() if fit >= best - 0.04]
    said = phrase.shown(discourse.text)
    if len(top) > 1:
        top = _nearest(discourse, top, offset)
    if len(top) > 1:
        # of several companies the operator is the one whom the article lets speak
        top = [i for i in top if discourse.referent(i).often] or top
    if len(top) > 1:
        rivals = " or ".join(discourse.referent(i).name for i in top[:3])
        return Choice(referent=None, certainty=0.5, evidence=(f"role {said}: {rivals}, the article does not tell",))
    name = discourse.referent(top[0]).name
    return Choice(referent=top[0], certainty=0.6 + 0.3 * best, evidence=(f"role {said} -> {name}",))


def _nearest(discourse: Discourse, rivals: list[int], offset: int) -> list[int]:
    """The one of several that came up last, if the others are at least a paragraph further off."""
    last: dict[int, int] = {}
    paragraph: dict[int, int] = {}
    wanted = set(rivals)
    for trace in _last_traces(discourse):
        if trace.referent in wanted and trace.offset < offset and trace.referent not in last:
            last[trace.referent] = trace.offset
            paragraph[trace.referent] = trace.paragraph
    if not last:
        return rivals
    nearest = max(last, key=lambda i: last[i])
    clear = len(last) == 1 or all(paragraph[nearest] > paragraph[i] for i in last if i != nearest)
    return [nearest] if clear else sorted(last)


def _last_traces(discourse: Discourse) -> Iterator[Trace]:
    return islice(reversed(discourse.traces), _TRACES_BACK)


def _fit(referent: Referent, phrase: NounPhrase) -> float:
    if referent.kind is SpeakerKind.ORGANISATION:
        return _body_fit(referent, phrase)
    entitled = {row[1] for row in lexicon.rows("title_roles.tsv") if row[0] in referent.titles}
    by_title = 0.75 if phrase.head in entitled and not phrase.proper else _affiliation_fit(referent, phrase)
    return max((by_title, *(_role_fit(referent, role, phrase) for role in referent.roles)))


def _affiliation_fit(person: Referent, phrase: NounPhrase) -> float:
    """*the Republican nominee* for *Republican Ada Quill*: the role that the article gives is the party alone."""
    parties = {role.head for role in person.roles if role.head in phrase.proper}
    stands = phrase.head in {"nominee", "candidate", "contender", "hopeful", "lawmaker", "politician"}
    return 0.7 if parties and stands and not phrase.modifiers & STATUS else 0.0


def _role_fit(person: Referent, role: NounPhrase, phrase: NounPhrase) -> float:
    """How well a description fits a role: 1 the same words, less for each word that the article does not tie to it."""
    wider = lexicon.column("roles.tsv", 2).get(role.head, "")
    if phrase.head == role.head:
        fit = 1.0
    elif phrase.head in lexicon.same_roles(role.head):
        fit = 0.9
    elif wider and phrase.head == wider:
        fit = 0.7
    else:
        return 0.0
    if (phrase.modifiers & STATUS) != (role.modifiers & STATUS):
        # the associate education minister is the minister of an article that has no other; a deputy mayor is no mayor
        lesser = role.modifiers & STATUS <= _SAME_OFFICE and not phrase.modifiers & STATUS
        return 0.55 if lesser and phrase.head in _WITH_JUNIORS and not phrase.modifiers - role.modifiers else 0.0
    extra = phrase.modifiers - role.modifiers - person.modifiers - TENURE - STATUS - set(person.key)
    if extra & phrase.field and role.field and not phrase.field & role.field:
        # the foreign minister is not the finance minister
        return 0.0
    if extra & phrase.proper and role.proper:
        # the Wellington mayor is not the mayor of Auckland
        return 0.0
    if (phrase.modifiers & TENURE) - role.modifiers:
        fit -= 0.3
    return fit - 0.15 * min(len(extra), 3)


def _body_fit(body: Referent, phrase: NounPhrase) -> float:
    """*the party* for *Labour Party*, *the ministry* for *Ministry of Health*, *the company* for *Tarn Ferries*."""
    wanted = lexicon.organisation_class(phrase.head)
    if not wanted:
        return 0.0
    shared = {m for m in phrase.modifiers if any(_alike(m, k) for k in body.key)}
    extra = phrase.modifiers - shared - body.modifiers
    if body.head == phrase.head:
        fit = 1.0
    elif body.org_class == wanted:
        fit = 0.85
    elif not body.org_class and shared:
        fit = 0.7
    elif not body.org_class and wanted == "company" and body.often:
        fit = 0.6
    else:
        return 0.0
    if extra & phrase.proper:
        return 0.0
    return fit + 0.1 * len(shared) - 0.1 * min(len(extra), 3)


def _alike(one: str, other: str) -> bool:
    """*ferry* and *ferries*, *seafarers* and *seafarers'*."""
    cut = min(len(one), len(other), 5)
    return cut >= 4 and (one[:cut] == other[:cut] or _stem(one) == _stem(other))


def _stem(word: str) -> str:
    return word.removesuffix("'").removesuffix("ies").removesuffix("s").removesuffix("y")


def by_place(discourse: Discourse, phrase: NounPhrase, sentence: Sentence, offset: int) -> Choice | None:
    """A definite description that the article has given to nobody, right after the only person it can be.

    *Ravi Menon claims … The Harbour West MP told Checkpoint …*. Only for words that describe somebody; an office
    (*the judge*, *the driver*) may be held by a person whom the article implies without a name.
    """
    if phrase.determiner not in {"the", "this", "that"} or phrase.plural or phrase.possessor:
        return None
    if not (_describes(phrase.head) or _varies(phrase)) or "other" in phrase.modifiers:
        return None
    near = {t.referent for t in discourse.recent(sentence, offset, _NEAR) if not t.quoted}
    persons = [discourse.referent(i) for i in near if discourse.referent(i).is_person]
    gender = lexicon.gender_of_role(phrase.head)
    fitting = [p for p in persons if not (gender and p.gender and gender != p.gender)]
    bare = lexicon.column("roles.tsv", 2).get(phrase.head, "") in {"woman", "man"}
    if len(fitting) > 1 and not bare and _varies(phrase):
        # of several, the one by name whom the sentence before is about
        told = {t.referent for t in discourse.recent(sentence, offset, _NEAR) if is_topic(discourse, t)}
        fitting = [p for p in fitting if p.named and p.index in told]
    # a mum may be a nurse as well, a senator is no mayor
    if len(fitting) != 1 or not (bare or _is_no_other(fitting[0], phrase)):
        return None
    if discourse.directory.unnamed(phrase.head):
        return None
    person = fitting[0]
    discourse.directory.learn(person, phrase)
    said = phrase.shown(discourse.text)
    return Choice(
        referent=person.index, certainty=0.75, evidence=(f"role {said} -> {person.name} (only person there)",)
    )


def is_topic(discourse: Discourse, trace: Trace) -> bool:
    """Whether the trace is the subject of a main clause of the article's own words."""
    verb = discourse.parse.sentences[trace.sentence].words[trace.verb] if trace.verb >= 0 else None
    return trace.part is Part.SUBJECT and not trace.quoted and (verb is None or verb.relation == "root")


def _is_no_other(person: Referent, phrase: NounPhrase) -> bool:
    """Whether nothing that the article says of a person contradicts: a chef may judge a show, a senator is no mayor."""
    heads = {role.head for role in person.roles} - {phrase.head}
    return not (person.named and heads) or (_varies(phrase) and not heads & lexicon.words("offices.txt"))


def _varies(phrase: NounPhrase) -> bool:
    """*the MasterGrill judge*, *the nail technician*: work told more closely, and no office that others hold."""
    return bool(phrase.modifiers) and lexicon.is_role(phrase.head) and phrase.head not in lexicon.words("offices.txt")


def _describes(head: str) -> bool:
    return head in lexicon.words("epithets.txt") or (
        lexicon.is_role(head) and head.endswith(tuple(lexicon.words("role_suffixes.txt")))
    )


def fits_lede(phrase: NounPhrase, person: Referent) -> bool:
    """Whether *the chief executive of Tarn Ferries* of a lede can be the person named right after it."""
    if phrase.plural or kind_of(phrase) is not SpeakerKind.PERSON or not lexicon.is_role(phrase.head):
        return False
    gender = lexicon.gender_of_role(phrase.head)
    if gender and person.gender and gender != person.gender:
        return False
    return all(r.head == phrase.head or r.head in lexicon.same_roles(phrase.head) for r in person.roles)


def unnamed(discourse: Discourse, phrase: NounPhrase, description: str, kind: SpeakerKind) -> Referent:
    """The source without a name: one met before where the phrase points back, else a new one."""
    found = _met_before(discourse, phrase, kind)
    if found is not None:
        return found
    referent = discourse.cast.add(
        name=description,
        kind=kind,
        named=False,
        head=phrase.head,
        gender=lexicon.gender_of_role(phrase.head),
        number="plural" if phrase.plural else "either" if kind is SpeakerKind.GROUP else "singular",
    )
    referent.modifiers |= phrase.modifiers
    discourse.directory.note_unnamed(referent)
    return referent


def _met_before(discourse: Discourse, phrase: NounPhrase, kind: SpeakerKind) -> Referent | None:
    if not (phrase.definite or phrase.plural):
        return None
    for referent in reversed(discourse.directory.unnamed(phrase.head)[-_UNNAMED_BACK:]):
        if referent.kind is not kind:
            continue
        if phrase.plural and _same_people(referent, phrase):
            return referent
        if not phrase.plural:
            fits = phrase.modifiers <= referent.modifiers or phrase.modifiers & referent.modifiers
            if fits and not (phrase.proper - referent.modifiers and phrase.determiner):
                return referent
    if kind is not SpeakerKind.DOCUMENT or not phrase.determiner or phrase.modifiers:
        return None
    documents = discourse.directory.documents()[-_UNNAMED_BACK:]
    alike = [r for r in documents if phrase.head in {"document", "paper", *lexicon.same_roles(r.head)}]
    return alike[-1] if alike else None


def _same_people(referent: Referent, phrase: NounPhrase) -> bool:
    """*the consultants* are the *11 consultants*; *other MPs* are not *MPs*."""
    if phrase.determiner in {"the", "these", "those"}:
        return phrase.modifiers <= referent.modifiers
    return phrase.modifiers == referent.modifiers


def kind_of(phrase: NounPhrase) -> SpeakerKind:
    """What a described source is (annotation rules 12 and 23)."""
    head = phrase.head
    if head in lexicon.words("documents.tsv") or plain(phrase.core[-1].form) in lexicon.words("documents.tsv"):
        return SpeakerKind.DOCUMENT
    body = lexicon.is_organisation_noun(head) and not lexicon.is_role(head)
    if body and (not phrase.plural or head == "police") and head not in {"team"}:
        return SpeakerKind.ORGANISATION
    if phrase.plural or head in lexicon.words("groups.tsv"):
        return SpeakerKind.GROUP
    # *the argument*, *a problem*: what no person is called says nothing of what stands behind it
    thing = head.endswith(tuple(lexicon.words("thing_suffixes.txt"))) or head in lexicon.words("things.txt")
    return SpeakerKind.UNKNOWN if thing and not lexicon.is_role(head) else SpeakerKind.PERSON
