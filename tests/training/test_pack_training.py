"""A training in miniature: made-up sentences, made-up vectors, a handful of steps."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from stanza.models.common.pretrain import Pretrain
from stanza.models.pos.trainer import Trainer

from training.pack.loop import epoch_batches, train
from training.pack.names import Name, NamedSentence
from training.pack.ner import NerLearner, Swaps, altered, name_pool
from training.pack.prepare import write_pretrain
from training.pack.settings import BadSettings, Schedule, Settings, read_settings
from training.pack.tagger import TaggerLearner, tagger_loss

SENTENCES = [
    [("Mara", "PROPN", "NNP", "Number=Sing"), ("sings", "VERB", "VBZ", "Tense=Pres"), (".", "PUNCT", ".", "_")],
    [("dogs", "NOUN", "NNS", "Number=Plur"), ("bark", "VERB", "VBP", "Tense=Pres")],
    [("Olaf", "PROPN", "NNP", "Number=Sing"), ("slept", "VERB", "VBD", "Tense=Past"), (".", "PUNCT", ".", "_")],
    [("the", "DET", "DT", "_"), ("dogs", "NOUN", "NNS", "Number=Plur"), ("slept", "VERB", "VBD", "Tense=Past")],
]
SIZES = ("--hidden_dim", "6", "--char_hidden_dim", "4", "--char_emb_dim", "4")
TAGGER = ("--share_hid", *SIZES, "--deep_biaff_hidden_dim", "6", "--transformed_dim", "4", "--no_second_optim")


def schedule(steps: int) -> Schedule:
    return Schedule(
        seed=3, steps=steps, warmup=1, decay_from=1, learning_rate=0.01, floor=0.001, batch_words=6, evaluate_every=2
    )


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    words = sorted({form.lower() for sentence in SENTENCES for form, *_ in sentence})
    vectors = np.random.default_rng(1).normal(size=(len(words), 5)).astype(np.float16)
    np.savez(folder / "vectors.npz", words=np.array(words), vectors=vectors)
    write_pretrain(folder / "vectors.npz", folder / "vectors.pt")
    rows: list[str] = []
    for sentence in SENTENCES:
        for i, (form, upos, xpos, feats) in enumerate(sentence, 1):
            rows.append("\t".join([str(i), form, "_", upos, xpos, feats, str(i - 1), "dep", "_", "_"]))
        rows.append("")
    (folder / "train.conllu").write_text("\n".join([*rows, ""]), encoding="utf-8")
    return folder


def tagger(work: Path, steps: int, start: Path | None = None) -> TaggerLearner:
    treebank = work / "train.conllu"
    settings = Settings(schedule=schedule(steps), stanza=TAGGER, extra={})
    return TaggerLearner(settings, train=treebank, dev={"tiny": treebank}, vectors=work / "vectors.pt", start=start)


def weights(model: torch.nn.Module) -> list[torch.Tensor]:
    return [value.clone() for value in model.state_dict().values()]


def test_a_stopped_training_ends_where_an_unbroken_one_does(work: Path, tmp_path: Path) -> None:
    unbroken = tagger(work, 4)
    train(unbroken, schedule(4), tmp_path / "unbroken", max_gradient=1.0)

    class Stopped(Exception):
        pass

    stopped = tagger(work, 4)

    def stop_after_two(sentences: Sequence[int]) -> torch.Tensor:
        if (tmp_path / "stopped" / "checkpoint.pt").exists():
            raise Stopped
        return TaggerLearner.loss(stopped, sentences)

    stopped.loss = stop_after_two  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        train(stopped, schedule(4), tmp_path / "stopped", max_gradient=1.0)
    resumed = tagger(work, 4)
    history = train(resumed, schedule(4), tmp_path / "stopped", max_gradient=1.0)
    assert [entry["step"] for entry in history["scores"]] == [2, 4]
    for left, right in zip(weights(unbroken.model), weights(resumed.model), strict=True):
        assert torch.equal(left, right)


def test_the_loss_is_stanzas_own(work: Path) -> None:
    learner = tagger(work, 1)
    train_data = learner._train
    learner.model.eval()
    batch = train_data.collate_fn([train_data[i] for i in range(len(SENTENCES))])
    ours = tagger_loss(learner.model, batch).item()
    assert ours == pytest.approx(learner._trainer.update(batch, eval=True), rel=1e-5)


def test_the_saved_tagger_loads_in_stanza_and_can_be_gone_on_from(work: Path, tmp_path: Path) -> None:
    learner = tagger(work, 1)
    learner.save(tmp_path / "pos.pt")
    loaded = Trainer(args={}, model_file=str(tmp_path / "pos.pt"), pretrain=Pretrain(str(work / "vectors.pt")))
    assert loaded.args["wordvec_pretrain_file"] is None
    again = tagger(work, 1, start=tmp_path / "pos.pt")
    for left, right in zip(weights(learner.model), weights(again.model), strict=True):
        assert torch.equal(left, right)


NAMED = (
    NamedSentence(words=("Mara", "Quill", "'s"), glued=(False, False, True), names=(Name(first=0, end=2, kind="PER"),)),
    NamedSentence(words=("in", "Tarn", "."), glued=(False,) * 3, names=(Name(first=1, end=2, kind="LOC"),)),
    NamedSentence(words=("Reed", "and", "Co"), glued=(False,) * 3, names=(Name(first=0, end=3, kind="ORG"),)),
)
POOL = name_pool(NAMED)
SWAPS = {"name": 0.5, "joined": 0.5, "lower": 0.1, "upper": 0.1}


def test_names_are_learnt_and_saved(work: Path, tmp_path: Path) -> None:
    settings = Settings(schedule=schedule(2), stanza=SIZES, extra=SWAPS)
    learner = NerLearner(settings, train=NAMED, dev={"tiny": NAMED}, vectors=work / "vectors.pt")
    history = train(learner, schedule(2), tmp_path, max_gradient=1.0)
    assert set(history["scores"][-1]) >= {"score", "tiny PER", "tiny all"}
    found = learner.predict(NAMED)
    assert [sentence.words for sentence in found] == [sentence.words for sentence in NAMED]
    assert torch.load(tmp_path / "best.pt", weights_only=True)["config"]["save_dir"] == ""
    start = tmp_path / "best.pt"
    again = NerLearner(settings, train=NAMED, dev={"tiny": NAMED}, vectors=work / "vectors.pt", start=start)
    for left, right in zip(weights(learner.model), weights(again.model), strict=True):
        assert torch.equal(left, right)


@given(st.integers(0, 2), st.floats(0, 1), st.floats(0, 1))
def test_altered_sentences_keep_their_number_and_kinds_of_names(which: int, name: float, joined: float) -> None:
    swaps = Swaps(name=name, joined=joined, lower=0.2, upper=0.2)
    made = altered(NAMED[which], POOL, swaps)
    assert [n.kind for n in made.names] == [n.kind for n in NAMED[which].names]
    assert all(0 <= n.first < n.end <= len(made.words) for n in made.names)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=200), st.integers(1, 60), st.integers(0, 9))
def test_an_epoch_uses_every_sentence_once_in_batches_within_the_limit(
    lengths: list[int], words: int, seed: int
) -> None:
    batches = epoch_batches(lengths, words=words, seed=seed)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(batch) == 1 or sum(lengths[i] for i in batch) <= words for batch in batches)


@pytest.mark.parametrize("name", ["tagger.toml", "tagger_anneal.toml", "ner.toml"])
def test_settings_files_can_be_read(name: str) -> None:
    folder = Path(__file__).parents[2] / "training" / "pack"
    assert read_settings(folder / name).schedule.steps > 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[schedule]\n[stanza]\n", "write all of"),
        ("[schedule]\nseed = 1\n", r"write \[schedule\], \[stanza\]"),
    ],
)
def test_settings_that_do_not_fit_are_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadSettings, match=message):
        read_settings(tmp_path / "bad.toml")
