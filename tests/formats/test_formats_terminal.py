from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from service.formats.terminal import articles_table, extraction_table, quotes_table, speakers_table
from service.model import Article, Extraction, Span
from tests.formats.invented import DIRECT, ENTRY, EXTRACTION, HEAD, MAYOR, STORED


def with_text(text: str) -> Extraction:
    """An extraction whose only quote and only speaker are ``text``."""
    attribution = replace(DIRECT.attribution, spans=(Span(0, len(text)),), cue=None, mention=None)
    speaker = replace(MAYOR, name=text)
    quote = replace(DIRECT, attribution=attribution, text=text, speaker=speaker)
    return replace(EXTRACTION, article=Article(text=text), quotes=(quote,), speakers=(speaker,), warnings=())


def test_an_extraction_as_it_looks() -> None:
    one = replace(EXTRACTION, quotes=EXTRACTION.quotes[:2], warnings=EXTRACTION.warnings[1:])
    assert extraction_table(one, width=80).splitlines() == [
        "Late bridge · 169 characters · 2 quotes · 1 speaker",
        "",
        " speaker            said                                        cue and where",
        " ──────────────────────────────────────────────────────────────────────────────",
        ' Maria Okafor,      "We," … "will pay." [direct]                said',
        " the mayor                                                      offset 2, 50%",
        "",
        " Maria Okafor,      it was not late [indirect, denied]          told",
        " the mayor                                                      to: Bo Lind",
        "                                                                at: on Kestrel",
        "                                                                FM",
        "                                                                when: on Friday",
        "                                                                offset 82, 50%",
        "",
        "warning: looks odd (language)",
    ]


def test_every_part_of_a_quote_is_there() -> None:
    table = " ".join(extraction_table(EXTRACTION, width=400).split())
    for part in (
        "Late bridge · 169 characters · 5 quotes · 1 speaker",
        '"We," … "will pay." [direct]',
        "it was not late [indirect, denied]",
        "to: Bo Lind",
        "at: on Kestrel FM",
        "when: on Friday",
        "— (Officials)",
        "warning: a mark without its partner (unpaired-quotation-mark, offset",
        "warning: looks odd (language)",
    ):
        assert part in table


def test_an_article_without_quotes_has_no_table() -> None:
    empty = replace(EXTRACTION, quotes=(), speakers=(), warnings=())
    assert extraction_table(empty) == "Late bridge · 169 characters · 0 quotes · 0 speakers\n"


@pytest.mark.parametrize("width", [40, 60, 100, 200])
@pytest.mark.parametrize("text", ["word " * 60, "x" * 300, "市長は橋について述べた" * 20, "👍🏽" * 90, "e\u0301" * 200])
def test_no_line_is_wider_than_asked_for(text: str, width: int) -> None:
    table = extraction_table(with_text(text.strip()), width=width)
    assert max(cell_len(line) for line in table.splitlines()) <= width


@given(
    st.text(
        alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\x1b\x9b\r\b\x07[]\u202e")),
        min_size=1,
    )
)
def test_nothing_in_a_text_commands_the_terminal(text: str) -> None:
    table = extraction_table(with_text(text))
    assert not [c for c in table if c != "\n" and unicodedata.category(c) == "Cc"]
    assert not set(table) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
    assert table.endswith("\n")


def test_markup_and_emoji_names_are_shown_as_they_are() -> None:
    table = extraction_table(with_text("[bold red]hi[/] :smile: \\[x]"), width=200)
    assert "[bold red]hi[/] :smile: \\[x]" in table


def test_lists() -> None:
    quotes = " ".join(quotes_table([STORED], width=400).split())
    assert "1 quote " in quotes
    assert "The Kestrel Bay Courier" in quotes
    assert "2026-05-04" in quotes
    articles = " ".join(articles_table([HEAD, HEAD], width=400).split())
    assert "2 articles " in articles
    assert "late-bridge Late bridge The Kestrel Bay Courier 2026-05-04 08:15 5" in articles
    speakers = " ".join(speakers_table([ENTRY], width=400).split())
    assert "Maria Okafor person the mayor 3 1 Courier" in speakers


def test_empty_lists_say_so() -> None:
    assert (quotes_table([]), articles_table([]), speakers_table([])) == ("0 quotes\n", "0 articles\n", "0 speakers\n")
