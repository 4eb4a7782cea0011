"""`wpxl call`, `wpxl functions`, `wpxl emit`: the cell functions from a terminal."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import click

from ...catalogue import CATALOGUE
from ...door import call, why
from ...errors import Fault, refuse


@click.command(
    "call",
    epilog="Example:  wpxl call WP_POSTCODE @postcodes.csv 'IMD rank'",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("name")
@click.argument("arguments", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help='Print the answer as JSON; errors as {"error": code}.')
@click.option("--why", "explain", is_flag=True, help="Print the sentence behind each answer too.")
def call_(name: str, arguments: tuple[str, ...], as_json: bool, explain: bool) -> None:
    """Ask a cell function. Each argument is a text, a JSON grid such as '[["TF7 5UG"],["B9 5EF"]]', or @file.csv."""
    values = [_argument(text) for text in arguments]
    grid = call(name, *values)
    reasons = why(name, *values) if explain and name.upper() != "WP_WHY" else []
    if as_json:
        plain = [[{"error": v.code} if isinstance(v, Fault) else v for v in row] for row in grid]
        click.echo(json.dumps({"answer": plain, "why": reasons} if explain else plain, ensure_ascii=False))
    else:
        for row in grid:
            click.echo("\t".join(_shown(v) for v in row))
        for reason in reasons:
            click.echo(reason)
    whole = grid[0][0] if len(grid) == 1 and len(grid[0]) == 1 else None
    if isinstance(whole, Fault):
        if not explain and not as_json:
            click.echo(why(name, *values)[0], err=True)
        raise click.exceptions.Exit(1)


def _argument(text: str) -> Any:
    if text.startswith("@"):
        path = Path(text[1:])
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                return [[cell or None for cell in row] or [None] for row in csv.reader(file)]
        except (OSError, UnicodeDecodeError) as error:
            raise refuse(
                f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}."
            ) from error
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError as error:
            raise refuse(f"{text[:40]} is not a JSON grid ({error}).") from error
    return text if text else None


def _shown(value: Any) -> str:
    return "" if value is None else value.code if isinstance(value, Fault) else str(value)


@click.command(epilog="Example:  wpxl functions WP_POSTCODE")
@click.argument("name", required=False)
def functions(name: str | None) -> None:
    """List the cell functions, or show the help of one."""
    if name:
        if name.upper() not in CATALOGUE:
            raise refuse(f"There is no function called {name}: 'wpxl functions' lists them.")
        function = CATALOGUE[name.upper()]
        click.echo(f"={function.signature}\n\n{function.summary}\n")
        for arg in function.args:
            click.echo(f"  {arg.name}: {arg.help}")
        click.echo(f"\n{function.help}")
        return
    for key in CATALOGUE:
        click.echo(f"{CATALOGUE[key].signature}\n    {CATALOGUE[key].summary}")


@click.command(epilog="Example:  wpxl emit --check")
@click.option("--check", is_flag=True, help="Write nothing; fail where a file differs.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The checkout to write into.",
)
def emit(check: bool, folder: Path) -> None:
    """Write the files that are generated from the catalogue."""
    from ...emit import emit as generated

    stale = []
    for name, content in generated().items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            stale.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    if check and stale:
        raise refuse(f"These files are not what the catalogue generates: {', '.join(stale)}. Run 'wpxl emit'.")
    click.echo("Everything generated is up to date." if not stale else f"Written: {', '.join(stale)}")


COMMANDS = (call_, functions, emit)
