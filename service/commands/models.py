"""``quoth models``: the model packs, shown, checked, fetched and chosen."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands import parts

if TYPE_CHECKING:
    from service.parse.pack import Pack

EMBEDDED = "embedded"
# beside the database's default place; packs that were fetched, a folder each
_FOLDER = Path("var/models")


@click.group()
def models() -> None:
    """The model packs: the weights that read the text."""


@models.command("list")
def list_() -> None:
    """Print each pack's name, release and files; the one in use is marked with an asterisk."""
    from service.parse.pack import Pack  # noqa: PLC0415

    for pack, name, used in _packs(parts.settings().model_dir, Pack):
        click.echo(f"{'*' if used else ' '} {name}: {pack.name} {pack.version} ({pack.language}, {pack.engine})")
        for role, path in pack.files.items():
            click.echo(f"    {role:22} {path.stat().st_size:>12,} bytes  {path.name}")


@models.command()
@click.argument("pack", required=False)
def verify(pack: str | None) -> None:
    """Check every file of the pack in use, or of PACK, against its manifest.

    PACK is a name that ``list`` prints or a folder. The exit status is 1 where a file is missing or altered.
    """
    from service.parse.pack import Pack  # noqa: PLC0415

    opened = Pack.open(parts.settings().model_dir if pack is None else _folder(pack))
    click.echo(f"{opened.name} {opened.version}: {len(opened.files)} files are as the manifest says")


@models.command()
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Default: var/models/stanza-en.")
@click.option("--mirror", metavar="URL", help="Where a copy of Stanza's hub is served: its list and its models.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def fetch(folder: Path | None, mirror: str | None, yes: bool) -> None:
    """Fetch Stanza's official English models, some 600 MB, from Stanza's hub.

    They are never fetched otherwise, and never needed. ``quoth models use stanza-en`` then says how to work with them.
    """
    from service.parse.official import HUB, NAME, fetch  # noqa: PLC0415

    folder = folder or _FOLDER / NAME
    if not yes:
        click.confirm(f"Fetch Stanza's English models (some 600 MB) from {mirror or HUB} to {folder}?", abort=True)
    pack = fetch(folder, mirror=mirror, progress=lambda name: click.echo(f"fetching {name}", err=True))
    click.echo(f"{pack.name} {pack.version} lies in {folder}; to work with it: quoth models use {folder}")


@models.command()
@click.argument("pack")
def use(pack: str) -> None:
    """Check PACK, read a sentence with it, and print the setting that makes it the one in use.

    PACK is a name that ``list`` prints or a folder. In a shell: eval "$(quoth models use stanza-en)".
    """
    from service.parse.pack import Pack  # noqa: PLC0415

    folder = _folder(pack)
    opened = Pack.open(folder)
    _read_a_sentence(folder)
    if folder is None:
        click.echo("unset QUOTH_MODEL_DIR")
    else:
        click.echo(f"export QUOTH_MODEL_DIR={shlex.quote(str(folder.resolve()))}")
    click.echo(
        f"{opened.name} {opened.version} reads text. Commands and servers started with this setting use it; what is "
        "stored keeps the quotes that the former models found.",
        err=True,
    )


def _read_a_sentence(folder: Path | None) -> None:
    """Load the pack and parse with it, as the service would. Raises PackError."""
    from dataclasses import replace  # noqa: PLC0415

    parser = parts.parser(replace(parts.settings(), model_dir=folder))
    from service.text import read_layout  # noqa: PLC0415

    text = "“We will pay,” Mayor Ada Quill said."
    parser.parse([(text, read_layout(text))])


def _folder(pack: str) -> Path | None:
    """Where a pack lies that the user names; None for the embedded one."""
    if pack == EMBEDDED:
        return None
    fetched = _FOLDER / pack
    return fetched if fetched.is_dir() and "/" not in pack else Path(pack)


def _packs(chosen: Path | None, kind: type[Pack]) -> Iterator[tuple[Pack, str, bool]]:
    """Each pack that is there with the name or folder to call it by, and whether it is in use."""
    yield kind.open(None), EMBEDDED, chosen is None
    fetched = sorted(path.parent for path in _FOLDER.glob("*/manifest.json"))
    for folder in fetched:
        yield kind.open(folder), folder.name, chosen is not None and chosen.resolve() == folder.resolve()
    if chosen is not None and chosen.resolve() not in {folder.resolve() for folder in fetched}:
        yield kind.open(chosen), str(chosen), True
