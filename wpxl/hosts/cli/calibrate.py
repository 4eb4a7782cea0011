"""`wpxl models calibrate`: thresholds as thirds of the schools that are installed, and what they would change."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from ...errors import Fault, refuse

if TYPE_CHECKING:
    from ...models.write import Kept
    from ...reports.calibration import Calibration
    from ...reports.calibration import Table as Figures

MODEL = "aimhigher-2011-school"


@click.command(epilog="Example:  wpxl models calibrate current-school --phase secondary --la Birmingham --write")
@click.argument("model", default=MODEL)
@click.option(
    "--table", default="", metavar="ID", help="Only the schools of this table, by its name in 'wpxl data status'."
)
@click.option("--phase", default="", help="Only schools of this phase, such as secondary.")
@click.option("--region", default="", help="A region to compare with all schools.")
@click.option("--la", "local_authority", default="", help="A local authority to compare with all schools.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A new .xlsx file with charts.")
@click.option("--write", "keep", is_flag=True, help="Keep the new thresholds as a new version of a model of your own.")
@click.option("--name", default="", help="The name of that model. Default: MODEL-calibrated.")
@click.option("--date", "when", type=click.DateTime(["%Y-%m-%d"]), help="The date of that version. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def calibrate(
    model: str, table: str, phase: str, region: str, local_authority: str, output: Path | None, keep: bool, name: str,
    when: datetime | None, as_json: bool,
) -> None:  # fmt: skip
    """Find thresholds that split all schools into thirds, as the guide's do, and compare priorities by old and new."""
    from ...reports.calibration import calibration

    if not keep and (name or when):
        raise click.UsageError("--name and --date go with --write.")
    words = tuple(word.strip() for word in model.replace(",", ";").split(";") if word.strip())
    with Console(stderr=True).status("Reading the tables of schools …"):
        made = calibration(words, table, phase, region, local_authority)
    kept = _keep(made, name, (when or datetime.combine(date.today(), datetime.min.time())).date()) if keep else None
    if output:
        _workbook(output, made)
    if as_json:
        click.echo(json.dumps(_as_json(made, kept), ensure_ascii=False))
        return
    for figures in (made.criteria, made.priorities):
        _print(figures)
    for note in made.notes:
        click.echo(note)
    if output:
        click.echo(f"{output}: tables, charts and notes.")
    if kept:
        click.echo(f'{kept.done.capitalize()}: {kept.path}, version {kept.versions[-1]}. =WP_PRIORITY(A2, "{kept.id}")')


def _keep(made: Calibration, name: str, when: date) -> Kept:
    from ...models import write

    if made.sample:
        raise refuse(
            "Only sample schools are installed, and thresholds of invented schools are not kept: see 'wpxl data guide'."
        )
    if not made.new:
        raise refuse(f"Nothing to keep: no criterion of {made.model.id} has new thresholds. {made.notes[0]}")
    base = made.model
    own = base.edition == "own" and base.id.endswith("-calibrated")
    limits = {f.criterion.id: (thirds.low_below, thirds.at_least, f.source) for f, thirds in made.new}
    tables = "; ".join(dict.fromkeys(title for f, _ in made.new for title in f.tables))
    stay = ", ".join(f.criterion.short for f in made.found if isinstance(f.thirds, Fault))
    note = f"Thresholds are thirds of all schools with a figure; otherwise as {base.id}, version {base.version}." + (
        f" Not calibrated: {stay}." if stay else ""
    )
    version = write.recalibrated(
        base.id, base.version, when, limits, f"{made.schools:,} schools, thirds; {tables}", note
    )
    title = f"{base.title}, calibrated"
    return write.add_version(name or (base.id if own else f"{base.id}-calibrated"), base.id, title, version)


def _workbook(output: Path, made: Calibration) -> None:
    from ...reporting import new_file
    from ...reports import shape

    kinds = {"text": shape.TEXT, "number": shape.FIGURE, "share": shape.FIGURE}
    tables = tuple(
        shape.Table(t.title, tuple(shape.Column(h, kinds[k]) for h, k in zip(t.headings, t.kinds, strict=True)), t.rows)
        for t in (made.criteria, made.priorities)
    )
    headings = made.priorities.headings
    charts = tuple(
        shape.Chart("pie", pie.title, made.priorities.title, headings[0], (headings[pie.column],), pie.rows)
        for pie in made.pies
    )
    found = shape.Report("calibration", made.title, tables, charts, tuple(made.notes), sample=made.sample)
    new_file(output, [("Report", found)])


def _print(figures: Figures) -> None:
    table = Table(title=figures.title, header_style="bold")
    for heading, kind in zip(figures.headings, figures.kinds, strict=True):
        table.add_column(heading, justify="left" if kind == "text" else "right")
    for row in figures.rows:
        table.add_row(*(_cell(value, kind) for value, kind in zip(row, figures.kinds, strict=True)))
    Console(width=None if sys.stdout.isatty() else 200).print(table, markup=False)


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    return f"{value:.1f}" if kind == "share" else f"{value:,}" if isinstance(value, int) else str(value)


def _as_json(made: Calibration, kept: Kept | None) -> dict[str, Any]:
    tables = {
        name: [dict(zip(figures.headings, row, strict=True)) for row in figures.rows]
        for name, figures in (("criteria", made.criteria), ("priorities", made.priorities))
    }
    written = {"model": kept.id, "version": kept.versions[-1], "file": str(kept.path)} if kept else None
    return {"title": made.title, "schools": made.schools, **tables, "notes": made.notes, "written": written}
