"""A person's word on a quote: taken, counted, kept in the history, and refused where it cannot be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.errors import BadCorrection, Conflict, NotFound, Stale
from service.model import ArticleFilter, Notice, QuoteFilter, QuoteOrder, QuoteType, Review, Span, Speaker, SpeakerKind
from service.review import KEEP, Correction, Keep
from service.store import Store

from .examples import DRIVER, MAYOR, UNION, Said, said

DAY = datetime(2024, 5, 1, tzinfo=UTC)
POST = said(
    Said(text="We will pay", speaker=MAYOR),
    Said(text="They never did", speaker=DRIVER, type=QuoteType.INDIRECT),
    Said(text="No comment", speaker=None),
    id="post",
    outlet="Post",
    published_at=DAY,
)
PAY, NEVER, COMMENT = (quote.id for quote in POST.quotes)


def names(store: Store) -> dict[str, int]:
    return {entry.speaker.name: entry.quote_count for entry in store.speakers().items}


def test_a_quote_by_its_id(store: Store) -> None:
    store.save(POST)
    stored = store.quote(PAY)
    assert (stored.quote, stored.version, stored.review) == (POST.quotes[0], 1, None)
    assert stored == store.quote(PAY, article="post")
    for id, article in (("q-0", None), (PAY, "other"), ("\x00", None), (PAY, "\ud800")):
        with pytest.raises(NotFound, match="there is no quote"):
            store.quote(id, article=article)
        with pytest.raises(NotFound):
            store.history(id, article=article)


def test_a_quote_of_two_outlets_wants_the_article(store: Store) -> None:
    for outlet in ("a", "b"):
        store.save(said(Said(text="Yes"), id=outlet, outlet=outlet))
    (quote,) = store.extraction("a").quotes
    for call in (store.quote, store.history):
        with pytest.raises(Conflict, match=r"several articles of one text \('a', 'b'\)"):
            call(quote.id)
    with pytest.raises(Conflict):
        store.correct(quote.id, Correction(by="desk", status=Review.CONFIRMED))
    assert store.correct(quote.id, Correction(by="desk", status=Review.REJECTED), article="b").article.id == "b"
    assert store.quote(quote.id, article="a").review is None


def test_another_speaker_is_shown_found_and_counted(store: Store) -> None:
    store.save(POST)
    now = store.correct(PAY, Correction(by="Ana", reason="it was the driver", speaker="Tom Reyes"), version=1)
    assert now.quote.speaker == DRIVER
    assert (now.version, now.review) == (2, Review.CORRECTED)
    assert store.quote(PAY) == now
    assert names(store) == {"Tom Reyes": 2}
    assert {s.quote.id for s in store.quotes(QuoteFilter(speaker="reyes")).items} == {PAY, NEVER}
    assert store.extraction("post").speakers == (DRIVER,)
    with pytest.raises(NotFound):
        store.speaker(MAYOR.id)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (DRIVER.id, DRIVER),
        ("tom  REYES", DRIVER),
        ("Ms Okafor", MAYOR),  # an alias in this article
        (UNION.id, Speaker(name=UNION.name, kind=UNION.kind)),  # of another article
        ("harbour workers' union", Speaker(name=UNION.name, kind=UNION.kind)),
        ("Somebody New", Speaker(name="Somebody New", kind=SpeakerKind.UNKNOWN)),
        (None, None),
    ],
)
def test_who_is_meant(store: Store, wanted: str | None, expected: Speaker | None) -> None:
    store.save(POST)
    store.save(said(Said(text="We strike", speaker=UNION), id="other"))
    found = store.correct(COMMENT, Correction(by="Ana", speaker=wanted)).quote.speaker
    assert found == expected
    if expected is not None:
        assert COMMENT in {stored.quote.id for stored in store.quotes(QuoteFilter(speaker=expected.id)).items}
        assert store.speaker(expected.id).quote_count >= 1


def test_a_name_that_two_have_is_not_guessed(store: Store) -> None:
    twins = [Speaker(name="Kim Lee", kind=kind) for kind in (SpeakerKind.PERSON, SpeakerKind.ORGANISATION)]
    store.save(POST)
    store.save(said(*(Said(text=f"Yes {number}", speaker=twin) for number, twin in enumerate(twins)), id="twins"))
    with pytest.raises(BadCorrection, match="several speakers are called 'Kim Lee'") as refused:
        store.correct(PAY, Correction(by="Ana", speaker="Kim Lee"))
    assert refused.value.field == "speaker"
    assert all(twin.id in str(refused.value) for twin in twins)


def test_other_spans_change_text_full_text_and_order_but_not_the_id(store: Store) -> None:
    store.save(POST)
    text = POST.article.text
    start = text.index("Tom")
    spans = (Span(start, start + 3), Span(start + 4, start + 9))
    now = store.correct(PAY, Correction(by="Ana", spans=spans, type=QuoteType.MIXED))
    assert now.quote.attribution.spans == spans
    assert now.quote.attribution.type is QuoteType.MIXED
    assert now.quote.text == "Tom … Reyes"
    assert [stored.quote.id for stored in store.article_quotes("post")] == [NEVER, PAY, COMMENT]
    assert store.quotes(QuoteFilter(text="pay")).items == ()
    assert [stored.quote.id for stored in store.quotes(QuoteFilter(text='"tom reyes"')).items] == [PAY]


def test_a_rejected_quote_is_left_out_and_comes_back(store: Store) -> None:
    store.save(POST)
    store.correct(PAY, Correction(by="Ana", reason="a title", status=Review.REJECTED))
    assert [stored.quote.id for stored in store.article_quotes("post")] == [NEVER, COMMENT]
    assert [stored.quote.id for stored in store.article_quotes("post", with_rejected=True)] == [PAY, NEVER, COMMENT]
    assert store.quotes(QuoteFilter(text="pay")).items == ()
    assert [stored.quote.id for stored in store.quotes(QuoteFilter(review=Review.REJECTED)).items] == [PAY]
    assert store.article("post").quote_count == 2
    assert [quote.id for quote in store.extraction("post").quotes] == [NEVER, COMMENT]
    assert names(store) == {"Tom Reyes": 1}
    back = store.correct(PAY, Correction(by="Ben", status=Review.CONFIRMED))
    assert (back.version, back.review) == (3, Review.CONFIRMED)
    assert names(store) == {"María Okafor": 1, "Tom Reyes": 1}
    assert store.extraction("post") == POST


def test_an_article_is_read_with_its_warnings_and_every_quote(store: Store) -> None:
    odd = Notice(code="unpaired-quotation-mark", message="a mark is alone", span=Span(0, 1))
    store.save(replace(POST, warnings=(odd,)))
    store.correct(PAY, Correction(by="Ana", reason="a title", status=Review.REJECTED))
    article, warnings, quotes = store.reviewed("post")
    assert (article, warnings) == (POST.article, (odd,))
    assert [(stored.quote.id, stored.review) for stored in quotes] == [
        (PAY, Review.REJECTED),
        (NEVER, None),
        (COMMENT, None),
    ]
    with pytest.raises(NotFound):
        store.reviewed("nowhere")


def test_what_reports_a_rejected_quote_stands_by_itself(store: Store) -> None:
    outer, inner, last = POST.quotes
    inner = replace(inner, inside=outer.id, attribution=replace(inner.attribution, inside=0))
    last = replace(last, inside=inner.id, attribution=replace(last.attribution, inside=1))
    store.save(replace(POST, quotes=(outer, inner, last)))
    store.correct(PAY, Correction(by="Ana", status=Review.REJECTED))
    first, second = store.extraction("post").quotes
    assert (first.inside, first.attribution.inside) == (None, None)
    assert (second.inside, second.attribution.inside) == (first.id, 0)


def test_filters_by_review(store: Store) -> None:
    store.save(POST)
    store.correct(PAY, Correction(by="Ana", status=Review.CONFIRMED))
    store.correct(NEVER, Correction(by="Ana", speaker=None))

    def found(**filter: object) -> set[str]:
        return {stored.quote.id for stored in store.quotes(QuoteFilter(**filter)).items}  # type: ignore[arg-type]

    assert found(reviewed=True) == {PAY, NEVER}
    assert found(reviewed=False) == {COMMENT}
    assert found(review=Review.CONFIRMED) == {PAY}
    assert found(review=Review.CORRECTED, text="never") == {NEVER}
    assert found(review=Review.CORRECTED, text="pay") == set()


def test_the_history_has_every_state(store: Store) -> None:
    store.save(POST)
    (only,) = store.history(PAY)
    assert (only.version, only.by, only.model, only.quote) == (1, None, "quoth-en 1", POST.quotes[0])
    store.correct(PAY, Correction(by="Ana", reason="wrong man", speaker=DRIVER.id))
    store.correct(PAY, Correction(by="Ben", status=Review.REJECTED))
    first, second, third = store.history(PAY)
    assert (first.version, first.by, first.model, first.review) == (1, None, "quoth-en 1", None)
    assert first.quote == POST.quotes[0]
    assert (second.version, second.by, second.reason, second.review) == (2, "Ana", "wrong man", Review.CORRECTED)
    assert second.quote is not None
    assert second.quote.speaker == DRIVER
    assert (third.version, third.by, third.review, third.model) == (3, "Ben", Review.REJECTED, None)
    assert first.at <= second.at <= third.at
    store.delete("post")
    with pytest.raises(NotFound):
        store.history(PAY)


def test_a_stale_version_is_refused_and_changes_nothing(store: Store) -> None:
    store.save(POST)
    store.correct(PAY, Correction(by="Ana", speaker=None), version=1)
    with pytest.raises(Stale, match="got version 1, it now has version 2") as refused:
        store.correct(PAY, Correction(by="Ben", speaker="Tom Reyes"), version=1)
    assert (refused.value.expected, refused.value.current) == (1, 2)
    assert store.quote(PAY).quote.speaker is None
    assert len(store.history(PAY)) == 2


def test_of_many_at_once_with_one_version_one_wins(store: Store) -> None:
    store.save(POST)
    start = threading.Barrier(5)

    def correct(name: str) -> bool:
        start.wait()
        try:
            store.correct(PAY, Correction(by=name, speaker=name), version=1)
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(5) as threads:
        outcomes = list(threads.map(correct, ["Ana Ek", "Ben Ek", "Cy Ek", "Di Ek", "Ed Ek"]))
    assert sorted(outcomes) == [False] * 4 + [True]
    assert [state.version for state in store.history(PAY)] == [1, 2]


def test_the_same_word_again_changes_nothing(store: Store) -> None:
    store.save(POST)
    first = store.correct(PAY, Correction(by="Ana", speaker=MAYOR.id))
    assert (first.version, first.review) == (2, Review.CONFIRMED)  # it said what the model had said
    assert store.correct(PAY, Correction(by="Ben", status=Review.CONFIRMED)) == first
    corrected = store.correct(PAY, Correction(by="Ben", speaker=None))
    assert store.correct(PAY, Correction(by="Cy", status=Review.CONFIRMED)) == corrected


@pytest.mark.parametrize(
    ("correction", "field", "message"),
    [
        (Correction(by="Ana"), None, "says nothing"),
        (Correction(by=" ", speaker=None), "by", "not said who"),
        (Correction(by="Ana", spans=()), "spans", "at least one"),
        (Correction(by="Ana", spans=(Span(0, 5), Span(4, 6))), "spans", "not overlap"),
        (Correction(by="Ana", spans=(Span(5, 6), Span(0, 4))), "spans", "in text order"),
        (Correction(by="Ana", spans=(Span(0, 9999),)), "spans", "got an end of 9,999"),
        (Correction(by="Ana", status=Review.CORRECTED), "status", "allowed are confirmed and rejected"),
        (Correction(by="Ana", status=Review.REJECTED, speaker=None), "status", "leave out"),
        (Correction(by="Ana", speaker=""), "speaker", "1 to 300"),
        (Correction(by="Ana", speaker="x" * 301), "speaker", "1 to 300"),
        (Correction(by="Ana", speaker="a\x00"), "speaker", "1 to 300"),
        (Correction(by="Ana", speaker=None, reason="x" * 2001), "reason", "at most 2,000"),
    ],
)
def test_what_cannot_be_is_refused(store: Store, correction: Correction, field: str | None, message: str) -> None:
    store.save(POST)
    with pytest.raises(BadCorrection, match=message) as refused:
        store.correct(PAY, correction)
    assert refused.value.field == field
    assert store.extraction("post") == POST


def test_an_unknown_speaker_id_is_not_found(store: Store) -> None:
    store.save(POST)
    with pytest.raises(NotFound, match="there is no speaker 's-0000000000000000'"):
        store.correct(PAY, Correction(by="Ana", speaker="s-0000000000000000"))


def test_orders(store: Store) -> None:
    texts = {"a": 0.9, "b": 0.2, "c": 0.9, "d": 0.5}
    for day, (text, confidence) in enumerate(texts.items()):
        store.save(said(Said(text=text, confidence=confidence), published_at=datetime(2024, 1, 1 + day, tzinfo=UTC)))

    def listed(order: QuoteOrder) -> str:
        found, cursor = "", None
        while True:
            page = store.quotes(QuoteFilter(), order=order, cursor=cursor, limit=1)
            found += "".join(stored.quote.text for stored in page.items)
            if (cursor := page.next_cursor) is None:
                return found

    assert {order.value: listed(order) for order in QuoteOrder} == {
        "newest": "dcba",
        "oldest": "abcd",
        "most-confident": "acdb",
        "least-confident": "bdca",
    }


def test_articles_by_date_and_words(store: Store) -> None:
    store.save(POST)
    store.save(said(Said(text="Nothing"), id="other", title="Rates, and the mayor's café"))

    def found(**filter: object) -> list[str]:
        return [head.id for head in store.articles(ArticleFilter(**filter)).items]  # type: ignore[arg-type]

    assert found() == ["post", "other"]
    assert found(text="cafe rates") == ["other"]
    assert found(text="never", outlet="Post") == ["post"]
    assert found(text="never", outlet="Ledger") == []
    assert found(since=DAY) == found(until=DAY) == ["post"]
    assert found(text="\x00!") == []
    assert found(outlet="\x00") == []


def test_keep_is_not_none() -> None:
    assert KEEP is Keep.KEEP
    assert not Correction(by="Ana", status=Review.CONFIRMED).changes_content


def test_an_earlier_version_is_restored(store: Store) -> None:
    store.save(POST)
    before = store.quote(PAY)
    store.correct(PAY, Correction(by="Ana", reason="a slip", speaker="Somebody Else", spans=(Span(0, 4),)))
    store.correct(PAY, Correction(by="Ana", reason="no quote", status=Review.REJECTED))
    assert names(store).get(MAYOR.name) is None
    back = store.correct(PAY, Correction(by="Ben", reason="undone", restore=1))
    assert (back.quote, back.review, back.version) == (before.quote, None, 4)
    (mayor,) = (each for each in store.extraction("post").speakers if each.name == MAYOR.name)
    assert mayor == MAYOR
    assert "Somebody Else" not in names(store)
    # to where it is already: nothing happens
    assert store.correct(PAY, Correction(by="Ben", reason="again", restore=1)).version == 4
    rejected = store.correct(PAY, Correction(by="Ben", reason="it was right", restore=3))
    assert (rejected.review, rejected.quote.speaker and rejected.quote.speaker.name) == (
        Review.REJECTED,
        "Somebody Else",
    )
    assert [state.version for state in store.history(PAY)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("correction", "message"),
    [
        (Correction(by="Ana", restore=7), "got version 7; the history has 1"),
        (Correction(by="Ana", restore=1, type=QuoteType.MIXED), "leave out"),
        (Correction(by="Ana", restore=1, status=Review.CONFIRMED), "leave out"),
    ],
)
def test_what_cannot_be_restored(store: Store, correction: Correction, message: str) -> None:
    store.save(POST)
    with pytest.raises(BadCorrection, match=message):
        store.correct(PAY, correction)


def test_what_nobody_has_looked_at_is_so_again(store: Store) -> None:
    store.save(POST)
    store.correct(COMMENT, Correction(by="Ana", status=Review.CONFIRMED))
    assert store.correct(COMMENT, Correction(by="Ana", reason="undone", restore=1)).review is None
    assert len(store.quotes(QuoteFilter(reviewed=False)).items) == 3
