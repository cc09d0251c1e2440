"""``quoth verify`` and ``quoth variants``: did they say it, where else, and was it changed on the way?"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime, time

import click

from service.commands import parts

_FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(["json", "text"]),
    default="json",
    show_default=True,
    help="json: one object; text: to be read, with the difference in colour on a terminal.",
)


class Moment(click.ParamType[datetime]):
    """An ISO 8601 date or time; UTC where no offset is given. A date is its first moment, or its last."""

    name = "date"

    def __init__(self, *, end_of_day: bool = False) -> None:
        self._time = time.max if end_of_day else time.min

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it; a usage error for anything else."""
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"got {value!r}; an ISO 8601 date or time such as 2026-05-04 is allowed", param, ctx)
        if len(str(value)) <= len("2026-05-04"):
            moment = datetime.combine(moment.date(), self._time)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.argument("claim", metavar="CLAIM")
@click.option("--speaker", metavar="NAME", help="Who is said to have said it.")
@click.option("--from", "since", type=Moment(), help="Only articles published on this day or later.")
@click.option("--to", "until", type=Moment(end_of_day=True), help="Only articles published on this day or earlier.")
@_FORMAT
def verify(claim: str, speaker: str | None, since: datetime | None, until: datetime | None, format_: str) -> None:
    """Compare claimed words with all that is stored.

    Prints a verdict (verbatim, altered, partial, misattributed, paraphrased, not-found) with its evidence, and how
    much was searched; nothing about whether what was said is true. The exit status is 0 where something was found, 1
    where not.
    """
    chosen = parts.settings()
    from service.language import other_language  # noqa: PLC0415 - loads a language model
    from service.matching.verification import Verifier, check  # noqa: PLC0415 - loads the lexicons
    from service.verdicts import Claim, Verdict  # noqa: PLC0415

    asked = Claim(quote=claim, speaker=speaker, since=since, until=until)
    check(asked)
    with parts.store(chosen) as store:
        store.check()
        answer = Verifier(store, language_of=other_language).verify(asked)
    if format_ == "json":
        from service.formats.verdicts import verification_to_dict  # noqa: PLC0415

        click.echo(json.dumps(verification_to_dict(answer), ensure_ascii=False, indent=2))
    else:
        from service.formats.verdicts_terminal import verification_text  # noqa: PLC0415

        click.echo(verification_text(answer, width=_width(), colour=sys.stdout.isatty()), nl=False)
    if answer.verdict is Verdict.NOT_FOUND:
        sys.exit(1)


@click.command()
@click.argument("quote", metavar="QUOTE_ID")
@click.option("--article", metavar="ID", help="The article, where several have a quote of this id.")
@_FORMAT
def variants(quote: str, article: str | None, format_: str) -> None:
    """Show the same utterance in other articles, and what is different there."""
    chosen = parts.settings()
    from service.matching.variants import Variants  # noqa: PLC0415

    with parts.store(chosen) as store:
        store.check()
        asked = store.quote(quote, article=article)
        found = Variants(store).of(asked.article.id, asked.quote.id)
    if format_ == "json":
        from service.formats.verdicts import variant_to_dict  # noqa: PLC0415
        from service.formats.wire import stored_quote_to_dict  # noqa: PLC0415

        shown = {"quote": stored_quote_to_dict(asked), "variants": [variant_to_dict(variant) for variant in found]}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        from service.formats.verdicts_terminal import variants_text  # noqa: PLC0415

        click.echo(variants_text(asked, found, width=_width(), colour=sys.stdout.isatty()), nl=False)


def _width() -> int:
    return shutil.get_terminal_size((100, 24)).columns
