"""`wpxl demo`, `wpxl log` and `wpxl profile`: whole files."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ...errors import Fault, refuse
from ...store import installed

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(epilog="Example:  wpxl demo -o demo.xlsx")
@click.option(
    "-o", "--output", type=FILE, default=Path("wpxl-demo.xlsx"), show_default=True, help="The workbook to write."
)
@click.option("--formulas", is_flag=True, help="Write the workbook of worked formulas for the add-in instead.")
def demo(output: Path, formulas: bool) -> None:
    """Write a demonstration workbook from the sample edition, and show what it found."""
    if formulas:
        from ...ready import build
        from ...workbooks.files import replacing

        with replacing(output) as file:
            file.write(build())
        click.echo(f"{output}: every function at work on the sample edition. Open it at 'Start here'.")
        return
    from ...demo import write_demo

    made = write_demo(output)
    shown = [h for h in made.headers if h not in ("Region", "Local authority")]
    columns = ["Postcode", *(h for h in shown if h.startswith(("IMD", "POLAR2", "NS-SEC"))), "Postcode status"]
    table = Table(
        *columns, title="The guide's eight postcodes, and four that need a word (sample data)", header_style="bold"
    )
    at = [made.headers.index(c) for c in columns[1:]]
    for (_, _, postcode), row in list(zip(made.learners, made.rows, strict=True))[:12]:
        table.add_row(
            str(postcode or ""),
            *(row[i].code if isinstance(row[i], Fault) else str(row[i] if row[i] is not None else "") for i in at),
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    for (_, _, postcode), note in zip(made.learners, made.notes, strict=True):
        if note:
            click.echo(f"  {str(postcode).strip():<12} {note}")
    s = made.summary
    click.echo(
        f"\n{s.answered} of {s.asked} postcodes profiled, in the order of the list. Open {output}: Learners, Summary, Sources."
    )
    click.echo("These are SAMPLE DATA. For your own lists: wpxl data guide, wpxl data add, wpxl profile FILE.")


@click.command(epilog="Example:  wpxl log --empty -o outreach-2026.xlsx")
@click.option(
    "-o",
    "--output",
    type=FILE,
    default=Path("wpxl-outreach-log.xlsx"),
    show_default=True,
    help="The workbook to write.",
)
@click.option("--empty", is_flag=True, help="Without the sample rows.")
def log(output: Path, empty: bool) -> None:
    """Write an outreach log: a workbook for activities, schools and learners, with live formulas for their targeting."""
    from ... import ready
    from ...workbooks.files import replacing

    if output.exists():
        raise refuse(f"{output} is there already, and may hold your records: give another name with -o.")
    with replacing(output) as file:
        file.write(ready.log(empty))
    click.echo(f"{output}: an outreach log{'' if empty else ' with sample rows'}. Open it at 'Start here'.")


@click.command(epilog="Example:  wpxl profile learners.xlsx --measures 'standard, IMD rank' -o learners-profiled.xlsx")
@click.argument("source", metavar="FILE", type=FILE)
@click.option("-o", "--output", type=FILE, help="The file to write; FILE-profiled beside FILE if left out.")
@click.option("--sheet", help="The sheet, where several have postcodes.")
@click.option("--column", help="The postcode column, by heading or letter, where several qualify.")
@click.option("--measures", default="standard", show_default=True, help="Measures or a group: names with commas.")
@click.option("--formulas/--values", default=False, help="Live WP_POSTCODE formulas, or plain values (the default).")
@click.option("--in-place", is_flag=True, help="Replace FILE itself, through a temporary file.")
def profile(
    source: Path,
    output: Path | None,
    sheet: str | None,
    column: str | None,
    measures: str,
    formulas: bool,
    in_place: bool,
) -> None:
    """Add the profile of its postcodes to a list (.xlsx, .xlsm, .csv). Nothing else in the file changes."""
    from ...profile import profile_file

    if not source.exists():
        raise refuse(f"There is no file {source}.")
    if in_place and output:
        raise click.UsageError("Give either --in-place or -o, not both.")
    target = source if in_place else output or source.with_stem(f"{source.stem}-profiled")
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,}/{task.total:,}"), TimeRemainingColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("Writing", total=1)
        made = profile_file(
            source, target, sheet=sheet, column=column, measures=measures, formulas=formulas, in_place=in_place,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    click.echo(f"{target}: {made.answered:,} of {made.asked:,} postcodes profiled, in {made.placed}; {made.where}.")
    explained = sum(1 for note in made.notes if note)
    if explained:
        click.echo(f"{explained:,} {'row is' if explained == 1 else 'rows are'} explained in the column 'Note'.")
    for measure in made.absent:
        click.echo(f"{measure.label} is not installed, so its column is #REF!: see 'wpxl data guide'.")
    unknown = made.unknown
    if unknown:
        newest = next(t.facts["title"] for t in installed().postcode)
        click.echo(
            f"{unknown:,} well-formed {'postcode is' if unknown == 1 else 'postcodes are'} not in the installed tables "
            f"(newest: {newest}): mistyped, or newer than they are."
        )
    if made.warning:
        click.echo(made.warning)
    if installed().sample_only:
        click.echo(
            "Only sample data is installed: real postcodes outside it are #REF!. 'wpxl data guide' says what to get."
        )


COMMANDS = (demo, log, profile)
