"""The tokenizer's training in miniature: made-up paragraphs, a handful of steps."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from service.parse.tokenizer import Tokenizer
from training.pack.loop import train
from training.pack.settings import Schedule, Settings, read_settings
from training.tokenizer.altered import SHARES, Shares, altered, speech, without_stop
from training.tokenizer.graph import CHARACTERS, GRAPH, write
from training.tokenizer.learner import TokenizerLearner, label_scores
from training.tokenizer.paragraphs import Paragraph, joined, read_paragraphs, stretches

CONLLU = """# newdoc id = one
# text = Mara can't wait.
1\tMara\t_\t_\t_\t_\t_\t_\t_\t_
2-3\tcan't\t_\t_\t_\t_\t_\t_\t_\t_
2\tca\t_\t_\t_\t_\t_\t_\t_\t_
3\tn't\t_\t_\t_\t_\t_\t_\t_\t_
4\twait\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
5\t.\t_\t_\t_\t_\t_\t_\t_\t_

# text = Olaf left.
1\tOlaf\t_\t_\t_\t_\t_\t_\t_\t_
2\tleft\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
3\t.\t_\t_\t_\t_\t_\t_\t_\t_

# newpar
# text = A heading
1\tA\t_\t_\t_\t_\t_\t_\t_\t_
2\theading\t_\t_\t_\t_\t_\t_\t_\t_

"""
PARAGRAPHS = read_paragraphs(CONLLU)
EXTRA = dict.fromkeys(SHARES, 0.5) | {"limit": 80, "unit_dropout": 0.1}


def schedule(steps: int) -> Schedule:
    return Schedule(
        seed=3, steps=steps, warmup=1, decay_from=1, learning_rate=0.01, floor=0.001, batch_words=60, evaluate_every=2
    )


def learner(steps: int, start: Path | None = None) -> TokenizerLearner:
    chosen = Settings(schedule=schedule(steps), stanza=("--hidden_dim", "4", "--emb_dim", "4"), extra=EXTRA)
    return TokenizerLearner(chosen, train=PARAGRAPHS * 4, dev={"tiny": PARAGRAPHS}, start=start)


def drawn(paragraph: Paragraph) -> str:
    """The text with ``·`` after each token, ``|`` after each sentence, ``+`` after multi-word tokens."""
    return "".join(c + ("", "·", "|", "+", "+|")[n] for c, n in zip(paragraph.text, paragraph.labels, strict=True))


def test_paragraphs_are_read_from_treebanks() -> None:
    assert [drawn(p) for p in PARAGRAPHS] == ["Mara· can't+ wait·.| Olaf· left·.|", "A· heading|"]


def test_a_stopped_training_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    unbroken = learner(4)
    train(unbroken, schedule(4), tmp_path / "unbroken", max_gradient=1.0)
    stopped = learner(4)

    class Stopped(Exception):
        pass

    def stop_after_two(sentences: Sequence[int]) -> torch.Tensor:
        if (tmp_path / "stopped" / "checkpoint.pt").exists():
            raise Stopped
        return TokenizerLearner.loss(stopped, sentences)

    stopped.loss = stop_after_two  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        train(stopped, schedule(4), tmp_path / "stopped", max_gradient=1.0)
    resumed = learner(4)
    train(resumed, schedule(4), tmp_path / "stopped", max_gradient=1.0)
    for left, right in zip(unbroken.model.parameters(), resumed.model.parameters(), strict=True):
        assert torch.equal(left, right)


def test_the_saved_model_loads_in_the_service_and_can_be_gone_on_from(tmp_path: Path) -> None:
    made = learner(2)
    train(made, schedule(2), tmp_path, max_gradient=1.0)
    texts = [paragraph.text for paragraph in PARAGRAPHS]
    write(tmp_path / "best.pt", tmp_path)
    loaded = Tokenizer.load(tmp_path / GRAPH, tmp_path / CHARACTERS).tokenise(texts)
    assert [sentences[-1][-1].end for sentences in loaded] == [len(text) for text in texts]
    again = learner(1, start=tmp_path / "best.pt")
    for left, right in zip(made.model.parameters(), again.model.parameters(), strict=True):
        assert left.shape == right.shape
    assert set(again.evaluate()) >= {"score", "tiny tokens", "tiny sentences", "tiny multi"}


def test_the_scores_are_stanzas_own() -> None:
    made = learner(1)
    made.model.eval()
    units, features, _ = made.batch(PARAGRAPHS)
    theirs = made.model(units, features, [units.size(1)] * len(units), None)
    assert torch.allclose(label_scores(made.model, units, features), theirs, atol=1e-6)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(PARAGRAPHS))
def test_altered_paragraphs_are_labelled_throughout(seed: int, paragraph: Paragraph) -> None:
    random.seed(seed)
    made = altered(paragraph, PARAGRAPHS, Shares(by_name=dict.fromkeys(SHARES, 0.5)), 200)
    assert len(made.text) == len(made.labels)
    assert made.labels[-1] in (2, 4)
    assert all(label == 0 for c, label in zip(made.text, made.labels, strict=True) if c == " ")


def test_a_mark_inside_reported_speech_ends_no_sentence() -> None:
    random.seed(1)
    asked = Paragraph(text="Why now?", labels=(0, 0, 1, 0, 0, 0, 1, 2))
    made = [drawn(found) for found in (speech(asked) for _ in range(60)) if found is not None]
    assert len(made) == 60
    assert any("?·" in m and m.count("|") == 1 and not m.startswith(("She", "He")) for m in made)


def test_a_paragraph_may_lack_its_stop() -> None:
    assert drawn(without_stop(Paragraph(text="Go on.", labels=(0, 1, 0, 0, 1, 2)))) == "Go· on|"


def test_stretches_are_whole_sentences() -> None:
    whole = joined(PARAGRAPHS[0].split())
    assert [drawn(s) for s in stretches(whole, 17)] == ["Mara· can't+ wait·.|", " Olaf· left·.|"]


@pytest.mark.parametrize("name", ["tokenizer.toml", "anneal.toml"])
def test_settings_files_can_be_read(name: str) -> None:
    folder = Path(__file__).parents[2] / "training" / "tokenizer"
    read = read_settings(folder / name)
    assert set(read.extra) == {*SHARES, "limit", "unit_dropout"}
