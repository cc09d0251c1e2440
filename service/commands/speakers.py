"""``quoth speakers``: how well speakers are told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from service import scoring
from service.commands import parts

if TYPE_CHECKING:
    from service.resolution_scoring import Outcome
    from service.settings import Settings


@click.group()
def speakers() -> None:
    """Who is behind the quotes: the score of it."""


@speakers.command()
@click.argument("gold", metavar="GOLD")
@click.option("--gold-quotes", is_flag=True, help="Hand gold's quotes to the speakers step; else all steps run.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object.")
@click.option("--errors", metavar="N", type=click.IntRange(min=0), default=0, help="Print up to N errors too.")
def score(gold: str, gold_quotes: bool, as_json: bool, errors: int) -> None:
    """Score who is behind each quote, by the form of its mention and by kind.

    GOLD has one article a line: {"article": name, "text": …, "quotes": […]}, each quote with its "speaker" and
    "speaker_kind", as corpus/gold.jsonl. Unsure quotes count neither way.
    """
    rows = [row for row in scoring.read_rows(gold) if any("speaker" in quote for quote in row.get("quotes", ()))]
    if not rows:
        raise click.ClickException(f"{gold} names no speakers: no quote of it has a 'speaker'")
    from service import resolution_scoring  # noqa: PLC0415 - loads the lexicons

    try:
        outcomes = _outcomes(rows, parts.settings(), gold_quotes=gold_quotes)
    except (KeyError, TypeError, ValueError) as error:
        raise click.ClickException(
            f"{gold} holds a quote of another form ({type(error).__name__}: {error}); see quoth speakers score --help"
        ) from error
    lines = resolution_scoring.tally(outcomes)
    if as_json:
        counts = {
            line.group: {
                "n": line.n,
                "right": line.right,
                "wrong": line.wrong,
                "silent": line.silent,
                "missed": line.missed,
                "accuracy": round(line.accuracy, 2),
                "wrong_among_answered": round(line.wrong_among_answered, 2),
            }
            for line in lines
        }
        click.echo(json.dumps(counts))
    else:
        click.echo(resolution_scoring.format_tally(lines))
    for outcome in [outcome for outcome in outcomes if outcome.verdict != "right"][:errors]:
        click.echo(resolution_scoring.format_error(outcome), err=as_json)


def _outcomes(rows: Sequence[scoring.Row], chosen: Settings, *, gold_quotes: bool) -> list[Outcome]:
    from service.formats.wire import extraction_to_dict  # noqa: PLC0415
    from service.model import Article  # noqa: PLC0415
    from service.resolution_scoring import end_to_end, with_gold_quotes  # noqa: PLC0415
    from service.text import read_layout  # noqa: PLC0415

    if gold_quotes:
        parser = parts.parser(chosen)
        layouts = [(row["text"], read_layout(row["text"])) for row in rows]
        parses = [parse for parse, _ in parser.parse(layouts)]
        return [o for row, parse in zip(rows, parses, strict=True) for o in with_gold_quotes(row, parse)]
    pipeline = parts.pipeline(chosen)
    articles = [Article(text=row["text"], id=scoring.article_name(row)) for row in rows]
    found: list[dict[str, Any]] = [extraction_to_dict(extraction) for extraction in pipeline.extract_all(articles)]
    return [o for row, extraction in zip(rows, found, strict=True) for o in end_to_end(row, extraction)]
