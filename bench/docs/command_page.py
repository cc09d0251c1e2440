"""The command line as a page of Markdown, from the commands themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from bench.docs.contract_page import table


def command_page(main: click.Group) -> str:
    """Every command with what its ``--help`` says."""
    parts = [
        "# Command line\n\nAll that can be set is read from the environment ([settings](settings.md)). An error is one "
        "line on standard error and exit status 1, a wrong use of the command line is exit status 2. After `make "
        "serve` the command is `.venv/bin/quoth`."
    ]
    context = click.Context(main, info_name="quoth")
    for name in sorted(main.commands):
        parts += _sections(main.commands[name], name, context)
    return "\n\n".join(parts) + "\n"


def _sections(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    yield f"{'##' if parent.parent is None else '###'} {context.command_path}"
    if isinstance(command, click.Group):
        yield inspect.cleandoc(command.help or "")
        for below in sorted(command.commands):
            yield from _sections(command.commands[below], below, context)
        return
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"```text\n{usage}\n```"
    yield inspect.cleandoc(command.help or "").replace("\b\n", "")
    records = [each.get_help_record(context) for each in command.params if isinstance(each, click.Option)]
    rows = [(f"`{record[0]}`", record[1]) for record in records if record]
    if rows:
        yield table(("option", "meaning"), rows)
