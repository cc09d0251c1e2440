"""One claim beside one quotation: the verdict, what was left out, and which telling words changed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import ClaimError
from service.matching.comparing import compare, denied
from service.matching.passages import passage_in_text, passage_of, passage_of_claim
from service.matching.splices import spliced
from service.matching.verification import check
from service.matching.words import read_words
from service.model import QuoteType, Span
from service.verdicts import Claim, Flag, Verdict

BRIDGE = "We will close the bridge on Monday. Nobody was hurt, but four cars were lost, and Ada Brandt paid for two."
SAID = {
    "We will close the bridge on Monday.": ("verbatim", ""),
    "we will CLOSE the bridge on monday": ("verbatim", ""),
    "«We will close the bridge – on Monday!»": ("verbatim", ""),
    "We will close the bridge … Nobody was hurt, but four cars were lost": ("verbatim", ""),
    "We will close the bridge": ("partial", "on Monday"),
    "Nobody was hurt": ("partial", "but four cars were lost, and Ada Brandt paid for two"),
    "four cars were lost": ("partial", "Nobody was hurt, but"),
    "We will not close the bridge on Monday": ("altered", "negation"),
    "We might close the bridge on Monday": ("altered", "modal"),
    "Nobody was hurt, but nine cars were lost": ("altered", "number"),
    "four cars were lost, and Ada Quimby paid for two": ("altered", "name"),
    "We will close the old bridge on Monday": ("altered", ""),
    "We will close the bridge Monday": ("altered", ""),
    "There were four lost cars, and it was Ada Brandt who paid for a pair of them": ("paraphrased", ""),
    "The library stays open all night": ("not-found", ""),
}


@pytest.mark.parametrize(("claim", "expected"), SAID.items())
def test_a_direct_quotation(claim: str, expected: tuple[str, str]) -> None:
    verdict, told = expected
    source = passage_of(BRIDGE, (Span(0, len(BRIDGE)),), QuoteType.DIRECT)
    found = compare(passage_in_text(claim), source)
    assert found.verdict.value == verdict
    if verdict == "partial":
        assert found.left_out == told
    elif verdict == "altered":
        assert [flag.value for flag in found.flags] == ([told] if told else [])


def test_a_not_before_the_claim_turns_it() -> None:
    text = "Not in October, in the newspaper."
    source = passage_of(text, (Span(0, len(text)),), QuoteType.DIRECT)
    found = compare(passage_in_text("in October, in the newspaper"), source)
    assert (found.verdict, found.flags) == (Verdict.ALTERED, (Flag.NEGATION,))


def test_what_is_reported_in_the_outlets_words_is_a_paraphrase() -> None:
    text = "the council would repair every road before the winter"
    source = passage_of(text, (Span(0, len(text)),), QuoteType.INDIRECT)
    assert compare(passage_in_text(text), source).verdict is Verdict.PARAPHRASED


def test_only_what_stands_in_marks_is_the_speakers_in_a_mixed_quote() -> None:
    text = "the plan was “a fairy tale with footnotes” from the start"
    source = passage_of(text, (Span(0, len(text)),), QuoteType.MIXED)
    assert compare(passage_in_text("a fairy tale with footnotes"), source).verdict is Verdict.VERBATIM
    assert compare(passage_in_text("the plan was a fairy tale"), source).verdict is Verdict.PARAPHRASED


def test_what_is_denied_is_not_said() -> None:
    text = "the company had put its timetable ahead of safety"
    source = passage_of(text, (Span(0, len(text)),), QuoteType.INDIRECT)
    found = denied(compare(passage_in_text(text), source))
    assert (found.verdict, found.flags) == (Verdict.ALTERED, (Flag.NEGATION,))


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("“We will close the bridge on Monday,” said the mayor", "verbatim"),
        ("“Nobody was hurt,” Ada Brandt said, “but four cars were lost, and Ada Brandt paid for two.”", "verbatim"),
        ("“Nobody was hurt,” Ada Brandt said, “but five cars were lost, and Ada Brandt paid for two.”", "altered"),
    ],
)
def test_the_reporters_words_between_the_marks_of_a_claim_are_not_claimed(claim: str, verdict: str) -> None:
    source = passage_of(BRIDGE, (Span(0, len(BRIDGE)),), QuoteType.DIRECT)
    assert compare(passage_of_claim(claim), source).verdict.value == verdict


def test_two_quotations_made_one_are_told_from_one() -> None:
    one, other = (passage_in_text(f"“{said}”") for said in ("We knew on Sunday.", "The pump had failed by then."))
    parts = spliced(passage_in_text("We knew on Sunday the pump had failed by then"), one, other)
    assert parts is not None
    assert [part.verdict for part in parts] == [Verdict.ALTERED, Verdict.ALTERED]
    assert spliced(passage_in_text("We knew on Sunday the pump was new"), one, other) is None
    assert spliced(passage_in_text("We knew on Sunday"), one, other) is None


def test_an_outlets_brackets_are_no_words_of_the_speaker() -> None:
    text = "the plume [of solvent] did not start at 4:51"
    source = passage_of(text, (Span(0, len(text)),), QuoteType.DIRECT)
    assert compare(passage_in_text("The plume did not start at 4.51"), source).verdict is Verdict.VERBATIM


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("", "white space"),
        ("  \n ", "white space"),
        ("“…” — !?", "only signs"),
        ("Sorry!", "one word 'sorry'"),
        ("many words " * 2000, "22,000 characters"),
    ],
)
def test_claims_that_say_nothing_are_refused_in_words(claim: str, told: str) -> None:
    with pytest.raises(ClaimError, match=told):
        check(Claim(quote=claim))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_words_are_in_order_and_inside_the_text(text: str) -> None:
    words = read_words(text)
    assert all(0 <= word.start < word.end <= len(text) and word.form for word in words)
    assert all(a.end <= b.start and a.sentence <= b.sentence for a, b in pairwise(words))


@given(st.lists(st.sampled_from([*BRIDGE.split(), "not", "seven", "Quimby", "…", "but"]), min_size=1, max_size=25))
def test_verbatim_is_said_of_the_sources_own_words_only(claim: list[str]) -> None:
    source = passage_of(BRIDGE, (Span(0, len(BRIDGE)),), QuoteType.DIRECT)
    asked = passage_in_text(" ".join(claim))
    if compare(asked, source).verdict in (Verdict.VERBATIM, Verdict.PARTIAL):
        rest = iter(source.forms)
        assert all(form in rest for form in asked.forms)
