"""Errors by class: each gold attribution that is not right has one, and each prediction that is none."""

from __future__ import annotations

from typing import Any

from training.errors import Error, errors, page, telling

TEXT = "The bridge is safe, Ada Quill said. Tom Reyes warned of a long winter in the town. He hopes for rain."


def at(*parts: str) -> list[list[int]]:
    return [[TEXT.index(part), TEXT.index(part) + len(part)] for part in parts]


def gold(content: str, source: str, cue: str) -> dict[str, Any]:
    return {"content": at(content), "source": at(source), "cue": at(cue)}


def predicted(content: str, source: str | None, cue: str, confidence: float = 0.8) -> dict[str, Any]:
    return {
        "spans": [{"start": a, "end": b} for a, b in at(content)],
        "cue": {"spans": [{"start": a, "end": b} for a, b in at(cue)]},
        "speaker": {"mention": {"start": at(source)[0][0], "end": at(source)[0][1]}} if source else None,
        "confidence": confidence,
    }


def kinds(found: list[dict[str, Any]]) -> list[str]:
    all_gold = [
        gold("The bridge is safe", "Ada Quill", "said"),
        gold("of a long winter in the town", "Tom Reyes", "warned"),
    ]
    rows = [{"article": "a", "text": TEXT, "quotes": all_gold}]
    return [e.kind for e in errors(rows, [{"article": "a", "quotes": found}])]


def test_what_is_right_is_no_error() -> None:
    right = [
        predicted("The bridge is safe", "Ada Quill", "said"),
        predicted("of a long winter in the town", "Tom", "warned"),
    ]
    assert kinds(right) == []


def test_each_error_has_its_class() -> None:
    assert kinds([]) == ["not found: a form of say or tell", "not found: another word as cue"]
    assert kinds(
        [
            predicted("The bridge is safe", "Tom Reyes", "said"),
            predicted("a long", "Tom Reyes", "warned"),
            predicted("for rain", "He", "hopes"),
        ]
    ) == ["source: another one given", "boundary: too narrow", "too many: another word as cue"]
    assert kinds([predicted("The bridge is safe", None, "said"), predicted(TEXT[20:], "Tom Reyes", "warned")]) == [
        "source: none given",
        "boundary: too wide",
    ]


def test_the_most_telling_ones_are_of_every_class_first() -> None:
    def error(kind: str, sureness: float) -> Error:
        return Error(kind=kind, sureness=sureness, article="a", start=0, end=9, cue="said")

    found = [error("a", 0.1), error("a", 0.9), error("a", 0.5), error("b", 0.2)]
    assert [(e.kind, e.sureness) for e in telling(found, 3)] == [("a", 0.9), ("b", 0.2), ("a", 0.5)]
    assert "| a | 3 | 30.0% |" in page(found, 10)
