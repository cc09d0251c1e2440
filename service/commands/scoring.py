"""``quoth score``: the shared score of predicted against gold annotations."""

from __future__ import annotations

import json

import click

from service import scoring, scoring_classes


@click.command()
@click.argument("gold", metavar="GOLD")
@click.argument("pred", metavar="PRED")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option("--by-class", is_flag=True, help="Print 'attributed' by type and by kind of cue, too.")
@click.option("--errors", metavar="N", type=click.IntRange(min=0), default=0, help="Print up to N errors too.")
def score(gold: str, pred: str, as_json: bool, by_class: bool, errors: int) -> None:
    """Score predicted quotes.

    GOLD and PRED have one article a line: {"article": name, "text": …, "quotes": […]}. PRED may also be what quoth
    extract --format jsonl prints. Figures are percent.
    """
    gold_rows, predicted_rows = scoring.read_rows(gold), scoring.read_rows(pred)
    try:
        result = scoring.score(gold_rows, predicted_rows, errors=errors)
        classes = scoring_classes.score_by_class(gold_rows, predicted_rows) if by_class else {}
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise click.ClickException(
            f"{gold} or {pred} holds a quote of another form ({type(error).__name__}: {error}); see quoth score --help"
        ) from error
    if as_json:
        click.echo(json.dumps(result.rounded() | classes))
        for line in result.errors:
            click.echo(line, err=True)
    else:
        click.echo(scoring.format_table(result, scoring_classes.format_classes(classes)))
