"""An article read by a newer model: what is found again stays, what a person said stays, and every change is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.errors import Conflict, NotFound
from service.model import Extraction, ModelInfo, Quote, QuoteFilter, QuoteType, Review, Scope, Span, quote_id
from service.review import Correction, Renewal
from service.store import Store

from .examples import DRIVER, MAYOR, UNION, Said, said

DAY = datetime(2024, 5, 1, tzinfo=UTC)
NEWER = ModelInfo(name="quoth-en", version="2", stanza="1.15.0")
POST = said(
    Said(text="We will pay every bill", speaker=MAYOR),
    Said(text="They never did", speaker=DRIVER),
    Said(text="No comment at all", speaker=UNION),
    id="post",
    outlet="Post",
    published_at=DAY,
)
PAY, NEVER, COMMENT = (quote.id for quote in POST.quotes)


def read_anew(*quotes: Quote, article: Extraction = POST) -> Extraction:
    """What a newer model finds."""
    people = tuple(dict.fromkeys(quote.speaker for quote in quotes if quote.speaker))
    return replace(article, quotes=quotes, speakers=people, model=NEWER)


def shifted(quote: Quote, *, start: int = 0, end: int = 0) -> Quote:
    """The quote with other bounds, and so with another id."""
    [span] = quote.attribution.spans
    spans = (Span(span.start + start, span.end + end),)
    attribution = replace(quote.attribution, spans=spans)
    text = " … ".join(span.of(POST.article.text) for span in spans)
    return replace(quote, id=quote_id(POST.article.sha256, attribution), attribution=attribution, text=text)


def ids(store: Store, *, with_rejected: bool = False) -> list[str]:
    return [stored.quote.id for stored in store.article_quotes("post", with_rejected=with_rejected)]


def test_what_the_model_finds_again_keeps_id_version_and_place(store: Store) -> None:
    store.save(POST)
    more_certain = [replace(quote, confidence=0.99, evidence=("new",)) for quote in POST.quotes]
    new = read_anew(*more_certain)
    assert store.renew(new) == Renewal(unchanged=3)
    assert store.extraction("post") == new
    assert [store.quote(id).version for id in (PAY, NEVER, COMMENT)] == [1, 1, 1]
    assert store.problems() == ()


def test_what_changes_is_written_down(store: Store) -> None:
    store.save(POST)
    first, second, third = POST.quotes
    longer = shifted(third, end=4)
    new = read_anew(replace(first, speaker=DRIVER), second, longer)
    assert store.renew(new) == Renewal(unchanged=1, changed=1, added=1, removed=1)
    assert ids(store) == [PAY, NEVER, longer.id]
    assert store.quote(PAY).version == 2
    before, after = store.history(PAY)
    assert (before.quote, before.model) == (first, "quoth-en 1")
    assert (after.by, after.model, after.quote and after.quote.speaker) == (None, "quoth-en 2", DRIVER)
    assert [(state.version, state.quote is None) for state in store.history(COMMENT)] == [(1, False), (2, True)]
    with pytest.raises(NotFound):
        store.quote(COMMENT)
    assert [(state.version, state.model) for state in store.history(longer.id)] == [(1, "quoth-en 2")]
    assert {entry.speaker.name: entry.quote_count for entry in store.speakers().items} == {
        "Tom Reyes": 2,
        "Harbour Workers' Union": 1,
    }
    assert store.quotes(QuoteFilter(text="comment all")).items[0].quote.id == longer.id
    # and back again: its versions go on
    assert store.renew(replace(POST, model=replace(NEWER, version="3"))).added == 1
    assert [state.version for state in store.history(COMMENT)] == [1, 2, 3]
    assert store.quote(COMMENT).version == 3
    assert store.problems() == ()


def test_a_persons_word_stands(store: Store) -> None:
    store.save(POST)
    [span] = POST.quotes[0].attribution.spans
    shorter = (Span(span.start, span.end - len(" every bill")),)
    store.correct(PAY, Correction(by="Ana", spans=shorter, speaker=DRIVER.id, type=QuoteType.MIXED))
    store.correct(NEVER, Correction(by="Ana", status=Review.REJECTED))
    store.correct(COMMENT, Correction(by="Ana", status=Review.CONFIRMED))
    # the newer model: the first with the spans that the person had said, the second and third with other bounds
    again = [shifted(POST.quotes[0], end=-len(" every bill")), shifted(POST.quotes[1], end=-3)]
    renewal = store.renew(read_anew(*again))
    assert renewal == Renewal(kept=3)
    assert ids(store) == [PAY, COMMENT]
    assert ids(store, with_rejected=True) == [PAY, NEVER, COMMENT]
    stored = store.quote(PAY)
    assert (stored.quote.speaker, stored.quote.attribution.spans, stored.version) == (DRIVER, shorter, 2)
    assert stored.quote.attribution.type is QuoteType.MIXED
    assert store.quote(NEVER).review is Review.REJECTED
    assert store.extraction("post").model == NEWER
    assert store.problems() == ()


def test_other_words_beside_a_rejected_quote_are_found(store: Store) -> None:
    store.save(POST)
    store.correct(PAY, Correction(by="Ana", status=Review.REJECTED))
    rest = shifted(POST.quotes[0], start=len("We will pay every "))
    assert store.renew(read_anew(*POST.quotes, rest)).added == 1
    assert ids(store) == [rest.id, NEVER, COMMENT]


def test_sending_the_article_again_keeps_a_persons_word_and_moves_it_to_its_new_date(store: Store) -> None:
    store.save(POST)
    store.save(said(Said(text="Between"), id="between", published_at=datetime(2024, 6, 1, tzinfo=UTC)))
    store.correct(PAY, Correction(by="Ana", speaker=None))
    later = replace(POST.article, published_at=datetime(2024, 7, 1, tzinfo=UTC), outlet="Ledger", title="New")
    head, created = store.replace(replace(POST, article=later))
    assert (created, head.outlet, head.title) == (False, "Ledger", "New")
    assert store.quote(PAY).quote.speaker is None
    assert [stored.article.id for stored in store.quotes(QuoteFilter()).items] == ["post"] * 3 + ["between"]
    assert len(store.quotes(QuoteFilter(outlet="Ledger")).items) == 3
    assert store.quotes(QuoteFilter(outlet="Post")).items == ()
    assert store.problems() == ()
    # another text is another article
    store.replace(said(Said(text="Quite other words"), id="post"))
    assert len(ids(store)) == 1
    with pytest.raises(NotFound):
        store.history(PAY)


def test_what_is_left_to_do(store: Store) -> None:
    articles = [said(Said(text=f"Number {name}"), id=name) for name in "abc"]
    for article in articles:
        store.save(replace(article, scope=Scope.ALL))
    assert store.outdated(POST.model) == 0
    assert store.outdated(NEWER) == 3
    first = store.next_outdated(NEWER, limit=2)
    assert [(old.article.id, old.scope) for old in first] == [("a", Scope.ALL), ("b", Scope.ALL)]
    store.renew(replace(first[0], model=NEWER))
    assert [old.article.id for old in store.next_outdated(NEWER, limit=2)] == ["b", "c"]
    assert [old.article.id for old in store.next_outdated(NEWER, after="b", limit=2)] == ["c"]
    assert store.outdated(NEWER) == 2


def test_an_article_that_changed_or_went_meanwhile_is_left_alone(store: Store) -> None:
    store.save(POST)
    store.replace(said(Said(text="Quite other words"), id="post"))
    with pytest.raises(Conflict, match="has another text by now"):
        store.renew(read_anew(*POST.quotes))
    store.delete("post")
    with pytest.raises(NotFound):
        store.renew(read_anew(*POST.quotes))


def test_gold_is_what_people_have_looked_at(store: Store) -> None:
    store.save(POST)
    store.save(said(Said(text="Unseen"), id="unseen"))
    store.correct(PAY, Correction(by="Ana", status=Review.CONFIRMED))
    store.correct(NEVER, Correction(by="Ana", status=Review.REJECTED))
    [(head, text, quotes)] = store.gold()
    assert (head.id, text) == ("post", POST.article.text)
    assert [(stored.quote.id, stored.review) for stored in quotes] == [(PAY, Review.CONFIRMED), (COMMENT, None)]
