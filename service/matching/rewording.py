"""Where a passage says what is claimed, in other words.

>>> from service.matching.passages import passage_in_text
>>> source = passage_in_text("Nobody panicked. I want to see the other side this time.")
>>> reworded(passage_in_text("This time I'd like to see the other side"), source, same_speaker=True).within
(2, 11)
>>> reworded(passage_in_text("The library stays open all night"), source, same_speaker=True) is None
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from service.matching.changes import is_name
from service.matching.likeness import LEAST, alike
from service.matching.passages import Passage
from service.matching.stems import concept, gist
from service.matching.utterances import utterance_of
from service.matching.weights import is_content, weight
from service.model import QuoteType
from service.verdicts import Credit

# Bounds, set on the verification cases (see bench/matching_cases.py).
# a paraphrase shares so much of what the claim says: weight of content words, and as a share of the claim's ...
SHARED, SHARED_OF_CLAIM = 1.4, 0.5
# ... so much of what it says besides names, which only tell who or where ...
SHARED_BESIDES_NAMES = 0.3
# ... and of one speaker's words, common ones too, so much where both would count as one utterance
SHARED_OF_GIST = 0.4

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reworded:
    """``within``: places of the passage's words (half-open); ``share``: how much of the claim they say, 0..1."""

    within: Range
    share: float


def reworded(claim: Passage, source: Passage, *, same_speaker: bool) -> Reworded | None:
    """The stretch of the source that says most of the claim; None where none says enough.

    ``same_speaker``: they have one, so that less is enough.
    """
    found = _by_content(claim, source, ease=0.75 if same_speaker else 1.0)
    return found or (_as_one_utterance(claim, source) if same_speaker else None)


def _by_content(claim: Passage, source: Passage, *, ease: float) -> Reworded | None:
    told = _weights(claim.forms, concept)
    weighed = sum(told.values()) or 1.0
    least = max(SHARED * ease, SHARED_OF_CLAIM * ease * weighed)
    if _shared(told, _weights(source.forms, concept)) < least:
        # no stretch shares more than the whole
        return None
    best, share, place = 0.0, 0.0, (0, 0)
    for start, end in _stretches(source):
        said = _weights(source.forms[start:end], concept)
        shared = _shared(told, said)
        score = shared * shared / (min(weighed, sum(said.values())) or 1.0)
        if score > best:
            best, share, place = score, shared, (start, end)
    if share < least or not _says_more_than_names(claim, source.forms[slice(*place)]):
        return None
    return Reworded(place, share / weighed)


def _says_more_than_names(claim: Passage, said: tuple[str, ...]) -> bool:
    names = {concept(claim.forms[place]) for place in range(len(claim.forms)) if is_name(claim, place)}
    rest = {name: weight for name, weight in _weights(claim.forms, concept).items() if name not in names}
    return _shared(rest, _weights(said, concept)) >= SHARED_BESIDES_NAMES * sum(rest.values())


def _as_one_utterance(claim: Passage, source: Passage) -> Reworded | None:
    asked = utterance_of(claim.text, claim.words, QuoteType.INDIRECT)
    if asked.information < LEAST:
        return None
    told = _weights(claim.forms, gist, all_words=True)
    best: Reworded | None = None
    for start, end in _stretches(source):
        said = _weights(source.forms[start:end], gist, all_words=True)
        share = _shared(told, said) / sum(told.values())
        if share < (best.share if best else SHARED_OF_GIST):
            continue
        stretch = utterance_of(source.text, source.words[start:end], QuoteType.INDIRECT)
        if alike(asked, stretch, credit=Credit.SAME, near=True):
            best = Reworded((start, end), share)
    return best


def _stretches(source: Passage) -> Iterator[Range]:
    """Each sentence of the source, and each two on end."""
    starts = [p for p, word in enumerate(source.words) if p == 0 or source.words[p - 1].sentence != word.sentence]
    ends = [*starts[1:], len(source.words)]
    yield from zip(starts, ends, strict=True)
    yield from zip(starts, ends[1:], strict=False)


def _shared(told: Mapping[str, float], said: Mapping[str, float]) -> float:
    """The weight of what both have."""
    return sum(min(told[name], said[name]) for name in told.keys() & said.keys())


@lru_cache(maxsize=1024)
def _weights(forms: tuple[str, ...], sense: Callable[[str], str], *, all_words: bool = False) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for form in forms:
        if all_words or is_content(form):
            name = sense(form)
            found[name] = max(weight(form), found.get(name, 0.0))
    return found
