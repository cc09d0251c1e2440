"""A training in miniature: made-up sentences, made-up vectors, a handful of steps."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from training.pack.loop import epoch_batches, train
from training.pack.names import Name, NamedSentence
from training.pack.ner import NerLearner, Swaps, altered, name_pool
from training.pack.prepare import write_pretrain
from training.pack.settings import BadSettings, Schedule, Settings, read_settings

ROOT = Path(__file__).parents[2]
WORDS = ("mara", "quill", "in", "tarn", "reed", "and", "co")
SIZES = ("--hidden_dim", "6", "--char_hidden_dim", "4", "--char_emb_dim", "4")


def schedule(steps: int) -> Schedule:
    return Schedule(
        seed=3, steps=steps, warmup=1, decay_from=1, learning_rate=0.01, floor=0.001, batch_words=6, evaluate_every=2
    )


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    vectors = np.random.default_rng(1).normal(size=(len(WORDS), 5)).astype(np.float16)
    np.savez(folder / "vectors.npz", words=np.array(WORDS), vectors=vectors)
    write_pretrain(folder / "vectors.npz", folder / "vectors.pt")
    return folder


NAMED = (
    NamedSentence(words=("Mara", "Quill", "'s"), glued=(False, False, True), names=(Name(first=0, end=2, kind="PER"),)),
    NamedSentence(words=("in", "Tarn", "."), glued=(False,) * 3, names=(Name(first=1, end=2, kind="LOC"),)),
    NamedSentence(words=("Reed", "and", "Co"), glued=(False,) * 3, names=(Name(first=0, end=3, kind="ORG"),)),
)
POOL = name_pool(NAMED)
SWAPS = {"name": 0.5, "joined": 0.5, "lower": 0.1, "upper": 0.1}


def names(work: Path, steps: int, start: Path | None = None) -> NerLearner:
    settings = Settings(schedule=schedule(steps), stanza=SIZES, extra=SWAPS)
    return NerLearner(settings, train=NAMED, dev={"tiny": NAMED}, vectors=work / "vectors.pt", start=start)


def weights(model: torch.nn.Module) -> list[torch.Tensor]:
    return [value.clone() for value in model.state_dict().values()]


def test_a_stopped_training_ends_where_an_unbroken_one_does(work: Path, tmp_path: Path) -> None:
    unbroken = names(work, 4)
    train(unbroken, schedule(4), tmp_path / "unbroken", max_gradient=1.0)

    class Stopped(Exception):
        pass

    stopped = names(work, 4)

    def stop_after_two(sentences: Sequence[int]) -> torch.Tensor:
        if (tmp_path / "stopped" / "checkpoint.pt").exists():
            raise Stopped
        return NerLearner.loss(stopped, sentences)

    stopped.loss = stop_after_two  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        train(stopped, schedule(4), tmp_path / "stopped", max_gradient=1.0)
    resumed = names(work, 4)
    history = train(resumed, schedule(4), tmp_path / "stopped", max_gradient=1.0)
    assert [entry["step"] for entry in history["scores"]] == [2, 4]
    for left, right in zip(weights(unbroken.model), weights(resumed.model), strict=True):
        assert torch.equal(left, right)


def test_names_are_learnt_and_saved(work: Path, tmp_path: Path) -> None:
    learner = names(work, 2)
    history = train(learner, schedule(2), tmp_path, max_gradient=1.0)
    assert set(history["scores"][-1]) >= {"score", "tiny PER", "tiny all"}
    found = learner.predict(NAMED)
    assert [sentence.words for sentence in found] == [sentence.words for sentence in NAMED]
    assert torch.load(tmp_path / "best.pt", weights_only=True)["config"]["save_dir"] == ""
    again = names(work, 2, start=tmp_path / "best.pt")
    for left, right in zip(weights(learner.model), weights(again.model), strict=True):
        assert torch.equal(left, right)


def test_the_command_starts_where_no_scorer_is_installed() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "training.pack", "--help"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "correct" in run.stdout


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


@pytest.mark.parametrize("name", ["ner.toml", "ner_anneal.toml"])
def test_settings_files_can_be_read(name: str) -> None:
    assert read_settings(ROOT / "training" / "pack" / name).schedule.steps > 0


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
