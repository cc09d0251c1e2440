"""``python -m bench.docs`` writes what is written by commands; ``--outputs``: what the pages' commands print, too."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from bench.docs import by_type
from bench.docs.pages import DOCS, reference
from bench.docs.parse_drawing import example_parse
from bench.docs.terminal import PRINTED_POSTGRESQL, address_of, make_folder, pages_with_commands, play, rewritten
from bench.readme import demo_server
from service.parse.article_parser import ArticleParser

DRAWING = DOCS / "explanation" / "example-parse.svg"


def main() -> None:
    """Write the reference and the drawing, and with ``--outputs`` run the commands of tutorial and how-to guides."""
    arguments = argparse.ArgumentParser(prog="python -m bench.docs", description=__doc__)
    arguments.add_argument("--outputs", action="store_true", help="run the commands of the pages (needs curl)")
    outputs = arguments.parse_args().outputs
    for page, text in reference().items():
        page.parent.mkdir(exist_ok=True)
        page.write_text(text, encoding="utf-8")
    DRAWING.write_text(example_parse(ArticleParser()), encoding="utf-8")
    if outputs:
        by_type.write()
        with demo_server() as server, tempfile.TemporaryDirectory() as folder:
            for number, page in enumerate(pages_with_commands()):
                _write_outputs(page, Path(folder, str(number)), server.address)


def _write_outputs(page: Path, folder: Path, address: str) -> None:
    text = page.read_text(encoding="utf-8")
    replaced = address_of(address)
    if PRINTED_POSTGRESQL in text:
        if "TEST_POSTGRESQL_URL" not in os.environ:
            print(f"{page}: left as it is; TEST_POSTGRESQL_URL names no empty database")
            return
        replaced[PRINTED_POSTGRESQL] = os.environ["TEST_POSTGRESQL_URL"]
    page.write_text(rewritten(text, play(text, make_folder(folder), replaced)), encoding="utf-8")


if __name__ == "__main__":
    main()
