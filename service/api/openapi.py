"""``python -m service.api.openapi [FILE]`` prints the contract, or writes it."""

from __future__ import annotations

import sys
from pathlib import Path

from service.api.contract import specification
from service.api.contract_text import as_yaml


def main(arguments: list[str]) -> None:
    """Write the contract to the first argument, else to standard output."""
    text = as_yaml(specification())
    if arguments:
        Path(arguments[0]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
