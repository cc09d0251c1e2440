"""The examples of the contract: one invented article, shown by the same code that shows real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from service.audit import Audit, SpeakerShare, Tally
from service.identities import OutletUse, SpeakerPage
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
    Polarity,
    Quote,
    QuoteType,
    Review,
    Span,
    Speaker,
    SpeakerEntry,
    SpeakerKind,
    StoredQuote,
    quote_id,
)
from service.review import QuoteState

TEXT = 'The council voted on Monday. "We will pay," Maria Okafor told Radio Kestrel.'
PAGE = f"<html><body><article><h1>Council votes</h1><p>{TEXT}</p></article></body></html>"
ARTICLE = Article(
    id="council-vote",
    title="Council votes",
    outlet="The Kestrel Bay Courier",
    url="https://courier.example/council-vote",
    published_at=datetime(2026, 5, 4, 8, 15, tzinfo=UTC),
    text=TEXT,
)


def _span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


_ATTRIBUTION = Attribution(
    spans=(_span('"We will pay,"'),),
    type=QuoteType.DIRECT,
    polarity=Polarity.ASSERTED,
    act=Act.SPEECH,
    pattern="example",
    paragraph=0,
    sentence=1,
    cue=Cue(lemma="tell", spans=(_span("told"),)),
    mention=Mention(span=_span("Maria Okafor"), form=MentionForm.NAME),
    venue=_span("Radio Kestrel"),
)
_SPEAKER = Speaker(name="Maria Okafor", kind=SpeakerKind.PERSON)
_QUOTE = Quote(
    id=quote_id(ARTICLE.sha256, _ATTRIBUTION),
    attribution=_ATTRIBUTION,
    text='"We will pay,"',
    speaker=_SPEAKER,
    inside=None,
    confidence=0.94,
    evidence=("cue-verb: told", "name Maria Okafor"),
)
STORED = Extraction(
    article=ARTICLE,
    paragraphs=1,
    quotes=(_QUOTE,),
    speakers=(_SPEAKER,),
    model=ModelInfo(name="quoth-en", version="0.4.0", stanza="1.15.0"),
)
EXTRACTION = replace(STORED, article=Article(text=TEXT))
HEAD = ArticleHead(
    id="council-vote",
    sha256=ARTICLE.sha256,
    title=ARTICLE.title,
    url=ARTICLE.url,
    outlet=ARTICLE.outlet,
    published_at=ARTICLE.published_at,
    language="en",
    characters=len(TEXT),
    paragraphs=1,
    quote_count=1,
    stored_at=datetime(2026, 5, 4, 9, 0, tzinfo=UTC),
)
STORED_QUOTE = StoredQuote(quote=_QUOTE, article=HEAD, article_text=TEXT, before="", after="")
HISTORY = (
    QuoteState(
        version=1,
        at=HEAD.stored_at,
        by=None,
        reason=None,
        model="quoth-en 0.4.0",
        review=None,
        quote=replace(_QUOTE, speaker=None),
    ),
    QuoteState(
        version=2,
        at=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
        by="Ana Reyes",
        reason="heard the interview",
        model=None,
        review=Review.CORRECTED,
        quote=_QUOTE,
    ),
)
AUDIT = Audit(
    articles=1,
    quotes=1,
    unattributed=0,
    unnamed=0,
    speakers=(SpeakerShare(speaker=_SPEAKER, quotes=1, articles=1, share=1.0),),
    by_outlet=(Tally(articles=1, quotes=1, unattributed=0, unnamed=0, outlet=ARTICLE.outlet),),
    by_period=(Tally(articles=1, quotes=1, unattributed=0, unnamed=0, start=date(2026, 5, 1)),),
)
SPEAKER_ENTRY = SpeakerEntry(
    speaker=_SPEAKER,
    quote_count=1,
    article_count=1,
    outlets=("The Kestrel Bay Courier",),
    first_quoted=HEAD.published_at,
    last_quoted=HEAD.published_at,
)
# the same by another name, for the call that says so
OTHER_SPEAKER = Speaker(name="Councillor Okafor", kind=SpeakerKind.PERSON)
SPEAKER_PAGE = SpeakerPage(
    entry=SPEAKER_ENTRY,
    confirmed=False,
    aliases=(),
    roles=(),
    outlets=(OutletUse(outlet=ARTICLE.outlet, article_count=1, quote_count=1),),
    first_quote=STORED_QUOTE,
    last_quote=STORED_QUOTE,
    merged_ids=(),
    grounds=(("council-vote", ("first article with this name",)),),
    history=(),
)
