"""The parser with the embedded models: what its trees look like, that its offsets hold, and that nothing breaks it.

Goldens here are such that any usable English model gives them; a better pack must not need new ones.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.model import Notice
from service.parse.article_parser import ArticleParser, Engine
from service.parse.bodies import Cut
from service.parse.conllu import read_conllu, write_conllu
from service.parse.segmentation import MAX_SENTENCE_TOKENS, Sentences
from service.parse.signals import Signals
from service.parse.tree import Parse, Sentence
from service.text import read_layout

STORY = """Harbour bridge to close

Mayor Ada Quill told reporters on Monday that she didn't agree.
“Why now?” she asked. ‘We cannot wait.’

9:15am - Tom Reyes's brother left Wexcombe."""


def parse(parser: ArticleParser, text: str) -> tuple[Parse, tuple[Notice, ...]]:
    [result] = parser.parse([(text, read_layout(text))])
    return result


def forms(sentence: Sentence) -> str:
    return " ".join(word.form for word in sentence.words)


def test_sentences_and_words(parser: ArticleParser) -> None:
    found, notices = parse(parser, STORY)
    assert [(s.paragraph, forms(s)) for s in found.sentences] == [
        (0, "Harbour bridge to close"),
        (1, "Mayor Ada Quill told reporters on Monday that she did n't agree ."),
        (2, "“ Why now ? ” she asked ."),
        (2, "‘ We can not wait . ’"),
        (3, "Tom Reyes 's brother left Wexcombe ."),
    ]
    assert [s.index for s in found.sentences] == [0, 1, 2, 3, 4]
    assert notices == ()


def test_a_tree(parser: ArticleParser) -> None:
    [sentence] = parse(parser, "The old mayor said that she did not agree.")[0].sentences
    said = sentence.root
    assert (said.form, said.lemma, said.upos) == ("said", "say", "VERB")
    subject = sentence.child(said, "nsubj")
    assert subject is not None
    assert [word.form for word in sentence.subtree(subject)] == ["The", "old", "mayor"]
    clause = sentence.child(said, "ccomp")
    assert clause is not None
    assert clause.form == "agree"
    assert {word.form for word in sentence.children(clause)} >= {"she", "did", "not"}


def test_words_of_a_multi_word_token_have_their_own_spans(parser: ArticleParser) -> None:
    text = "They don't know Ada's boat. He cannot."
    words = [word for sentence in parse(parser, text)[0].sentences for word in sentence.words]
    assert [(w.form, w.span.start) for w in words][1:3] == [("do", 5), ("n't", 7)]
    assert [w.form for w in words if w.lemma in ("Ada", "'s", "can", "not")] == ["n't", "Ada", "'s", "can", "not"]


def test_entities_are_words_of_their_sentence(parser: ArticleParser) -> None:
    found, _ = parse(parser, STORY)
    named = {
        (e.kind, e.span.of(STORY), tuple(w.form for w in s.words[e.first : e.end]))
        for s in found.sentences
        for e in s.entities
    }
    assert any(kind == "PER" and words[-2:] == ("Ada", "Quill") for kind, _, words in named)
    # the name ends before the possessive
    assert ("PER", "Tom Reyes", ("Tom", "Reyes")) in named


def test_articles_keep_their_order_and_parse_together_as_alone(parser: ArticleParser) -> None:
    texts = [STORY, "", "One line.", " \n ", "“Now,” he said. It rained for three days and nobody came to the harbour."]
    together = parser.parse([(text, read_layout(text)) for text in texts])
    assert together == [parse(parser, text) for text in texts]
    assert [len(found.sentences) for found, _ in together] == [5, 0, 1, 0, 2]


def test_doubled_marks_are_one_word(parser: ArticleParser) -> None:
    text = "''We will pay,'' said Ada Quill."
    [sentence] = parse(parser, text)[0].sentences
    assert forms(sentence) == "'' We will pay , '' said Ada Quill ."


def test_an_endless_sentence_is_split_and_said_to_be(parser: ArticleParser) -> None:
    text = "Short. " + "we walked on and on, " * 60 + "home."
    found, notices = parse(parser, text)
    assert max(len(s.words) for s in found.sentences) <= MAX_SENTENCE_TOKENS
    assert all(forms(s).endswith(",") for s in found.sentences[1:-1])
    [notice] = notices
    assert notice.code == "long-sentence-split"
    assert notice.span is not None
    assert notice.span.of(text).strip() == text[7:]


def check(text: str, found: Parse) -> None:
    """Offsets, order and numbering, as every later step relies on them."""
    layout = read_layout(text)
    assert [s.index for s in found.sentences] == list(range(len(found.sentences)))
    words = [word for sentence in found.sentences for word in sentence.words]
    assert all(a.span.end <= b.span.start or a.span == b.span for a, b in pairwise(words))
    for sentence in found.sentences:
        body = layout.paragraphs[sentence.paragraph].body
        assert body is not None
        assert body.covers(sentence.span)
        assert [word.index for word in sentence.words] == list(range(len(sentence.words)))
        assert all(-1 <= word.head < len(sentence.words) for word in sentence.words)
        assert len(sentence.subtree(sentence.root)) == len(sentence.words)
        for word in sentence.words:
            shared = sum(other.span == word.span for other in sentence.words) > 1
            assert shared or word.form == word.span.of(text)
    # nothing that a reader can see is lost
    seen = {i for word in words for i in range(word.span.start, word.span.end)}
    bodies = [paragraph.body for paragraph in layout.paragraphs if paragraph.body]
    lost = [i for b in bodies for i in range(b.start, b.end) if i not in seen and text[i].isprintable()]
    assert "".join(text[i] for i in lost).strip() == ""


SNIPPETS = [
    "said",
    "the mayor",
    "don't",
    "Gov.",
    '"',
    "“",
    "”",
    "'",
    "''",
    ".",
    "?!",
    "\n",
    "\n\n",
    "\t",
    "8:15am - ",
    "x" * 80,
]
ODD = st.text(st.characters(exclude_categories=()), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parts=st.lists(st.sampled_from(SNIPPETS) | ODD, max_size=20), space=st.sampled_from(["", " "]))
def test_offsets_hold_in_any_unicode(parser: ArticleParser, parts: list[str], space: str) -> None:
    text = space.join(parts)
    found, notices = parse(parser, text)
    assert notices == ()
    check(text, found)
    assert read_conllu(write_conllu(found, text), text) == found


@pytest.mark.parametrize(
    "text",
    [
        "He said\x00 no.\x01 Then\x7f he\x85left.",
        "He \ud800said \udfff\ud83d no.",
        "He\u200b said\ufeff no\u2060.",
        "😀 He said 👩‍👩‍👧‍👦 no. 🇳🇿",
        "e\u0301" * 300 + " Za\u0301" + "\u0316" * 300,
        "قال إنه لن يستقيل. " * 20,
        "市长说他不会辞职。" * 100,
        "x" * 5000,
        "a@b." * 300,
        "http://" + "a." * 2000,
        '"' * 300,
        "(" * 80 + ")" * 80,
        "a" + "-" * 3000,
        "don't" * 100,
        "A see https://example.org/" + "path/" * 30 + " now.",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_hostile_text(parser: ArticleParser, text: str) -> None:
    found, _ = parse(parser, text)
    check(text, found)


class Failing:
    """Stands for models that fail on one word."""

    def __init__(self, engine: Engine, word: str) -> None:
        self.engine, self.word = engine, word

    def tokenise(self, texts: Sequence[str]) -> list[Sentences]:
        return self.engine.tokenise(texts)

    def trees(self, cuts: Sequence[Cut], marks: bytes) -> tuple[list[Sentence], Signals | None]:
        if any(self.word in cut.body.text for cut in cuts):
            raise RuntimeError(f"cannot bear {self.word}")
        return self.engine.trees(cuts, marks)


def test_a_paragraph_on_which_the_models_fail_costs_no_other(
    parser: ArticleParser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(parser, "_engine", Failing(parser._engine, "Wexcombe"))
    with caplog.at_level(logging.WARNING):
        (found, notices), (other, none) = parser.parse([(t, read_layout(t)) for t in (STORY, "It rained.")])
    assert {s.paragraph for s in found.sentences} == {0, 1, 2}
    [notice] = notices
    assert notice.code == "paragraph-not-parsed"
    assert notice.span is not None
    assert notice.span.of(STORY) == "Tom Reyes's brother left Wexcombe."
    assert (len(other.sentences), none) == (1, ())
    # the article's words stay out of the log
    assert "RuntimeError" in caplog.text
    assert "Wexcombe" not in caplog.text
