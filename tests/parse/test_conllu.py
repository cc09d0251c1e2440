"""CoNLL-U: what is written, that it reads back the same, and what a malformed source says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.model import Span
from service.parse.conllu import read_conllu, write_conllu
from service.parse.tree import ROOT, Entity, EntityKind, Parse, Sentence, Word, cover

TEXT = "Ana\u00a0Ruiz can't.\n\nNo\x00 one"

GOLDEN = """\
# sent_id = 0
# text = Ana Ruiz can't.
# paragraph = 0
1|Ana|Ana|PROPN|NNP|Number=Sing|3|nsubj|_|start_char=0|end_char=3|NER=B-PER
2|Ruiz|Ruiz|PROPN|NNP|Number=Sing|1|flat|_|start_char=4|end_char=8|NER=I-PER
3-4|can't|_|_|_|_|_|_|_|start_char=9|end_char=14
3|can|can|AUX|MD|_|0|root|_|start_char=9|end_char=14
4|not|not|PART|RB|_|3|advmod|_|start_char=9|end_char=14
5|.|.|PUNCT|.|_|3|punct|_|start_char=14|end_char=15

# sent_id = 1
# text = No  one
# paragraph = 2
1|No|no|DET|_|_|2|det|_|start_char=17|end_char=19
2|one|one|PRON|_|_|0|root:sub|_|start_char=21|end_char=24

"""


def tabbed(drawing: str) -> str:
    """CoNLL-U drawn with ``|`` for the tabs before the tenth column."""
    return "\n".join(line if line.startswith("#") else line.replace("|", "\t", 9) for line in drawing.split("\n"))


def word(index: int, start: int, end: int, form: str, head: int = ROOT, **columns: str) -> Word:
    rest = {"lemma": form, "upos": "X", "xpos": "", "feats": "", "deprel": "dep"} | columns
    return Word(index=index, span=Span(start, end), form=form, head=head, **rest)


def test_golden() -> None:
    parse = read_conllu(tabbed(GOLDEN), TEXT)
    first, second = parse.sentences
    assert [w.form for w in first.words] == ["Ana", "Ruiz", "can", "not", "."]
    assert [w.head for w in first.words] == [2, 0, ROOT, 2, 2]
    assert first.words[3].span == Span(9, 14)
    assert first.entities == (Entity(kind=EntityKind.PERSON, first=0, end=2, span=Span(0, 8)),)
    assert (second.index, second.paragraph, second.span) == (1, 2, Span(17, 24))
    assert second.words[0].xpos == second.words[0].feats == ""
    assert second.root.deprel == "root:sub"
    assert write_conllu(parse, TEXT) == tabbed(GOLDEN)


def test_nothing_is_the_empty_string() -> None:
    assert write_conllu(Parse(sentences=()), "") == ""
    assert read_conllu("", "") == Parse(sentences=())


def test_words_without_offsets_take_those_of_their_range() -> None:
    source = """\
1-2|don't|_|_|_|_|_|_|_|start_char=0|end_char=5
1|do|do|AUX|VBP|_|0|root|_|_
2|n't|not|PART|RB|_|1|advmod|_|_
2.1|go|go|VERB|_|_|_|_|_|_
3|!|!|PUNCT|.|_|1|punct|_|start_char=5|end_char=6
"""
    [sentence] = read_conllu(tabbed(source), "don't!").sentences
    assert [(w.form, w.span) for w in sentence.words] == [
        ("do", Span(0, 5)),
        ("n't", Span(0, 5)),
        ("!", Span(5, 6)),
    ]


def test_windows_line_ends_and_a_missing_last_line() -> None:
    source = tabbed(GOLDEN)
    assert read_conllu(source.replace("\n", "\r\n"), TEXT) == read_conllu(source.rstrip(), TEXT)


@st.composite
def parses(draw: st.DrawFn) -> tuple[str, Parse]:
    """Any text without the characters that mean nothing in a form, cut into words as chance has it."""
    forms = st.text(st.characters(exclude_categories=("Zs", "Zl", "Zp", "Cc")), min_size=1, max_size=4)
    text, sentences = "", []
    paragraph = 0
    for index in range(draw(st.integers(0, 3))):
        words: list[Word] = []
        paragraph += draw(st.integers(0, 2))
        size = draw(st.integers(1, 5))
        for i in range(size):
            text += draw(st.sampled_from(["", " ", "\n", "\u2028"])) if i else "\n"
            form = draw(forms)
            # a head above or below, never the word itself
            head = draw(st.integers(0, size - 2)) if i else ROOT
            words.append(
                word(i, len(text), len(text) + len(form), form, head if head < i else head + 1, lemma="l", xpos="NN")
            )
            text += form
        first = draw(st.integers(0, size - 1))
        end = draw(st.integers(first + 1, size))
        kind = draw(st.sampled_from(EntityKind))
        entity = Entity(kind=kind, first=first, end=end, span=cover(words[first:end]))
        sentences.append(
            Sentence(index=index, paragraph=paragraph, span=cover(words), words=tuple(words), entities=(entity,))
        )
    return text, Parse(sentences=tuple(sentences))


@given(parses())
def test_what_is_written_reads_back_the_same(case: tuple[str, Parse]) -> None:
    text, parse = case
    source = write_conllu(parse, text)
    source.encode("utf-8")
    assert read_conllu(source, text) == parse


ROW = "1|Ana|Ana|PROPN|NNP|_|0|root|_|start_char=0|end_char=3"
NEXT = "2|Ruiz|Ruiz|PROPN|NNP|_|1|flat|_|start_char=4|end_char=8"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1\tAna", "line 1: a word has 10 columns parted by tabs: got 2"),
        (
            f"# text = x\n{ROW}|NER=X-PER",
            "line 2: NER is B-KIND or I-KIND, KIND one of PER, ORG, LOC, MISC: got 'X-PER'",
        ),
        (f"{ROW}|NER=B-GPE", "line 1: NER is B-KIND"),
        (f"{ROW}|NER=I-PER", "line 1: NER=I-PER continues nothing"),
        (f"{ROW}|NER=B-PER\n{NEXT}|NER=I-ORG", "line 2: NER=I-ORG continues nothing"),
        (ROW.replace("1|", "2|", 1), "line 1: expected the word id 1, got '2'"),
        (ROW.replace("|0|", "|x|"), "line 1: the head is a word's id or 0: got 'x'"),
        (ROW.replace("|0|", "|3|"), "line 1: the head 3 is no word of the sentence, which has 1"),
        (ROW.replace("|0|", "|1|"), "line 1: a word cannot be its own head"),
        (ROW.replace("start_char=0|", ""), "line 1: the tenth column needs start_char=N|end_char=N"),
        (ROW.replace("=3", "=0"), "line 1: offsets need 0 <= start_char < end_char <= 24"),
        (ROW.replace("=3", "=25"), "the length of the text: got 0 and 25"),
        (f"{ROW}\n{NEXT.replace('=4', '=2')}", "line 2: the word starts at 2, before the end (3) of the last one"),
        (f"# paragraph = one\n{ROW}", "line 1: '# paragraph = N' takes a whole number: got 'one'"),
        ("# text = x\n\n", "line 1: a sentence without words"),
        (f"x-2|a|_|_|_|_|_|_|_|start_char=0|end_char=3\n{ROW}", "line 1: a range is 'FIRST-LAST': got 'x-2'"),
    ],
)
def test_a_malformed_source_is_named_by_its_line(source: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"^line \d+: ") as raised:
        read_conllu(tabbed(source), TEXT)
    assert message in str(raised.value)
