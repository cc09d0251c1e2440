"""Who is behind a quote that mentions nobody: the one whose words the article is giving at that point.

The speaker of the quote before goes on, unless the sentence right before it has turned to somebody else; a quote that
opens an article belongs to whom the article quotes next.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

from service.model import Attribution
from service.parse.tree import Parse, Sentence, Word
from service.speakers.discourse import Choice, Discourse, Interview, Part, Trace
from service.speakers.spelling import plain

# paragraphs without a quote after which the speaker before is no longer taken to go on
_FAR = 4
# what stands before the colon of a transcript's line, in characters and in words
_LONGEST_LABEL = 60
# attributions from a quote back to the one it may go on from; where hundreds have no speaker, nothing goes on
_BACK = 200
_NAME_WORDS = 5
_TRACES_BACK = 20
_ANSWER = frozenset({"a", "answer"})
_QUESTION = frozenset({"q", "question", "interviewer"})
# the label of an answer behind its question in one paragraph: Q: Were you afraid? A: …
_ANSWER_BEHIND = re.compile(r"[.?!…\"”’)\]]\s+(?:A|Answer):\s+$")
# where an interview begins
_FIRST_TURN = re.compile(r"^[^\w\n]*(?:Q|A|Question|Answer|Interviewer)\s*:", re.MULTILINE)
# the share of a heading's words that somebody has to say in the body for the heading to be theirs
_SAME_WORDS = 0.7
# attributions before and after a heading in which its words are looked for
_HEADING_REACH = 200
# attributions that one sentence may hold and that are looked through for the one of its main clause
_SAME_SENTENCE = 6


def speaker_by_flow(
    discourse: Discourse, attributions: Sequence[Attribution], index: int, links: Mapping[int, Choice]
) -> Choice:
    """The speaker of ``attributions[index]``, which has neither mention nor cue, by the links found before it."""
    labelled = _by_label(discourse, attributions[index])
    if labelled is not None:
        return labelled
    before = _before(discourse, attributions, index, links)
    subject = _subject_between(discourse, attributions, index, before)
    speaker = None if before is None else links[before].referent
    if subject is not None and subject != speaker:
        name = discourse.referent(subject).name
        return Choice(referent=subject, certainty=0.7, evidence=(f"quote alone after a sentence about {name}",))
    if before is None:
        here = _only_one_in_entry(discourse, attributions[index].paragraph)
        if here is not None:
            name = discourse.referent(here).name
            return Choice(referent=here, certainty=0.75, evidence=(f"quote alone in an entry about {name}",))
        return Choice(referent=None, certainty=0.5, evidence=("quote alone: nobody is quoted before it",))
    gap = attributions[index].paragraph - attributions[before].paragraph
    if speaker is None or gap > _FAR:
        return Choice(referent=None, certainty=0.5, evidence=("quote alone: the article does not show who speaks",))
    name = discourse.referent(speaker).name
    where = "in the same paragraph" if gap == 0 else "before it"
    return Choice(
        referent=speaker,
        certainty=(0.9 if gap <= 1 else 0.75) * max(links[before].certainty, 0.6),
        evidence=(f"quote alone: {name}, quoted {where}, goes on",),
    )


def is_turn(discourse: Discourse, attribution: Attribution) -> bool:
    """Whether it is a turn of a transcript: nothing but a mark (*Lee: We will.*) says that it was said."""
    cue = attribution.cue
    if cue is None:
        return attribution.pattern.startswith("transcript")
    return not any(c.isalnum() for span in cue.spans for c in span.of(discourse.text))


def asked_in_question(discourse: Discourse, offset: int) -> Choice | None:
    """*You* in a line of *Q: …* is the one whom the interview is with."""
    line = discourse.text.rfind("\n", 0, offset) + 1
    label, colon, _ = discourse.text[line : min(offset, line + _LONGEST_LABEL)].partition(":")
    return _interviewed(discourse) if colon and plain(label.strip("\"“‘' .")) in _QUESTION else None


def _by_label(discourse: Discourse, attribution: Attribution) -> Choice | None:
    """*Hart: We paid for it once.* by the name before the colon; *A: …* is the one whom the interview is with."""
    start = attribution.spans[0].start
    sentence = discourse.parse.sentence_at(start)
    if sentence is None:
        return None
    line = discourse.text.rfind("\n", 0, start) + 1
    if _ANSWER_BEHIND.search(discourse.text, max(line, start - _LONGEST_LABEL), start):
        return _interviewed(discourse)
    if start - line > 2 * _LONGEST_LABEL:
        return None
    label = discourse.text[line:start].strip().strip("\"“‘'").strip()
    if not label.endswith(":") or len(label) > _LONGEST_LABEL:
        return None
    name = label[:-1].strip(" .:")
    if plain(name) in _ANSWER:
        return _interviewed(discourse)
    words = [w for w in name.split() if w]
    for trace in islice(reversed(discourse.traces), _TRACES_BACK):
        if line <= trace.offset < start and discourse.referent(trace.referent).named and len(words) <= _NAME_WORDS:
            shown = discourse.referent(trace.referent).name
            return Choice(referent=trace.referent, certainty=0.93, evidence=(f"label {name}: -> {shown}",))
    return None


def _interviewed(discourse: Discourse) -> Choice | None:
    """The only person by name who has come up before the first question, or the one who has come up most by far."""
    interview = discourse.interview
    if interview is None:
        first = _FIRST_TURN.search(discourse.text)
        interview = Interview(begins=first.start() if first is not None else len(discourse.text))
        discourse.interview = interview
    since = discourse.traces[interview.seen :]
    interview.seen = len(discourse.traces)
    if new := Counter(t.referent for t in since if not t.quoted and t.offset < interview.begins):
        interview.before += new
        interview.choice = _most_named(discourse, interview.before)
    return interview.choice


def _most_named(discourse: Discourse, often: Counter[int]) -> Choice | None:
    persons = [
        (i, n) for i, n in often.most_common() if discourse.referent(i).is_person and discourse.referent(i).named
    ]
    if not persons or (len(persons) > 1 and persons[0][1] < 2 * persons[1][1]):
        return None
    name = discourse.referent(persons[0][0]).name
    return Choice(referent=persons[0][0], certainty=0.85, evidence=(f"answer in an interview with {name}",))


def speaker_by_words(
    discourse: Discourse, attributions: Sequence[Attribution], index: int, links: Mapping[int, Choice]
) -> Choice | None:
    """A heading's quote without a name: whoever says its words in the body."""
    wanted = _content_words(discourse, attributions[index])
    best: tuple[tuple[float, bool], int] | None = None
    for other in range(max(index - _HEADING_REACH, 0), min(index + _HEADING_REACH, len(attributions))):
        attribution, link = attributions[other], links.get(other)
        if other == index or link is None or link.referent is None or not wanted:
            continue
        share = len(wanted & _content_words(discourse, attribution)) / len(wanted)
        rank = (share, attribution.inside is not None)
        if share >= _SAME_WORDS and (best is None or rank > best[0]):
            best = rank, link.referent
    if best is None:
        return None
    name = discourse.referent(best[1]).name
    return Choice(referent=best[1], certainty=0.85, evidence=(f"heading in the words of {name}",))


def _content_words(discourse: Discourse, attribution: Attribution) -> set[str]:
    words = (w for span in attribution.spans for w in discourse.parse.words_in(span))
    # a closing mark may cling to its word
    return {plain(w.form).strip("'\"“”‘’") for w in words if any(c.isalnum() for c in w.form)}


def _before(
    discourse: Discourse, attributions: Sequence[Attribution], index: int, links: Mapping[int, Choice]
) -> int | None:
    """The last attribution of the same live-blog entry, before this one, that is nobody's report of a report."""
    start = attributions[index].spans[0].start
    # attributions come in the order of their contents, so the nearest is close by
    earlier = (
        i
        for i in (
            *range(index - 1, max(index - 1 - _BACK, -1), -1),
            *range(index + 1, min(index + 5, len(attributions))),
        )
        if i in links and attributions[i].inside is None and attributions[i].spans[0].start < start
    )
    near = list(islice(earlier, _SAME_SENTENCE))
    last = near[0] if near else None
    if last is not None:
        # X repeated his call, a demand that Y has rejected: it is X, in the main clause, who goes on
        sentence = _last_sentence(discourse, attributions[last])
        same = [i for i in near if _last_sentence(discourse, attributions[i]) == sentence]
        last = next((i for i in same if _is_main(discourse, attributions[i])), last)
    if last is not None and discourse.entry(attributions[last].paragraph) != discourse.entry(
        attributions[index].paragraph
    ):
        return None
    return last


def _is_main(discourse: Discourse, attribution: Attribution) -> bool:
    """Whether the cue is the main verb of its sentence."""
    cue = attribution.cue
    sentence = discourse.parse.sentence_at(cue.spans[0].start) if cue else None
    return cue is not None and sentence is not None and any(s.covers(sentence.root.span) for s in cue.spans)


def _subject_between(
    discourse: Discourse, attributions: Sequence[Attribution], index: int, before: int | None
) -> int | None:
    """The person to whom the article has turned since the quote before: the last subject of a sentence in between."""
    here = discourse.parse.sentence_at(attributions[index].spans[0].start)
    if here is None:
        return None
    done = -1 if before is None else _last_sentence(discourse, attributions[before])
    for sentence in reversed(discourse.parse.sentences[done + 1 : here.index]):
        if sentence.paragraph < here.paragraph - 1 or discourse.entry(sentence.paragraph) != discourse.entry(
            here.paragraph
        ):
            return None
        persons = {t.referent for t in discourse.in_sentence(sentence) if _main_subject(sentence, t)}
        persons = {i for i in persons if discourse.referent(i).is_person}
        if len(persons) != 1:
            continue
        introduces = sentence.span.of(discourse.text).rstrip().endswith(":")
        # one paragraph back, a subject weighs against a speaker only where it is alone there or a colon points on
        near = sentence.paragraph == here.paragraph or introduces or before is None
        if near or _alone(discourse, sentence, persons):
            return persons.pop()
    return None


def _only_one_in_entry(discourse: Discourse, paragraph: int) -> int | None:
    """The only person by name who has come up in this entry of a live blog; None outside one."""
    entry = discourse.entry(paragraph)
    if entry == 0:
        return None
    recent = islice(reversed(discourse.traces), _TRACES_BACK)
    found = {t.referent for t in recent if discourse.entry(t.paragraph) == entry and not t.quoted}
    persons = {i for i in found if discourse.referent(i).is_person and discourse.referent(i).named}
    return persons.pop() if len(persons) == 1 else None


def _last_sentence(discourse: Discourse, attribution: Attribution) -> int:
    """The index of the last sentence that the attribution has a part in."""
    spans = [*attribution.spans, *(attribution.cue.spans if attribution.cue else ())]
    found = [discourse.parse.sentence_at(span.end - 1) for span in spans]
    return max((s.index for s in found if s is not None), default=-1)


def _alone(discourse: Discourse, sentence: Sentence, persons: set[int]) -> bool:
    others = {t.referent for t in discourse.in_sentence(sentence)}
    return {i for i in others if discourse.referent(i).is_person} == persons


def _main_subject(sentence: Sentence, trace: Trace) -> bool:
    return trace.part is Part.SUBJECT and (trace.verb < 0 or trace.verb == sentence.root.index) and not trace.quoted


def controller(parse: Parse, attribution: Attribution) -> tuple[Sentence, Word] | None:
    """The subject that a cue without a mention shares with the clause above it (*he refused, repeating his call*).

    None for a passive (*he was told*): what its subject is, is never the source.
    """
    if attribution.cue is None:
        return None
    words = parse.words_in(attribution.cue.spans[0])
    verb = next((w for w in words if w.upos == "VERB"), None)
    sentence = parse.sentence_at(verb.span.start) if verb else None
    if verb is None or sentence is None or _is_passive(sentence, verb):
        return None
    for here in (verb, *sentence.ancestors(verb)):
        subject = sentence.child(here, "nsubj")
        if subject is not None:
            return sentence, subject
        if here.relation not in {"advcl", "conj", "xcomp", "parataxis", "acl"}:
            return None
        above = sentence.head(here)
        if above is not None and here.relation == "conj" and sentence.child(above, "nsubj:pass") is not None:
            return None
    return None


def _is_passive(sentence: Sentence, verb: Word) -> bool:
    if sentence.child(verb, "aux:pass", "nsubj:pass") is not None:
        return True
    auxiliaries = {plain(w.lemma) for w in sentence.children(verb, "aux")}
    return verb.xpos == "VBN" and "have" not in auxiliaries
