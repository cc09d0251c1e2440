"""The main text of a web page."""

from __future__ import annotations

import re
from dataclasses import dataclass

import trafilatura

from service.errors import EmptyArticle
from service.model import Notice

NOTICE = Notice(
    code="html-main-text",
    message="the text was taken from an HTML page and may lack parts or hold others' words; "
    "offsets count the characters of article.text",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says: ``text``, with a blank line between paragraphs, and its title, None if it has none."""

    text: str
    title: str | None


class NoMainText(EmptyArticle):
    """A page without a text that could be an article."""

    def __init__(self) -> None:
        Exception.__init__(
            self,
            "the page is empty: found no main text in the HTML; send the article's text as text/plain instead",
        )


def main_text(html: str) -> Page:
    """The article in a page, without navigation, tables and comments. Raises NoMainText.

    Precision is favoured: a menu's line in the text could become a quote's speaker, a lost caption costs little.
    ``fast`` leaves out trafilatura's two further extractors, whose time grows faster than the page.
    """
    found = trafilatura.bare_extraction(
        html, favor_precision=True, include_comments=False, include_tables=False, fast=True, with_metadata=True
    )
    text: str = (found.text if found is not None else None) or ""
    paragraphs = [line.strip() for line in re.split(r"\n+", text) if line.strip()]
    if not paragraphs:
        raise NoMainText
    title = " ".join((found.title or "").split())
    return Page(text="\n\n".join(paragraphs), title=title or None)
