"""The benchmark of Stanza's default architecture, in small: its decoding is what its head says, its figures add up."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch

import bench.stanza_default
from bench.stanza_default import DEFAULT, QUOTH, Compared, Timed, compare, default_pipeline, report
from bench.stanza_models import PROCESSORS
from tests.parse.test_stanza_pack import OPTIONS

TEXT = "Mayor Ada Quill said Wexcombe won't pay.\n\n“We didn’t know,” she told the Harbour Board."


def test_untrained_models_are_decoded_in_stanza_s_favour(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bench.stanza_default, "VECTORS", 100)
    random.seed(1)
    with torch.random.fork_rng():
        pipeline = default_pipeline(tmp_path, [TEXT], OPTIONS)
    timed = Timed(pipeline)
    document = pipeline(TEXT)
    assert set(timed.seconds) == set(PROCESSORS)
    words = [word for sentence in document.sentences for word in sentence.words]
    assert [word.text for word in words][:9] == ["Mayor", "Ada", "Quill", "said", "Wexcombe", "wo", "n't", "pay", "."]
    assert [word.lemma for word in words] == [word.text for word in words]
    assert all(word.head == word.id - 1 for word in words)
    assert document.ents == []
    found = compare([TEXT], {QUOTH: pipeline, DEFAULT: pipeline}, timed, repeats=2)
    assert found.words == [22]
    assert sum(found.shares.values()) == pytest.approx(1)
    assert [len(run) for run in found.seconds[DEFAULT]] == [1, 1]


def test_the_report() -> None:
    found = Compared(
        words=[100, 300], seconds={QUOTH: [[0.1, 0.1], [0.1, 0.3]], DEFAULT: [[1, 1], [1, 3]]}, shares={"pos": 1.0}
    )
    assert found.speeds(QUOTH) == [2000, 1000]
    assert found.ratios(DEFAULT) == pytest.approx([10, 10])
    assert f"| {DEFAULT} | 150 | 100 to 200 | 10.0 (10.0 to 10.0) |" in report(found)
