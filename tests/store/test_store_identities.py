"""Who is who across articles: what joins, what stays apart, and what a person decides for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.errors import BadCorrection, NotFound
from service.model import Extraction, QuoteFilter, Speaker, SpeakerKind
from service.store import Store

from .examples import Said, said

DAY = datetime(2026, 3, 1, 9, tzinfo=UTC)
PERSON = SpeakerKind.PERSON
MAYOR = Speaker(name="Maria Okafor", kind=PERSON, role="the mayor", aliases=("Okafor", "Ms Okafor"))
NURSE = Speaker(name="Maria Okafor", kind=PERSON, role="a nurse", aliases=("Okafor",))
PLAIN = Speaker(name="Maria Okafor", kind=PERSON)
NAIR = Speaker(name="Raj Nair", kind=PERSON, role="chief of staff")


def told(id: str, *speakers: Speaker, day: int = 0, outlet: str = "Harbour Post", text: str = "") -> Extraction:
    """An article in which each of the speakers says something of their own."""
    quotes = [Said(text=f"{text or id} {place}", speaker=speaker) for place, speaker in enumerate(speakers)]
    return said(*quotes, id=id, outlet=outlet, published_at=DAY + timedelta(days=day))


def ids(store: Store, article: str) -> list[str]:
    """The identities of an article's speakers, in order."""
    return [speaker.id for speaker in store.extraction(article).speakers]


def test_the_same_full_name_with_a_compatible_role_joins(store: Store) -> None:
    store.save(told("a", MAYOR))
    store.save(told("b", replace(MAYOR, role="Mayor", aliases=()), day=300, outlet="The Ledger"))
    store.save(told("c", PLAIN, day=700))
    assert ids(store, "a") == ids(store, "b") == ids(store, "c") == [MAYOR.id]
    [entry] = store.speakers().items
    assert (entry.quote_count, entry.article_count) == (3, 3)


def test_a_clash_stays_apart_and_says_why(store: Store) -> None:
    store.save(told("a", MAYOR))
    store.save(told("b", NURSE, day=30))
    [mayor], [nurse] = ids(store, "a"), ids(store, "b")
    assert mayor == MAYOR.id
    assert nurse != mayor
    assert len(store.speakers().items) == 2
    [(article, why)] = store.speaker_page(nurse).grounds
    assert article == "b"
    assert any("roles clash: a nurse, the mayor" in reason for reason in why)
    assert mayor in why[0]


def test_titles_of_two_genders_stay_apart(store: Store) -> None:
    store.save(told("a", replace(PLAIN, name="Robin Hale", aliases=("Mr Hale",))))
    store.save(told("b", replace(PLAIN, name="Robin Hale", aliases=("Ms Hale",))))
    assert ids(store, "a") != ids(store, "b")


def test_between_two_that_fit_equally_well_a_newcomer_is_nobody_known(store: Store) -> None:
    store.save(told("a", MAYOR))
    store.save(told("b", NURSE, day=30))
    store.save(told("c", PLAIN, day=400, outlet="The Ledger"))
    [found] = ids(store, "c")
    known = ids(store, "a") + ids(store, "b")
    assert found not in known
    [(_, why)] = store.speaker_page(found).grounds
    assert all(id in why[0] for id in known)
    assert "do not tell" in why[0]


def test_who_is_quoted_beside_tells_namesakes_apart(store: Store) -> None:
    store.save(told("a", MAYOR, NAIR))
    store.save(told("b", NURSE, day=30))
    store.save(told("c", PLAIN, NAIR, day=60))
    assert ids(store, "c") == ids(store, "a")


def test_short_names_join_only_beside_the_same_people(store: Store) -> None:
    karin = Speaker(name="Karin", kind=PERSON)
    full = Speaker(name="Karin Erlend", kind=PERSON, aliases=("Karin",))
    other = Speaker(name="Ilse Brandvik", kind=PERSON)
    store.save(told("a", full, NAIR, other))
    store.save(told("b", karin, NAIR, other, day=1))
    store.save(told("c", karin, day=1))
    assert ids(store, "b") == ids(store, "a")
    assert ids(store, "c")[0] not in ids(store, "a")
    page = store.speaker_page(full.id)
    assert [(use.name, use.article_count) for use in page.aliases] == [("Karin", 2)]


@pytest.mark.parametrize(
    "speaker",
    [
        Speaker(name="a spokesperson for the trust", kind=PERSON),
        Speaker(name="two officials", kind=SpeakerKind.GROUP),
        Speaker(name="the letter", kind=SpeakerKind.DOCUMENT),
        Speaker(name="the police", kind=SpeakerKind.ORGANISATION),
    ],
)
def test_sources_without_a_name_are_of_their_article(store: Store, speaker: Speaker) -> None:
    store.save(told("a", speaker))
    store.save(told("b", speaker))
    assert ids(store, "a") != ids(store, "b")


def test_an_article_read_anew_keeps_who_is_who(store: Store) -> None:
    store.save(told("a", MAYOR))
    store.save(told("b", NURSE, day=30))
    before = ids(store, "b")
    # the newer reading no longer sees a role that would tell the two apart
    store.replace(told("b", PLAIN, day=30))
    assert ids(store, "b") == before


def test_merging_is_kept_through_reading_anew_deletion_and_new_articles(store: Store) -> None:
    store.save(told("a", MAYOR))
    store.save(told("b", NURSE, day=30))
    [mayor], [nurse] = ids(store, "a"), ids(store, "b")
    page = store.merge_speakers(mayor, nurse, by="desk", reason="she nursed before she was elected")
    assert page.entry.speaker.id == mayor
    assert (page.entry.quote_count, page.confirmed, page.merged_ids) == (2, True, (nurse,))
    assert store.speaker_page(nurse) == page
    assert ids(store, "b") == [mayor]
    assert [q.quote.speaker and q.quote.speaker.id for q in store.quotes(QuoteFilter(speaker=mayor)).items] == [
        mayor
    ] * 2
    assert store.speaker(nurse).speaker.id == mayor
    assert len(store.quotes(QuoteFilter(speaker=nurse)).items) == 2
    store.replace(told("b", NURSE, day=30, text="other words"))
    assert ids(store, "b") == [mayor]
    store.delete("b")
    store.save(told("b", NURSE, day=30))
    assert ids(store, "b") == [mayor]
    store.save(told("c", replace(NURSE, role="nurse"), day=31))
    assert ids(store, "c") == [mayor]


def test_splitting_is_kept_through_reading_anew_and_both_sides_stay_apart(store: Store) -> None:
    for number in range(4):
        store.save(told(f"a{number}", PLAIN, day=number))
    assert len(store.speakers().items) == 1
    other = store.split_speaker(PLAIN.id, ["a1", "a3"], by="desk", reason="a1 and a3 are the singer")
    [first] = ids(store, "a0")
    assert first == PLAIN.id
    assert ids(store, "a1") == ids(store, "a3") == [other.entry.speaker.id]
    assert other.confirmed
    assert store.speaker_page(first).confirmed
    for number in range(4):
        store.replace(told(f"a{number}", PLAIN, day=number, text=f"read anew {number}"))
    assert ids(store, "a2") == [first]
    assert ids(store, "a3") == [other.entry.speaker.id]
    # nothing tells which of the two confirmed people a new article means, and it joins neither
    store.save(told("new", PLAIN, day=90, outlet="The Ledger"))
    assert ids(store, "new")[0] not in {first, other.entry.speaker.id}
    assert len(store.speakers().items) == 3


def test_what_was_merged_can_be_split_again_and_merged_again(store: Store) -> None:
    store.save(told("a", MAYOR))
    store.save(told("b", NURSE, day=30))
    [mayor], [nurse] = ids(store, "a"), ids(store, "b")
    store.merge_speakers(mayor, nurse, by="desk", reason="one")
    parted = store.split_speaker(mayor, ["b"], by="night desk", reason="two after all").entry.speaker.id
    assert ids(store, "b") == [parted]
    store.merge_speakers(mayor, parted, by="desk", reason="one after all")
    again = store.split_speaker(mayor, ["b"], by="desk", reason="two").entry.speaker.id
    assert ids(store, "b") == [again] == [parted]
    assert store.speaker_page(again).entry.speaker.id == again
    changes = store.speaker_page(mayor).history
    assert [(c.action, c.by, c.reason) for c in changes] == [
        ("merged", "desk", "one"),
        ("split", "night desk", "two after all"),
        ("merged", "desk", "one after all"),
        ("split", "desk", "two"),
    ]
    assert changes[0].other_id == nurse
    assert changes[1].articles == ("b",)
    assert all(abs((datetime.now(UTC) - change.at).total_seconds()) < 60 for change in changes)


def test_merging_two_of_one_article(store: Store) -> None:
    bob = Speaker(name="Bob Marsh", kind=PERSON)
    robert = Speaker(name="Robert Marsh", kind=PERSON)
    store.save(told("a", bob, robert))
    page = store.merge_speakers(robert.id, bob.id, by="desk", reason="Bob is Robert")
    assert (page.entry.quote_count, page.entry.article_count) == (2, 1)
    store.replace(told("a", bob, robert, text="read anew"))
    assert ids(store, "a") == [robert.id, robert.id]


@pytest.mark.parametrize(
    ("by", "reason", "field"), [(" ", "because", "by"), ("desk", "", "reason"), ("desk", "x" * 2001, "reason")]
)
def test_a_change_needs_who_and_why(store: Store, by: str, reason: str, field: str) -> None:
    store.save(told("a", MAYOR, NAIR))
    with pytest.raises(BadCorrection) as raised:
        store.merge_speakers(MAYOR.id, NAIR.id, by=by, reason=reason)
    assert raised.value.field == field
    assert len(store.speakers().items) == 2


def test_what_cannot_be_merged_or_split(store: Store) -> None:
    store.save(told("a", MAYOR))
    store.save(told("b", NAIR))
    with pytest.raises(NotFound):
        store.merge_speakers(MAYOR.id, "s-0000000000000000", by="desk", reason="why not")
    with pytest.raises(NotFound):
        store.speaker_page("s-0000000000000000")
    with pytest.raises(BadCorrection, match="one speaker already"):
        store.merge_speakers(MAYOR.id, MAYOR.id, by="desk", reason="why not")
    with pytest.raises(BadCorrection, match="quoted in no article 'b'"):
        store.split_speaker(MAYOR.id, ["b"], by="desk", reason="why not")
    for articles in ([], ["a"]):
        with pytest.raises(BadCorrection, match="at least one"):
            store.split_speaker(MAYOR.id, articles, by="desk", reason="why not")
    assert store.speaker_page(MAYOR.id).history == ()


def test_a_speakers_page(store: Store) -> None:
    store.save(told("a", MAYOR, day=10))
    store.save(told("b", replace(MAYOR, role="Mayor", aliases=("Okafor",)), day=20, outlet="The Ledger"))
    store.save(told("c", replace(MAYOR, role="a former mayor", aliases=()), day=900))
    store.save(replace(told("d", PLAIN), article=replace(told("d", PLAIN).article, published_at=None)))
    page = store.speaker_page(MAYOR.id)
    assert [(use.name, use.article_count) for use in page.aliases] == [("Okafor", 2), ("Ms Okafor", 1)]
    assert [(p.role, p.article_count, p.first_seen, p.last_seen) for p in page.roles] == [
        ("a former mayor", 1, DAY + timedelta(days=900), DAY + timedelta(days=900)),
        ("Mayor", 2, DAY + timedelta(days=10), DAY + timedelta(days=20)),
    ]
    assert [(use.outlet, use.article_count, use.quote_count) for use in page.outlets] == [
        ("Harbour Post", 3, 3),
        ("The Ledger", 1, 1),
    ]
    assert page.first_quote is not None
    assert page.last_quote is not None
    assert (page.first_quote.article.id, page.last_quote.article.id) == ("a", "c")
    assert not page.confirmed
    assert [article for article, _ in page.grounds] == ["c", "b", "a", "d"]


def test_a_reference_to_the_names_file_joins_and_parts(store: Store) -> None:
    store.save(told("a", replace(MAYOR, reference="vl-1")))
    store.save(told("b", replace(NURSE, reference="vl-1"), day=1))
    store.save(told("c", replace(PLAIN, reference="vl-2"), day=2))
    assert ids(store, "a") == ids(store, "b")
    assert ids(store, "c") != ids(store, "a")
    assert store.extraction("c").speakers[0].reference == "vl-2"


def test_the_page_has_the_newest_id_of_the_names_file(store: Store) -> None:
    store.save(told("a", replace(MAYOR, reference="tarn-1"), NAIR))
    store.save(told("b", MAYOR, day=3))
    assert store.speaker_page(MAYOR.id).entry.speaker.reference == "tarn-1"
    assert [entry.speaker.reference for entry in store.speakers().items].count("tarn-1") == 1
    assert store.speaker_page(ids(store, "a")[1]).entry.speaker.reference is None
