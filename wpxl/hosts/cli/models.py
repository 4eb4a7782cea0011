"""`wpxl models`: targeting models, those that travel with wpxl and a user's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from ...errors import Fault, refuse
from . import calibrate

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(epilog="Start with:  wpxl models list")
def models() -> None:
    """Targeting models: which there are, what they say, and models of your own."""


@models.command("list", epilog="Example:  wpxl models list")
def list_() -> None:
    """List every model: name, kind, versions, title; and what is wrong with one that cannot be used."""
    from ... import models as rooms

    bad = []
    for file in rooms.found():
        if file.problem is not None:
            bad.append(f"{file.id}: {file.problem.sentence}")
            continue
        made = rooms.find((file.id,))
        click.echo(f"{file.id:<32} {made.about:<8} {file.edition:<8} {', '.join(file.versions):<12} {made.title}")
    for sentence in bad:
        click.echo(f"Not usable: {sentence}", err=True)
    click.echo(f"Models of your own lie in {rooms.own_folder()}.")


@models.command(epilog="Example:  wpxl models show aimhigher-2011-school")
@click.argument("name")
def show(name: str) -> None:
    """Show what a model says: rules, criteria with thresholds and sources, options. As =WP_MODEL() does."""
    from ...door import call, why

    grid = call("WP_MODEL", name)
    if isinstance(grid[0][0], Fault):
        raise refuse(why("WP_MODEL", name)[0])
    console = Console(width=None if sys.stdout.isatty() else 200)
    table = Table(*(str(h) for h in grid[0]), title=name, header_style="bold")
    for row in grid[1:]:
        table.add_row(
            *("" if value is None else f"{value:g}" if isinstance(value, float) else str(value) for value in row)
        )
    console.print(table, markup=False)


@models.command(epilog="Example:  wpxl models sheet aimhigher-2011-school -o our-model.xlsx")
@click.argument("name")
@click.option("-o", "--output", type=FILE, required=True, help="The new workbook.")
@click.option("--as", "new_name", default="", help="The name of the model on the sheet. Default: our- and the old one.")
def sheet(name: str, output: Path, new_name: str) -> None:
    """Write a model onto a sheet named 'WP models', to edit there and to add again."""
    from ... import models as rooms
    from ...models import read, write
    from ...models import sheet as sheets
    from ...workbooks.grid import write_grid

    path, edition = rooms.file_of(name)
    rooms.find((path.stem,))  # says what is wrong with it
    own = path.stem if edition == "own" else f"our-{path.stem}"
    new_name = write.name_of(new_name or own)
    if output.exists():
        raise refuse(f"{output} is there already: give another name with -o.")
    write_grid(output, sheets.NAME, sheets.rows(new_name, read.toml(path)))
    click.echo(
        f"{output}: the model {new_name}, on the sheet '{sheets.NAME}'. Edit it, then: wpxl models add {output.name}"
    )


@models.command(epilog="Example:  wpxl models add our-model.xlsx our-schools.toml")
@click.argument("paths", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
def add(paths: tuple[Path, ...]) -> None:
    """Take models of your own: .toml files, or workbooks with a sheet named 'WP models'. Each is judged first."""
    from ...models import write

    refused = False
    for path in paths:
        try:
            offered = _offered(path)
        except Fault as fault:
            offered = [("", "", fault, path.name)]
        for name, text, problem, origin in offered:
            try:
                if problem is not None:
                    raise problem
                kept = write.keep(name, text, origin)
                click.echo(f"{kept.done:>9}  {kept.id}: {kept.title}, version {', '.join(kept.versions)}.")
            except Fault as fault:
                refused = True
                click.echo(f"{'refused':>9}  {fault.sentence}", err=True)
    if refused:
        raise click.exceptions.Exit(1)


def _offered(path: Path) -> list[tuple[str, str, Fault | None, str]]:
    """The models of a file: name, TOML text, what is wrong with its cells, and where it stands."""
    from ...models import read, write
    from ...models import sheet as sheets
    from ...workbooks.book import Book

    ending = path.suffix.casefold()
    if not path.is_file():
        raise refuse(f"{path} is a folder: give the files in it." if path.is_dir() else f"There is no file {path}.")
    if ending == ".toml":
        read.toml(path)  # says what is wrong with it
        return [(path.stem, path.read_bytes().decode("utf-8-sig"), None, path.name)]
    if ending not in (".xlsx", ".xlsm"):
        raise refuse(f"{path.name} is neither a .toml file nor a workbook (.xlsx, .xlsm).")
    name = f"{path.name}, sheet '{sheets.NAME}'"
    found = sheets.drawn(Book.open(path).sheet(sheets.NAME).grid(), name)
    if not found:
        raise refuse(f"{name} has no rows below its headings.")
    return [
        (
            m.id,
            "" if m.problem else write.text_of(m.parsed),
            m.problem,
            f"{name}, {m.id} in rows {m.rows[0]} to {m.rows[1]},",
        )
        for m in found
    ]


@models.command(epilog="Example:  wpxl models remove our-schools")
@click.argument("name")
def remove(name: str) -> None:
    """Delete a model of your own."""
    from ...models import write

    click.echo(f"Removed {write.remove(name)}.")


models.add_command(calibrate.calibrate)
COMMANDS: tuple[Any, ...] = (models,)
