"""Names in runs of capitals, and what joins and what must not."""

from __future__ import annotations

import pytest

from service.model import SpeakerKind
from service.speakers.names import find_names
from service.speakers.referents import Cast, join
from service.speakers.roles import find_roles
from tests.speakers.trees import parse_of


def _cast(*sentences: str) -> Cast:
    text, layout, parse = parse_of(*sentences)
    names = find_names(text, layout, parse)
    return join(parse, names, find_roles(parse, names), frozenset())


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        # title and role are no part of a name
        ("said/VERB/root Dr/PROPN/flat:2 Okafor/PROPN/nsubj:0", [("Okafor", "dr")]),
        (
            "said/VERB/root Prime/PROPN/compound:2 Minister/PROPN/nsubj:0 Ada/PROPN/flat:2 Quill/PROPN/flat:2",
            [("Ada Quill", "")],
        ),
        # a role alone is no name, nor is the place before it a person
        ("said/VERB/root the/DET/det:3 Prime/PROPN/compound:3 Minister/PROPN/nsubj:0", []),
        ("told/VERB/root the/DET/det:4 Harbour/PROPN/compound:3 West/PROPN/compound:4 MP/PROPN/obj:0",
         [("Harbour West", "")]),
        # role words can be surnames
        ("said/VERB/root Ada/PROPN/nsubj:0 Bishop/PROPN/flat:1", [("Ada Bishop", "")]),
        # hyphens and particles
        ("said/VERB/root Ana/PROPN/nsubj:0 van/PROPN/flat:1 der/PROPN/flat:1 Berg/PROPN/flat:1",
         [("Ana van der Berg", "")]),
        # neither days nor sentence openers are names
        ("However/ADV/advmod:1 spoke/VERB/root on/ADP/case:3 Monday/PROPN/obl:1", []),
        # a body's name with a possessive inside
        ("joined/VERB/root the/DET/det:4 Seafarers/PROPN/nmod:poss:4 '/PART/case:2 Guild/PROPN/obj:0",
         [("Seafarers ' Guild", "")]),
    ],
)  # fmt: skip
def test_names_are_cut_out_of_runs(sentence: str, found: list[tuple[str, str]]) -> None:
    text, layout, parse = parse_of(sentence)
    assert [(" ".join(n.tokens), n.title) for n in find_names(text, layout, parse)] == found


def test_a_ship_is_no_lady() -> None:
    cast = _cast("boarded/VERB/root the/DET/det:2 Lady/PROPN/obj:0 Marsden/PROPN/flat:2")
    assert [(r.name, r.kind) for r in cast.referents] == [("Lady Marsden", SpeakerKind.UNKNOWN)]


def test_short_forms_join_the_full_name() -> None:
    cast = _cast(
        "met/VERB/root Maria/PROPN/obj:0 Okafor/PROPN/flat:1",
        "thanked/VERB/root Okafor/PROPN/obj:0",
        "saw/VERB/root Ms/PROPN/compound:2 Okafor/PROPN/obj:0",
        "called/VERB/root Maria/PROPN/obj:0",
    )
    assert [r.name for r in cast.referents] == ["Maria Okafor"]
    assert cast.candidates == [(0,)] * 4


@pytest.mark.parametrize(("title", "found"), [("Mrs", ["Anna Weller"]), ("Mr", ["Tom Weller"])])
def test_a_title_tells_two_of_one_surname_apart(title: str, found: list[str]) -> None:
    cast = _cast(
        "met/VERB/root Tom/PROPN/obj:0 Weller/PROPN/flat:1",
        "met/VERB/root Anna/PROPN/obj:0 Weller/PROPN/flat:1",
        f"saw/VERB/root {title}/PROPN/compound:2 Weller/PROPN/obj:0",
    )
    assert [cast.referents[i].name for i in cast.candidates[2]] == found


def test_two_of_one_surname_are_never_merged() -> None:
    cast = _cast(
        "met/VERB/root Tom/PROPN/obj:0 Weller/PROPN/flat:1",
        "met/VERB/root Anna/PROPN/obj:0 Weller/PROPN/flat:1",
        "saw/VERB/root Weller/PROPN/obj:0",
    )
    assert [r.name for r in cast.referents] == ["Tom Weller", "Anna Weller"]
    assert cast.candidates[2] == (0, 1)


def test_a_mrs_is_not_the_man_of_that_name() -> None:
    cast = _cast(
        "met/VERB/root Tom/PROPN/obj:0 Weller/PROPN/flat:1",
        "saw/VERB/root Mrs/PROPN/compound:2 Weller/PROPN/obj:0",
    )
    assert [(r.name, r.gender) for r in cast.referents] == [("Tom Weller", "m"), ("Weller", "f")]


def test_a_seat_of_government_is_an_organisation() -> None:
    cast = _cast("came/VERB/root from/ADP/case:2 Downing/PROPN/obl:0 Street/PROPN/flat:2")
    assert [(r.name, r.kind) for r in cast.referents] == [("Downing Street", SpeakerKind.ORGANISATION)]
