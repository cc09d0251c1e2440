"""The corpus itself: generated files are fresh, every phenomenon is there, everything named exists."""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.annotation import ARTICLES, Annotated, annotated_articles
from corpus.build import GOLD, README, built, main
from corpus.phenomena import definitions, index

STORIES = ("coalition", "ferry", "maternity", "water")
MANNERS = ("agency", "broadcaster", "live", "tabloid")
# stories that only one outlet tells, in six manners
SINGLE = (
    "chef-tabloid", "flood-live", "mine-agency", "novelist-interview", "school-broadcaster", "trial-court",
)  # fmt: skip


@pytest.fixture(scope="module")
def articles() -> list[Annotated]:
    return list(annotated_articles())


@pytest.fixture(scope="module")
def quotes(articles: list[Annotated]) -> dict[str, dict[str, Any]]:
    return {f"{a.row['article']}:{q['id']}": q for a in articles for q in a.row["quotes"]}


def test_four_stories_are_told_by_four_outlets_and_six_by_one(articles: list[Annotated]) -> None:
    told = [f"{story}-{manner}" for story in STORIES for manner in MANNERS]
    assert [a.row["article"] for a in articles] == sorted([*told, *SINGLE])


@pytest.mark.parametrize("path", [GOLD, README], ids=lambda p: p.name)
def test_generated_files_are_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == built()[path], f"corpus/{path.name} is stale: python -m corpus.build"


def test_a_stale_gold_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = tmp_path / "gold.jsonl"
    stale.write_text("{}\n", encoding="utf-8")
    monkeypatch.setattr("corpus.build.GOLD", stale)
    assert main(["--check"]) == 1
    assert stale.read_text(encoding="utf-8") == "{}\n"
    assert main([]) == 0
    assert main(["--check"]) == 0


def test_offsets_are_those_of_the_files() -> None:
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert (ARTICLES / f"{row['article']}.txt").read_bytes().decode() == row["text"]
        for quote in row["quotes"]:
            spans = quote["content"]
            assert spans
            assert spans == sorted(spans)
            for start, end in [*spans, *quote["source"], *quote["cue"]]:
                piece = row["text"][start:end]
                assert piece == piece.strip() != ""


def test_reading_lengths_are_those_of_news(articles: list[Annotated]) -> None:
    for article in articles:
        assert 350 <= len(article.row["text"].split()) <= 800, article.row["article"]


def test_every_phenomenon_is_shown_three_times(articles: list[Annotated]) -> None:
    assert {name: shown for name, shown in index(articles).items() if len(shown) < 3} == {}


def test_every_rule_of_the_annotation_guide_is_tested() -> None:
    assert {d["rule"] for d in definitions().values()} >= set(range(1, 26))


def test_the_readme_has_a_row_for_each_phenomenon() -> None:
    readme = README.read_text(encoding="utf-8")
    assert [name for name in definitions() if f"\n| {name} | " not in readme] == []


def test_a_report_inside_a_direct_quote_is_inside_it(articles: list[Annotated]) -> None:
    for article in articles:
        by_id = {q["id"]: q for q in article.row["quotes"]}
        for quote in article.row["quotes"]:
            outer = by_id.get(quote["inside"])
            assert outer is None or outer["content"] != quote["content"], (article.row["article"], quote["id"])


def test_variants_name_quotes_of_several_articles(quotes: dict[str, dict[str, Any]]) -> None:
    groups = yaml.safe_load((GOLD.parent / "variants.yaml").read_text(encoding="utf-8"))
    for name, variants in groups.items():
        assert set(variants) <= set(quotes), name
        assert set(variants.values()) <= {"verbatim", "shortened", "reworded", "another", "akin"}, name
        stories = {reference.split("-")[0] for reference in variants}
        assert stories == {name.split("-")[0]}, name
        assert len({reference.split(":")[0] for reference in variants}) > 1, name
    relations = [relation for variants in groups.values() for relation in variants.values()]
    assert min(map(relations.count, ("verbatim", "shortened", "reworded", "another"))) >= 3


def test_a_verbatim_variant_has_the_words_of_the_first(quotes: dict[str, dict[str, Any]]) -> None:
    texts = {name: (ARTICLES / f"{name}.txt").read_text(encoding="utf-8") for name in {r.split(":")[0] for r in quotes}}

    def quoted_words(reference: str) -> str:
        text = texts[reference.partition(":")[0]]
        whole = " ".join(text[start:end] for start, end in quotes[reference]["content"])
        return " ".join(re.findall(r"[\w']+", whole.replace("’", "'").casefold()))

    groups = yaml.safe_load((GOLD.parent / "variants.yaml").read_text(encoding="utf-8"))
    for name, variants in groups.items():
        verbatim = [reference for reference, relation in variants.items() if relation == "verbatim"]
        # where readers may disagree about all of a group, none of it is the first
        assert verbatim or set(variants.values()) == {"akin"}, name
        first = verbatim[0] if verbatim else ""
        for other in verbatim[1:]:
            a, b = quoted_words(first).strip("'"), quoted_words(other).strip("'")
            # one of the two may stand in a longer quotation
            assert a in b or b in a, (name, first, other)


def test_metadata_has_a_row_for_each_article(articles: list[Annotated]) -> None:
    with (ARTICLES / "metadata.csv").open(encoding="utf-8", newline="") as table:
        rows = {row["file"]: row for row in csv.DictReader(table)}
    assert sorted(rows) == [f"{a.row['article']}.txt" for a in articles]
    for article in articles:
        row = rows[f"{article.row['article']}.txt"]
        assert row["id"] == article.row["article"]
        assert row["title"] == article.row["text"].split("\n")[0]
        assert re.match(r"https://www\.\w+\.example/", row["url"])
        assert datetime.fromisoformat(row["published_at"]).utcoffset() is not None
    assert len({row["outlet"] for row in rows.values()}) == 6
    assert len({row["url"] for row in rows.values()}) == 22
