"""Extractions of arbitrary texts, drawn by hypothesis: whatever an article holds, a format must hold it too."""

from __future__ import annotations

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
    Polarity,
    Quote,
    QuoteType,
    Span,
    Speaker,
    SpeakerKind,
    quote_id,
)

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab \n\r\t\"'“”;=👍é\u2028,"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
    ),
    min_size=1,
    max_size=60,
)
SPEAKERS = st.builds(
    Speaker,
    name=st.text(alphabet="abÉ '=", min_size=1, max_size=8),
    kind=st.sampled_from(SpeakerKind),
    role=st.none() | st.text(alphabet="ab =", min_size=1, max_size=8),
    aliases=st.lists(st.text(alphabet="ab", min_size=1, max_size=4), max_size=2).map(tuple),
)


@st.composite
def spans(draw: st.DrawFn, text: str, *, most: int) -> tuple[Span, ...]:
    """One to ``most`` spans of the text, in order and apart."""
    places = draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=2 * most).map(sorted))
    return tuple(Span(a, b) for a, b in zip(places[::2], places[1::2], strict=False))


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    """An article with up to three quotes of any make."""
    text = draw(TEXTS)
    article = Article(
        text=text,
        title=draw(st.none() | st.just("Late bridge")),
        url=draw(st.none() | st.just("https://courier.example/late")),
        outlet=draw(st.none() | st.just("=Courier")),
    )
    quotes: dict[str, Quote] = {}
    for _ in range(draw(st.integers(0, 3))):
        attribution = Attribution(
            spans=draw(spans(text, most=3)),
            type=draw(st.sampled_from(QuoteType)),
            polarity=draw(st.sampled_from(Polarity)),
            act=draw(st.sampled_from(Act)),
            pattern="x",
            paragraph=0,
            sentence=0,
            cue=draw(st.none() | st.builds(Cue, lemma=st.just("say"), spans=spans(text, most=2))),
            mention=draw(
                st.none()
                | st.builds(Mention, span=spans(text, most=1).map(lambda s: s[0]), form=st.sampled_from(MentionForm))
            ),
            when=draw(st.none() | spans(text, most=1).map(lambda s: s[0])),
        )
        id = quote_id(article.sha256, attribution)
        quotes[id] = Quote(
            id=id,
            attribution=attribution,
            text=" … ".join(span.of(text) for span in attribution.spans),
            speaker=draw(st.none() | SPEAKERS),
            inside=draw(st.none() | st.sampled_from(sorted(quotes))) if quotes else None,
            confidence=draw(st.floats(0, 1)),
        )
    return Extraction(
        article=article,
        paragraphs=1,
        quotes=tuple(quotes.values()),
        speakers=(),
        model=ModelInfo(name="quoth-en", version="1", stanza="1"),
    )
