"""Who is behind a quote that mentions nobody: the one whose words the article is giving at that point.

The speaker of the quote before goes on, unless the sentence right before it has turned to somebody else; a quote that
opens an article belongs to whom the article quotes next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.model import Attribution
from service.parse.tree import Parse, Sentence, Word
from service.speakers.discourse import Choice, Discourse, Part, Trace
from service.speakers.names import plain

# paragraphs without a quote after which the speaker before is no longer taken to go on
_FAR = 4


def speaker_by_flow(
    discourse: Discourse, attributions: Sequence[Attribution], index: int, links: Mapping[int, Choice]
) -> Choice:
    """The speaker of ``attributions[index]``, which has neither mention nor cue, by the links found before it."""
    start = attributions[index].spans[0].start
    before = _before(attributions, index, links)
    subject = _subject_before(discourse, start, attributions, before)
    if subject is not None and (before is None or links[before].referent != subject):
        name = discourse.referent(subject).name
        return Choice(referent=subject, certainty=0.7, evidence=(f"quote alone after a sentence about {name}",))
    if before is None:
        return Choice(referent=None, certainty=0.5, evidence=("quote alone: nobody is quoted before it",))
    gap = attributions[index].paragraph - attributions[before].paragraph
    referent = links[before].referent
    if referent is None or gap > _FAR:
        return Choice(referent=None, certainty=0.5, evidence=("quote alone: the article does not show who speaks",))
    name = discourse.referent(referent).name
    where = "in the same paragraph" if gap == 0 else "before it"
    return Choice(
        referent=referent,
        certainty=(0.9 if gap <= 1 else 0.75) * max(links[before].certainty, 0.6),
        evidence=(f"quote alone: {name}, quoted {where}, goes on",),
    )


def _before(attributions: Sequence[Attribution], index: int, links: Mapping[int, Choice]) -> int | None:
    """The last attribution before this one that is nobody's report of a report."""
    start = attributions[index].spans[0].start
    earlier = [
        i
        for i, a in enumerate(attributions)
        if i != index and i in links and a.inside is None and a.spans[0].start < start
    ]
    return max(earlier, key=lambda i: attributions[i].spans[0].start, default=None)


def _subject_before(
    discourse: Discourse, start: int, attributions: Sequence[Attribution], before: int | None
) -> int | None:
    """The person who is the subject of the sentence right before the quote, where that sentence is no quote itself."""
    here = discourse.parse.sentence_at(start)
    if here is None or here.index == 0:
        return None
    sentence = discourse.parse.sentences[here.index - 1]
    if before is not None and attributions[before].sentence >= sentence.index:
        return None
    if before is not None and any(s.overlaps(sentence.span) for s in attributions[before].spans):
        return None
    if before is not None and _cue_in(attributions[before], sentence):
        return None
    introduces = discourse.text[sentence.span.start : sentence.span.end].rstrip().endswith(":")
    if sentence.paragraph < here.paragraph - 1:
        return None
    subjects = [t for t in discourse.traces if t.sentence == sentence.index and _main_subject(sentence, t)]
    persons = [t.referent for t in subjects if discourse.referent(t.referent).is_person]
    # a subject of one paragraph earlier weighs against a speaker only where the colon points at the quote
    if persons and (introduces or before is None or _turns(discourse, sentence, persons[0])):
        return persons[0]
    return None


def _turns(discourse: Discourse, sentence: Sentence, person: int) -> bool:
    """Whether the sentence turns to ``person``: by name, as the only person in it."""
    others = {t.referent for t in discourse.traces if t.sentence == sentence.index}
    persons = {i for i in others if discourse.referent(i).is_person}
    return persons == {person}


def _cue_in(attribution: Attribution, sentence: Sentence) -> bool:
    return attribution.cue is not None and any(s.overlaps(sentence.span) for s in attribution.cue.spans)


def _main_subject(sentence: Sentence, trace: Trace) -> bool:
    return trace.part is Part.SUBJECT and (trace.verb < 0 or trace.verb == sentence.root.index) and not trace.quoted


def controller(parse: Parse, attribution: Attribution) -> tuple[Sentence, Word] | None:
    """The subject that a cue without a mention shares with the clause above it (*he refused, repeating his call*).

    None for a passive (*he was told*): what its subject is, is never the source.
    """
    if attribution.cue is None:
        return None
    words = parse.words_in(attribution.cue.spans[0])
    sentence = parse.sentence_at(attribution.cue.spans[0].start)
    verb = next((w for w in words if w.upos == "VERB"), None)
    if verb is None or sentence is None or _is_passive(sentence, verb):
        return None
    here: Word | None = verb
    while here is not None:
        subject = sentence.child(here, "nsubj")
        if subject is not None:
            return sentence, subject
        if here.relation not in {"advcl", "conj", "xcomp", "parataxis", "acl"}:
            return None
        above = sentence.head(here)
        if above is not None and (sentence.child(above, "nsubj:pass") is not None and here.relation == "conj"):
            return None
        here = above
    return None


def _is_passive(sentence: Sentence, verb: Word) -> bool:
    if sentence.child(verb, "aux:pass", "nsubj:pass") is not None:
        return True
    auxiliaries = {plain(w.lemma) for w in sentence.children(verb, "aux")}
    return verb.xpos == "VBN" and "have" not in auxiliaries
