from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import language
from service.confidence import LEAST, confidence_of, features, likelihood, likely, read_weights
from service.errors import ArticleTooLong, EmptyArticle, NotText
from service.language import language_notice
from service.model import (
    Act,
    Article,
    Attribution,
    Cue,
    Link,
    Mention,
    MentionForm,
    Polarity,
    Quote,
    QuoteType,
    Resolution,
    Scope,
    Span,
    Speaker,
    SpeakerKind,
    Support,
    quote_id,
)
from service.parse.article_parser import ArticleParser
from service.pipeline import Pipeline, assemble, check_article
from tests.flat_parser import FlatParser

STORY = (
    "Bridge to close\n\n"
    '"We will pay," Maria Okafor told Radio Kestrel. She denied that the bridge was unsafe.\n\n'
    "According to the harbour board, the cables are worn.\n"
)
FLAT = Pipeline(FlatParser(), max_chars=2_000)


def attribution(*spans: tuple[int, int], inside: int | None = None, cue: tuple[int, int] | None = None) -> Attribution:
    return Attribution(
        spans=tuple(Span(*span) for span in spans),
        type=QuoteType.INDIRECT,
        polarity=Polarity.ASSERTED,
        act=Act.SPEECH,
        pattern="no-such-pattern",
        paragraph=0,
        sentence=0,
        cue=Cue(lemma="say", spans=(Span(*cue),)) if cue else None,
        inside=inside,
        evidence=("cue-verb: said",),
    )


def assembled(
    *attributions: Attribution, speakers: tuple[Speaker, ...] = (), who: tuple[int | None, ...] = ()
) -> tuple[Quote, ...]:
    links = tuple(Link(speaker=s, certainty=0.8, evidence=("a name",)) for s in who or [None] * len(attributions))
    return assemble(
        Article(text="abcdefghijklmnopqrstuvwxyz"), attributions, Resolution(speakers=speakers, links=links)
    )


def test_an_article_gives_its_quotes_with_their_speakers(parser: ArticleParser) -> None:
    found = Pipeline(parser, max_chars=2_000).extract(Article(text=STORY))
    said = {quote.text: quote for quote in found.quotes}
    direct, denied = said['"We will pay,"'], said["the bridge was unsafe"]
    assert direct.speaker is not None
    assert direct.speaker.name == "Maria Okafor"
    assert denied.speaker == direct.speaker
    assert denied.attribution.polarity is Polarity.DENIED
    assert found.speakers[0] == direct.speaker
    assert found.paragraphs == 3
    assert found.model.version == parser.version


def test_the_same_article_gives_the_same_extraction(parser: ArticleParser) -> None:
    pipeline = Pipeline(parser, max_chars=2_000)
    assert pipeline.extract(Article(text=STORY)) == pipeline.extract(Article(text=STORY))


def test_a_batch_gives_what_its_articles_give_alone(parser: ArticleParser) -> None:
    pipeline = Pipeline(parser, max_chars=2_000)
    articles = [Article(id="a", text=STORY), Article(id="b", text="No one spoke."), Article(id="c", text=STORY[17:])]
    assert pipeline.extract_all(articles) == [pipeline.extract(article) for article in articles]


def test_no_article_gives_no_extraction() -> None:
    assert FLAT.extract_all([]) == []


@pytest.mark.parametrize("text", ["", " ", "\n\t\r\n", "\u2003\u00a0", "\ufeff", "\u200b\u200d", "\x07"])
def test_nothing_to_read_is_refused(text: str) -> None:
    with pytest.raises(EmptyArticle):
        FLAT.extract(Article(text=text))


@pytest.mark.parametrize("text", ["word", "?", "👍🏽", "e\u0301", "0", '"', "\ufeffword"])
def test_one_character_or_word_is_read(text: str) -> None:
    assert FLAT.extract(Article(text=text)).article.text == text


def test_length_is_counted_in_code_points() -> None:
    check_article(Article(text="👍" * 10), max_chars=10)
    with pytest.raises(ArticleTooLong, match="got 11 characters, at most 10 are allowed"):
        check_article(Article(text="👍" * 11), max_chars=10)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ab\x00", "a NUL character at offset 2"),
        ("a\ud83d.", "a lone surrogate U\\+D83D at offset 1"),
        ("\udc00", "a lone surrogate U\\+DC00 at offset 0"),
    ],
)
def test_what_is_no_text_is_refused(text: str, message: str) -> None:
    with pytest.raises(NotText, match=message):
        FLAT.extract(Article(text=text))


def test_one_refused_article_refuses_the_batch() -> None:
    with pytest.raises(EmptyArticle):
        FLAT.extract_all([Article(text="fine"), Article(text="")])


def test_quotes_stand_in_text_order_with_texts_joined() -> None:
    quotes = assembled(attribution((10, 12)), attribution((0, 2), (4, 6)))
    assert [quote.text for quote in quotes] == ["ab … ef", "kl"]
    assert [quote.evidence for quote in quotes] == [("cue-verb: said", "a name")] * 2


def test_inside_is_the_outer_quotes_id_and_ids_are_those_of_the_model() -> None:
    outer, inner = attribution((0, 10), cue=(20, 22)), attribution((3, 6), inside=0)
    quotes = assembled(outer, inner)
    digest = Article(text="abcdefghijklmnopqrstuvwxyz").sha256
    assert [quote.id for quote in quotes] == [quote_id(digest, outer), quote_id(digest, inner)]
    assert [quote.inside for quote in quotes] == [None, quotes[0].id]


def test_of_two_attributions_with_the_same_spans_the_first_is_kept() -> None:
    first = attribution((0, 4), cue=(5, 6))
    quotes = assembled(first, replace(first, pattern="another"), attribution((0, 4), cue=(7, 8)))
    assert [quote.attribution.pattern for quote in quotes] == ["no-such-pattern"] * 2
    assert len({quote.id for quote in quotes}) == 2


def test_no_quote_is_inside_itself() -> None:
    first = attribution((0, 4))
    assert [quote.inside for quote in assembled(first, replace(first, inside=0))] == [None]
    # the outer one comes second and loses to the inner one with the same spans
    assert [quote.inside for quote in assembled(replace(first, inside=1), first)] == [None]


def test_speakers_of_one_name_and_kind_are_one() -> None:
    okafor = Speaker(name="Maria Okafor", kind=SpeakerKind.PERSON, aliases=("Okafor",))
    twin = Speaker(name="maria  OKAFOR", kind=SpeakerKind.PERSON)
    quotes = assembled(attribution((0, 2)), attribution((4, 6)), speakers=(okafor, twin), who=(0, 1))
    assert [quote.speaker for quote in quotes] == [okafor, okafor]


def test_speakers_come_in_the_order_of_their_first_quote_and_only_if_quoted(parser: ArticleParser) -> None:
    text = "Ana Reyes met Tom Hale. Hale said it rained. Reyes said it snowed. Bo Lind was there."
    found = Pipeline(parser, max_chars=2_000).extract(Article(text=text))
    assert [speaker.name for speaker in found.speakers] == ["Tom Hale", "Ana Reyes"]


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from("\"“”‘’«»„'\n .,abAB👍\u0301"), st.characters(exclude_categories=["Cs"]))
    )
)
def test_every_returned_text_is_what_stands_there(text: str) -> None:
    try:
        found = FLAT.extract(Article(text=text), scope=Scope.ALL)
    except (EmptyArticle, NotText):
        return
    for quote in found.quotes:
        assert quote.text == " … ".join(span.of(text) for span in quote.attribution.spans)
        assert all(span.end <= len(text) for span in quote.attribution.spans)
        assert 0 <= quote.confidence <= 1
    assert len({quote.id for quote in found.quotes}) == len(found.quotes)
    assert {quote.inside for quote in found.quotes} - {None} <= {quote.id for quote in found.quotes}


# --- language -------------------------------------------------------------------------------------------------------

GERMAN = "Die Bürgermeisterin sagte am Montag, die Brücke bleibe wegen der Arbeiten eine Woche lang gesperrt."
FRENCH = "La maire a déclaré lundi que le pont resterait fermé pendant une semaine en raison des travaux."
ENGLISH = "The mayor said on Monday that the bridge would stay closed for a week because of the works."


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        FRENCH,
        "市長は月曜日に、橋は工事のため一週間閉鎖されると述べた。" * 2,
        GERMAN.upper(),
        f"{GERMAN} {FRENCH} " * 3 + "Die Chefin sagte: “That and the rest would have to wait.”",
    ],
)
def test_another_language_is_a_warning(text: str) -> None:
    notice = language_notice(text, declared="en")
    assert notice is not None
    assert notice.code == "language"
    assert "looks like another language" in notice.message


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        ENGLISH.upper(),
        "Guten Tag",
        "x" * 39,
        "Te Whatu Ora said Ngāi Tahu and the iwi chairs had agreed to it",
        "1 2 3",
    ],
)
def test_english_or_too_little_is_none(text: str) -> None:
    assert language_notice(text, declared="en") is None


def test_plain_english_does_without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_identifier", lambda: pytest.fail("the model was asked"))
    assert language_notice(f"{ENGLISH} They would have to pay, and that was the end of it.", declared="en") is None


def test_a_declared_language_other_than_english_is_a_warning() -> None:
    notice = language_notice("Hallo", declared="de-AT")
    assert notice is not None
    assert "declared to be in 'de-AT'" in notice.message
    assert language_notice("Hello", declared="en-NZ") is None


def test_a_text_in_another_language_is_read_all_the_same() -> None:
    found = FLAT.extract(Article(text=GERMAN))
    assert [notice.code for notice in found.warnings] == ["language"]


# --- confidence -----------------------------------------------------------------------------------------------------


def test_a_surer_link_makes_a_surer_quote() -> None:
    found = attribution((0, 2))
    by_certainty = [confidence_of(found, Link(speaker=0, certainty=c)) for c in (0.1, 0.5, 0.9)]
    assert by_certainty == sorted(set(by_certainty))
    assert all(0 < c < 1 for c in by_certainty)


@pytest.mark.parametrize("part", ["content", "source"])
def test_what_the_encoder_doubts_is_less_sure(part: str) -> None:
    sure, unsure = (replace(attribution((0, 2)), support=Support(**{part: share})) for share in (0.97, 0.3))
    for scope in Scope:
        assert confidence_of(sure, Link(speaker=0, certainty=0.9), scope) > confidence_of(
            unsure, Link(speaker=0, certainty=0.9), scope
        )


def test_a_pattern_that_was_never_seen_counts_like_any() -> None:
    assert "pattern no-such-pattern" in features(replace(attribution((0, 2)), pattern="no-such-pattern"))
    assert 0 < likelihood(replace(attribution((0, 2)), pattern="no-such-pattern"), Scope.ALL) < 1


def test_what_is_unlikely_is_not_given_and_what_stood_inside_it_moves_out() -> None:
    said = Mention(span=Span(40, 44), form=MentionForm.NAME)
    outer, middle, inner = (
        replace(attribution(span, inside=inside, cue=(45, 49)), mention=said, pattern="clausal-complement")
        for span, inside in (((0, 30), None), ((3, 20), 0), ((5, 9), 1))
    )
    doubted = replace(middle, pattern="tagged", support=Support(content=0.02, source=0.02, cue=0.02))
    sure = Support(content=0.98, source=0.98, cue=0.98)
    all_of_them = (replace(outer, support=sure), doubted, replace(inner, support=sure))
    assert likelihood(doubted, Scope.ALL) < LEAST[Scope.ALL] < likelihood(all_of_them[2], Scope.ALL)
    found = likely(all_of_them, Scope.ALL)
    assert [a.spans for a in found] == [outer.spans, inner.spans]
    assert [a.inside for a in found] == [None, 0]
    assert likely(all_of_them, Scope.SPEECH) == all_of_them


@pytest.mark.parametrize(
    "row",
    [
        "speech\tlink\t1",
        "speech\tlink\t1\t2\t3",
        "song\tlink\t1\t2",
        "speech\tlink\tmany\t2",
        "speech\tintercept\t0\t1",
        "speech\tlink\tnan\t1",
        "speech\tlink\t0\tinf",
    ],
)
def test_a_row_that_is_none_is_named(row: str) -> None:
    with pytest.raises(ValueError, match=r"line 2: got .*a scope, a new feature"):
        read_weights(f"speech\tintercept\t0\t1\n{row}\nall\tintercept\t0\t1\n")


def test_each_scope_needs_its_intercept() -> None:
    with pytest.raises(ValueError, match="no row 'intercept' for the scope all"):
        read_weights("# nothing\nspeech\tintercept\t0\t1\n")
