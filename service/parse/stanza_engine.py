"""Trees by Stanza's own processors: the only file that imports stanza.

For packs of Stanza's models, as Stanza publishes them or its trainers write them. Stanza's 1-based word ids, its
offsets into the text that it was handed, and its None offsets inside multi-word tokens end here: what comes out is in
the terms of ``service.parse.tree``, with offsets into the article.

The processors run on the CPU. How many threads torch uses is the process's business: a server that runs one worker
per core calls ``torch.set_num_threads(1)`` (or sets OMP_NUM_THREADS=1) before it makes a parser.
"""

from __future__ import annotations

import json
import tempfile
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import stanza
import torch
from stanza.models.common.doc import Document
from stanza.models.common.foundation_cache import FoundationCache
from stanza.models.common.pretrain import Pretrain, PretrainedWordVocab
from stanza.models.common.vocab import VOCAB_PREFIX

from service.model import Span
from service.parse.bodies import Cut
from service.parse.model_text import model_form
from service.parse.official import stanza_options
from service.parse.pack import Pack
from service.parse.segmentation import Sentences, Token
from service.parse.tree import ROOT, Entity, EntityKind, Sentence, Word, cover

# Stanza takes a blank line for a paragraph's end; for_models leaves no line break inside a body
_BLANK_LINE = "\n\n"
# the processors that make the trees, in the order in which each needs the one before
_TREE = ("mwt", "pos", "lemma", "depparse")
# Stanza's English NER may know more kinds of names than the four
_KINDS = {"PERSON": "PER", "GPE": "LOC", "FAC": "LOC", "NORP": "MISC", "EVENT": "MISC", "WORK_OF_ART": "MISC",
          "LAW": "MISC", "LANGUAGE": "MISC", "PRODUCT": "MISC"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A sentence in the bodies joined; ``shift`` leads from offsets in the article to those."""

    cut: Cut
    shift: int


class StanzaEngine:
    """The models of a pack whose engine is Stanza."""

    def __init__(self, pack: Pack) -> None:
        self._run = _load(pack)

    def tokenise(self, texts: Sequence[str]) -> list[Sentences]:
        """For each text, its sentences of tokens; offsets into the text."""
        found: list[Sentences] = [[] for _ in texts]
        joined, starts = _join(texts)
        with torch.no_grad():
            for sentence in self._run["tokenize"].process(joined).sentences:
                number = bisect_right(starts, sentence.tokens[0].start_char) - 1
                found[number].append([_token(token, starts[number]) for token in sentence.tokens])
        return found

    def trees(self, cuts: Sequence[Cut], marks: bytes) -> tuple[list[Sentence], None]:  # noqa: ARG002 - see Engine
        """The trees of one article's sentences in order, numbered from 0; Stanza says nothing of quotes."""
        bodies = list({id(cut.body): cut.body for cut in cuts}.values())
        joined, starts = _join([body.text for body in bodies])
        shifts = {id(body): start - body.start for body, start in zip(bodies, starts, strict=True)}
        placed = [_Placed(cut=cut, shift=shifts[id(cut.body)]) for cut in cuts]
        with torch.no_grad():
            words = self._words(placed, joined)
            entities = self._entities(placed, words, joined)
        return [
            Sentence(index=k, paragraph=cut.body.paragraph, span=cover(its), words=its, entities=names)
            for k, (cut, its, names) in enumerate(zip(cuts, words, entities, strict=True))
        ], None

    def _words(self, placed: Sequence[_Placed], joined: str) -> list[tuple[Word, ...]]:
        """The words of each sentence, with their tree."""
        document = Document([[_entry(i, t, p) for i, t in enumerate(p.cut.tokens, 1)] for p in placed], joined)
        for processor in _TREE:
            document = self._run[processor].process(document)
        return [
            tuple(_word(word, token, p) for token in sentence.tokens for word in token.words)
            for p, sentence in zip(placed, document.sentences, strict=True)
        ]

    def _entities(
        self, placed: Sequence[_Placed], words: Sequence[Sequence[Word]], joined: str
    ) -> list[tuple[Entity, ...]]:
        """The named entities of each sentence.

        The tagger reads one token for each word, as it was trained: *John|'s*, not the multi-word token *John's*.
        """
        document = Document(
            [
                [
                    {
                        "id": (word.index + 1,),
                        "text": model_form(word.form),
                        "start_char": word.span.start + p.shift,
                        "end_char": word.span.end + p.shift,
                    }
                    for word in sentence
                ]
                for p, sentence in zip(placed, words, strict=True)
            ],
            joined,
        )
        document = self._run["ner"].process(document)
        return [
            tuple(entity for found in parsed.ents if (entity := _entity(found, sentence)) is not None)
            for sentence, parsed in zip(words, document.sentences, strict=True)
        ]


def _load(pack: Pack) -> dict[str, Any]:
    """Stanza's processors by name; one table of word vectors serves them all where the pack has one."""
    shared = FoundationCache(local_files_only=True)
    processors = ("tokenize", *_TREE, "ner")
    options = stanza_options(pack)
    if "vectors" in pack.files:
        vectors = str(pack.path("vectors"))
        shared.pretrains[vectors] = _vectors(pack.path("vectors"))
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
    if "vectors" in pack.files:
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


def _join(texts: Sequence[str]) -> tuple[str, list[int]]:
    """The texts with a blank line between them, and the offset at which each starts."""
    starts: list[int] = []
    at = 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(_BLANK_LINE)
    return _BLANK_LINE.join(texts), starts


def _token(token: Any, shift: int) -> Token:
    """Stanza's token, with offsets into its own text."""
    multi = "MWT=Yes" in (token.misc or "")
    return Token(start=token.start_char - shift, end=token.end_char - shift, multi=multi)


def _entry(id: int, token: Token, placed: _Placed) -> dict[str, Any]:
    """A token as Stanza's Document wants it, with offsets into the joined bodies."""
    body, shift = placed.cut.body, placed.shift
    surface = body.text[token.start - body.start : token.end - body.start]
    form = model_form(surface)
    entry = {"id": (id,), "text": form, "start_char": token.start + shift, "end_char": token.end + shift}
    # a token whose form differs from its surface has no sure places at which its words begin
    if token.multi and form == surface:
        entry["misc"] = "MWT=Yes"
    return entry


def _word(word: Any, token: Any, placed: _Placed) -> Word:
    """Stanza's word of ``token`` in our terms."""
    # Stanza gives no offsets where the parts of a multi-word token do not add up to it; they share its span then
    alone = word.start_char is not None and word.end_char is not None and word.start_char < word.end_char
    place = word if alone else token
    span = Span(place.start_char - placed.shift, place.end_char - placed.shift)
    return Word(
        index=word.id - 1,
        span=span,
        form=span.of(placed.cut.body.source) if alone else word.text,
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


def _entity(found: Any, words: Sequence[Word]) -> Entity | None:
    kind = _KINDS.get(found.type, found.type)
    if kind not in set(EntityKind):
        return None
    first, end = found.tokens[0].id[0] - 1, found.tokens[-1].id[0]
    return Entity(
        kind=EntityKind(kind),
        first=first,
        end=end,
        span=Span(words[first].span.start, words[end - 1].span.end),
    )
