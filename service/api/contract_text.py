"""The contract as text."""

from __future__ import annotations

from typing import Any

import yaml


def as_yaml(contract: dict[str, Any]) -> str:
    """The contract as YAML, in the order in which it was declared."""
    return yaml.dump(contract, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Dumper(yaml.SafeDumper):
    """Every part is written out where it stands: an alias saves a line and costs the reader a search."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - pyyaml's signature
        """Never an alias."""
        return True


def _in_lines(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _in_lines)
