"""Which pages of ``docs/`` are written from the code."""

from __future__ import annotations

from pathlib import Path

from bench.docs.command_page import command_page
from bench.docs.contract_page import OBJECTS, calls_page, objects_page
from service.api.contract import specification
from service.cli import main
from service.settings import settings_table_markdown

DOCS = Path(__file__).parents[2] / "docs"


def reference() -> dict[Path, str]:
    """The text of each page of the reference."""
    contract = specification()
    folder = DOCS / "reference"
    return {
        folder / "api.md": calls_page(contract),
        folder / OBJECTS: objects_page(contract),
        folder / "settings.md": settings_page(),
        folder / "command-line.md": command_page(main),
    }


def settings_page() -> str:
    """The settings as a page."""
    return (
        "# Settings\n\nAll are environment variables; an empty one has its default. One that is unknown or malformed "
        "stops the start with one message that names every fault. Relative paths start in the folder in which the "
        f"command is given.\n\n{settings_table_markdown()}\n"
    )
