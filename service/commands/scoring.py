"""``quoth score``: the shared score of predicted against gold annotations."""

from __future__ import annotations

import click


@click.command()
@click.argument("gold")
@click.argument("pred")
def score(gold: str, pred: str) -> None:
    """Print the shared score."""
    raise NotImplementedError
