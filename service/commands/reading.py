"""Files to articles."""

from __future__ import annotations

import sys
from pathlib import Path

from service.errors import NotText
from service.model import Article

STANDARD_INPUT = "-"


def read_article(name: str) -> Article:
    """The file ``name`` (``-``: standard input) as an article whose id is the file's name without its ending.

    The text is the file's to the character: line ends stay as they are. Standard input gives no id. Raises NotText
    for bytes that are no UTF-8, OSError for what cannot be read.
    """
    if name == STANDARD_INPUT:
        return Article(text=decode(sys.stdin.buffer.read()))
    path = Path(name)
    return Article(id=path.stem, text=decode(path.read_bytes()))


def decode(content: bytes) -> str:
    """UTF-8 bytes as text. Raises NotText, saying where the first bad byte stands."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotText(
            f"the article is not text in UTF-8: got the byte 0x{content[error.start]:02x} at offset {error.start} "
            f"({error.reason}); save it as UTF-8 and try again"
        ) from None


def reason(error: Exception) -> str:
    """One line that says why a file failed, fit to be shown."""
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return str(error)
