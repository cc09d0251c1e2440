"""One claim beside one passage: what the passage says to it.

>>> from service.matching.passages import passage_in_text
>>> source = passage_in_text('“We will pay, but not before we have seen the bill.”')
>>> cut = compare(passage_in_text("we will pay"), source)
>>> cut.verdict.value, cut.left_out
('partial', 'but not before we have seen the bill')
>>> compare(passage_in_text("we will not pay before we have seen the bill"), source).verdict.value
'altered'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from service.matching.alignment import kept, run_of, window
from service.matching.changes import difference, flags
from service.matching.lexicon_files import words as listed
from service.matching.passages import Passage
from service.matching.rewording import reworded
from service.matching.stems import is_negation
from service.matching.weights import information
from service.matching.words import Break
from service.verdicts import Flag, Piece, Verdict

# Bounds, set on the verification cases (see bench/matching_cases.py).
# An altered quotation keeps so much of the claim's words and of their weight, in order ...
KEPT_WORDS, KEPT_WEIGHT = 0.7, 0.5
# ... or a stretch of words that tells so much, and makes so much of the claim
TELLING_RUN, OF_CLAIM = 2.2, 0.33
# words that open a sentence without saying anything
_OPENERS = frozenset(("so", "and", "but", "well", "yes", "now", "look", "because", "or"))
_CONTRASTS = frozenset(("but", "however", "yet", "unless", "except", "though", "although", "only", "provided"))
_JOINTS = frozenset(("and", "or", "because", "so", "when", "as", "while"))

Range = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a passage says to a claim; ``within``: the places of the passage's words that were compared.

    ``verdict`` is never ``misattributed``; ``similarity`` is 0..1.
    """

    verdict: Verdict
    similarity: float
    within: Range = (0, 0)
    difference: tuple[Piece, ...] = ()
    flags: tuple[Flag, ...] = ()
    left_out: str = ""


NOTHING = Comparison(verdict=Verdict.NOT_FOUND, similarity=0.0)


def compare(claim: Passage, source: Passage, *, same_speaker: bool = False) -> Comparison:
    """What the source says to the claim. ``same_speaker``: they have one, so that less makes a paraphrase."""
    if not claim.forms or not source.forms:
        return NOTHING
    # most candidates are none; each way of comparing is spared where the words in common cannot be enough for it
    asked, both = set(claim.forms), set(source.forms).intersection(claim.forms)
    found = _word_for_word(claim, source) if len(both) == len(asked) else None
    if found is None and _may_be_changed(shared=information(both), asked=information(asked)):
        found = _changed(claim, source)
    return found or _in_other_words(claim, source, same_speaker)


def denied(found: Comparison) -> Comparison:
    """The same for a source that denies what it says: to claim it is to drop the denial."""
    if found.verdict is Verdict.NOT_FOUND:
        return found
    turned = tuple(flag for flag in Flag if flag is Flag.NEGATION or flag in found.flags)
    return replace(found, verdict=Verdict.ALTERED, flags=turned)


def _word_for_word(claim: Passage, source: Passage) -> Comparison | None:
    """The claim's words, where they all stand in the source; an ellipsis of the claim may stand for others."""
    pieces: list[Range] = []
    for start, end in _pieces(claim):
        behind = pieces[-1][1] if pieces else 0
        found = run_of(claim.forms[start:end], source.forms[behind:])
        if found is None:
            return None
        pieces.append((behind + found, behind + found + end - start))
    within = pieces[0][0], pieces[-1][1]
    left_out = _left_out(source, pieces)
    turned = _turned(source, within[0])
    if turned:
        # "not" before the first word is no qualification that was cut: without it the words say the opposite
        within = within[0] - 1, within[1]
    if not all(source.own[within[0] : within[1]]):
        verdict = Verdict.PARAPHRASED
    elif turned:
        verdict = Verdict.ALTERED
    else:
        verdict = Verdict.PARTIAL if left_out else Verdict.VERBATIM
    return Comparison(
        verdict=verdict,
        similarity=0.99 if turned else 1.0,
        within=within,
        difference=difference(source, claim, within),
        flags=(Flag.NEGATION,) if turned else (),
        left_out=left_out,
    )


def _turned(source: Passage, first: int) -> bool:
    """Whether the word before the place is a negation in one breath with it."""
    if first == 0 or not is_negation(source.forms[first - 1]):
        return False
    before = source.words[first - 1]
    return before.after is Break.NONE and before.sentence == source.words[first].sentence


def _pieces(claim: Passage) -> list[Range]:
    """The claim cut at its ellipses."""
    cuts = [place + 1 for place, word in enumerate(claim.words[:-1]) if word.after is Break.GAP]
    return list(zip([0, *cuts], [*cuts, len(claim.words)], strict=True))


def _left_out(source: Passage, pieces: Sequence[Range]) -> str:
    """The words of the sentence before, between and behind the pieces that qualify them; empty where none do."""
    words = source.words
    first, last = pieces[0][0], pieces[-1][1]
    found: list[str] = []
    head = first
    while head > 0 and _one_breath(source, head - 1, first):
        head -= 1
    if _qualifies_before(source, head, first):
        found.append(source.text_of(head, first))
    for (_, end), (start, _) in pairwise(pieces):
        if _limits(source, end, start):
            found.append(source.text_of(end, start))
    tail = last
    while tail < len(words) and _one_breath(source, tail, last - 1):
        tail += 1
    if _qualifies_behind(source, last, tail):
        found.append(source.text_of(last, tail))
    elif tail < len(words) and source.forms[tail] in _CONTRASTS and source.own[tail] == source.own[last - 1]:
        end = next((p for p in range(tail, len(words)) if words[p].sentence != words[tail].sentence), len(words))
        found.append(source.text_of(tail, end))
    return " … ".join(found)


def _one_breath(source: Passage, place: int, other: int) -> bool:
    """Whether two words stand in one sentence and are both the speaker's, or both the reporter's."""
    same = source.words[place].sentence == source.words[other].sentence
    return same and source.own[place] == source.own[other]


def _qualifies_before(source: Passage, start: int, end: int) -> bool:
    head = source.forms[start:end]
    if not head or all(form in _OPENERS for form in head):
        return False
    return _limits(source, start, end) or (source.words[end - 1].after is Break.NONE and head[-1] not in _JOINTS)


def _qualifies_behind(source: Passage, start: int, end: int) -> bool:
    if start == end:
        return False
    at_joint = source.words[start - 1].after is not Break.NONE or source.forms[start] in _JOINTS
    return _limits(source, start, end) or not at_joint


def _limits(source: Passage, start: int, end: int) -> bool:
    limiting = listed("qualifiers.txt")
    return any(form in limiting or is_negation(form) for form in source.forms[start:end])


def _may_be_changed(*, shared: float, asked: float) -> bool:
    """Whether ``_changed`` can find anything, given the weight of all words in common, in whatever order."""
    return shared >= KEPT_WEIGHT * asked or shared >= max(TELLING_RUN, OF_CLAIM * asked)


def _changed(claim: Passage, source: Passage) -> Comparison | None:
    """The claim as the source with some words changed."""
    short, long = (claim, source) if len(claim.forms) <= len(source.forms) else (source, claim)
    start, end = window(short.forms, long.forms)
    if start == end:
        return None
    within = (start, end) if long is source else (0, len(source.forms))
    steps = kept(source.forms[within[0] : within[1]], claim.forms)
    same = [claim.forms[place] for step in steps for place in range(*step.right)]
    shared = information(same)
    of_claim = shared / information(claim.forms)
    of_both = 2 * shared / (information(claim.forms) + information(source.forms[within[0] : within[1]]))
    run = max((information(claim.forms[step.right[0] : step.right[1]]) for step in steps), default=0.0)
    length = max(len(claim.forms), within[1] - within[0])
    close = of_claim >= KEPT_WEIGHT and len(same) / length >= KEPT_WORDS
    if not close and not (run >= TELLING_RUN and run / information(claim.forms) >= OF_CLAIM):
        return None
    own = [source.own[within[0] + place] for step in steps for place in range(*step.left)]
    return Comparison(
        verdict=Verdict.ALTERED if sum(own) >= 0.7 * len(own) else Verdict.PARAPHRASED,
        similarity=round(min(of_both, 0.99), 3),
        within=within,
        difference=difference(source, claim, within),
        flags=flags(source, claim, within),
    )


def _in_other_words(claim: Passage, source: Passage, same_speaker: bool) -> Comparison:
    """The claim as what the source says, in other words."""
    found = reworded(claim, source, same_speaker=same_speaker)
    if found is None:
        return NOTHING
    return Comparison(
        verdict=Verdict.PARAPHRASED,
        similarity=round(min(0.9, found.share), 3),
        within=found.within,
        difference=difference(source, claim, found.within),
    )
