"""Whatever the text, the marks and the trees: nothing raised, every span in its place, the same answer twice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from service.attribution import attribute
from service.model import Attribution, Scope
from service.parse.tree import ROOT, Entity, EntityKind, Parse, Sentence, Word, cover
from service.text import read_layout
from service.text.layout import Layout
from tests.flat_parser import FlatParser

FORMS = [
    *("Maria", "Okafor", "mayor", "she", "I", "who", "that", "it", "the", "claim", "É́", "😀", "Monday", "statement"),
    *("said", "told", "denied", "accused", "called", "according", "to", "of", "as", "asked", "saying", "repeated"),
    *(",", ".", ":", "-", "“", "”", '"', "'", "‘", "’", "?", "\n\n"),
]
TAGS = ["PROPN", "NOUN", "PRON", "DET", "VERB", "PUNCT", "ADP", "ADJ", "AUX", "PART", "CCONJ", "SCONJ"]
XPOS = ["VBD", "VBZ", "VBG", "VBN", "VB", "NN", "NNP", "PRP", "IN"]
RELATIONS = [
    *("nsubj", "nsubj:pass", "obj", "iobj", "obl", "xcomp", "ccomp", "advcl", "acl", "acl:relcl", "parataxis", "conj"),
    *("mark", "case", "cc", "punct", "aux", "aux:pass", "appos", "flat", "compound", "nmod", "nmod:poss", "advmod"),
]
LEMMAS = {"said": "say", "told": "tell", "denied": "deny", "accused": "accuse", "called": "call", "asked": "ask"}


def _check(text: str, found: tuple[Attribution, ...]) -> None:
    for i, attribution in enumerate(found):
        parts = [*attribution.spans, *(attribution.cue.spans if attribution.cue else ())]
        parts += [attribution.mention.span] if attribution.mention else []
        parts += [s for s in (attribution.addressee, attribution.venue, attribution.when) if s is not None]
        assert all(0 <= s.start < s.end <= len(text) for s in parts)
        assert all(a.end <= b.start for a, b in zip(attribution.spans, attribution.spans[1:], strict=False))
        assert all(any(c.isalnum() for c in s.of(text)) for s in attribution.spans)
        assert attribution.inside != i
        assert attribution.inside is None or 0 <= attribution.inside < len(found)
        assert attribution.evidence


@st.composite
def _article(draw: st.DrawFn) -> tuple[str, Layout, Parse]:
    """Words of real reports in any order, with trees that may be anything, cycles included."""
    forms = draw(st.lists(st.sampled_from(FORMS), min_size=1, max_size=40))
    text = " ".join(forms)
    layout = read_layout(text)
    flat = FlatParser().parse([(text, layout)])[0][0]
    return text, layout, Parse(sentences=tuple(_grown(draw, text, s) for s in flat.sentences))


def _grown(draw: st.DrawFn, text: str, sentence: Sentence) -> Sentence:
    size = len(sentence.words)
    root = draw(st.integers(0, size - 1))
    words = []
    for word in sentence.words:
        form = word.span.of(text)
        head = ROOT if word.index == root else draw(st.sampled_from([i for i in range(size) if i != word.index]))
        words.append(
            Word(
                index=word.index,
                span=word.span,
                form=form,
                lemma=LEMMAS.get(form, form),
                upos=draw(st.sampled_from(TAGS)),
                xpos=draw(st.sampled_from(XPOS)),
                feats="",
                head=head,
                deprel="root" if head == ROOT else draw(st.sampled_from(RELATIONS)),
            )
        )
    entities: tuple[Entity, ...] = ()
    if draw(st.booleans()):
        first = draw(st.integers(0, size - 1))
        entities = (
            Entity(kind=draw(st.sampled_from(EntityKind)), first=first, end=first + 1, span=cover([words[first]])),
        )
    return Sentence(
        index=sentence.index, paragraph=sentence.paragraph, span=sentence.span, words=tuple(words), entities=entities
    )


@settings(max_examples=300, deadline=None)
@given(_article(), st.sampled_from(Scope))
def test_any_tree_gives_attributions_in_their_place(article: tuple[str, Layout, Parse], scope: Scope) -> None:
    text, layout, parse = article
    found = attribute(text, layout, parse, scope=scope)
    _check(text, found)
    assert attribute(text, layout, parse, scope=scope) == found


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="aB \n\"'“”‘’.,:-—", max_size=200))
def test_any_text_gives_attributions_in_their_place(text: str) -> None:
    layout = read_layout(text)
    _check(text, attribute(text, layout, FlatParser().parse([(text, layout)])[0][0]))
