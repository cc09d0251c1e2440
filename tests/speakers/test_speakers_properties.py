"""Whatever the trees and the attributions: an answer for each, spans untouched, nothing raised."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from service.model import Act, Attribution, Cue, Mention, MentionForm, Polarity, QuoteType, Span
from service.parse.tree import Parse
from service.speakers import resolve
from tests.speakers.trees import parse_of

FORMS = [
    *("Maria", "Okafor", "Dr", "Labour", "É́", "😀", "she", "He", "they", "I", "we", "who", "it", "his"),
    *("the", "a", "of", "and", "mayor", "MP", "party", "officials", "statement", "said", "was", "'s", ",", "“", "”"),
]
TAGS = ["PROPN", "NOUN", "PRON", "DET", "VERB", "PUNCT", "ADP", "ADJ", "X", "AUX", "PART", "CCONJ"]
RELATIONS = ["nsubj", "obj", "obl", "flat", "compound", "appos", "acl:relcl", "conj", "ccomp", "nmod:poss", "cop",
             "advcl"]  # fmt: skip


@st.composite
def _sentence(draw: st.DrawFn) -> str:
    size = draw(st.integers(1, 9))
    root = draw(st.integers(0, size - 1))
    words = []
    for index in range(size):
        form, tag = draw(st.sampled_from(FORMS)), draw(st.sampled_from(TAGS))
        head = draw(st.sampled_from([i for i in range(size) if i != index])) if index != root else -1
        words.append(f"{form}/{tag}/root" if head < 0 else f"{form}/{tag}/{draw(st.sampled_from(RELATIONS))}:{head}")
    return " ".join(words)


@st.composite
def _attribution(draw: st.DrawFn, text: str, parse: Parse, total: int) -> Attribution:
    def span() -> Span:
        start = draw(st.integers(0, len(text) - 2))
        return Span(start, draw(st.integers(start + 1, min(start + 30, len(text)))))

    content = span()
    sentence = parse.sentence_at(content.start) or parse.sentences[0]
    return Attribution(
        spans=(content,),
        type=draw(st.sampled_from(QuoteType)),
        polarity=Polarity.ASSERTED,
        act=Act.SPEECH,
        pattern="drawn",
        paragraph=sentence.paragraph,
        sentence=sentence.index,
        cue=Cue(lemma="say", spans=(span(),)) if draw(st.booleans()) else None,
        mention=Mention(span=span(), form=draw(st.sampled_from(MentionForm))) if draw(st.booleans()) else None,
        addressee=span() if draw(st.booleans()) else None,
        inside=draw(st.none() | st.integers(0, total - 1)),
    )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_an_answer_for_each_attribution(data: st.DataObject) -> None:
    sentences = data.draw(st.lists(_sentence(), min_size=1, max_size=6))
    text, layout, parse = parse_of(*sentences)
    total = data.draw(st.integers(0, 5))
    attributions = [data.draw(_attribution(text, parse, total)) for _ in range(total)]
    resolution = resolve(text, layout, parse, attributions)
    assert len(resolution.links) == total
    assert {link.speaker for link in resolution.links} - {None} == set(range(len(resolution.speakers)))
    for link in resolution.links:
        assert 0.0 <= link.certainty <= 1.0
        assert link.evidence
    assert resolve(text, layout, parse, attributions) == resolution


def test_no_attribution_no_speaker() -> None:
    text, layout, parse = parse_of("Okafor/PROPN/nsubj:1 spoke/VERB/root")
    assert resolve(text, layout, parse, ()).speakers == ()
