"""The score of the speakers step: verdicts, groups, and both ways of getting at them."""

from __future__ import annotations

import pytest

from service.model import MentionForm
from service.resolution_scoring import Outcome, end_to_end, format_tally, gold_attributions, tally, with_gold_quotes
from tests.speakers.marked import Story, story


def outcome(gold: str | None, found: str | None, *, form: str = "name", missed: bool = False) -> Outcome:
    return Outcome(article="a", quote="q", form=form, kind="person", gold=gold, found=found, missed=missed)


@pytest.mark.parametrize(
    ("gold", "found", "missed", "verdict"),
    [
        ("Maria Okafor", "Maria Okafor", False, "right"),
        ("Dr Maria Okafor", "Maria Okafor", False, "right"),
        (None, None, False, "right"),
        ("Maria Okafor", None, False, "silent"),
        ("Maria Okafor", "Raj Nair", False, "wrong"),
        (None, "Raj Nair", False, "wrong"),
        ("Maria Okafor", None, True, "missed"),
        (None, None, True, "missed"),
    ],
)
def test_verdicts(gold: str | None, found: str | None, missed: bool, verdict: str) -> None:
    assert outcome(gold, found, missed=missed).verdict == verdict


def test_silence_counts_among_all_but_not_among_the_answered() -> None:
    rows = [outcome("A B", "A B"), outcome("A B", "C D"), outcome("A B", None), outcome(None, None)]
    [everything, names, persons] = tally(rows)
    assert (everything.n, everything.right, everything.wrong, everything.silent) == (4, 2, 1, 1)
    assert everything.accuracy == 50.0
    assert everything.wrong_among_answered == 50.0
    assert (names.group, persons.group) == ("name", "person")
    assert format_tally([everything]).splitlines()[1].split() == ["all", "4", "2", "1", "1", "0", "50.0", "50.0"]


def gold_row(told: Story) -> dict[str, object]:
    """The story as a line of a gold file."""
    attributions = told.attributions(told.frozen)
    quotes = [
        {
            "id": f"q{number}",
            "type": attribution.type.value,
            "polarity": "asserted",
            "content": [[s.start, s.end] for s in attribution.spans],
            "source": [[attribution.mention.span.start, attribution.mention.span.end]] if attribution.mention else [],
            "cue": [[s.start, s.end] for s in attribution.cue.spans] if attribution.cue else [],
            "speaker": expected.speaker,
            "speaker_kind": expected.kind or "person",
            "inside": None,
            "sure": number != 1,
        }
        for (number, expected), attribution in zip(sorted(told.expected.items()), attributions, strict=True)
    ]
    return {"article": told.name, "text": told.text, "quotes": quotes}


def test_gold_quotes_are_resolved_over_the_parse_and_the_unsure_one_is_left_out() -> None:
    told = story("names")
    found = with_gold_quotes(gold_row(told), told.frozen)
    assert [o.quote for o in found] == [f"q{number}" for number in sorted(told.expected) if number != 1]
    assert {o.verdict for o in found} == {"right"}
    assert all(o.evidence for o in found)


def test_forms_of_mentions() -> None:
    told = story("pronouns")
    forms = {a.mention.form for a in gold_attributions(gold_row(told), told.frozen) if a.mention}
    assert MentionForm.PRONOUN in forms


def test_end_to_end_a_quote_that_is_not_found_is_missed() -> None:
    told = story("names")
    row = gold_row(told)
    quote = told.attributions(told.frozen)[1]
    spans = [{"start": s.start, "end": s.end} for s in quote.spans]
    predicted = {"quotes": [{"spans": spans, "speaker": {"name": told.expected[2].speaker}, "evidence": ["because"]}]}
    found = {o.quote: o.verdict for o in end_to_end(row, predicted)}
    assert found.pop("q2") == "right"
    assert set(found.values()) == {"missed"}
