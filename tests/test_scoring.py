"""The shared score on cases small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import ScoreError
from service.scoring import ScoreResult, format_table, read_rows, same_speaker, score

#       It rains, she said. "We do not mind rain," Dr Ada Bell told Tom. Tom left.
# words: 0    1   2   3      4  5   6   7    8     9  10  11   12  13   14  15
TEXT = 'It rains, she said. "We do not mind rain," Dr Ada Bell told Tom. Tom left.'


def spans(*pieces: str) -> list[list[int]]:
    return [[TEXT.index(p), TEXT.index(p) + len(p)] for p in pieces]


def quote(content: str, source: str | None, cue: str | None, **more: Any) -> dict[str, Any]:
    return {
        "content": spans(content),
        "source": spans(source) if source else [],
        "cue": spans(cue) if cue else [],
        **more,
    }


def row(*quotes: dict[str, Any]) -> dict[str, Any]:
    return {"article": "a", "text": TEXT, "quotes": list(quotes)}


RAINS = quote("It rains", "she", "said", speaker="Ada Bell")
MIND = quote('"We do not mind rain,"', "Dr Ada Bell", "told", speaker="Dr Ada Bell")
GOLD = [row(RAINS, MIND)]


def figures(result: ScoreResult) -> dict[str, tuple[float, ...]]:
    return {k: tuple(round(v, 2) for v in d.values()) for k, d in result.figures.items()}


def test_gold_against_itself_is_perfect() -> None:
    assert {v for d in score(GOLD, GOLD).figures.values() for v in d.values()} == {100.0}


def test_nothing_predicted_scores_nothing_and_names_what_is_missed() -> None:
    result = score(GOLD, [row()], errors=9)
    assert {v for d in result.figures.values() for v in d.values()} == {0.0}
    assert result.errors == (
        "a: missed   [she] said: It rains",
        'a: missed   [Dr Ada Bell] told: "We do not mind rain,"',
    )


def test_one_wrong_source_one_content_too_short_one_too_many() -> None:
    pred = row(
        # content right, source another: overlap and exact, not attributed; the name is right all the same
        quote("It rains", "Tom", "said", speaker="Bell, Ada"),
        # 3 of 5 words: Jaccard 0.6, overlap but not exact; source shares a word; the name is another's
        quote("not mind rain", "Bell", "told", speaker="Tom"),
        quote("left", None, None, speaker=None),
    )
    result = score(GOLD, [pred], errors=9)
    assert figures(result) == {
        "tokens.content": (83.33, 71.43, 76.92),  # 5 of 6 predicted, 5 of 7 gold words
        "tokens.source": (50.0, 25.0, 33.33),  # Tom, Bell against she, Dr, Ada, Bell
        "tokens.cue": (100.0, 100.0, 100.0),
        "span.content": (33.33, 50.0, 40.0),  # one of three, one of two
        "span.source": (0.0, 0.0, 0.0),
        "span.cue": (100.0, 100.0, 100.0),
        "overlap": (66.67, 100.0, 80.0),
        "exact": (33.33, 50.0, 40.0),
        "source": (50.0,),
        "attributed": (33.33, 50.0, 40.0),
        "speaker": (33.33, 50.0, 40.0),
        "quoted.overlap": (100.0, 100.0, 100.0),  # only "We do not mind rain" is a quotation of three words
        "quoted.source": (100.0,),
        "quoted.attributed": (100.0, 100.0, 100.0),
    }
    assert result.errors == ("a: spurious [] : left", "a: source   [Tom] for [she]: It rains")
    assert score(GOLD, [pred], errors=1).errors == result.errors[:1]


@pytest.mark.parametrize(
    ("content", "matched"),
    [("We do", False), ("We do not", True), ('"We do not mind rain," Dr Ada Bell told Tom', True)],
    ids=["2 of 5", "3 of 5", "5 of 10"],
)
def test_contents_match_from_a_jaccard_index_of_one_half(content: str, matched: bool) -> None:
    result = score([row(MIND)], [row(quote(content, "Bell", "told", speaker="Ada Bell"))])
    assert result.figures["overlap"]["f1"] == (100.0 if matched else 0.0)


def test_the_better_match_is_taken_first_and_each_only_once() -> None:
    twice = [row(quote("do not mind rain", None, None, speaker="Ada Bell"), MIND)]
    result = score([row(MIND)], twice)
    assert figures(result)["exact"] == (50.0, 100.0, 66.67)
    assert figures(result)["source"] == (100.0,)


def test_an_unsure_gold_counts_neither_way() -> None:
    gold = [row(RAINS, {**MIND, "sure": False})]
    without, with_it = score(gold, [row(RAINS)]), score(gold, [row(RAINS, MIND)])
    assert figures(without)["attributed"] == figures(with_it)["attributed"] == (100.0, 100.0, 100.0)
    assert score(gold, [row(RAINS)], errors=9).errors == ()


def test_source_is_right_where_both_have_none() -> None:
    alone = row(quote("It rains", None, None, speaker=None))
    assert score([alone], [alone]).figures["attributed"]["f1"] == 100.0
    assert score([alone], [row(RAINS)]).figures["attributed"]["f1"] == 0.0


def test_names_count_only_where_gold_gives_them() -> None:
    nameless = {k: v for k, v in RAINS.items() if k != "speaker"}
    assert "speaker" not in score([row(nameless)], [row(nameless)]).figures


def test_an_extraction_is_read_as_it_is_printed() -> None:
    (start, end), (cue_start, cue_end) = MIND["content"][0], MIND["cue"][0]
    (mention_start, mention_end) = MIND["source"][0]
    extraction = {
        "article": {"id": "a"},
        "quotes": [
            {
                "spans": [{"start": start, "end": end, "text": "…"}],
                "cue": {"lemma": "tell", "spans": [{"start": cue_start, "end": cue_end}]},
                "speaker": {"name": "Ada Bell", "mention": {"start": mention_start, "end": mention_end}},
            },
            {"spans": [{"start": 0, "end": 8}], "cue": None, "speaker": None},
        ],
    }
    result = figures(score(GOLD, [extraction]))
    assert result["exact"] == (100.0, 100.0, 100.0)
    assert result["attributed"] == result["speaker"] == (50.0, 50.0, 50.0)


def test_polnear_calls_them_attributions() -> None:
    gold = [{"article": "a", "text": TEXT, "attributions": GOLD[0]["quotes"]}]
    assert score(gold, GOLD).figures["attributed"]["f1"] == 100.0


@pytest.mark.parametrize(
    ("gold", "predicted", "same"),
    [
        ("Dr Ada Bell", "Ada Bell", True),
        ("Ada Bell", "Professor Ada Bell", True),
        ("Ada Mary Bell", "Ada Bell", True),  # 2 of 3 words
        ("Ada Bell", "Bell", False),  # 1 of 2
        ("Ngāti Tāwhai", "Ngati Tawhai", True),
        ("the mayor", "Mayor", True),
        (None, None, True),
        (None, "the", True),  # nothing but a title is no name
        ("Ada Bell", None, False),
        (None, "Ada Bell", False),
    ],
)
def test_same_speaker(gold: str | None, predicted: str | None, same: bool) -> None:
    assert same_speaker(gold, predicted) is same


@given(keep=st.lists(st.booleans(), min_size=2, max_size=2))
def test_precision_and_recall_change_places_with_gold_and_prediction(keep: list[bool]) -> None:
    some = [row(*(q for q, kept in zip((RAINS, MIND), keep, strict=True) if kept))]
    forth, back = score(GOLD, some).figures, score(some, GOLD).figures
    for measure in ("tokens.content", "span.source", "overlap", "exact", "attributed"):
        assert (forth[measure]["p"], forth[measure]["r"]) == (back[measure]["r"], back[measure]["p"])


def test_the_table_has_a_line_a_measure_then_the_errors() -> None:
    lines = format_table(score(GOLD, [row(RAINS)], errors=1)).split("\n")
    assert lines[0] == "tokens.content     p 100.0  r  28.6  f1  44.4"
    assert "source             accuracy 100.0" in lines
    assert lines[-1] == 'a: missed   [Dr Ada Bell] told: "We do not mind rain,"'
    assert len(lines) == 14 + 1


def test_rounded_figures_have_two_decimals() -> None:
    assert score(GOLD, [row(RAINS)]).rounded()["tokens.content"] == {"p": 100.0, "r": 28.57, "f1": 44.44}


def test_an_article_without_a_prediction_is_named() -> None:
    with pytest.raises(ScoreError, match="no prediction for article 'a'"):
        score(GOLD, [])


def test_gold_without_text_suggests_that_the_files_changed_places() -> None:
    with pytest.raises(ScoreError, match="GOLD PRED"):
        score([{"article": "a", "quotes": []}], GOLD)


def test_rows_are_read_past_empty_lines(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n" + json.dumps(GOLD[0]) + "\n\n", encoding="utf-8")
    assert read_rows(path) == GOLD


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: no JSON"),
        ("[]", "line 2: an article needs"),
        ('{"article": "a"}', "line 2: an article needs"),
        ('{"quotes": []}', "line 2: an article needs"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOLD[0]) + "\n" + line, encoding="utf-8")
    with pytest.raises(ScoreError, match=message):
        read_rows(path)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(ScoreError, match="nowhere"):
        read_rows(tmp_path / "nowhere")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(ScoreError, match="no UTF-8"):
        read_rows(tmp_path / "bytes")
