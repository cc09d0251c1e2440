"""Trees by the embedded pack: Stanza's tokenizer model, then one encoder for all that follows.

What Stanza would do in five processors, each with a network of its own, the encoder does in one pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.model import Span
from service.parse.bodies import Cut
from service.parse.clitics import split_words
from service.parse.encoder import Encoder, Given, Read
from service.parse.encoding import HEADING, PARAGRAPH, SENTENCE
from service.parse.model_text import model_form
from service.parse.pack import Pack
from service.parse.segmentation import Sentences
from service.parse.signals import Signals
from service.parse.spanning_tree import one_root
from service.parse.tokenizer import Tokenizer
from service.parse.tree import Entity, EntityKind, Sentence, Word, cover

# a column of CoNLL-U in which there is nothing
_NOTHING = "_"


class EncoderEngine:
    """The models of a pack whose engine is ``quoth-encoder``."""

    def __init__(self, pack: Pack) -> None:
        self._tokenizer = Tokenizer.load(pack.path("tokenize"), pack.path("characters"))
        self._encoder = Encoder(
            model=pack.path("encoder"),
            words=pack.path("pieces"),
            labels=pack.path("labels"),
            relations=pack.path("relations"),
            lemmas=pack.path("lemmas"),
            spanning_tree=one_root,
        )

    def tokenise(self, texts: Sequence[str]) -> list[Sentences]:
        """For each text, its sentences of tokens; offsets into the text."""
        return self._tokenizer.tokenise(texts)

    def trees(self, cuts: Sequence[Cut], marks: bytes) -> tuple[list[Sentence], Signals | None]:
        """The trees of one article's sentences in order, numbered from 0, and what the encoder says of quotes."""
        words = [words_of(cut) for cut in cuts]
        given = [
            Given(
                forms=[form for _, _, form in sentence],
                marks=[marks[span.start] for span, _, _ in sentence],
                start=(HEADING if cut.body.heading else PARAGRAPH) if cut.first else SENTENCE,
            )
            for cut, sentence in zip(cuts, words, strict=True)
        ]
        read, signals = self._encoder.read(given)
        return [_sentence(k, *parts) for k, parts in enumerate(zip(cuts, words, read, strict=True))], signals


def words_of(cut: Cut) -> list[tuple[Span, str, str]]:
    """The words of a sentence: where it stands, its surface, and its form as the encoder knows it."""
    found: list[tuple[Span, str, str]] = []
    source, body = cut.body.source, cut.body
    for token in cut.tokens:
        seen = body.text[token.start - body.start : token.end - body.start]
        parts = split_words(seen) if token.multi else (seen,)
        if len(parts) == 1:
            found.append((Span(token.start, token.end), source[token.start : token.end], model_form(seen)))
            continue
        at = token.start
        for part in parts:
            span = Span(at, at + len(part))
            found.append((span, span.of(source), model_form(part)))
            at = span.end
    return found


def _sentence(index: int, cut: Cut, words: Sequence[tuple[Span, str, str]], read: Read) -> Sentence:
    made = tuple(
        Word(
            index=k,
            span=span,
            form=surface,
            lemma=lemma,
            upos=upos,
            xpos=xpos,
            feats="" if feats == _NOTHING else feats,
            head=head,
            deprel=deprel,
        )
        for k, ((span, surface, _), lemma, upos, xpos, feats, head, deprel) in enumerate(
            zip(words, read.lemmas, read.upos, read.xpos, read.feats, read.heads, read.deprels, strict=True)
        )
    )
    entities = tuple(
        Entity(kind=EntityKind(kind), first=first, end=end, span=Span(made[first].span.start, made[end - 1].span.end))
        for kind, first, end in read.names
    )
    return Sentence(index=index, paragraph=cut.body.paragraph, span=cover(made), words=made, entities=entities)
