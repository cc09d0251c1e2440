"""Models of Stanza's architecture, of any size, made here: Stanza's own weights come from a hub that need not be there.

Each model is of Stanza's own class, with the defaults of Stanza's own command line where nothing else is said, and
written by Stanza's own function. Weights are drawn at random and, where steps are asked for, trained so many steps.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

import service.parse  # noqa: F401 - lets Stanza be imported without its scorer

import stanza  # isort: skip
from stanza.models import charlm as charlm_command
from stanza.models import lemmatizer, mwt_expander, ner_tagger, parser, tagger
from stanza.models.common.char_model import CharacterLanguageModel
from stanza.models.common.pretrain import Pretrain, PretrainedWordVocab
from stanza.models.common.utils import update_word_cutoff
from stanza.models.common.vocab import VOCAB_PREFIX
from stanza.models.depparse.data import DataLoader as ParserData
from stanza.models.depparse.data import InfiniteBatch
from stanza.models.depparse.trainer import GraphTrainer
from stanza.models.lemma.data import DataLoader as LemmaData
from stanza.models.lemma.trainer import Trainer as LemmaTrainer
from stanza.models.mwt.data import BinaryDataLoader
from stanza.models.mwt.trainer import Trainer as MwtTrainer
from stanza.models.ner.data import DataLoader as NerData
from stanza.models.ner.trainer import Trainer as NerTrainer
from stanza.models.pos.data import Dataset
from stanza.models.pos.trainer import Trainer as TaggerTrainer
from stanza.models.pos.vocab import CharVocab
from stanza.utils.conll import CoNLL

PROCESSORS = ("tokenize", "mwt", "pos", "lemma", "depparse", "ner")
# the processors that read word vectors and character language models in Stanza's default English package
SHARING = ("pos", "depparse", "ner")
SHARED = ("pretrain", "forward_charlm", "backward_charlm")
_COMMON = ("--shorthand", "en_combined", "--cpu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What the models are made of.

    ``treebank`` is CoNLL-U, with ``ner=B-PER`` in the tenth column of a word: it gives the vocabularies, the
    dictionaries of lemmas and of multi-word tokens, and what is trained on. ``words`` have vectors of ``width``,
    ``characters`` stand in the language models. ``options`` and ``steps`` go by processor, the language models' as
    ``charlm``; a processor that is not named there has Stanza's defaults and no training.
    """

    treebank: str
    words: Sequence[str]
    width: int
    characters: str
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)
    seed: int = 1

    def arguments(self, processor: str, *more: str) -> list[str]:
        """Stanza's command line for this processor."""
        return [*_COMMON, *more, *self.options.get(processor, ())]


def write_models(folder: Path, recipe: Recipe) -> dict[str, Path]:
    """Write a file for each processor but the tokenizer, and for each of ``SHARED``; their paths by name."""
    torch.manual_seed(recipe.seed)
    names = ("mwt", "pos", "lemma", "depparse", "ner", *SHARED)
    paths = {name: folder / f"{name}.pt" for name in names}
    vectors = _vectors(recipe, paths["pretrain"])
    for name in SHARED[1:]:
        _character_model(recipe, paths[name], forward=name == "forward_charlm")
    language = [
        *("--charlm", "--charlm_forward_file", str(paths["forward_charlm"])),
        *("--charlm_backward_file", str(paths["backward_charlm"]), "--wordvec_pretrain_file", str(paths["pretrain"])),
    ]
    _mwt(recipe).save(str(paths["mwt"]))
    _lemmatizer(recipe).save(str(paths["lemma"]))
    _tagger(recipe, language, vectors).save(str(paths["pos"]))
    _parser(recipe, language, vectors).save(str(paths["depparse"]))
    _names(recipe, language, vectors).save(str(paths["ner"]))
    return paths


def _document(recipe: Recipe) -> Any:
    return CoNLL.conll2doc(input_str=recipe.treebank)


def _vectors(recipe: Recipe, path: Path) -> Any:
    pretrain = Pretrain(str(path))
    pretrain._vocab = PretrainedWordVocab(list(recipe.words), lang="", lower=True)
    pretrain._emb = torch.randn(len(VOCAB_PREFIX) + len(recipe.words), recipe.width)
    pretrain.save(str(path))
    return pretrain


def _character_model(recipe: Recipe, path: Path, *, forward: bool) -> None:
    direction = "--forward" if forward else "--backward"
    args = charlm_command.parse_args(recipe.arguments("charlm", direction))
    vocab = {"char": CharVocab([sorted(set(recipe.characters))])}
    CharacterLanguageModel(args, vocab, is_forward_lm=forward).save(str(path))


def _mwt(recipe: Recipe) -> Any:
    args = vars(mwt_expander.parse_args(recipe.arguments("mwt", "--lang", "en", "--force_exact_pieces")))
    document = _document(recipe)
    data = BinaryDataLoader(document, args["batch_size"], args, evaluation=False)
    args |= {"vocab_size": data.vocab.size, "num_layers": args["num_layers"] or 2}
    trainer = MwtTrainer(args=args, vocab=data.vocab, device="cpu")
    trainer.train_dict(document.get_mwt_expansions(evaluation=False))
    for _ in range(recipe.steps.get("mwt", 0)):
        for batch in data.to_loader():
            trainer.update(batch)
    return trainer


def _lemmatizer(recipe: Recipe) -> Any:
    args = lemmatizer.parse_args(recipe.arguments("lemma"))
    data = LemmaData(_document(recipe), args["batch_size"], args, evaluation=False)
    args |= {"vocab_size": data.vocab["char"].size, "pos_vocab_size": data.vocab["pos"].size}
    trainer = LemmaTrainer(args=args, vocab=data.vocab, device="cpu")
    trainer.train_dict(data.raw_data())
    for _ in range(recipe.steps.get("lemma", 0)):
        for batch in data:
            trainer.update(batch)
    return trainer


def _tagger(recipe: Recipe, language: Sequence[str], vectors: Any) -> Any:
    args = tagger.parse_args(recipe.arguments("pos", "--lang", "en", *language))
    args["word_cutoff"] = update_word_cutoff(vectors, args["word_cutoff"])
    document = _document(recipe)
    vocab = Dataset.init_vocab([document], args)
    trainer = TaggerTrainer(args=args, vocab=vocab, pretrain=vectors, device="cpu")
    data = Dataset(document, args, vectors, vocab=vocab, evaluation=False)
    for _ in range(recipe.steps.get("pos", 0)):
        for batch in data.to_loader(batch_size=args["batch_size"]):
            trainer.update(batch)
    return trainer


def _parser(recipe: Recipe, language: Sequence[str], vectors: Any) -> Any:
    args = parser.parse_args(recipe.arguments("depparse", "--lang", "en", *language))
    args["word_cutoff"] = update_word_cutoff(vectors, args["word_cutoff"])
    data = ParserData(_document(recipe), args["batch_size"], args, vectors, evaluation=False)
    trainer = GraphTrainer(args=args, vocab=data.vocab, pretrain=vectors, device="cpu")
    batches = InfiniteBatch(data)
    for _ in range(recipe.steps.get("depparse", 0)):
        trainer.update(batches.next_batch())
    return trainer


def _names(recipe: Recipe, language: Sequence[str], vectors: Any) -> Any:
    args = ner_tagger.parse_args(recipe.arguments("ner", *language))
    args["word_emb_dim"] = recipe.width
    # corpora of English names keep clitics apart: each word is a token
    rows = [row for row in recipe.treebank.splitlines() if "-" not in row.partition("\t")[0] or row.startswith("#")]
    document = CoNLL.conll2doc(input_str="\n".join([*rows, ""]) + "\n")
    for sentence in document.sentences:
        for token in sentence.tokens:
            token.ner = token.ner or "O"
    data = NerData(document, args["batch_size"], args, vectors, evaluation=False)
    trainer = NerTrainer(args=args, vocab=data.vocab, pretrain=vectors, device="cpu")
    for _ in range(recipe.steps.get("ner", 0)):
        for batch in data:
            trainer.update(batch)
    return trainer


def open_pipeline(paths: Mapping[str, Path]) -> Any:
    """``stanza.Pipeline`` of these files, by processor, and of what ``SHARED`` names; nothing is fetched."""
    options = {f"{name}_model_path": str(path) for name, path in paths.items() if name not in SHARED}
    options |= {f"{user}_{name}_path": str(paths[name]) for name in SHARED if name in paths for user in SHARING}
    with tempfile.TemporaryDirectory() as empty:
        (Path(empty) / "resources.json").write_text("{}", encoding="utf-8")
        return stanza.Pipeline(
            "en",
            dir=empty,
            processors=",".join(PROCESSORS),
            package=None,
            download_method=None,
            use_gpu=False,
            allow_unknown_language=True,
            verbose=False,
            **options,
        )
