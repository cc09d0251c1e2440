"""What the pipeline needs of a parser, so that it depends on no engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from service.model import Notice
from service.parse.tree import Parse
from service.text.layout import Layout


class Parser(Protocol):
    """Text and layout to dependency trees with named entities."""

    @property
    def version(self) -> str:
        """The release of the models."""

    @property
    def name(self) -> str:
        """The name of the models (*quoth-en*)."""

    @property
    def stanza_version(self) -> str:
        """The release of the engine that runs them."""

    def parse(self, articles: Sequence[tuple[str, Layout]]) -> list[tuple[Parse, tuple[Notice, ...]]]:
        """One parse, with what was odd about it, for each article, in the order given.

        Only paragraph bodies are parsed, headings and captions included; no sentence crosses paragraphs.
        """
