"""How sure one quote is: a logistic regression over what the decision rested on, fitted to annotated articles.

The features are the certainty of the speaker link; how sure the encoder is that the quote's words are content, its
mention a source and its cue a cue; the construction, the type, the form of the mention; and whether the quote stands in
another one or has no speaker. ``training/confidence`` fits the weights in ``confidence.tsv`` and measures on held-out
articles how well the confidences are calibrated.

>>> from service.model import Span, QuoteType, Polarity, Act, Support
>>> sure, unsure = (
...     Attribution(spans=(Span(0, 4),), type=QuoteType.DIRECT, polarity=Polarity.ASSERTED, act=Act.SPEECH,
...                 pattern="quotation-cue", paragraph=0, sentence=0, support=Support(content=share))
...     for share in (0.99, 0.4)
... )
>>> link = Link(speaker=0, certainty=0.9)
>>> confidence_of(sure, link) > confidence_of(unsure, link)
True
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from service.model import Attribution, Link, Scope

TABLE = Path(__file__).with_name("confidence.tsv")
HEADER = "scope\tfeature\tcentre\tweight"
INTERCEPT = "intercept"
# shares nearer to 0 and 1 than this are all the same to the regression
_LEAST = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What one feature adds to the log odds: ``weight`` for each unit above ``centre``."""

    centre: float
    weight: float


# of one scope, by feature
Weights = Mapping[str, Weight]


# What is less likely right than this is not given. Scope all loses a few quotes and many wrong ones: the best F1 on
# PolNeAR dev by cross-validation. In scope speech no such level gains anything.
LEAST = {Scope.ALL: 0.4, Scope.SPEECH: 0.0}


def likely(attributions: Sequence[Attribution], scope: Scope) -> tuple[Attribution, ...]:
    """The attributions that are likely enough to be given, whoever their speakers are; ``inside`` follows.

    What stood inside one that is not given stands inside the next around it.
    """
    kept = [likelihood(attribution, scope) >= LEAST[scope] for attribution in attributions]
    if all(kept):
        return tuple(attributions)
    places = {old: new for new, old in enumerate(i for i, keep in enumerate(kept) if keep)}

    def outer(at: int | None) -> int | None:
        while at is not None and not kept[at]:
            at = attributions[at].inside
        return None if at is None else places[at]

    return tuple(replace(a, inside=outer(a.inside)) for a, keep in zip(attributions, kept, strict=True) if keep)


def likelihood(attribution: Attribution, scope: Scope) -> float:
    """The probability that the attribution is right, by what is known before its speaker is."""
    return _share(features(attribution), _table()[scope])


def confidence_of(attribution: Attribution, link: Link, scope: Scope = Scope.SPEECH) -> float:
    """The probability, in 0..1, that content and speaker are both right, to four decimals.

    For scope ``all`` there are no articles with names to fit to: the regression gives the probability that content and
    mention are right, and the certainty of the link is taken as independent of it.
    """
    share = _share(features(attribution, link), _table()[scope])
    return round(share * link.certainty if scope is Scope.ALL else share, 4)


def _share(found: Mapping[str, float], weights: Weights) -> float:
    odds = weights[INTERCEPT].weight
    odds += sum(weights[n].weight * (value - weights[n].centre) for n, value in found.items() if n in weights)
    return 1 / (1 + math.exp(-odds))


def features(attribution: Attribution, link: Link | None = None) -> dict[str, float]:
    """What the regression weighs, by name: log odds of shares, and 1 for what is the case.

    A share that is not known (a parse without signals, a link not made yet) is left out and counts like the average.
    """
    found = {
        f"pattern {attribution.pattern}": 1.0,
        f"type {attribution.type.value}": 1.0,
        f"form {attribution.mention.form.value if attribution.mention is not None else 'none'}": 1.0,
    }
    if attribution.inside is not None:
        found["nested"] = 1.0
    if link is not None:
        found["link"] = _log_odds(link.certainty)
    if link is not None and link.speaker is None:
        found["silent"] = 1.0
    if attribution.cue is None:
        found["no cue"] = 1.0
    if attribution.support is not None:
        support = attribution.support
        shares = {"content": support.content, "source": support.source, "cue": support.cue}
        found |= {name: _log_odds(share) for name, share in shares.items() if share is not None}
    return found


def _log_odds(share: float) -> float:
    kept = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))


def read_weights(source: str) -> dict[Scope, Weights]:
    """The table of ``confidence.tsv``. Raises ValueError, with the line's number, for a row that is none.

    >>> table = read_weights("all\\tintercept\\t0\\t1.5\\nspeech\\tintercept\\t0\\t2\\nspeech\\tlink\\t2.1\\t0.4\\n")
    >>> table[Scope.SPEECH]["link"]
    Weight(centre=2.1, weight=0.4)
    """
    found: dict[Scope, dict[str, Weight]] = {scope: {} for scope in Scope}
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.strip() or line.startswith("#") or line == HEADER:
            continue
        try:
            scope, feature, centre, weight = line.split("\t")
            row = Weight(centre=float(centre), weight=float(weight))
            weights = found[Scope(scope)]
        except ValueError:
            weights, feature = {"": Weight(centre=0, weight=0)}, ""
        if feature in weights or not math.isfinite(row.centre) or not math.isfinite(row.weight):
            wanted = "a scope, a new feature, a number and a number, with tabs between"
            raise ValueError(f"line {number}: got {line!r}; a row is {wanted}")
        weights[feature] = row
    for scope, weights in found.items():
        if INTERCEPT not in weights:
            raise ValueError(f"the table has no row {INTERCEPT!r} for the scope {scope.value}; fit it anew")
    return dict(found)


@cache
def _table() -> dict[Scope, Weights]:
    return read_weights(TABLE.read_text(encoding="utf-8"))
