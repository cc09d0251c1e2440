"""Gains and losses against committed figures; the pipeline itself is scored by ``make score``."""

from __future__ import annotations

from typing import Any

from corpus.score import Scores, comparison, losses, scores_of

TEXT = "It rains, she said. It snows, he said."
RAINS = {"content": [[0, 8]], "source": [[10, 13]], "cue": [[14, 18]], "speaker": "Ada Bell"}
SNOWS = {"content": [[20, 28]], "source": [[30, 32]], "cue": [[33, 37]], "speaker": "Tom Reed"}


def rows(*quotes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"article": "weather", "text": TEXT, "quotes": list(quotes)}]


GOLD = rows(RAINS, SNOWS)
ALL = scores_of(GOLD, GOLD)
HALF = scores_of(GOLD, rows(RAINS))


def test_scores_have_the_total_and_each_article() -> None:
    assert HALF["articles"] == {"weather": {"attributed": 66.67, "speaker": 66.67}}
    assert HALF["total"]["attributed"] == {"p": 100.0, "r": 50.0, "f1": 66.67}


def test_a_gain_and_a_loss_are_shown_by_article() -> None:
    assert comparison(ALL, HALF).split("\n")[1].split() == ["weather", "100.00", "(+33.33)", "100.00", "(+33.33)"]
    assert comparison(HALF, ALL).split("\n")[-1].split() == ["total", "66.67", "(-33.33)", "66.67", "(-33.33)"]


def test_nothing_is_shown_where_nothing_changed_or_nothing_was_committed() -> None:
    assert comparison(ALL, ALL) == comparison(ALL, None)
    assert "(" not in comparison(ALL, None)


def test_an_article_that_is_new_has_no_change() -> None:
    before = {"total": ALL["total"], "articles": {}}
    assert comparison(ALL, before).split("\n")[1].split() == ["weather", "100.00", "100.00"]


def test_a_total_below_the_committed_one_is_a_loss() -> None:
    assert losses(HALF, ALL) == [
        "attributed: 66.67 is below the committed 100.00",
        "speaker: 66.67 is below the committed 100.00",
    ]
    assert losses(ALL, HALF) == losses(ALL, ALL) == []


def test_a_quote_that_rounding_turns_is_no_loss_and_two_are() -> None:
    def scores(figure: float) -> Scores:
        return {"total": {"attributed": {"f1": figure}}, "articles": {}}

    assert losses(scores(87.72), scores(87.89)) == []
    assert losses(scores(87.55), scores(87.89)) == ["attributed: 87.55 is below the committed 87.89"]


def test_without_committed_figures_the_check_says_so() -> None:
    assert losses(HALF, None) == [
        "there are no committed figures to compare with; write corpus/scores.json with --update"
    ]
