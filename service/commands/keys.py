"""``quoth keys``: who may call the API."""

from __future__ import annotations

from datetime import datetime

import click

from service.access import Access, ApiKey
from service.commands import parts


@click.group()
def keys() -> None:
    """The API keys in the database."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Access]),
    default=[Access.READ.value],
    show_default=True,
    help="read: look; write: add and correct too; admin: everything. May be given several times.",
)
def create(name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and print its secret, once.

    NAME says who or what uses it, and signs the corrections made with it. Clients send the secret as
    "Authorization: Bearer SECRET". The database keeps a digest of it only.
    """
    with parts.store(parts.settings()) as store:
        store.check()
        try:
            key, secret = store.create_key(name, [Access(scope) for scope in scopes])
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    click.echo(secret)
    click.echo(f"{key.id} for {key.name!r} may {', '.join(key.scopes)}; the secret is not shown again", err=True)


@keys.command("list")
def list_() -> None:
    """Print all keys, revoked ones too, without their secrets."""
    with parts.store(parts.settings()) as store:
        store.check()
        rows = [_cells(key) for key in store.keys()]  # noqa: SIM118 - no dictionary
    if not rows:
        click.echo("there is no key; 'quoth keys create NAME' makes one", err=True)
        return
    header = ("id", "name", "may", "created", "last used", "revoked")
    widths = [max(len(row[place]) for row in (header, *rows)) for place in range(len(header))]
    for row in (header, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@keys.command()
@click.argument("id", metavar="ID")
def revoke(id: str) -> None:
    """Take a key back, for good. ID is the one that 'quoth keys list' shows."""
    with parts.store(parts.settings()) as store:
        store.check()
        key = store.revoke_key(id)
    click.echo(f"{key.id} of {key.name!r} is no key any more, since {_moment(key.revoked_at)}")


def _cells(key: ApiKey) -> tuple[str, ...]:
    return (
        key.id,
        key.name,
        ", ".join(key.scopes),
        _moment(key.created_at),
        _moment(key.last_used_at),
        _moment(key.revoked_at),
    )


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z" if moment else "-"
