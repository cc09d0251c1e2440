"""The Stanza parser: the only file that imports stanza.

Everything is read from the verified model pack; nothing is ever fetched. Stanza's 1-based word ids, its offsets into
the text that it was handed, and its None offsets inside multi-word tokens end here: what comes out is in the terms of
``service.parse.tree``, with offsets into the article.

The processors run on the CPU. How many threads torch uses is the process's business: a server that runs one worker
per core calls ``torch.set_num_threads(1)`` (or sets OMP_NUM_THREADS=1) before it makes a parser.
"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import stanza
import torch
from stanza.models.common.doc import Document
from stanza.models.common.foundation_cache import FoundationCache
from stanza.models.common.pretrain import Pretrain, PretrainedWordVocab
from stanza.models.common.vocab import VOCAB_PREFIX

from service.errors import PackError
from service.model import Notice, Span
from service.parse.model_text import DOUBLED_MARKS, for_models, model_form, pieces
from service.parse.pack import Pack
from service.parse.segmentation import MAX_SENTENCE_TOKENS, Sentences, Token, cap, extent, is_contraction, repair
from service.parse.tree import ROOT, Entity, EntityKind, Parse, Sentence, Word, cover
from service.text.layout import Layout

_log = logging.getLogger(__name__)

# articles are run together up to this many characters, which keeps the batches full and the memory bounded
_GROUP_CHARS = 60_000
# Stanza takes a blank line for a paragraph's end; for_models leaves no line break inside a body
_BLANK_LINE = "\n\n"
# the processors that make the trees, in the order in which each needs the one before
_TREE = ("mwt", "pos", "lemma", "depparse")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """One paragraph body: ``start`` is its offset in ``source``, the article; ``text`` what the models see of it.

    ``marks`` are the offsets, in the article, of its single quotation marks.
    """

    article: int
    paragraph: int
    start: int
    text: str
    source: str = field(repr=False)
    marks: frozenset[int] = field(default=frozenset(), repr=False)

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """A sentence before the taggers.

    ``number`` is that of its body in the batch; ``shift`` leads from offsets in the article to those in all bodies
    joined.
    """

    number: int
    body: _Body
    tokens: Sequence[Token]
    shift: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    """What one body gives: for each sentence its words and its entities."""

    sentences: tuple[tuple[tuple[Word, ...], tuple[Entity, ...]], ...]
    notices: tuple[Notice, ...]


class StanzaParser:
    """Parses articles with the models of a pack.

    Loading verifies the pack and raises PackError if it cannot be used. A parser may be shared between threads, which
    then wait for one another: Stanza's processors are not thread-safe, and a lock serialises them.
    """

    def __init__(self, pack_dir: Path | None = None) -> None:
        self._pack = Pack.open(pack_dir)
        self._lock = threading.Lock()
        try:
            self._run = _load(self._pack)
        except Exception as error:
            # the files are what the manifest says, so the pack and the installed stanza or torch do not fit
            raise PackError(
                f"the model pack {self._pack.name} {self._pack.version} does not load with stanza "
                f"{stanza.__version__} and torch {torch.__version__} ({type(error).__name__}: {error}); install the "
                "versions of the lock file"
            ) from error

    @property
    def name(self) -> str:
        """The name of the pack."""
        return self._pack.name

    @property
    def version(self) -> str:
        """The release of the pack."""
        return self._pack.version

    @property
    def stanza_version(self) -> str:
        """The release of Stanza."""
        return str(stanza.__version__)

    def parse(self, articles: Sequence[tuple[str, Layout]]) -> list[tuple[Parse, tuple[Notice, ...]]]:
        """One parse for each ``(text, layout)``, in order, with notices in text order.

        Only paragraph bodies are parsed. Notices: ``long-sentence-split`` for a sentence of more tokens than
        ``MAX_SENTENCE_TOKENS``, ``paragraph-not-parsed`` for a body on which Stanza failed; it has no sentences.
        """
        found: list[list[tuple[int, _Parsed]]] = [[] for _ in articles]
        with self._lock, torch.no_grad():
            for group in _groups(_bodies(articles)):
                for body, parsed in zip(group, self._parse_group(group), strict=True):
                    found[body.article].append((body.paragraph, parsed))
        return [_assemble(parts) for parts in found]

    def _parse_group(self, bodies: Sequence[_Body]) -> list[_Parsed]:
        """All bodies in one go; if that fails, one at a time, so that one paragraph never costs the others."""
        try:
            return self._parse_bodies(bodies)
        except Exception as error:  # Stanza raises whatever its parts raise; nothing of the text may reach the log
            _log.warning("stanza failed on %d paragraph(s): %s", len(bodies), type(error).__name__)
            if len(bodies) == 1:
                return [_Parsed(sentences=(), notices=(_not_parsed(bodies[0].span),))]
            return [self._parse_group([body])[0] for body in bodies]

    def _parse_bodies(self, bodies: Sequence[_Body]) -> list[_Parsed]:
        joined, starts = _join([body.text for body in bodies])
        cuts: list[_Cut] = []
        notices: list[list[Notice]] = []
        for number, (body, start, raw) in enumerate(zip(bodies, starts, self._tokenise(bodies), strict=True)):
            notices.append([])
            for sentence in repair(body.source, raw, body.marks):
                parts = cap(body.source, sentence)
                if len(parts) > 1:
                    notices[-1].append(_long_sentence(extent(sentence), len(sentence), len(parts)))
                cuts.extend(_Cut(number=number, body=body, tokens=part, shift=start - body.start) for part in parts)
        words = self._words(cuts, joined) if cuts else []
        entities = self._entities(cuts, words, joined) if cuts else []
        found: list[list[tuple[tuple[Word, ...], tuple[Entity, ...]]]] = [[] for _ in bodies]
        for cut, in_words, in_entities in zip(cuts, words, entities, strict=True):
            found[cut.number].append((in_words, in_entities))
        return [_Parsed(sentences=tuple(f), notices=tuple(n)) for f, n in zip(found, notices, strict=True)]

    def _tokenise(self, bodies: Sequence[_Body]) -> list[Sentences]:
        """Tokens in sentences for each body, offsets into the article."""
        cuts = [(number, piece) for number, body in enumerate(bodies) for piece in pieces(body.text)]
        found: list[Sentences] = [[] for _ in bodies]
        if not cuts:
            return found
        joined, starts = _join([piece.of(bodies[number].text) for number, piece in cuts])
        for sentence in self._run["tokenize"].process(joined).sentences:
            at = bisect_right(starts, sentence.tokens[0].start_char) - 1
            number, piece = cuts[at]
            body, shift = bodies[number], bodies[number].start + piece.start - starts[at]
            found[number].append([_token(token, body.source, shift) for token in sentence.tokens])
        return found

    def _words(self, cuts: Sequence[_Cut], joined: str) -> list[tuple[Word, ...]]:
        """The words of each sentence, with their tree."""
        document = Document([[_entry(i, t, cut) for i, t in enumerate(cut.tokens, 1)] for cut in cuts], joined)
        for processor in _TREE:
            document = self._run[processor].process(document)
        return [
            tuple(_word(word, token, cut) for token in sentence.tokens for word in token.words)
            for cut, sentence in zip(cuts, document.sentences, strict=True)
        ]

    def _entities(self, cuts: Sequence[_Cut], words: Sequence[Sequence[Word]], joined: str) -> list[tuple[Entity, ...]]:
        """The named entities of each sentence.

        The tagger reads one token for each word, as it was trained: *John|'s*, not the multi-word token *John's*.
        """
        document = Document(
            [
                [
                    {
                        "id": (word.index + 1,),
                        "text": model_form(word.form),
                        "start_char": word.span.start + cut.shift,
                        "end_char": word.span.end + cut.shift,
                    }
                    for word in sentence
                ]
                for cut, sentence in zip(cuts, words, strict=True)
            ],
            joined,
        )
        document = self._run["ner"].process(document)
        return [
            tuple(_entity(found, sentence) for found in parsed.ents)
            for sentence, parsed in zip(words, document.sentences, strict=True)
        ]


def _load(pack: Pack) -> dict[str, Any]:
    """Stanza's processors by name; one table of word vectors serves them all."""
    vectors = str(pack.path("vectors"))
    shared = FoundationCache(local_files_only=True)
    shared.pretrains[vectors] = _vectors(pack.path("vectors"))
    processors = ("tokenize", *_TREE, "ner")
    options = {f"{p}_model_path": str(pack.path(p)) for p in processors}
    options |= {f"{p}_pretrain_path": vectors for p in ("pos", "depparse", "ner")}
    with tempfile.TemporaryDirectory(prefix="quoth-") as empty:
        # without a catalogue of downloadable models there is nothing that Stanza could want to fetch
        (Path(empty) / "resources.json").write_text(json.dumps({}), encoding="utf-8")
        pipeline = stanza.Pipeline(
            pack.language,
            dir=empty,
            processors=",".join(processors),
            package=None,
            download_method=None,
            use_gpu=False,
            allow_unknown_language=True,
            verbose=False,
            foundation_cache=shared,
            **options,
        )
    # the entity tagger copies the vectors into a table of its own; they are frozen, so it may share the others'
    pipeline.processors["ner"].trainer.model.word_emb.weight.data = shared.pretrains[vectors].emb
    return dict(pipeline.processors)


def _vectors(path: Path) -> Pretrain:
    """The pack's word vectors as Stanza holds them: one row of zeros for each of its special words, then the words."""
    with np.load(path, allow_pickle=False) as data:
        words = data["words"].tobytes().decode("utf-8").split("\n")
        table = np.zeros((len(VOCAB_PREFIX) + len(words), data["vectors"].shape[1]), dtype=np.float32)
        table[len(VOCAB_PREFIX) :] = data["vectors"]
    pretrain = Pretrain()
    # Pretrain fills these two from a file of its own format at first use; ours is a third of the size
    pretrain._vocab = PretrainedWordVocab(words, lang="", lower=True)
    pretrain._emb = torch.from_numpy(table)
    return pretrain


def _bodies(articles: Sequence[tuple[str, Layout]]) -> Iterator[_Body]:
    for number, (text, layout) in enumerate(articles):
        marks = _single_marks(text, layout)
        for paragraph in layout.paragraphs:
            if paragraph.body is not None:
                yield _Body(
                    article=number,
                    paragraph=paragraph.index,
                    start=paragraph.body.start,
                    source=text,
                    text=for_models(paragraph.body.of(text)),
                    marks=marks,
                )


def _single_marks(text: str, layout: Layout) -> frozenset[int]:
    """The offsets of the single quotation marks that open or close a quotation; apostrophes are none of them.

    A doubled apostrophe is one mark of two characters, and a word already.
    """
    ends = {offset for q in layout.quotations for span in q.spans for offset in (span.start, span.end - 1)}
    doubled = {"''", "``"}
    return frozenset(
        offset
        for offset in ends
        if text[offset] in "'‘’‚‹›" and not {text[offset : offset + 2], text[max(offset - 1, 0) : offset + 1]} & doubled
    )


def _groups(bodies: Iterator[_Body]) -> Iterator[list[_Body]]:
    group: list[_Body] = []
    size = 0
    for body in bodies:
        if group and size + len(body.text) > _GROUP_CHARS:
            yield group
            group, size = [], 0
        group.append(body)
        size += len(body.text)
    if group:
        yield group


def _join(texts: Sequence[str]) -> tuple[str, list[int]]:
    """The texts with a blank line between them, and the offset at which each starts."""
    starts: list[int] = []
    at = 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(_BLANK_LINE)
    return _BLANK_LINE.join(texts), starts


def _token(token: Any, source: str, shift: int) -> Token:
    """Stanza's token; ``shift`` leads from its offsets to the article's."""
    start, end = token.start_char + shift, token.end_char + shift
    # the models saw a doubled mark as a mark and a space
    if source[end - 1 : end + 1] in DOUBLED_MARKS:
        end += 1
    multi = "MWT=Yes" in (token.misc or "") and is_contraction(source[start:end])
    return Token(start=start, end=end, multi=multi)


def _entry(id: int, token: Token, cut: _Cut) -> dict[str, Any]:
    """A token as Stanza's Document wants it, with offsets into the joined bodies."""
    surface = cut.body.text[token.start - cut.body.start : token.end - cut.body.start]
    form = model_form(surface)
    entry = {"id": (id,), "text": form, "start_char": token.start + cut.shift, "end_char": token.end + cut.shift}
    # a token whose form differs from its surface has no sure places at which its words begin
    if token.multi and form == surface:
        entry["misc"] = "MWT=Yes"
    return entry


def _word(word: Any, token: Any, cut: _Cut) -> Word:
    """Stanza's word of ``token`` in our terms."""
    # Stanza gives no offsets where the parts of a multi-word token do not add up to it; they share its span then
    alone = word.start_char is not None and word.end_char is not None and word.start_char < word.end_char
    place = word if alone else token
    span = Span(place.start_char - cut.shift, place.end_char - cut.shift)
    return Word(
        index=word.id - 1,
        span=span,
        form=span.of(cut.body.source) if alone else word.text,
        lemma=word.lemma or word.text,
        upos=word.upos or "X",
        xpos=_value(word.xpos),
        feats=_value(word.feats),
        head=word.head - 1 if word.head else ROOT,
        deprel=word.deprel or "dep",
    )


def _value(column: str | None) -> str:
    """A column of CoNLL-U, in which nothing is an underscore."""
    return "" if column in (None, "_") else str(column)


def _entity(found: Any, words: Sequence[Word]) -> Entity:
    first, end = found.tokens[0].id[0] - 1, found.tokens[-1].id[0]
    return Entity(
        kind=EntityKind(found.type),
        first=first,
        end=end,
        span=Span(words[first].span.start, words[end - 1].span.end),
    )


def _assemble(parts: Sequence[tuple[int, _Parsed]]) -> tuple[Parse, tuple[Notice, ...]]:
    sentences: list[Sentence] = []
    for paragraph, parsed in parts:
        for words, entities in parsed.sentences:
            sentences.append(
                Sentence(index=len(sentences), paragraph=paragraph, span=cover(words), words=words, entities=entities)
            )
    return Parse(sentences=tuple(sentences)), tuple(notice for _, parsed in parts for notice in parsed.notices)


def _long_sentence(span: Span, tokens: int, parts: int) -> Notice:
    return Notice(
        code="long-sentence-split",
        message=f"a sentence of {tokens:,} tokens was parsed in {parts} parts of at most {MAX_SENTENCE_TOKENS}; "
        "quotes that cross the cuts may be incomplete",
        span=span,
    )


def _not_parsed(span: Span) -> Notice:
    return Notice(
        code="paragraph-not-parsed",
        message="the parser failed on this paragraph; only quotation marks were read in it",
        span=span,
    )
