"""The encoder's training in small: material, steps, going on, the graph against the network, a pack that parses."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from tokenizers import Tokenizer

from service.parse.article_parser import ArticleParser
from service.parse.decoding import is_tree
from service.parse.encoding import blocks
from service.parse.pack import EMBEDDED
from service.text import read_layout
from training.encoder.__main__ import TOKENIZER as TOKENIZER_MODEL
from training.encoder.articles import read_article
from training.encoder.data import NER, UNKNOWN, Coder, Labels, collate, cut, read_conllu, toggled
from training.encoder.distil import STATES, Teacher
from training.encoder.export import BLOCK_INPUTS, INPUTS, OUTPUTS, export
from training.encoder.lemmas import lemma_table
from training.encoder.model import POSITIONS, SHAPE, VOCABULARY, WIDTH, Network, Shape
from training.encoder.packing import FILES, NAMES_OUTSIDE, load_network, write_pack
from training.encoder.prepare import cut_article, named_documents
from training.encoder.start import load_pack, read_pack
from training.encoder.train import Material, Settings, losses, train
from training.pack.names import Name, NamedSentence, write_sentences

TREEBANK = """# newdoc id = invented
# text = Ada Quill said the town pays.
1	Ada	Ada	PROPN	NNP	Number=Sing	3	nsubj	_	_
2	Quill	Quill	PROPN	NNP	Number=Sing	1	flat	_	_
3	said	say	VERB	VBD	Tense=Past	0	root	_	_
4	the	the	DET	DT	_	5	det	_	_
5	town	town	NOUN	NN	Number=Sing	6	nsubj	_	_
6	pays	pay	VERB	VBZ	Tense=Pres	3	ccomp	_	SpaceAfter=No
7	.	.	PUNCT	.	_	3	punct	_	_

"""
ARTICLE = 'Tom Reyes left. "We pay," Ada Quill said.'


@pytest.fixture(autouse=True)
def denormal_numbers_afterwards() -> Iterator[None]:
    """The training has the processor flush them to zero, which other tests must not find so."""
    yield
    torch.set_flush_denormal(False)


# layers of the pretrained network, and units between two sublayers, of which Quoth's keeps some
DEEP = SHAPE.layers
WIDE = 1536


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of the pretrained encoder's shape, drawn at random, and the pack's word pieces."""
    folder = tmp_path_factory.mktemp("pretrained")
    generator = torch.Generator().manual_seed(1)

    def drawn(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator) * 0.02

    norm = {"weight": torch.ones(WIDTH), "bias": torch.zeros(WIDTH)}
    weights = {
        "embeddings.word_embeddings.weight": drawn(VOCABULARY, WIDTH),
        "embeddings.position_embeddings.weight": drawn(POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": drawn(2, WIDTH),
        **{f"embeddings.LayerNorm.{k}": v.clone() for k, v in norm.items()},
    }
    for number in range(DEEP):
        p = f"encoder.layer.{number}."
        square = [f"attention.self.{part}" for part in ("query", "key", "value")] + ["attention.output.dense"]
        shapes = dict.fromkeys(square, (WIDTH, WIDTH))
        shapes |= {"intermediate.dense": (WIDE, WIDTH), "output.dense": (WIDTH, WIDE)}
        for name, shape in shapes.items():
            weights[f"{p}{name}.weight"], weights[f"{p}{name}.bias"] = drawn(*shape), torch.zeros(shape[0])
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights |= {f"{p}{name}.{k}": v.clone() for k, v in norm.items()}
    save_file(weights, folder / "model.safetensors")
    (folder / "tokenizer.json").write_bytes((EMBEDDED / "pieces.json").read_bytes())
    return folder


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    from service.parse.tokenizer import Tokenizer as Cutter  # noqa: PLC0415

    path = tmp_path_factory.mktemp("ud") / "invented.conllu"
    path.write_text(TREEBANK, encoding="utf-8")
    treebank = read_conllu(path)
    paragraphs = cut_article(ARTICLE, Cutter.load(EMBEDDED / "tokenize.onnx", EMBEDDED / "characters.json"))
    attribution = {"content": [[16, 25]], "source": [[26, 35]], "cue": [[36, 40]]}
    article = read_article("invented", ARTICLE, paragraphs, [attribution], names=[])
    return Material(labels=Labels.of(treebank, rare=1), treebank=treebank, articles=[article])


def test_an_article_is_labelled_word_by_word(material: Material) -> None:
    [article] = material.articles
    words = [form for s in article.sentences for form in s.forms]
    assert words == ["Tom", "Reyes", "left", ".", '"', "We", "pay", ",", '"', "Ada", "Quill", "said", "."]
    assert article.parts is not None
    assert article.pointers is not None
    assert [[p[k] for p in article.parts] for k in range(3)] == [
        [0, 0, 0, 0, 1, 2, 2, 2, 2, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
    ]
    assert [p[0] for p in article.pointers[4:9]] == [11] * 5
    assert [p[1] for p in article.pointers[9:11]] == [11, 11]
    assert [m for s in article.sentences for m in s.marks] == [0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0]


def test_a_window_points_inside_itself_alone(material: Material, pretrained: Path) -> None:
    coder = Coder(Tokenizer.from_file(str(pretrained / "tokenizer.json")), material.labels)
    sentences = coder.document(material.articles[0])
    _, targets = collate([sentences], coder)
    assert targets.pointers[0, 4:9, 0].tolist() == [12] * 5
    assert targets.pointers[0, 0].tolist() == [0, 0]
    # cut after the first sentence, the second one's words count from its own beginning
    runs = cut(sentences, limit=sentences[1].size)
    _, second = collate([runs[-1]], coder)
    assert second.pointers[0, 0:5, 0].tolist() == [8] * 5


def test_a_word_costs_its_pieces_and_no_padding(material: Material, pretrained: Path) -> None:
    coder = Coder(Tokenizer.from_file(str(pretrained / "tokenizer.json")), material.labels)
    assert len(coder.pieces("town")) == 1
    assert 1 < len(coder.pieces("Wexcombe")) <= 4


def test_marks_are_toggled_and_their_words_inside() -> None:
    assert toggled(["He", ":", '"', "Go", '"', "now"], inside=False) == ([0, 0, 1, 1, 1, 0], False)
    assert toggled(["“", "Go"], inside=False) == ([1, 1], True)


def test_the_table_of_lemmas_keeps_names_and_lowers_the_rest(material: Material) -> None:
    assert ("Ada", "PROPN", "Ada") in lemma_table(material.treebank)
    assert ("said", "VERB", "say") in lemma_table(material.treebank)


def test_training_goes_on_and_makes_a_pack_that_parses(material: Material, pretrained: Path, tmp_path: Path) -> None:
    with (tmp_path / "material.pkl").open("wb") as file:
        pickle.dump(material, file)
    settings = Settings(
        steps=1, layers=5, inner=64, local=2, treebank_pieces=64, article_pieces=64, warmup_steps=1, checkpoint_steps=1
    )
    train(tmp_path, pretrained, settings, 0, 1)
    before = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert before["step"] == 1
    train(tmp_path, pretrained, replace(settings, steps=2), 0, 1)
    after = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert after["step"] == 2
    assert not torch.equal(before["network"]["upos.weight"], after["network"]["upos.weight"])
    # what is frozen stays as it came
    assert torch.equal(before["network"]["encoder.word.weight"], after["network"]["encoder.word.weight"])

    roles = ("tokenize", "characters", "encoder", "pieces", "labels", "relations", "lemmas")
    write_pack(
        tmp_path / "pack",
        load_network(tmp_path / "checkpoint.pt", material.labels),
        material.labels,
        material.treebank,
        pieces=pretrained / "tokenizer.json",
        tokenizer=TOKENIZER_MODEL,
        notes={role: {"what": role, "origin": "invented", "licence": "none"} for role in roles},
        version="0.0.1",
    )
    [(parse, notices)] = ArticleParser(tmp_path / "pack").parse([(ARTICLE, read_layout(ARTICLE))])
    assert notices == ()
    assert all(is_tree([w.head + 1 for w in s.words]) for s in parse.sentences)
    assert parse.signals is not None
    assert parse.signals.parts.shape == (13, 3, 3)
    assert parse.signals.windows[-1].end == 13


def test_a_training_goes_on_from_a_pack(pretrained: Path, material: Material, tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = Network(material.labels.sizes).eval()
    network.encoder.load_pretrained(pretrained)
    # no two weights the same, as after a training: of equal ones the graph keeps one
    for parameter in network.parameters():
        parameter.data += 0.01 * torch.randn(parameter.shape)
    trained = {name: value.clone() for name, value in network.state_dict().items()}
    wrote(tmp_path / "pack", network, material, pretrained)
    again = Network(material.labels.sizes)
    load_pack(again, tmp_path / "pack", material.labels.index["ner"]["O"])
    for (name, was), found in zip(trained.items(), again.state_dict().values(), strict=True):
        # a mix is known up to a constant, which softmax does not see
        left, right = (torch.softmax(x, 0) if name.startswith("mix_") else x for x in (was, found))
        # 8 bits: half a step of the largest weight's 127
        assert torch.allclose(left, right, atol=float(left.abs().max()) / 127), name


def wrote(folder: Path, network: Network, material: Material, pretrained: Path) -> None:
    """Write a pack of the network as a checkpoint's is read for one."""
    network.ner.bias.data[material.labels.index["ner"]["O"]] += NAMES_OUTSIDE
    write_pack(
        folder,
        network,
        material.labels,
        material.treebank,
        pieces=pretrained / "tokenizer.json",
        tokenizer=TOKENIZER_MODEL,
        notes={role: {} for role in FILES},
        version="0.0.1",
    )


def test_a_pack_of_other_labels_is_no_start(material: Material) -> None:
    with pytest.raises(ValueError, match=r"does not fit this network in feats"):
        load_pack(Network(material.labels.sizes), EMBEDDED, 0)


def test_gold_names_leave_open_what_may_be_a_name_of_another_kind(tmp_path: Path) -> None:
    rows = ["# newdoc id = a", "1\tAda\tAda\tPROPN\tNNP\t_\t3\tnsubj\t_\t_"]
    rows += [f"{k}\t{form}\t{form}\tX\t{xpos}\t_\t1\tdep\t_\t_" for k, form, xpos in THE_REST]
    text = "\n".join(rows) + "\n\n"
    (tmp_path / "a.conllu").write_text("".join(text.replace("= a", f"= {k}") for k in range(5)), encoding="utf-8")
    sentence = NamedSentence(
        words=("Ada", "speaks", "Danish", "on", "Easter"), glued=(False,) * 5, names=(Name(first=0, end=1, kind="PER"),)
    )
    write_sentences([sentence], tmp_path / "names.jsonl")
    documents = named_documents(tmp_path / "a.conllu", tmp_path / "names.jsonl")
    # every fifth is held out, beginning with the first
    assert [d.name for d in documents] == ["1", "2", "3", "4"]
    [found] = documents[0].sentences
    assert found.names == ["B-PER", "O", UNKNOWN, "O", UNKNOWN]
    assert found.heads is None
    assert found.upos is None


THE_REST = ((2, "speaks", "VBZ"), (3, "Danish", "JJ"), (4, "on", "IN"), (5, "Easter", "NNP"))


@pytest.mark.parametrize("local", [0, 2, 3])
@pytest.mark.parametrize("words", [13, 100, 313])
def test_the_graph_says_what_the_network_says(
    material: Material, pretrained: Path, tmp_path: Path, local: int, words: int
) -> None:
    torch.manual_seed(2)
    network = Network(material.labels.sizes, shape=Shape(local=local)).eval()
    network.encoder.load_pretrained(pretrained)
    export(network, tmp_path / "plain.onnx", quantised=False)
    coder = Coder(Tokenizer.from_file(str(pretrained / "tokenizer.json")), material.labels)
    article = coder.document(material.articles[0])
    run = (article * (words // 13 + 1))[: 2 * (words // 13)]
    batch, _ = collate([run], coder)
    with torch.inference_mode():
        out = network(batch)
    session = onnxruntime.InferenceSession(tmp_path / "plain.onnx", providers=["CPUExecutionProvider"])
    feed = {name: getattr(batch, name).numpy() for name in INPUTS}
    length = int(batch.mask.sum())
    if local:
        count, size = blocks(length)
        feed |= dict(zip(BLOCK_INPUTS, (np.array([count, size, WIDTH]), np.array([size // 2])), strict=True))
    else:
        feed = {name: x if name == "first" else x[:, :length] for name, x in feed.items()}
    for name, found in zip(OUTPUTS, session.run(None, feed), strict=True):
        wanted = getattr(out, name).numpy()
        if found.dtype == np.int32:
            assert (found == wanted.argmax(-1)).all(), name
        else:
            assert np.allclose(found, wanted, atol=1e-3), name


@given(st.integers(min_value=3, max_value=POSITIONS))
def test_blocks_fill_a_window_and_little_more(length: int) -> None:
    count, size = blocks(length)
    assert length <= count * size < length + count
    assert count * size <= POSITIONS
    assert size <= 96


def test_what_is_in_no_block_of_a_piece_is_not_seen_by_a_local_layer(material: Material, pretrained: Path) -> None:
    coder = Coder(Tokenizer.from_file(str(pretrained / "tokenizer.json")), material.labels)
    batch, _ = collate([coder.document(material.articles[0]) * 12], coder)
    network = Network(material.labels.sizes, shape=Shape(local=2)).eval()
    changed = batch._replace(ids=batch.ids.clone())
    changed.ids[0, 0] = 1234
    with torch.inference_mode():
        before, after = (network.encoder(x) for x in (batch, changed))
    touched = [
        set(((x - y).abs().sum(-1)[0] > 0).nonzero().flatten().tolist()) for x, y in zip(before, after, strict=True)
    ]
    block, shifted = batch.block[0].tolist(), batch.shifted[0].tolist()
    first = {k for k, number in enumerate(block) if number == block[0]}
    assert touched[0] == {0}
    assert touched[1] == first
    assert touched[2] == {k for k, number in enumerate(shifted) if number in {shifted[j] for j in first}}
    assert len(touched[2]) < len(block) == len(touched[3])


def test_a_smaller_network_takes_layers_and_the_mixes_of_those_left_out(
    pretrained: Path, material: Material, tmp_path: Path
) -> None:
    torch.manual_seed(5)
    large = Network(material.labels.sizes, shape=Shape(layers=4, inner=96, local=0)).eval()
    large.encoder.load_pretrained(pretrained)
    for parameter in large.parameters():
        parameter.data += 0.01 * torch.randn(parameter.shape)
    large.mix_tree.weights.data = torch.tensor([0.1, 0.2, 0.3, 0.15, 0.25]).log()
    wrote(tmp_path / "pack", large, material, pretrained)
    again = read_pack(tmp_path / "pack", material.labels)
    assert again.encoder.shape == Shape(layers=4, inner=96, local=0)
    small = Network(material.labels.sizes, shape=Shape(layers=3, inner=64, local=2))
    load_pack(small, tmp_path / "pack", material.labels.index["ner"]["O"])
    # of four layers the first, the third and the last
    for number, old in enumerate((0, 2, 3)):
        for name in ("qkv.weight", "out.bias", "norm2.weight"):
            own, its = (x.encoder.get_parameter(f"layers.{k}.{name}") for x, k in ((small, number), (again, old)))
            assert torch.equal(own, its)
    assert torch.allclose(torch.softmax(small.mix_tree.weights, 0), torch.tensor([0.1, 0.5, 0.15, 0.25]), atol=1e-3)
    wrote(tmp_path / "small", small, material, pretrained)
    assert read_pack(tmp_path / "small", material.labels).encoder.shape == small.encoder.shape


def test_a_pupil_comes_nearer_to_its_teacher_in_all_that_it_says(material: Material, pretrained: Path) -> None:
    torch.manual_seed(7)
    coder = Coder(Tokenizer.from_file(str(pretrained / "tokenizer.json")), material.labels)
    batch, targets = collate([coder.document(d) for d in (*material.treebank, *material.articles)], coder)
    networks = [Network(material.labels.sizes, shape=Shape(layers=k, inner=32)) for k in (3, 2)]
    for network in networks:
        network.encoder.load_pretrained(pretrained)
    # a teacher that says something: a network begins without relations and with mixes of the last state alone
    for parameter in networks[0].parameters():
        parameter.data += 0.03 * torch.randn(parameter.shape)
    teacher, pupil = Teacher(networks[0]), networks[1].eval()

    def told() -> dict[str, torch.Tensor]:
        states = pupil.states(batch)
        return teacher.losses(pupil, states, pupil.read(states), batch, targets)

    before = told()
    assert set(before) == {STATES, *losses(pupil, pupil(batch), targets)}
    optimizer = torch.optim.Adam([p for p in pupil.parameters() if p.requires_grad], lr=5e-4)
    for _ in range(25):
        optimizer.zero_grad()
        torch.stack(list(told().values())).sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    after = told()
    assert {name for name in before if after[name] >= before[name]} == set()
    own = networks[0].states(batch)
    itself = teacher.losses(networks[0], own, networks[0].read(own), batch, targets)
    assert all(abs(float(v)) < 1e-5 for v in itself.values())


def test_labels_name_every_class_once(material: Material) -> None:
    named = json.loads((EMBEDDED / "labels.json").read_text(encoding="utf-8"))
    assert all(len(set(labels)) == len(labels) for labels in named.values())
    assert tuple(named["ner"]) == NER
    assert set(material.labels.upos) <= set(named["upos"])
