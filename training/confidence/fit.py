"""The regression behind ``service/confidence.tsv``: its data, its fit, and how well it is calibrated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from service.attribution import attribute
from service.confidence import INTERCEPT, Weight, Weights, features
from service.model import Attribution, Resolution, Scope
from service.parse.article_parser import ArticleParser
from service.scoring import matched_contents, read_rows, same_speaker
from service.speakers import resolve
from service.text import read_layout

Floats = npt.NDArray[np.float64]

# constructions, types and forms seen less often than this are all one
LEAST_SEEN = 8
# the weights' prior: normal, with this variance around 0
VARIANCE = 1.0
FOLDS = 10
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One predicted quote: what the regression sees of it, and whether it is right. ``article`` numbers articles."""

    article: int
    features: Mapping[str, float]
    right: bool


def judge(path: Path, scope: Scope, parser: ArticleParser, first: int = 0) -> Iterator[Judged]:
    """Every quote predicted in a gold file's articles, which are numbered from ``first`` on.

    In scope ``speech`` a quote is right if content and speaker are. In scope ``all``, whose articles name nobody, it is
    if content and mention are, and nothing is known of links. Those that match an unsure gold quote are left out.
    """
    for number, row in enumerate(read_rows(path), start=first):
        layout = read_layout(row["text"])
        [(parse, _)] = parser.parse([(row["text"], layout)])
        found = attribute(row["text"], layout, parse, scope=scope)
        yield from _judged(number, row, found, resolve(row["text"], layout, parse, found), scope)


def _judged(
    number: int, row: dict[str, Any], found: Sequence[Attribution], resolution: Resolution, scope: Scope
) -> Iterator[Judged]:
    gold = row.get("quotes") or row.get("attributions") or []
    hits = matched_contents(
        row["text"],
        [[(s, e) for s, e in quote["content"]] for quote in gold],
        [[(s.start, s.end) for s in attribution.spans] for attribution in found],
    )
    for j, (attribution, link) in enumerate(zip(found, resolution.links, strict=True)):
        match = gold[hits[j]] if j in hits else None
        if match is not None and not match.get("sure", True):
            continue
        if scope is Scope.ALL:
            right = match is not None and _same_source(attribution, match["source"])
            kept = features(attribution)
        else:
            name = None if link.speaker is None else resolution.speakers[link.speaker].name
            right = match is not None and same_speaker(match.get("speaker"), name)
            kept = features(attribution, link)
        yield Judged(article=number, features=kept, right=right)


def _same_source(attribution: Attribution, source: Sequence[tuple[int, int]]) -> bool:
    if attribution.mention is None or not source:
        return attribution.mention is None and not source
    return any(attribution.mention.span.start < end and start < attribution.mention.span.end for start, end in source)


def fit(judged: Sequence[Judged]) -> Weights:
    """The weights that make these quotes likeliest, under a normal prior (logistic regression with ridge)."""
    seen = Counter(name for quote in judged for name in quote.features)
    names = [name for name, count in seen.most_common() if count >= LEAST_SEEN]
    centres = {name: _centre(name, judged) for name in names}
    rows = [[1.0, *(_value(quote, name, centres) for name in names)] for quote in judged]
    x, y = torch.tensor(rows, dtype=torch.double), torch.tensor([float(q.right) for q in judged], dtype=torch.double)
    weights = torch.zeros(x.shape[1], dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=500, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        total = binary_cross_entropy_with_logits(x @ weights, y, reduction="sum")
        total = total + (weights[1:] ** 2).sum() / (2 * VARIANCE)
        total.backward()  # type: ignore[no-untyped-call] # torch has none for it
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call] # as above
    found = weights.tolist()
    table = {INTERCEPT: Weight(centre=0.0, weight=found[0])}
    return table | {name: Weight(centre=centres[name], weight=w) for name, w in zip(names, found[1:], strict=True)}


def _centre(name: str, judged: Sequence[Judged]) -> float:
    """The mean of a share's log odds; 0 for what is either the case or not."""
    if " " in name or name in ("nested", "silent"):
        return 0.0
    return float(np.mean([quote.features[name] for quote in judged if name in quote.features]))


def _value(quote: Judged, name: str, centres: Mapping[str, float]) -> float:
    return quote.features[name] - centres[name] if name in quote.features else 0.0


def shares(judged: Sequence[Judged], weights: Weights) -> Floats:
    """The probability that the regression gives each quote."""
    odds = [
        weights[INTERCEPT].weight
        + sum(weights[n].weight * (v - weights[n].centre) for n, v in quote.features.items() if n in weights)
        for quote in judged
    ]
    found: Floats = 1 / (1 + np.exp(-np.array(odds)))
    return found


def held_out(judged: Sequence[Judged]) -> Floats:
    """The probability of each quote by weights fitted to other articles: ``FOLDS`` parts, no article in two of them."""
    found = np.zeros(len(judged))
    fold = np.array([quote.article % FOLDS for quote in judged])
    for k in range(FOLDS):
        theirs = [quote for quote, its in zip(judged, fold, strict=True) if its != k]
        mine = [quote for quote, its in zip(judged, fold, strict=True) if its == k]
        if mine:
            found[fold == k] = shares(mine, fit(theirs))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Quotes of about one confidence: how many, their mean confidence, and the share that is right."""

    count: int
    confidence: float
    right: float


def reliability(confidences: Floats, right: npt.NDArray[np.bool_]) -> list[Bin]:
    """The quotes in bins of equal width over 0..1, the empty ones left out."""
    found: dict[int, list[int]] = defaultdict(list)
    for i, confidence in enumerate(confidences):
        found[min(int(confidence * BINS), BINS - 1)].append(i)
    return [
        Bin(count=len(its), confidence=float(confidences[its].mean()), right=float(right[its].mean()))
        for _, its in sorted(found.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error (Guo et al., ICML 2017), in 0..1."""
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / sum(b.count for b in bins)
