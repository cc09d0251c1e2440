"""A whole pack of Stanza's models through our code: fetched, verified, chosen, parsed with, quotes read.

Stanza's own weights cannot be had without its hub, so small models of the same classes are trained here for a moment on
three invented sentences and served by a hub on this machine. They know these sentences and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import logging
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from threading import Thread

import pytest
import torch
from click.testing import CliRunner, Result

from bench.stanza_models import SHARING, Recipe, write_models
from service.cli import main
from service.model import Article
from service.parse.article_parser import ArticleParser
from service.parse.conllu import read_conllu, write_conllu
from service.parse.segmentation import MAX_SENTENCE_TOKENS
from service.parse.tree import Parse
from service.pipeline import Pipeline
from service.text import read_layout
from tests.parse.test_article_parser import check
from training.pack.settings import Schedule, Settings
from training.tokenizer.altered import SHARES
from training.tokenizer.learner import TokenizerLearner
from training.tokenizer.paragraphs import read_paragraphs

TEXT = (
    "Mayor Ada Quill said Wexcombe won't pay.\n\n“We didn’t know,” she told the Harbour Board. Tom Reyes's boat left."
)

# form, lemma, tags, head, relation and kind of name; a line with + is a multi-word token of so many words, and a form
# that ends in _ stands before the next without a space. The words of won't do not add up to it, those of didn’t do.
TREES = """
Mayor mayor NOUN NN 3 compound
Ada Ada PROPN NNP 4 nsubj B-PER
Quill Quill PROPN NNP 2 flat I-PER
said say VERB VBD 0 root
Wexcombe Wexcombe PROPN NNP 8 nsubj B-LOC
won't + 2
will will AUX MD 8 aux
not not PART RB 8 advmod
pay_ pay VERB VB 4 ccomp
. . PUNCT . 4 punct

“_ “ PUNCT `` 5 punct
We we PRON PRP 5 nsubj
didn’t + 2
did do AUX VBD 5 aux
n’t not PART RB 5 advmod
know_ know VERB VB 9 ccomp
,_ , PUNCT , 5 punct
” ” PUNCT '' 5 punct
she she PRON PRP 9 nsubj
told tell VERB VBD 0 root
the the DET DT 12 det
Harbour Harbour PROPN NNP 12 compound B-ORG
Board_ Board PROPN NNP 9 obj I-ORG
. . PUNCT . 9 punct

Tom Tom PROPN NNP 4 nmod:poss B-PER
Reyes's + 2
Reyes Reyes PROPN NNP 1 flat I-PER
's 's PART POS 1 case
boat boat NOUN NN 5 nsubj
left_ leave VERB VBD 0 root
. . PUNCT . 5 punct
"""

_SMALL = ("--char_emb_dim", "4", "--dropout", "0", "--optim", "adam", "--lr", "0.02")
_READER = (*_SMALL, "--word_dropout", "0", "--hidden_dim", "24", "--transformed_dim", "8", "--word_emb_dim", "8")
_BIAFFINE = ("--deep_biaff_hidden_dim", "16", "--tag_emb_dim", "4", "--num_layers", "1", "--augment_nopunct", "0")
OPTIONS = {
    "charlm": ("--char_emb_dim", "4", "--char_hidden_dim", "6"),
    "mwt": ("--emb_dim", "4", "--hidden_dim", "4"),
    "lemma": ("--emb_dim", "4", "--hidden_dim", "4", "--pos_dim", "4"),
    "pos": (*_READER, *_BIAFFINE, "--composite_deep_biaff_hidden_dim", "8"),
    "depparse": (*_READER, *_BIAFFINE),
    "ner": (*_SMALL, "--word_dropout", "0", "--hidden_dim", "24", "--no_emb_finetune"),
}
STEPS = {"mwt": 1, "lemma": 1, "pos": 40, "depparse": 60, "ner": 40}
TOKENIZER_STEPS = 80

PACKAGES = {
    **dict.fromkeys(("tokenize", "mwt"), "combined"),
    **dict.fromkeys(("pos", "depparse"), "combined_charlm"),
    "lemma": "combined_nocharlm",
    "ner": "conll03_charlm",
}
SHARED_PACKAGES = {"pretrain": "conll17", "forward_charlm": "1billion", "backward_charlm": "1billion"}


def treebank() -> str:
    """The trees as CoNLL-U; the first sentence and the other two are a paragraph each."""
    lines = ["# newdoc id = invented"]
    for number, block in enumerate(TREES.strip().split("\n\n")):
        lines += ["# newpar"] if number == 1 else []
        index, inside = 0, 0
        for row in block.splitlines():
            form, *columns = row.split()
            if columns[0] == "+":
                inside = int(columns[1])
                lines.append(f"{index + 1}-{index + inside}\t{form}" + "\t_" * 7 + "\t_")
                continue
            lemma, upos, xpos, head, relation, *kind = columns
            misc = [f"ner={kind[0]}"] if kind else []
            misc += ["SpaceAfter=No"] if form.endswith("_") else []
            index, inside = index + 1, max(0, inside - 1)
            feats = "Number=Sing" if upos in ("NOUN", "PROPN") else "_"
            cells = (index, form.rstrip("_"), lemma, upos, xpos, feats, head, relation, "_", "|".join(misc) or "_")
            lines.append("\t".join(map(str, cells)))
        lines.append("")
    return "\n".join([*lines, ""])


def write_tokenizer(path: Path) -> None:
    """A small tokenizer of Stanza's, trained until it knows the sentences."""
    chosen = Settings(
        schedule=Schedule(
            seed=1, steps=1, warmup=0, decay_from=0, learning_rate=0.0, floor=0.0, batch_words=1, evaluate_every=1
        ),
        stanza=("--hidden_dim", "12", "--emb_dim", "8", "--dropout", "0", "--tok_noise", "0", "--lr0", "0.02"),
        extra=dict.fromkeys(SHARES, 0.0) | {"limit": 600, "unit_dropout": 0.0},
    )
    paragraphs = read_paragraphs(treebank())
    # as often as a character must come to be in the alphabet
    learner = TokenizerLearner(chosen, train=[*paragraphs * 4], dev={"all": paragraphs})
    for _ in range(TOKENIZER_STEPS):
        learner.optimizer.zero_grad()
        learner.loss(range(len(paragraphs))).backward()  # type: ignore[no-untyped-call]
        learner.optimizer.step()
    learner.save(path)


@contextmanager
def hub(folder: Path) -> Iterator[str]:
    """The address at which the folder is served."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def write_hub(folder: Path) -> None:
    """Models and their list, as Stanza's hub has them."""
    random.seed(1)
    recipe = Recipe(
        treebank=treebank(),
        words=sorted({word.lower() for word in TREES.split() if word.strip("_").isalpha()}),
        width=12,
        characters="\n " + TEXT,
        options=OPTIONS,
        steps=STEPS,
    )
    made = folder / "made"
    made.mkdir()
    write_tokenizer(made / "tokenize.pt")
    write_models(made, recipe)
    english: dict[str, dict[str, object]] = {"packages": {"default": PACKAGES}}
    needed = [{"model": kind, "package": package} for kind, package in SHARED_PACKAGES.items()]
    for kind, package in (PACKAGES | SHARED_PACKAGES).items():
        (folder / kind).mkdir()
        file = (made / f"{kind}.pt").rename(folder / kind / f"{package}.pt")
        digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
        english[kind] = {package: {"md5": digest} | ({"dependencies": needed} if kind in SHARING else {})}
    listed = json.dumps({"en": english, "url": "https://nowhere.invalid/{lang}/{filename}"})
    (folder / f"resources_{version('stanza')}.json").write_text(listed)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which ``quoth models fetch`` put the models."""
    served = tmp_path_factory.mktemp("hub")
    folder = tmp_path_factory.mktemp("fetched") / "stanza-en"
    log = logging.getLogger("stanza")
    with pytest.MonkeyPatch.context() as patch, torch.random.fork_rng():
        patch.setattr(log, "level", logging.ERROR)
        write_hub(served)
        with hub(served) as address:
            fetched = quoth("models", "fetch", "--yes", "--mirror", address, "--to", folder)
    assert fetched.exit_code == 0, fetched.output
    return folder


@pytest.fixture(scope="module")
def reader(pack: Path) -> ArticleParser:
    return ArticleParser(pack)


def quoth(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)


def parsed(reader: ArticleParser, text: str = TEXT) -> Parse:
    [(found, notices)] = reader.parse([(text, read_layout(text))])
    assert notices == ()
    return found


def test_the_pack_is_verified_and_can_be_chosen(pack: Path) -> None:
    release = version("stanza")
    assert quoth("models", "verify", pack).stdout == f"stanza-en {release}: 15 files are as the manifest says\n"
    assert quoth("models", "use", pack).stdout == f"export QUOTH_MODEL_DIR={pack}\n"
    listed = quoth("models", "list", QUOTH_MODEL_DIR=str(pack)).stdout
    assert f"* {pack}: stanza-en {release} (en, stanza)" in listed


def test_an_altered_model_is_named_and_not_used(pack: Path, tmp_path: Path) -> None:
    shutil.copytree(pack, tmp_path / "altered")
    file = tmp_path / "altered" / "depparse-combined_charlm.pt"
    weights = bytearray(file.read_bytes())
    weights[-100] ^= 1
    file.write_bytes(weights)
    for command in ("verify", "use"):
        refused = quoth("models", command, tmp_path / "altered")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "depparse-combined_charlm.pt is altered" in refused.stderr


def test_the_trees_are_those_that_were_learnt(reader: ArticleParser) -> None:
    found = parsed(reader)
    assert [(s.index, s.paragraph) for s in found.sentences] == [(0, 0), (1, 1), (2, 1)]
    expected = [line.split("\t") for line in treebank().splitlines() if line[:1].isdigit()]
    words = [word for sentence in found.sentences for word in sentence.words]
    assert [(w.form, w.lemma, w.upos, w.xpos, w.feats or "_", str(w.head + 1), w.deprel) for w in words] == [
        tuple(cells[1:8]) for cells in expected if "-" not in cells[0]
    ]


def test_words_of_a_multi_word_token(reader: ArticleParser) -> None:
    sentences = parsed(reader).sentences
    shown = {w.form: w.span.of(TEXT) for sentence in sentences for w in sentence.words if w.span.of(TEXT) != w.form}
    # Stanza knows no place of words that do not add up to their token: they share its span
    assert shown == {"will": "won't", "not": "won't"}
    assert [w.form for w in sentences[1].words[2:4]] == ["did", "n’t"]
    assert [(w.span.start, w.span.end) for w in sentences[2].words[1:3]] == [(92, 97), (97, 99)]


def test_names_end_before_the_clitic(reader: ArticleParser) -> None:
    names = [(str(e.kind), e.span.of(TEXT), e.first, e.end) for s in parsed(reader).sentences for e in s.entities]
    assert names == [
        ("PER", "Ada Quill", 1, 3),
        ("LOC", "Wexcombe", 4, 5),
        ("ORG", "Harbour Board", 10, 12),
        ("PER", "Tom Reyes", 0, 2),
    ]


def test_quotes_come_of_it(reader: ArticleParser) -> None:
    extraction = Pipeline(reader, max_chars=1000).extract(Article(text=TEXT))
    assert (extraction.model.name, extraction.model.stanza) == ("stanza-en", version("stanza"))
    assert [
        (q.attribution.type.value, q.text, q.attribution.cue and q.attribution.cue.lemma, q.speaker and q.speaker.name)
        for q in extraction.quotes
    ] == [
        ("indirect", "Wexcombe won't pay", "say", "Ada Quill"),
        ("direct", "“We didn’t know,”", "tell", "Ada Quill"),
    ]


def test_the_command_line_reads_with_it(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(TEXT, encoding="utf-8")
    printed = quoth("extract", "--format", "json", tmp_path / "article.txt", QUOTH_MODEL_DIR=str(pack))
    assert printed.exit_code == 0, printed.output
    assert "“We didn’t know,”" in printed.stdout


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("\n\n", "\n"),
        "Nobody here has seen such words, 😀 nor “such marks.",
        "''We will pay,'' said\x00 Ada\u200b Quill.\ud83d",
        "x" * 700 + " a@b." * 60,
        '"' * 90 + "don't" * 40,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_offsets_and_trees_keep_the_contract(reader: ArticleParser, text: str) -> None:
    found = parsed(reader, text)
    check(text, found)
    assert read_conllu(write_conllu(found, text), text) == found


def test_articles_together_are_parsed_as_alone_and_endless_ones_in_parts(reader: ArticleParser) -> None:
    texts = [TEXT, "", "Mayor Quill said, " * 60 + "home."]
    together = reader.parse([(text, read_layout(text)) for text in texts])
    assert [reader.parse([(text, read_layout(text))])[0] for text in texts] == together
    assert [len(found.sentences) for found, _ in together][:2] == [3, 0]
    found, [notice] = together[2]
    assert notice.code == "long-sentence-split"
    assert max(len(sentence.words) for sentence in found.sentences) <= MAX_SENTENCE_TOKENS
