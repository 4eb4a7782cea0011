"""`wpxl report schools`: the school report, as a table on the terminal or as a new file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ...errors import Fault, refuse
from .shown import ROWS, cell

if TYPE_CHECKING:
    from ...reports.schools import Report

MODEL = "aimhigher-2011-school"
SHOWN = (
    "URN",
    "School",
    "Local authority",
)  # of the columns that only name a school, those that a terminal has room for


@click.command(epilog="Example:  wpxl report schools --la Walsall -o walsall.xlsx")
@click.option("--keyword", help="Words of the name, parts of words, or misspelt words.")
@click.option("--la", "local_authority", help="Local authority: its name or three-digit code.")
@click.option("--region", help="Region.")
@click.option(
    "--model", default=MODEL, show_default=True, help="Targeting model for priority and bands; options after ';'."
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A new .xlsx or .csv file.")
@click.option("--json", "as_json", is_flag=True, help='Print the report as JSON; errors as {"error": code}.')
def schools(
    keyword: str | None, local_authority: str | None, region: str | None, model: str, output: Path | None, as_json: bool
) -> None:
    """The school report: learners, priority, each measure with its band, SEN, KS4 and KS5, of the schools of a selection."""
    from ...reports.schools import school_report

    if not (keyword or local_authority or region):
        raise click.UsageError("Say which schools: --keyword, --la or --region.")
    words = tuple(word.strip() for word in model.replace(",", ";").split(";") if word.strip())
    made = school_report(keyword, local_authority, region, words)
    if output:
        _write(output, made)
        click.echo(f"{output}: {made.schools:,} {'school' if made.schools == 1 else 'schools'}.", err=as_json)
    if as_json:
        click.echo(json.dumps(_as_json(made), ensure_ascii=False))
    elif not output:
        _print(made)


def _write(output: Path, made: Report) -> None:
    from ...workbooks.delimited import write_new

    headings = [column.heading for column in made.columns]
    if output.suffix.casefold() == ".csv":
        rows = [[v.code if isinstance(v, Fault) else v for v in row] for row in (*made.rows(), *made.below())]
        write_new(output, [headings, *rows, [], *([note] for note in made.notes)])
    elif output.suffix.casefold() == ".xlsx":
        from ...reporting import new_file
        from ...reports import shape

        kinds = {"text": shape.TEXT, "band": shape.BAND}
        columns = tuple(shape.Column(c.heading, kinds.get(c.kind, shape.FIGURE)) for c in made.columns)
        below = made.below()
        table = shape.Table(made.title, columns, [*made.rows(), *below], totals=len(below))
        sample = any(note.startswith("SAMPLE") for note in made.notes)
        new_file(
            output, [("Report", shape.Report("schools", made.title, (table,), notes=tuple(made.notes), sample=sample))]
        )
    else:
        raise refuse(f"{output.name} is neither .xlsx nor .csv: give the report one of these endings.")


def _as_json(made: Report) -> dict[str, Any]:
    plain = [[{"error": v.code} if isinstance(v, Fault) else v for v in column.values] for column in made.columns]
    headings = [column.heading for column in made.columns]
    coverage = {h: {"n": c[0], "coverage": c[1]} for h, c in zip(headings, made.counts(), strict=True) if c}
    rows = [dict(zip(headings, row, strict=True)) for row in zip(*plain, strict=True)]
    return {"title": made.title, "schools": rows, "coverage": coverage, "notes": made.notes}


def _print(made: Report) -> None:
    """The table for a terminal: a figure and its band share a column, and what the selection itself says is left out."""
    bands = {made.columns[i + 1].heading: i for i, c in enumerate(made.columns[:-1]) if c.kind == "share"}
    band_of = {i: i + 1 for heading, i in bands.items() if heading.endswith(": band")}
    at = [i for i, c in enumerate(made.columns) if i - 1 not in band_of and (c.kind != "text" or c.heading in SHOWN)]
    table = Table(title=made.title, header_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for i in at:
        column = made.columns[i]
        table.add_column(
            column.heading,
            justify="right" if column.kind in ("number", "share") else "left",
            min_width=22 if i == 1 else 5,
            overflow="fold",
        )

    def cells(row: tuple[Any, ...], banded: bool) -> list[str]:
        return [
            f"{cell(row[i])} {cell(row[band_of[i]])}".rstrip() if banded and i in band_of else cell(row[i]) for i in at
        ]

    for row in made.rows()[:ROWS]:
        table.add_row(*cells(row, True))
    table.add_section()
    for row in made.below():
        table.add_row(*cells(row, False))
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    if made.schools > ROWS:
        click.echo(f"The first {ROWS} of {made.schools:,} schools: write them all with -o schools.xlsx.")
    for note in made.notes:
        click.echo(note)
