"""The score by class: which class a quote is of, and what counts for it."""

from __future__ import annotations

from typing import Any

import pytest

from service.scoring_classes import cue_class, format_classes, score_by_class

TEXT = (
    '"We will pay every bill," Ada Quill said. She warned of "a very long winter" in the town. '
    "According to Tom Reyes, the bridge is safe. Ada Quill: the town is calm. The bridge, he made clear, stays."
)


def quote(content: str, source: str, cue: str, **more: object) -> dict[str, Any]:
    def at(part: str) -> list[list[int]]:
        return [[TEXT.index(part), TEXT.index(part) + len(part)]] if part else []

    return {"content": at(content), "source": at(source), "cue": at(cue), **more}


GOLD = [
    quote('"We will pay every bill,"', "Ada Quill", "said"),
    quote('"a very long winter" in the town', "She", "warned of"),
    quote("the bridge is safe", "Tom Reyes", "According to"),
    quote("the town is calm", "", ":"),
    quote("The bridge", "he", "made clear"),
]


def row(*quotes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"article": "a", "text": TEXT, "quotes": list(quotes)}]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ((), "none"),
        ((":",), "mark"),
        (("—",), "mark"),
        (("said",), "say"),
        (("tells",), "say"),
        (("warned",), "word"),
        (("according", "to"), "according to"),
        (("made", "clear"), "phrase"),
        (("said", "that"), "phrase"),
    ],
)
def test_the_class_of_a_cue(words: tuple[str, ...], wanted: str) -> None:
    assert cue_class(words) == wanted


def test_each_quote_is_of_one_type_and_one_kind_of_cue() -> None:
    found = score_by_class(row(*GOLD), row(*GOLD))
    assert {name: figures["gold"] for name, figures in found["type"].items()} == {
        "direct": 1,
        "mixed": 1,
        "indirect": 3,
    }
    assert {name: figures["gold"] for name, figures in found["cue"].items() if figures["gold"]} == {
        "say": 1,
        "phrase": 2,
        "according to": 1,
        "mark": 1,
    }
    assert all(figures["f1"] == 100 for its in found.values() for figures in its.values() if figures["gold"])


def test_recall_is_over_gold_of_the_class_and_precision_over_what_was_predicted_of_it() -> None:
    # the direct one with a wrong source, the others missed, one too many
    wrong = GOLD[0] | {"source": GOLD[2]["source"]}
    found = score_by_class(row(*GOLD), row(wrong, GOLD[2], quote("in the town", "", "")))
    assert found["type"]["direct"] == {
        "p": 0, "r": 0, "f1": 0, "gold": 1, "predicted": 1,
    }  # fmt: skip
    assert found["type"]["indirect"]["p"] == 50
    assert found["type"]["indirect"]["r"] == pytest.approx(100 / 3)
    assert found["cue"]["none"] == {"p": 0, "r": 0, "f1": 0, "gold": 0, "predicted": 1}


def test_an_unsure_one_counts_neither_way() -> None:
    unsure = GOLD[0] | {"sure": False}
    found = score_by_class(row(unsure), row(GOLD[0]))
    assert found["type"]["direct"] == {"p": 0, "r": 0, "f1": 0, "gold": 0, "predicted": 0}


def test_the_table_has_a_line_for_each_class_that_there_is() -> None:
    lines = format_classes(score_by_class(row(*GOLD[:2]), row(GOLD[0]))).splitlines()
    assert [line.split()[0] for line in lines] == ["type.direct", "type.mixed", "cue.say", "cue.phrase"]
    assert lines[0].endswith("f1 100.0  gold 1")
