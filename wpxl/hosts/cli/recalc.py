"""`wpxl recalc`: wpxl's formulas in a workbook worked out without Excel."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

from ...errors import refuse
from .files import FILE

SHOWN = 20  # refusals; --json has all


@click.command(epilog="Example:  wpxl recalc learners.xlsx -o learners-today.xlsx")
@click.argument("source", metavar="BOOK", type=FILE)
@click.option("-o", "--output", type=FILE, help="The file to write; BOOK-recalculated beside BOOK if left out.")
@click.option("--in-place", is_flag=True, help="Replace BOOK itself, through a temporary file.")
@click.option("--limit", type=click.IntRange(1), default=600, show_default=True, help="Seconds after which to give up.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def recalc(source: Path, output: Path | None, in_place: bool, limit: int, as_json: bool) -> None:
    """Work out wpxl's formulas in a workbook, and all that depend on them, with LibreOffice 25.2 or later.

    Only the values of those formulas change; everything else in the file stays as it is, byte for byte. A formula that
    could not be worked out keeps its value and is listed; then the exit code is 1.
    """
    from ..calc.recalc import recalc

    if not source.exists():
        raise refuse(f"There is no file {source}.")
    if in_place and output:
        raise click.UsageError("Give either --in-place or -o, not both.")
    target = source if in_place else output or source.with_stem(f"{source.stem}-recalculated")
    console = Console(stderr=True)
    with console.status("Reading") as status:  # silent where nobody watches
        made = recalc(source, target, in_place=in_place, limit=limit, said=lambda words: status.update(f"{words} …"))
    if as_json:
        refused = [refusal._asdict() for refusal in made.refused]
        outcome = {"file": str(target), "formulas": made.formulas, "changed": made.changed, "refused": refused}
        click.echo(json.dumps(outcome, ensure_ascii=False))
    else:
        click.echo(
            f"{target}: {_count(made.formulas)} recalculated, {made.changed:,} changed, {len(made.refused):,} refused."
        )
        for refusal in made.refused[:SHOWN]:
            click.echo(f"  {refusal.cell}: {refusal.sentence}")
        if len(made.refused) > SHOWN:
            click.echo(f"  and {len(made.refused) - SHOWN:,} more: --json lists them all.")
    if made.refused:
        raise click.exceptions.Exit(1)


def _count(formulas: int) -> str:
    return "1 formula" if formulas == 1 else f"{formulas:,} formulas"


COMMANDS = (recalc,)
