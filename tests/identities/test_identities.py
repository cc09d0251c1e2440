"""The rules of the register: names, roles, and what joins or parts two appearances."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.identities import Appearance, Member, Profile, choose, is_named, name_key, part
from service.identities.names import genders_of, initials_of, is_form_of
from service.identities.roles import Fit, compare, read_role
from service.model import SpeakerKind

PERSON, ORGANISATION = SpeakerKind.PERSON, SpeakerKind.ORGANISATION
DAY = datetime(2026, 3, 1, tzinfo=UTC)
NAIR, KOLBE = ("raj", "nair"), ("marta", "kolbe")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Maria Okafor", ("maria", "okafor")),
        ("Dr. María OKAFOR", ("maria", "okafor")),
        ("Sir Alastair J. Boyce", ("alastair", "boyce")),
        ("The Seafarers' Guild", ("seafarers", "guild")),
        ("Seafarers’ Guild", ("seafarers", "guild")),
        ("Ann O’Neil-Smith", ("ann", "oneil-smith")),
        ("Dr", ("dr",)),
        ("J. J.", ("j", "j")),
        ("…", ()),
    ],
)
def test_names_as_compared(name: str, key: tuple[str, ...]) -> None:
    assert name_key(name) == key


@given(st.text())
def test_any_name_has_a_key_that_is_its_own(name: str) -> None:
    key = name_key(name)
    assert all(word and not word.isspace() for word in key)
    assert not is_form_of(key, key)


@pytest.mark.parametrize(
    ("name", "kind", "named"),
    [
        ("Maria Okafor", PERSON, True),
        ("Karin", PERSON, True),
        ("山田太郎", PERSON, True),
        ("Labour", ORGANISATION, True),
        ("the Buzzer", ORGANISATION, True),
        ("Brandvik’s office", ORGANISATION, True),
        ("the police", ORGANISATION, False),
        ("a Southline spokesperson", PERSON, False),
        ("Southline spokesperson", PERSON, False),
        ("Brandvik’s mother", PERSON, False),
        ("One", PERSON, False),
        ("Our Brussels editor", PERSON, False),
        ("Liam and Sophie Darrow", SpeakerKind.GROUP, False),
        ("Annual Report", SpeakerKind.DOCUMENT, False),
        ("", PERSON, False),
    ],
)
def test_what_is_a_name(name: str, kind: SpeakerKind, named: bool) -> None:
    assert is_named(name, kind) is named


def test_titles_and_initials_tell() -> None:
    assert genders_of(("Okafor", "Ms Okafor")) == {"f"}
    assert genders_of(("Sir Keith Noble", "Dame Ann Noble")) == {"m", "f"}
    assert genders_of(("Dr Okafor", "Miss")) == frozenset()
    assert initials_of("John A. Smith") == ("a",)
    assert initials_of("J Smith") == ()


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        ("the mayor", "Mayor", Fit.SAME),
        ("Mayor of Port Tarrow", "the Port Tarrow mayor", Fit.SAME),
        ("the Harrowmere mayor", "mayor of Port Tarrow", Fit.CLASH),
        ("the chief executive of Southline", "Southline chief executive", Fit.SAME),
        ("the mayor", "the mayor of Port Tarrow", Fit.UNLIKE),
        ("Labour MP", "the Hamilton West MP", Fit.OPEN),
        ("the mayor", "a former minister", Fit.SAME_FIELD),
        ("prime minister", "the health minister", Fit.SAME_FIELD),
        ("a nurse", "the mayor", Fit.CLASH),
        ("a striker", "a striker", Fit.SAME),
        ("a mother of three", "the mayor", Fit.OPEN),
        ("a spokesman for Southline", "the Southline manager", Fit.SAME_FIELD),
        ("director of the State Water Bureau", "a chef", Fit.UNLIKE),
        ("", "the mayor", Fit.UNLIKE),
    ],
)
def test_roles(one: str, other: str, fit: Fit) -> None:
    assert compare(read_role(one), read_role(other)) is fit
    assert compare(read_role(other), read_role(one)) is fit


def seen(id: str = "a", **values: object) -> Appearance:
    given_values = {"name": "Maria Okafor", "kind": PERSON} | values
    return Appearance(article_id=id, **given_values)  # type: ignore[arg-type]


def joined(new: Appearance, *profiles: tuple[Appearance, ...]) -> str | None:
    known = [Profile(id=f"s-{n}", appearances=p) for n, p in enumerate(profiles, 1)]
    return choose(new, known).identity


@pytest.mark.parametrize(
    ("new", "old", "same"),
    [
        (seen("b"), seen(), True),
        (seen("b", role="a nurse"), seen(), True),
        (seen("b", role="a nurse"), seen(role="the mayor"), False),
        (seen("b", name="Ms Maria Okafor"), seen(aliases=("Mr Okafor",)), False),
        (seen("b", name="Maria B. Okafor"), seen(name="Maria A. Okafor"), False),
        (seen("b", name="Maria B. Okafor"), seen(), True),
        (seen("b", name="Mario Okafor"), seen(), False),
        (seen("b", name="Okafor"), seen(), False),
        (seen("b", name="Okafor", company=frozenset((NAIR, KOLBE))), seen(company=frozenset((NAIR, KOLBE))), True),
        (seen("b", name="Bob Marsh", aliases=("Robert Marsh",)), seen(name="Robert Marsh"), True),
        (seen("b", published_at=DAY), seen(published_at=DAY - timedelta(days=80 * 365)), False),
        (seen("b", published_at=DAY), seen(published_at=DAY - timedelta(days=8 * 365)), True),
        # somebody quoted beside the same people in the same days has changed work, or is worded otherwise
        (
            seen("b", role="a nurse", company=frozenset((NAIR, KOLBE)), published_at=DAY),
            seen(role="the mayor", company=frozenset((NAIR, KOLBE)), published_at=DAY),
            True,
        ),
        (seen("b", reference="1", role="a nurse"), seen(reference="1", role="the mayor"), True),
        (seen("b", reference="2"), seen(reference="1"), False),
        (seen("b", name="Unity", kind=ORGANISATION), seen(name="unity", kind=ORGANISATION), True),
    ],
)
def test_one_or_two(new: Appearance, old: Appearance, same: bool) -> None:
    assert joined(new, (old,)) == ("s-1" if same else None)


def test_the_better_of_two_is_meant_where_it_is_clearly_better() -> None:
    mayor, nurse = (seen(role="the mayor"),), (seen("b", role="a nurse"),)
    assert joined(seen("c", role="Mayor"), mayor, nurse) == "s-1"
    assert joined(seen("c", role="nurse"), mayor, nurse) == "s-2"
    assert joined(seen("c"), mayor, nurse) is None


def test_level_candidates_are_both_named_in_the_evidence() -> None:
    profiles = [Profile(id="s-1", appearances=(seen(role="the mayor"),)), Profile(id="s-2", appearances=(seen(),))]
    [said] = choose(seen("c"), profiles).evidence
    assert said == "Maria Okafor (the mayor, s-1) or Maria Okafor (s-2): the articles do not tell"


def test_one_role_that_agrees_outweighs_another_that_clashes() -> None:
    assert joined(seen("c", role="a nurse"), (seen(role="the mayor"), seen("b", role="a nurse"))) == "s-1"


@given(st.permutations([seen("a", role="the mayor"), seen("b"), seen("c", role="Mayor")]))
def test_the_order_of_appearances_does_not_matter(order: list[Appearance]) -> None:
    assert joined(seen("d", role="mayor"), tuple(order)) == "s-1"


def test_one_s_own_article_is_no_company() -> None:
    own = seen(role="the mayor", company=frozenset((NAIR,)))
    assert joined(replace(own, role="a nurse"), (own,)) is None


SEEN = st.builds(
    seen,
    id=st.sampled_from([f"article {n}" for n in range(7)]),
    name=st.sampled_from(["Maria Okafor", "Okafor", "Maria"]),
    role=st.sampled_from([None, "the mayor", "a nurse", "the mayor of Tarn", "a chef"]),
    company=st.sampled_from([frozenset(), frozenset((NAIR,)), frozenset((NAIR, KOLBE))]),
    published_at=st.sampled_from([None, DAY, DAY + timedelta(days=9), DAY + timedelta(days=900)]),
)


@given(
    st.lists(SEEN, max_size=7, unique_by=lambda a: (a.article_id, a.name)).flatmap(
        lambda found: st.tuples(st.just(found), st.permutations(found))
    )
)
def test_parting_is_the_same_in_any_order(two: tuple[list[Appearance], list[Appearance]]) -> None:
    one, other = (
        {frozenset(m.appearance for m, _ in group.members) for group in part([Member(appearance=a) for a in order])}
        for order in two
    )
    assert one == other
    assert sorted((a.article_id, a.name) for group in one for a in group) == sorted(
        (a.article_id, a.name) for a in two[0]
    )
    for group in one:
        articles = [a.article_id for a in group]
        assert len(set(articles)) == len(articles)


def test_what_a_person_decided_is_neither_parted_nor_joined() -> None:
    given_members = [
        Member(appearance=seen("a", role="the mayor"), identity="s-1", fixed=True),
        Member(appearance=seen("b", role="a nurse"), identity="s-1", fixed=True),
        Member(appearance=seen("c", role="the mayor"), identity="s-2", fixed=True),
        Member(appearance=seen("d", role="a nurse"), identity="s-2"),
    ]
    found = {frozenset(m.appearance.article_id for m, _ in group.members) for group in part(given_members)}
    assert found == {frozenset("abd"), frozenset("c")}
