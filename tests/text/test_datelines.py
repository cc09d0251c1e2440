"""Datelines: what stands before an agency report's first sentence."""

import pytest

from service.text import read_layout
from service.text.datelines import find_dateline


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("PORT TARROW, March 3 (Meridian) - The ferry sank.", "The ferry sank."),
        ("HARROWMERE, England, Feb 17 (Meridian) - A hospital closed.", "A hospital closed."),
        ("LONDON — The bridge closed.", "The bridge closed."),
        ("LONDON—The bridge closed.", "The bridge closed."),
        ("NEW TARROW (Meridian) -- “We will pay,” he said.", "“We will pay,” he said."),
        # none
        ("The ferry - a wreck - sank.", "The ferry - a wreck - sank."),
        ("NATO-led forces left.", "NATO-led forces left."),
        ("NATO - the alliance - met.", "NATO - the alliance - met."),
        ("A - B", "A - B"),
        ("LONDON -", "LONDON -"),
        ("SHE SAID NO.", "SHE SAID NO."),
    ],
)
def test_a_dateline_ends_where_the_sentence_begins(text: str, rest: str) -> None:
    assert text[find_dateline(text, 0, len(text)) :] == rest


def test_the_body_leaves_the_dateline_out() -> None:
    text = "Ferry sinks\n\nPORT TARROW (Meridian) - The ferry sank on Monday. Nobody was hurt."
    body = read_layout(text).paragraphs[1].body
    assert body is not None
    assert body.of(text) == "The ferry sank on Monday. Nobody was hurt."
