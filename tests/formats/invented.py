"""An invented article with one quote of each make, for tests of how extractions are shown."""

from __future__ import annotations

from datetime import UTC, datetime

from service.model import (
    Act,
    Article,
    ArticleHead,
    Attribution,
    Cue,
    Extraction,
    Mention,
    MentionForm,
    ModelInfo,
    Notice,
    Polarity,
    Quote,
    QuoteType,
    Span,
    Speaker,
    SpeakerEntry,
    SpeakerKind,
    StoredQuote,
    quote_id,
)

TEXT = (
    '👍 "We," she said, "will pay." The mayor told Bo Lind on Kestrel FM on Friday that it was not late. '
    '=Officials feared 100% losses. Nobody knew, it was said. Stray " here.'
)
MAYOR = Speaker(name="Maria Okafor", kind=SpeakerKind.PERSON, role="the mayor", aliases=("Okafor",))


def at(words: str, *, after: int = 0) -> Span:
    start = TEXT.index(words, after)
    return Span(start, start + len(words))


def _quote(attribution: Attribution, speaker: Speaker | None, *, inside: str | None = None) -> Quote:
    return Quote(
        id=quote_id(Article(text=TEXT).sha256, attribution),
        attribution=attribution,
        text=" … ".join(span.of(TEXT) for span in attribution.spans),
        speaker=speaker,
        inside=inside,
        confidence=0.5,
        evidence=("cue-verb",),
    )


DIRECT = _quote(
    Attribution(
        spans=(at('"We,"'), at('"will pay."')),
        type=QuoteType.DIRECT,
        polarity=Polarity.ASSERTED,
        act=Act.SPEECH,
        pattern="x",
        paragraph=0,
        sentence=0,
        cue=Cue(lemma="say", spans=(at("said"),)),
        mention=Mention(span=at("she"), form=MentionForm.PRONOUN),
    ),
    MAYOR,
)
FULL = _quote(
    Attribution(
        spans=(at("it was not late"),),
        type=QuoteType.INDIRECT,
        polarity=Polarity.DENIED,
        act=Act.SPEECH,
        pattern="x",
        paragraph=0,
        sentence=1,
        cue=Cue(lemma="tell", spans=(at("told"),)),
        mention=Mention(span=at("The mayor"), form=MentionForm.NOMINAL),
        addressee=at("Bo Lind"),
        venue=at("on Kestrel FM"),
        when=at("on Friday"),
    ),
    MAYOR,
    inside=DIRECT.id,
)
UNRESOLVED = _quote(
    Attribution(
        spans=(at("=Officials feared 100% losses"),),
        type=QuoteType.MIXED,
        polarity=Polarity.ASSERTED,
        act=Act.THOUGHT,
        pattern="x",
        paragraph=0,
        sentence=2,
        mention=Mention(span=at("Officials"), form=MentionForm.NOMINAL),
    ),
    None,
)
NOBODYS = _quote(
    Attribution(
        spans=(at("Nobody knew"),),
        type=QuoteType.INDIRECT,
        polarity=Polarity.ASSERTED,
        act=Act.SPEECH,
        pattern="x",
        paragraph=0,
        sentence=3,
    ),
    None,
)
UNMENTIONED = _quote(
    Attribution(
        spans=(at("here"),),
        type=QuoteType.INDIRECT,
        polarity=Polarity.ASSERTED,
        act=Act.WRITING,
        pattern="x",
        paragraph=0,
        sentence=4,
    ),
    MAYOR,
)
EXTRACTION = Extraction(
    article=Article(text=TEXT, id="late-bridge", title="Late bridge"),
    paragraphs=1,
    quotes=(DIRECT, FULL, UNRESOLVED, NOBODYS, UNMENTIONED),
    speakers=(MAYOR,),
    model=ModelInfo(name="quoth-en", version="1", stanza="1.15.0"),
    warnings=(
        Notice(code="unpaired-quotation-mark", message="a mark without its partner", span=at('" here')),
        Notice(code="language", message="looks odd"),
    ),
)
HEAD = ArticleHead(
    id="late-bridge",
    sha256=EXTRACTION.article.sha256,
    title="Late bridge",
    url=None,
    outlet="The Kestrel Bay Courier",
    published_at=datetime(2026, 5, 4, 8, 15, tzinfo=UTC),
    language="en",
    characters=len(TEXT),
    paragraphs=1,
    quote_count=5,
    stored_at=datetime(2026, 5, 5, tzinfo=UTC),
)
STORED = StoredQuote(quote=FULL, article=HEAD, article_text=TEXT, before="", after="")
ENTRY = SpeakerEntry(
    speaker=MAYOR,
    quote_count=3,
    article_count=1,
    outlets=("Courier",),
    first_quoted=HEAD.published_at,
    last_quoted=None,
)
