"""Whether two utterances are renderings of one: the judgement on which the clusters rest.

A pure function of the two quotes. What speaks for it: words shared in order, weighed by how much they tell; one
speaker; nearness in time. Common phrases tell little, so those of different people stay apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from service.matching.alignment import kept, window
from service.matching.people import are_named, may_be_same
from service.matching.stems import negations
from service.matching.utterances import Utterance
from service.matching.weights import information
from service.verdicts import Candidate, Credit

NEAR = timedelta(days=4)
# what tells less than this (*It is.*) is nobody's in particular
LEAST = 0.5
# words in order, and content in any order, that two people's words share at least, unless all of the one's are shared
_LEAST_IN_ORDER, _LEAST_CONTENT = 2.3, 1.3
# sums of the same weights differ by their order
_ROUNDING = 1e-6


def credit_of(one: Candidate, other: Candidate) -> Credit:
    """Whether two quotes are credited to one speaker; unknown too where one is described instead of named."""
    if not one.names or not other.names:
        return Credit.UNKNOWN
    if (one.speaker is not None and one.speaker == other.speaker) or may_be_same(one.names, other.names):
        return Credit.SAME
    return Credit.OTHER if are_named(one.names) and are_named(other.names) else Credit.UNKNOWN


def are_near(one: Candidate, other: Candidate) -> bool:
    """Whether they were published within a few days; True where it is not known."""
    if one.published_at is None or other.published_at is None:
        return True
    return abs(one.published_at - other.published_at) <= NEAR


def may_be_alike(one: Utterance, other: Utterance) -> bool:
    """Whether the two can be one utterance, whoever said them: many pairs end here."""
    # what shares no content is alike only if it has none
    if one.stems.keys().isdisjoint(other.stems) and _by_length(one, other)[0].stems:
        return False
    if one.information < LEAST or other.information < LEAST or one.names_only or other.names_only:
        return False
    return _asks(one) == _asks(other)


def alike(one: Utterance, other: Utterance, *, credit: Credit, near: bool) -> bool:
    """Whether the two are one utterance, given whether their speakers are one and whether they are near in time."""
    if not may_be_alike(one, other):
        return False
    short, long = _by_length(one, other)
    if near and credit is not Credit.SAME and not _tells_enough(short, long):
        return False
    # the words laid side by side cost most, so first: could they be enough, if all that both have stood in order?
    if not _judged(short, long, _at_most(short, long), credit, near=near):
        return False
    return _judged(short, long, _shared(short, long), credit, near=near)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What two utterances share, in weights of words.

    ``run``: the words of the longest stretch, ``length`` of them; ``in_order``: all words kept in order; ``content``:
    the content words (by concept) in any order, ``contents`` of them. ``of_run``, ``of_order``: as shares of all of
    the shorter utterance; ``of_short``, ``of_long``: the content as a share of each one's content. ``negated_alike``:
    the longer one negates, near the place in question, as often (mod 2) as the shorter one.
    """

    run: float
    length: int
    in_order: float
    content: float
    contents: int
    of_run: float
    of_order: float
    of_short: float
    of_long: float
    negated_alike: bool


def _judged(short: Utterance, long: Utterance, shared: _Shared, credit: Credit, *, near: bool) -> bool:
    """Whether so much makes them one. More of anything, and ``negated_alike``, never turns a yes into a no."""
    if not near:
        return _alike_at_any_time(short, shared, credit)
    if credit is Credit.SAME:
        return _alike_of_one_speaker(shared)
    least = (1.05, 2.3, _LEAST_CONTENT) if credit is Credit.UNKNOWN else (1.3, 2.3, 2.0)
    return _alike_of_several(short, long, shared, least)


def _tells_enough(short: Utterance, long: Utterance) -> bool:
    """Whether they have so much in common that ``_alike_of_several`` may hold; most pairs of two people have not."""
    both = short.senses.keys() & long.senses.keys()
    return (
        len(both) == len(short.senses)
        or sum(map(short.senses.__getitem__, both)) >= _LEAST_IN_ORDER - _ROUNDING
        or _content(short, long)[0] >= _LEAST_CONTENT - _ROUNDING
    )


def _at_most(short: Utterance, long: Utterance) -> _Shared:
    """What ``_shared`` cannot exceed, whatever the order of the words."""
    both = [form for form, sense in zip(short.forms, short.gist, strict=True) if sense in long.senses]
    run = information(both)
    content, contents = _content(short, long)
    return _Shared(
        run=run,
        length=len(both),
        in_order=run,
        content=content,
        contents=contents,
        of_run=run / short.information,
        of_order=run / short.information,
        of_short=content / (short.content or 1.0),
        of_long=content / (long.content or 1.0),
        negated_alike=True,
    )


def _by_length(one: Utterance, other: Utterance) -> tuple[Utterance, Utterance]:
    """The one that tells less first."""
    in_order = (one.information, len(one.forms)) <= (other.information, len(other.forms))
    return (one, other) if in_order else (other, one)


def _content(short: Utterance, long: Utterance) -> tuple[float, int]:
    both = short.stems.keys() & long.stems.keys()
    return sum(min(short.stems[name], long.stems[name]) for name in both), len(both)


# many outlets print an agency's words: the same two are laid side by side once for each pair of them
@lru_cache(maxsize=1024)
def _shared(short: Utterance, long: Utterance) -> _Shared:
    start, end = window(short.gist, long.gist)
    steps = kept(short.gist, long.gist[start:end])
    pieces = [short.forms[step.left[0] : step.left[1]] for step in steps]
    in_order = information(form for piece in pieces for form in piece)
    run = max(map(information, pieces), default=0.0)
    content, contents = _content(short, long)
    # a few words before the place, where what negates it stands (nobody at the bureau had been warned), and one after
    around = long.forms[max(0, start - 3) : end + 1]
    return _Shared(
        run=run,
        length=max(map(len, pieces), default=0),
        in_order=in_order,
        content=content,
        contents=contents,
        of_run=run / short.information,
        of_order=in_order / short.information,
        of_short=content / (short.content or 1.0),
        of_long=content / (long.content or 1.0),
        negated_alike=short.negations % 2 == negations(around) % 2,
    )


def _alike_of_one_speaker(shared: _Shared) -> bool:
    # a few days, one speaker: little is needed. The bounds are set on corpus/variants.yaml.
    if shared.of_run >= 0.85 and shared.length >= 2 and shared.run >= 0.6:
        return True
    if shared.content >= 2.0 and shared.of_short >= 0.6:
        return True
    return shared.negated_alike and (
        (shared.content >= 1.3 and shared.of_short >= 0.42 and shared.in_order >= 1.0)
        # three things said are hardly chance, though in other words (concerned for him, offered support: our concern)
        or (shared.content >= 1.3 and shared.contents >= 3 and shared.of_short >= 0.38 and shared.in_order >= 0.8)
        or (shared.content >= 0.9 and shared.of_short >= 0.9 and shared.of_long >= 0.4)
        # the one says hardly anything that the other does not
        or (shared.content >= 0.65 and shared.of_short >= 0.9 and shared.of_long >= 0.65)
        or (shared.in_order >= 0.9 and shared.contents == 1 and shared.of_order >= 0.4 and shared.of_long >= 0.33)
        or (shared.in_order >= 1.35 and shared.of_order >= 0.55)
        or (shared.in_order >= 0.85 and shared.of_order >= 0.62 and shared.length >= 3)
        or (shared.content >= 0.55 and shared.of_short >= 0.7 and shared.of_order >= 0.7 and shared.length >= 2)
    )


def _alike_of_several(short: Utterance, long: Utterance, shared: _Shared, least: tuple[float, float, float]) -> bool:
    least_run, least_content, least_all = least
    if _whole(short, shared) and shared.run + 0.05 * shared.length >= least_run:
        return True
    if len(short.forms) >= 4 and sorted(short.forms) == sorted(long.forms):
        return True
    return shared.negated_alike and (
        (shared.in_order >= _LEAST_IN_ORDER and shared.of_order >= 0.65)
        or (shared.content >= least_content and shared.of_short >= 0.55 and shared.in_order >= 0.9)
        or (shared.content >= least_all and shared.of_short >= 0.9 and shared.of_long >= 0.4)
        or (bool(short.numbers & long.numbers) and shared.content >= least_content - 0.4 and shared.of_short >= 0.55)
    )


def _alike_at_any_time(short: Utterance, shared: _Shared, credit: Credit) -> bool:
    if credit is Credit.SAME:
        repeated = shared.in_order >= 2.5 and shared.of_order >= 0.75 and shared.negated_alike
        return repeated or (_whole(short, shared) and shared.run >= 1.5)
    return _whole(short, shared) and shared.run >= 3.0


def _asks(utterance: Utterance) -> bool:
    """Whether it reports a question (*whether the pump had been tested*), which is no rendering of a statement."""
    return utterance.forms[0] == "whether"


def _whole(short: Utterance, shared: _Shared) -> bool:
    return shared.length == len(short.forms) >= 3
