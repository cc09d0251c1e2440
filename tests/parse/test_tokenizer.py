"""The tokenizer's own front end against Stanza's: the same model gives the same tokens and sentences."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from service.parse.pack import Pack
from service.parse.scorer_stub import stand_in
from service.parse.tokenizer import Tokenizer
from training.tokenizer.graph import CHARACTERS, GRAPH, write

Spans = list[list[tuple[int, int, bool]]]

STORY = (
    "“Why now?” she asked. ‘We cannot wait,’ said Mayor Ada Quill, who didn't agree. Dr. Reyes's brother left Wexcombe "
    "at 9:15am - late. Write to ada.quill@wexcombe.example or see https://www.wexcombe.example/minutes?id=12, page 3. "
)
TEXTS = [
    STORY,
    "Harbour bridge to close",
    "",
    "   ",
    " A blank before.  Two   blanks between. And after. ",
    "x",
    "?!",
    "tel. 555 01 23;fax none...and so on -- it's all there:gone",
    "Naïve café, e\u0301 apart, 汉字 und ﷽ 😀 \u200b\u00ad\u2028 end",
    "news.example.com.au.Then more",
    "no-blank-" * 140,
    # read in several stretches, with sentence ends and without
    STORY * 12,
    "and then " * 260,
    "a" * 999 + " b",
    ("Stop. " * 166)[:999],
    ("Stop. " * 167)[:1000],
    ("Stop. " * 167)[:1001],
]


# the file of Stanza's trainer that the pack's graph was made from
MODEL = Path(__file__).parents[2] / "training" / "tokenizer" / "tokenize.pt"


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    pack = Pack.open()
    return Tokenizer.load(pack.path("tokenize"), pack.path("characters"))


@pytest.fixture(scope="module")
def stanza_trainer() -> Any:
    stand_in()
    from stanza.models.tokenization.trainer import Trainer  # noqa: PLC0415

    return Trainer(model_file=str(MODEL), device="cpu")


def by_stanza(trainer: Any, text: str) -> Spans:
    """What Stanza's own front end makes of one paragraph."""
    from stanza.models.tokenization.data import TokenizationDataset  # noqa: PLC0415
    from stanza.models.tokenization.utils import output_predictions  # noqa: PLC0415

    data = TokenizationDataset(trainer.args, input_text=text, vocab=trainer.vocab, evaluation=True)
    with torch.no_grad():
        _, _, _, found = output_predictions(None, trainer, data, trainer.vocab, None, 1000, text)
    return [[(t["start_char"], t["end_char"], "misc" in t) for t in sentence] for sentence in found]


def spans(tokenizer: Tokenizer, texts: list[str]) -> list[Spans]:
    """By the network alone: what is certain without it may differ in texts that nobody writes."""
    return [[[(t.start, t.end, t.multi) for t in sentence] for sentence in s] for s in tokenizer.by_network(texts)]


def test_all_texts_at_once_give_what_stanza_gives_for_each(tokenizer: Tokenizer, stanza_trainer: Any) -> None:
    for text, found in zip(TEXTS, spans(tokenizer, TEXTS), strict=True):
        assert found == (by_stanza(stanza_trainer, text) if text.strip() else []), text[:60]


@settings(deadline=None, max_examples=40)
@given(st.text(st.sampled_from("aB c. ,'’\"“”?!-1…é@:/wn\t"), max_size=80))
def test_any_text_gives_what_stanza_gives(tokenizer: Tokenizer, stanza_trainer: Any, text: str) -> None:
    [found] = spans(tokenizer, [text])
    assert found == (by_stanza(stanza_trainer, text) if text.strip() else [])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=60), max_size=4))
def test_tokens_follow_one_another_and_cover_what_is_not_blank(tokenizer: Tokenizer, texts: list[str]) -> None:
    for text, sentences in zip(texts, tokenizer.tokenise(texts), strict=True):
        tokens = [token for sentence in sentences for token in sentence]
        assert all(sentences)
        at = 0
        for token in tokens:
            assert at <= token.start < token.end <= len(text)
            assert re.fullmatch(r"[\s\x80-\x9f]*", text[at : token.start])
            at = token.end


def test_the_graph_of_the_pack_is_the_one_that_its_model_gives(tmp_path: Path) -> None:
    write(MODEL, tmp_path)
    pack = Pack.open()
    assert (tmp_path / GRAPH).read_bytes() == pack.path("tokenize").read_bytes()
    assert (tmp_path / CHARACTERS).read_bytes() == pack.path("characters").read_bytes()


def test_a_model_with_parts_that_the_graph_lacks_is_refused(tmp_path: Path) -> None:
    state = torch.load(MODEL, weights_only=True)
    state["config"]["use_dictionary"] = True
    torch.save(state, tmp_path / "odd.pt")
    with pytest.raises(ValueError, match="use_dictionary"):
        write(tmp_path / "odd.pt", tmp_path)
    assert not (tmp_path / GRAPH).exists()
