"""``quoth models``: the model pack, shown and checked."""

from __future__ import annotations

import click

from service.commands import parts


@click.group()
def models() -> None:
    """The model pack: the weights that read the text."""


@models.command("list")
def list_() -> None:
    """Print the pack's name, release and files."""
    from service.parse.pack import Pack  # noqa: PLC0415

    pack = Pack.open(parts.settings().model_dir)
    click.echo(f"{pack.name} {pack.version} ({pack.language})")
    for role, path in pack.files.items():
        click.echo(f"  {role:9} {path.stat().st_size:>12,} bytes  {path.name}")


@models.command()
def verify() -> None:
    """Check every file of the pack against its manifest; the exit status is 1 where one is missing or altered."""
    from service.parse.pack import Pack  # noqa: PLC0415

    pack = Pack.open(parts.settings().model_dir)
    click.echo(f"{pack.name} {pack.version}: {len(pack.files)} files are as the manifest says")
