"""Rules and encoder on one article: who decides, by scope. The parse is the parser's, the signals are drawn."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

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


# a short sentence and a longer one, a paragraph's end, a quotation over two sentences
UNEVEN = (
    "No. The mayor of the old harbour town said on Monday that nobody had asked her.\n\n"
    '"Stop. We never wanted this wall," Ada Quill told them. It rained.'
)
MARKS = [".", *(f"{letter}{cue}" for letter in "SsCcQq" for cue in "12")]


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


@given(st.data())
def test_whatever_the_encoder_marks_a_mention_stands_in_one_sentence(
    parser: ArticleParser, data: st.DataObject
) -> None:
    layout = read_layout(UNEVEN)
    [(parse, _)] = parser.parse([(UNEVEN, layout)])
    words = sum(len(s.words) for s in parse.sentences)
    # runs, so that parts go on over the end of a sentence
    runs = st.tuples(st.sampled_from(MARKS), st.integers(min_value=1, max_value=8))
    drawn = [mark for mark, length in data.draw(st.lists(runs, min_size=1, max_size=words)) for _ in range(length)]
    drawing = " ".join((drawn + ["."] * words)[:words])
    for scope in Scope:
        for a in attribute(UNEVEN, layout, replace(parse, signals=signals(drawing)), scope=scope):
            assert all(span.of(UNEVEN) for span in a.spans)
            if a.mention:
                inside = [s for s in parse.sentences if s.span.start <= a.mention.span.start < s.span.end]
                assert a.mention.span.end <= inside[0].span.end


def test_a_source_that_goes_on_into_a_longer_sentence_stays_in_its_own(parser: ArticleParser) -> None:
    layout = read_layout(UNEVEN)
    [(parse, _)] = parser.parse([(UNEVEN, layout)])
    words = [w.form for s in parse.sentences for w in s.words]
    assert [len(s.words) for s in parse.sentences[:2]] == [2, 16]
    drawing = ["."] * len(words)
    drawing[0:7] = ["S1", "s1", "s1", "s1", "s1", "s1", "s1"]
    drawing[8:15] = ["Q1", ".", ".", "C1", "c1", "c1", "c1"]
    a = attribute(UNEVEN, layout, replace(parse, signals=signals(" ".join(drawing), 0.95)), scope=Scope.ALL)
    assert a
    assert all(x.mention is None or x.mention.span.end <= parse.sentences[1].span.end for x in a)
