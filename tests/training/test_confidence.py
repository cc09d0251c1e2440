"""The regression of confidences: it finds what makes quotes right, and its figures are those of their definitions."""

from __future__ import annotations

import random

import numpy as np
import pytest

from service.confidence import INTERCEPT
from training.confidence.fit import FOLDS, Bin, Judged, calibration_error, fit, held_out, reliability, shares
from training.confidence.measure import curve


def judged(count: int, seed: int = 1) -> list[Judged]:
    """Quotes that are right half the time without a share, nearly always with a high one; the noise means nothing."""
    draw = random.Random(seed)
    found = []
    for k in range(count):
        share = draw.gauss(0, 1.5)
        known = {"content": share, "pattern noise": 1.0} if draw.random() < 0.7 else {"pattern other": 1.0}
        odds = known.get("content", 0.0)
        right = draw.random() < 1 / (1 + np.exp(-odds))
        found.append(Judged(article=k % 30, features=known, right=bool(right)))
    return found


def test_the_fit_finds_the_weights() -> None:
    weights = fit(judged(4_000))
    assert weights["content"].weight == pytest.approx(1.0, abs=0.15)
    assert weights["content"].centre == pytest.approx(0.0, abs=0.15)
    assert abs(weights[INTERCEPT].weight) < 0.4
    assert abs(weights["pattern noise"].weight) < 0.4


def test_what_is_rare_has_no_weight() -> None:
    rare = Judged(article=1, features={"pattern rare": 1.0}, right=True)
    weights = fit([*judged(200), rare])
    assert "pattern rare" not in weights
    assert len(shares([rare], weights)) == 1


def test_confidences_of_held_out_articles_are_calibrated() -> None:
    quotes = judged(3_000)
    found = held_out(quotes)
    bins = reliability(found, np.array([q.right for q in quotes]))
    assert sum(b.count for b in bins) == 3_000
    assert calibration_error(bins) < 0.04


def test_no_quote_is_judged_by_its_own_article() -> None:
    # the one article of a fold is all right, the others all wrong: whoever had seen it would know
    quotes = [Judged(article=k, features={}, right=k == 3) for k in range(FOLDS) for _ in range(10)]
    found = held_out(quotes)
    assert found[30:40].max() < 0.05
    assert found[:30].min() > 0.05


def test_bins_and_curve_are_those_of_their_definitions() -> None:
    confidences = np.array([0.05, 0.95, 0.95, 1.0])
    right = np.array([False, True, False, True])
    bins = reliability(confidences, right)
    assert [b.count for b in bins] == [1, 3]
    assert bins[1].right == pytest.approx(2 / 3)
    assert calibration_error([Bin(count=1, confidence=0.2, right=0.0), Bin(count=3, confidence=0.9, right=1.0)]) == (
        pytest.approx(0.125)
    )
    rows = {level: rest for level, *rest in curve(confidences, right, 4)}
    assert rows[0.0] == [4, 0.5, 0.5]
    assert rows[0.95] == [3, pytest.approx(2 / 3), 0.5]
