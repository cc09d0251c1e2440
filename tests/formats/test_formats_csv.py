from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.formats.table_csv import (
    ARTICLE_COLUMNS,
    COLUMNS,
    SPEAKER_COLUMNS,
    articles_csv,
    extraction_csv,
    neutralised,
    quotes_csv,
    speakers_csv,
)
from service.formats.verdicts import variants_csv, verification_csv
from service.model import Article, Span
from service.verdicts import (
    Claim,
    Credit,
    Evidence,
    Flag,
    Relation,
    Searched,
    Source,
    Variant,
    Verdict,
    Verification,
)
from tests.formats.invented import ENTRY, EXTRACTION, FULL, HEAD, MAYOR, STORED, UNRESOLVED


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_row_a_quote_under_the_columns() -> None:
    text = extraction_csv(EXTRACTION)
    assert text.startswith(",".join(COLUMNS) + "\r\n")
    found = rows(text)
    assert len(found) == len(EXTRACTION.quotes)
    assert found[1] == {
        "article": "late-bridge",
        "quote": FULL.id,
        "speaker": "Maria Okafor",
        "speaker_id": MAYOR.id,
        "speaker_kind": "person",
        "role": "the mayor",
        "mention": "The mayor",
        "type": "indirect",
        "polarity": "denied",
        "act": "speech",
        "cue": "told",
        "text": "it was not late",
        "addressee": "Bo Lind",
        "venue": "on Kestrel FM",
        "when": "on Friday",
        "start": "82",
        "end": "97",
        "paragraph": "0",
        "sentence": "1",
        "inside": EXTRACTION.quotes[0].id,
        "confidence": "0.5",
    }


def test_what_is_not_known_is_empty() -> None:
    found = rows(extraction_csv(EXTRACTION))[2]
    assert (found["speaker"], found["speaker_id"], found["cue"], found["when"], found["inside"]) == ("",) * 5
    assert found["mention"] == "Officials"


def test_a_formula_is_neutralised_where_it_stands() -> None:
    assert rows(extraction_csv(EXTRACTION))[2]["text"] == "'" + UNRESOLVED.text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n1", "＝1", "－cmd"])
def test_what_starts_like_a_formula_is_text(cell: str) -> None:
    assert neutralised(cell) == "'" + cell


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("so;=1", "so;'=1"),  # a new cell where the semicolon parts them
        ("a\t@b", "a\t'@b"),
        ("a\n=1\r\n-1", "a\n'=1\r\n'-1"),
        ("\n=1", "'\n'=1"),
        ("; -5 degrees", "; -5 degrees"),
    ],
)
def test_what_would_start_a_cell_elsewhere_is_text(cell: str, safe: str) -> None:
    assert neutralised(cell) == safe


@pytest.mark.parametrize("cell", ["", "1=1", "'=1", '"=1"', " =1", "a-b"])
def test_all_else_stays(cell: str) -> None:
    assert neutralised(cell) == cell


def test_quotes_of_several_articles() -> None:
    assert [row["article"] for row in rows(quotes_csv([STORED, STORED]))] == ["late-bridge"] * 2
    assert rows(quotes_csv([])) == []


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_text_reads_back(text: str) -> None:
    attribution = replace(FULL.attribution, spans=(Span(0, len(text)),), cue=None, mention=None)
    attribution = replace(attribution, addressee=None, venue=None, when=None)
    quote = replace(FULL, attribution=attribution, text=text)
    found = rows(extraction_csv(replace(EXTRACTION, article=Article(text=text), quotes=(quote,))))
    assert [row["text"] for row in found] == [neutralised(text)]
    assert {len(row) for row in found} == {len(COLUMNS)}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@given(st.text(alphabet="ab=+-@;,\t\r\n\"' ＝", max_size=12))
def test_no_cell_is_a_formula_whatever_parts_the_cells(separator: str, text: str) -> None:
    title = replace(HEAD, title=text or None)
    for row in csv.reader(io.StringIO(articles_csv([title]), newline=""), delimiter=separator):
        # a spreadsheet that parts at another mark sees our quotation marks too: what follows them is no start
        assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in row)


def test_offsets_are_in_the_unit_that_is_asked_for() -> None:
    starts = [rows(extraction_csv(EXTRACTION, offsets=unit))[1]["start"] for unit in ("codepoint", "utf16")]
    assert starts == ["82", "83"]
    assert rows(quotes_csv([STORED], offsets="utf16"))[0]["end"] == "98"


def test_articles_and_speakers() -> None:
    [article], [speaker] = rows(articles_csv([HEAD])), rows(speakers_csv([ENTRY]))
    assert list(article) == list(ARTICLE_COLUMNS)
    assert (article["id"], article["published_at"], article["url"]) == ("late-bridge", "2026-05-04T08:15:00+00:00", "")
    assert list(speaker) == list(SPEAKER_COLUMNS)
    assert (speaker["name"], speaker["quote_count"], speaker["outlets"]) == ("Maria Okafor", "3", "Courier")


def test_variants_and_the_evidence_for_a_claim_are_as_safe() -> None:
    hostile = replace(STORED, article=replace(STORED.article, title="so;=A1", outlet="＝A1"))
    variant = Variant(
        quote=replace(hostile, quote=replace(STORED.quote, text="-1+1")),
        relation=Relation.ALTERED,
        similarity=0.5,
        difference=(),
        flags=(Flag.NEGATION, Flag.NUMBER),
        credit=Credit.OTHER,
    )
    [row] = rows(variants_csv([variant]))
    assert (row["text"], row["title"], row["outlet"]) == ("'-1+1", "so;'=A1", "'＝A1")
    assert (row["similarity"], row["flags"], row["credit"]) == ("0.5", "negation number", "other")
    head = hostile.article
    source = Source(
        article=head.id, title=head.title, url=head.url, outlet=head.outlet, published_at=head.published_at, text="=A1",
        span=Span(3, 6), before="", after="", lead="So ", quote=None,
    )  # fmt: skip
    evidence = Evidence(
        verdict=Verdict.PARTIAL, source=source, similarity=1.0, difference=(), flags=(), credit=None, left_out="@A1"
    )
    answer = Verification(
        claim=Claim(quote="A1"),
        verdict=Verdict.PARTIAL,
        evidence=(evidence,),
        searched=Searched(quotes=1, articles=1, texts=True),
    )
    [row] = rows(verification_csv(answer))
    assert (row["text"], row["left_out"], row["title"], row["outlet"]) == ("'=A1", "'@A1", "so;'=A1", "'＝A1")
    assert (row["start"], row["end"], row["speaker"], row["credit"]) == ("3", "6", "", "")
