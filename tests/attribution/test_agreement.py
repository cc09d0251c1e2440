"""Rules and encoder on one article: who decides, by scope. The parse is the parser's, the signals are drawn."""

from __future__ import annotations

from dataclasses import replace

from service.attribution import attribute
from service.model import Scope
from service.parse.article_parser import ArticleParser
from service.text import read_layout
from tests.attribution.test_tagged import signals

TEXT = "Ada Quill said the harbour was closed for good. Tom Reyes tooted that rain was near."
WORDS = "Ada Quill said the harbour was closed for good . Tom Reyes tooted that rain was near ."
NOTHING = " ".join("." for _ in WORDS.split())
#        Ada Quill said the harbour was closed for good . Tom Reyes tooted that rain was near .
BOTH = "S1 s1 Q1 C1 c1 c1 c1 . . . S2 s2 Q2 C2 c2 c2 c2 ."
FIRST = "S1 s1 Q1 C1 c1 c1 c1 . . . . . . . . . . ."


def found(parser: ArticleParser, drawing: str, scope: Scope, sure: float = 0.95) -> list[tuple[str, str, str, str]]:
    layout = read_layout(TEXT)
    [(parse, _)] = parser.parse([(TEXT, layout)])
    assert " ".join(w.form for s in parse.sentences for w in s.words) == WORDS
    drawn = replace(parse, signals=signals(drawing, sure))
    return [
        (
            a.mention.span.of(TEXT) if a.mention else "",
            " … ".join(s.of(TEXT) for s in a.cue.spans) if a.cue else "",
            " … ".join(s.of(TEXT) for s in a.spans),
            a.pattern,
        )
        for a in attribute(TEXT, layout, drawn, scope=scope)
    ]


def test_in_speech_the_rules_bounds_stand(parser: ArticleParser) -> None:
    assert found(parser, FIRST, Scope.SPEECH) == [
        ("Ada Quill", "said", "the harbour was closed for good", "clausal-complement")
    ]


def test_in_all_the_encoders_bounds_stand(parser: ArticleParser) -> None:
    assert found(parser, FIRST, Scope.ALL) == [("Ada Quill", "said", "the harbour was closed", "clausal-complement")]


def test_a_cue_that_no_list_has_is_the_encoders_to_find(parser: ArticleParser) -> None:
    new = ("Tom Reyes", "tooted", "that rain was near", "tagged")
    assert found(parser, BOTH, Scope.ALL)[1:] == [new]
    # in scope speech only listed cues are added
    assert found(parser, BOTH, Scope.SPEECH)[1:] == []


def test_in_all_the_encoder_has_a_veto_and_in_speech_none(parser: ArticleParser) -> None:
    assert found(parser, NOTHING, Scope.ALL) == []
    assert len(found(parser, NOTHING, Scope.SPEECH)) == 1


def test_without_signals_the_rules_decide_alone(parser: ArticleParser) -> None:
    layout = read_layout(TEXT)
    [(parse, _)] = parser.parse([(TEXT, layout)])
    [only] = attribute(TEXT, layout, replace(parse, signals=None), scope=Scope.ALL)
    assert only.spans[0].of(TEXT) == "the harbour was closed for good"


def test_quotation_marks_at_the_ends_belong_to_the_content(parser: ArticleParser) -> None:
    text = '"We tooted," said Ada Quill.'
    layout = read_layout(text)
    [(parse, _)] = parser.parse([(text, layout)])
    assert [w.form for s in parse.sentences for w in s.words] == [
        '"',
        "We",
        "tooted",
        ",",
        '"',
        "said",
        "Ada",
        "Quill",
        ".",
    ]
    drawn = replace(parse, signals=signals("C1 c1 c1 c1 c1 Q1 S1 s1 ."))
    [only] = attribute(text, layout, drawn, scope=Scope.ALL)
    assert only.spans[0].of(text) == '"We tooted,"'
