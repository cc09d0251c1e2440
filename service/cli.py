"""The command line, ``quoth``: the subcommands are in ``service.commands``.

Errors are one line on standard error and exit status 1; a wrong use of the command line is exit status 2.
"""

from __future__ import annotations

from typing import Any

import click

from service.commands.annotating import annotate
from service.commands.databases import db
from service.commands.exporting import export
from service.commands.extracting import extract, parse
from service.commands.keys import keys
from service.commands.models import models
from service.commands.scoring import score
from service.commands.serving import serve
from service.commands.speakers import speakers
from service.commands.storing import import_
from service.commands.verifying import variants, verify
from service.commands.working import worker
from service.errors import QuothError


class Quoth(click.Group):
    """A group whose commands may raise QuothError: its message is shown, not its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand."""
        try:
            return super().invoke(ctx)
        except QuothError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Quoth, context_settings={"max_content_width": 100})
@click.version_option(package_name="quoth", prog_name="quoth", message="%(prog)s %(version)s")
def main() -> None:
    """Who said what, to whom, and where: reads news articles and returns every quote."""


for command in (
    annotate,
    extract,
    parse,
    score,
    serve,
    worker,
    import_,
    export,
    db,
    keys,
    models,
    speakers,
    verify,
    variants,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
