"""Reports for a terminal, and as JSON."""

from __future__ import annotations

import datetime
import sys
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from ...errors import Fault
from ...reports import shape

ROWS = 40  # of a table; a file holds them all
_LEFT = (shape.TEXT, shape.SENTENCE, shape.DATE, shape.BAND)


def show(report: shape.Report, under: str = "") -> None:
    """Print each table of a report, and its notes. under: a line below its title."""
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(report.title, style="bold", markup=False)
    if under:
        click.echo(under)
    for table in report.tables:
        _print(console, table)
    for note in report.notes:
        click.echo(note)


def _print(console: Console, table: shape.Table) -> None:
    grid = Grid(title=escape(table.name), caption=escape(table.said) or None, header_style="bold", box=SIMPLE_HEAD,
                pad_edge=False, title_justify="left", caption_justify="left")  # fmt: skip
    for column in table.columns:
        grid.add_column(
            escape(column.heading), justify="left" if column.kind in _LEFT else "right", overflow="fold", min_width=5
        )
    cut = len(table.rows) - table.totals
    for row in table.rows[: min(cut, ROWS)]:
        grid.add_row(*map(cell, row))
    grid.add_section()
    for row in table.rows[cut:]:
        grid.add_row(*map(cell, row))
    console.print(grid)
    if cut > ROWS:
        click.echo(f"The first {ROWS} of {cut:,} rows: write them all with -o.")


def cell(value: Any) -> str:
    """A value as a terminal shows it."""
    if value is None:
        return ""
    if isinstance(value, Fault):
        return value.code
    if isinstance(value, (datetime.date, datetime.datetime)):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and not isinstance(value, bool):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else escape(str(value))


def as_json(report: shape.Report, under: str = "") -> dict[str, Any]:
    """A report as JSON holds it: every table with a list of rows by heading."""
    tables = [
        {
            "name": table.name, "said": table.said, "totals": table.totals,
            "columns": [{"heading": c.heading, "kind": c.kind} for c in table.columns],
            "rows": [[plain(value) for value in row] for row in table.rows],
        }
        for table in report.tables
    ]  # fmt: skip
    return {
        "id": report.id,
        "title": report.title,
        "about": under,
        "tables": tables,
        "notes": list(report.notes),
        "sample": report.sample,
    }


def plain(value: Any) -> Any:
    """A value as JSON holds it: dates as texts, errors as their codes."""
    if isinstance(value, Fault):
        return {"error": value.code}
    if isinstance(value, (datetime.date, datetime.datetime)):
        return f"{value:%Y-%m-%d}"
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and value != value else value
