"""What is saved comes back equal, whatever Unicode it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.model import (
    Act,
    Article,
    Attribution,
    Cue,
    Extraction,
    Mention,
    MentionForm,
    ModelInfo,
    Notice,
    Polarity,
    Quote,
    QuoteFilter,
    QuoteType,
    Scope,
    Span,
    Speaker,
    SpeakerKind,
)
from service.store import Store
from tests.databases import Backend

from .examples import Said, said

# everything but halves of surrogate pairs, which UTF-8 cannot hold, and NUL, which PostgreSQL cannot
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
WORDS = st.text(CHARACTERS, max_size=20)
MAYBE = st.none() | WORDS
EVIDENCE = st.lists(WORDS, max_size=2).map(tuple)
MOMENTS = st.datetimes(
    min_value=datetime(2, 1, 1),
    max_value=datetime(9998, 1, 1),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@st.composite
def spans(draw: st.DrawFn, text: str) -> Span:
    start = draw(st.integers(0, len(text) - 1))
    return Span(start, draw(st.integers(start + 1, len(text))))


@st.composite
def contents(draw: st.DrawFn, text: str) -> tuple[Span, ...]:
    bounds = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=6)))
    return tuple(Span(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=False))


def speakers() -> st.SearchStrategy[Speaker]:
    return st.builds(
        Speaker,
        name=WORDS,
        kind=st.sampled_from(SpeakerKind),
        role=MAYBE,
        aliases=st.lists(WORDS, max_size=3).map(tuple),
    )


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    text = draw(st.text(CHARACTERS, min_size=1, max_size=80))
    known = draw(st.lists(speakers(), max_size=3).map(tuple))
    count = draw(st.integers(0, 4))
    quotes = []
    for place in range(count):
        addressee = draw(st.none() | spans(text))
        attribution = Attribution(
            spans=draw(contents(text)),
            type=draw(st.sampled_from(QuoteType)),
            polarity=draw(st.sampled_from(Polarity)),
            act=draw(st.sampled_from(Act)),
            pattern=draw(WORDS),
            paragraph=draw(st.integers(0, 99)),
            sentence=draw(st.integers(0, 999)),
            cue=draw(st.none() | st.builds(Cue, lemma=WORDS, spans=contents(text))),
            mention=draw(st.none() | st.builds(Mention, span=spans(text), form=st.sampled_from(MentionForm))),
            addressee=addressee,
            addressee_name=draw(st.none() | WORDS) if addressee is not None else None,
            venue=draw(st.none() | spans(text)),
            when=draw(st.none() | spans(text)),
            inside=draw(st.none() | st.integers(0, count - 1)),
            evidence=draw(EVIDENCE),
        )
        quotes.append(
            Quote(
                id=f"q-{place}",
                attribution=attribution,
                text=" … ".join(span.of(text) for span in attribution.spans),
                speaker=draw(st.none() | st.sampled_from(known)) if known else None,
                inside=draw(st.none() | st.just("q-0")),
                confidence=draw(st.floats(0, 1)),
                evidence=draw(EVIDENCE),
            )
        )
    return Extraction(
        article=Article(
            text=text,
            id=draw(MAYBE),
            title=draw(MAYBE),
            url=draw(MAYBE),
            outlet=draw(MAYBE),
            published_at=draw(st.none() | MOMENTS),
            language=draw(WORDS),
        ),
        paragraphs=draw(st.integers(0, 99)),
        quotes=tuple(quotes),
        speakers=known,
        model=ModelInfo(name=draw(WORDS), version=draw(WORDS), stanza=draw(WORDS)),
        scope=draw(st.sampled_from(Scope)),
        warnings=tuple(
            draw(st.lists(st.builds(Notice, code=WORDS, message=WORDS, span=st.none() | spans(text)), max_size=2))
        ),
    )


@pytest.fixture(scope="module")
def reused(backend: Backend) -> Iterator[Store]:
    # one database for all examples: each is deleted again, and must leave nothing that another could stumble on
    with backend.database() as url, Store(url) as store:
        yield store


@settings(max_examples=40, deadline=None)
@given(extraction=extractions())
def test_an_extraction_comes_back_equal_and_goes_without_a_trace(reused: Store, extraction: Extraction) -> None:
    head, created = reused.save(extraction)
    try:
        assert created
        named = replace(extraction, article=replace(extraction.article, id=head.id))
        assert reused.extraction(head.id) == named
        assert [stored.quote for stored in reused.article_quotes(head.id)] == list(named.quotes)
        assert [stored.quote for stored in reused.quotes(QuoteFilter(article=head.id)).items] == list(named.quotes)
        assert head.characters == len(extraction.article.text)
        assert reused.find_same(extraction.article) == head == reused.article(head.id)
        # by their identities: the register gives a source without a name one of its own
        quoted = {stored.quote.speaker.id for stored in reused.article_quotes(head.id) if stored.quote.speaker}
        assert {entry.speaker.id for entry in reused.speakers().items} == quoted
    finally:
        reused.delete(head.id)
    assert reused.articles().items == ()
    assert reused.speakers().items == ()
    assert reused.quotes(QuoteFilter()).items == ()


def test_a_time_comes_back_in_utc(store: Store) -> None:
    auckland = timezone(timedelta(hours=13))
    head, _ = store.save(said(Said(text="Yes"), published_at=datetime(2024, 2, 1, 8, 15, 0, 250, tzinfo=auckland)))
    assert head.published_at is not None
    assert head.published_at.isoformat() == "2024-01-31T19:15:00.000250+00:00"


@pytest.mark.parametrize(
    ("article", "message"),
    [
        (Article(text="half \ud83d of a pair"), r"half a surrogate pair \(U\+D83D\) at character 5"),
        (Article(text="nothing \x00 here"), r"NUL \(U\+0000\) at character 8"),
        (Article(text="a", url="\x00"), "NUL"),
        (Article(text="a", outlet="\udc00"), "half a surrogate pair"),
        (Article(text="a", id="\udc00"), "half a surrogate pair"),
        (Article(text="a", published_at=datetime(2024, 1, 1)), "a time needs its zone"),
        (Article(text="a", published_at=datetime.max.replace(tzinfo=timezone(-timedelta(hours=1)))), "years 1 to 9999"),
    ],
)
def test_what_cannot_be_stored_is_refused_before_anything_is_written(
    store: Store, article: Article, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        store.save(replace(said(), article=article))
    assert store.articles().items == ()


def test_a_quote_by_nobody_of_the_article_is_refused(store: Store) -> None:
    extraction = replace(said(Said(text="Yes")), speakers=())
    with pytest.raises(ValueError, match="none of the extraction's speakers"):
        store.save(extraction)


def test_two_quotes_of_one_id_are_refused(store: Store) -> None:
    extraction = said(Said(text="Yes"))
    with pytest.raises(ValueError, match="same id"):
        store.save(replace(extraction, quotes=extraction.quotes * 2))


def test_two_outlets_may_print_the_same_text(store: Store) -> None:
    for outlet in ("Harbour Post", "The Ledger"):
        assert store.save(said(Said(text="“Yes”"), outlet=outlet))[1]
    both = store.quotes(QuoteFilter()).items
    assert [stored.article.outlet for stored in both] != []
    assert len({stored.quote.id for stored in both}) == 1
    assert len({stored.article.id for stored in both}) == 2
