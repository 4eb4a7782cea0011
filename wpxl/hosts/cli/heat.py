"""`wpxl heat`: bulk import templates filled and lists checked before the upload; what differs from an export; deadlines."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...domain import years
from ...errors import refuse
from .files import FILE
from .report import _Bar

if TYPE_CHECKING:
    from ...importing import Filled
    from ...importing.checking import Checked

RETENTION = "It holds learners' personal data: delete it, with its copies, once it is no longer needed."
MOST_SHOWN, MOST_PLACES = 40, 8  # kinds of finding on the terminal, and cells of each; all of them with --json


@click.group(epilog="Start with:  wpxl heat check outreach.xlsx")
def heat() -> None:
    """HEAT's bulk imports: fill a template from the workbook you keep, and check a list before it is uploaded."""


@heat.command(
    epilog='Example:  wpxl heat fill template.xlsx --from outreach.xlsx -o import.xlsx --map "Surname=Last Name"'
)
@click.argument("template", metavar="TEMPLATE", type=FILE)
@click.option(
    "--from", "sources", type=FILE, multiple=True, required=True, help="A workbook to fill it from; may be repeated."
)
@click.option(
    "-o", "--output", type=FILE, help="The file to write; numbered where the rows need several. Without it: only shown."
)
@click.option(
    "--map",
    "told",
    multiple=True,
    metavar="YOURS=THEIRS",
    help="Your heading for the template's; nothing before =: none.",
)
@click.option("--limit", type=click.IntRange(1), help="Rows of a file; as the template's instructions say if left out.")
@click.option("--year", default="", help="Only the work of this academic year, such as 2025/26.")
@click.option("--clean-names", is_flag=True, help="Give names in capitals, or in small letters, their usual form.")
@click.option("--statement-seen", is_flag=True, help="You vouch that all learners have seen the tracking statement.")
@click.option(
    "--institution", default="", help="Whose remembered mappings to use; as the sheet Settings says if left out."
)
def fill(
    template: Path, sources: tuple[Path, ...], output: Path | None, told: tuple[str, ...], limit: int | None, year: str,
    clean_names: bool, statement_seen: bool, institution: str,
) -> None:  # fmt: skip
    """Fill a bulk import template: its own headings, lists and formats are read, and nothing else in it changes.

    What goes where is shown; --map corrects it, and is remembered for the institution. What does not fit the template's lists is
    left blank and listed.
    """
    from ...importing import Wish, plan_fill, read_sources, write
    from ...imports.mapping import told_in
    from ...workbooks.book import Book

    wish = Wish(told_in(told), _year(year), limit, clean_names, statement_seen, institution)
    with _Bar() as bar:
        bar("Reading", 0, 1)
        plan = plan_fill(Book.open(_there(template)), read_sources([_there(source) for source in sources]), wish)
    for sentence in plan.said():
        click.echo(sentence)
    if output is None:
        click.echo("Nothing was written: give the name of the file with -o.")
        return
    with _Bar() as bar:
        done = write(plan, output, bar)
    _show(done)


@heat.command(epilog="Example:  wpxl heat check outreach.xlsx --template template.xlsx --fix -o outreach-mended.xlsx")
@click.argument("book", metavar="FILE", type=FILE)
@click.option(
    "--template", type=FILE, help="The template that it is to be imported by: its required columns and lists count."
)
@click.option("--against", type=FILE, help="HEAT's export of students, to find those who are there already.")
@click.option("--year", default="", help="Academic year, such as 2025/26; that of the sheet Settings if left out.")
@click.option(
    "--fix", is_flag=True, help="Write a copy with what can be put right beyond doubt, and a sheet of the changes (-o)."
)
@click.option("-o", "--output", type=FILE, help="The copy that --fix writes.")
@click.option("--json", "in_json", is_flag=True, help="Print the findings as JSON.")
def check(
    book: Path, template: Path | None, against: Path | None, year: str, fix: bool, output: Path | None, in_json: bool
) -> None:
    """What is wrong in the lists of a workbook, cell by cell: what, why, and what to do. Exit 1 where there are errors."""
    from ...importing.checking import check_file, mend, severities

    if fix != bool(output):
        raise click.UsageError("--fix writes a copy: give its name with -o.")
    with _Bar() as bar:
        bar("Checking", 0, 1)
        checked = check_file(_there(book), template and _there(template), against and _there(against), _year(year))
    count = severities(checked)
    if in_json:
        told = (
            {"list": one.listing.name, "cell": one.where(f)} | {k: v for k, v in f._asdict().items() if k != "fix"}
            for one in checked
            for f in one.findings
        )
        click.echo(json.dumps(list(told), ensure_ascii=False))
    else:
        said = _grouped(checked)
        for sentence in said[:MOST_SHOWN]:
            click.echo(sentence)
        if len(said) > MOST_SHOWN:
            click.echo(f"… and {len(said) - MOST_SHOWN:,} more: --json lists all.")
        click.echo(", ".join(f"{number:,} {name}{'' if number == 1 else 's'}" for name, number in count.items()) + ".")
    if output:
        done = mend(book, output, checked)
        click.echo(f"Written: {output}, with {len(done):,} corrections, listed on its last sheet.", err=in_json)
        click.echo(RETENTION, err=in_json)
    if count["error"]:
        raise click.exceptions.Exit(1)


def _grouped(checked: Sequence[Checked]) -> list[str]:
    """A line for each thing that is wrong in a list, with the cells where it is; errors first."""
    from ...imports.shape import SEVERITIES
    from ...workbooks.refs import areas

    cells: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for one in checked:
        for f in one.findings:
            cells.setdefault((f.severity, one.listing.name, f.what, f.why, f.mend), []).append((f.row, f.column))
    said = []
    for (severity, name, *sentences), where in sorted(cells.items(), key=lambda item: SEVERITIES.index(item[0][0])):
        found = areas(where)
        more = f" and {len(found) - MOST_PLACES:,} more places" if len(found) > MOST_PLACES else ""
        said.append(f"{name} {', '.join(map(str, found[:MOST_PLACES]))}{more}, {severity}: {' '.join(sentences)}")
    return said


@heat.command(epilog="Example:  wpxl heat update outreach.xlsx --from heat-students.xlsx -o outreach-updated.xlsx")
@click.argument("book", metavar="FILE", type=FILE)
@click.option("--from", "export", type=FILE, required=True, help="HEAT's export of students.")
@click.option(
    "--take", multiple=True, metavar="CELL", help="A cell, such as C5, to take from the export; may be repeated."
)
@click.option("-o", "--output", type=FILE, help="The copy to write. Without it: the differences are only shown.")
@click.option(
    "--json", "in_json", is_flag=True, help="Print which cells differ, and why, as JSON; without what they hold."
)
def update(book: Path, export: Path, take: tuple[str, ...], output: Path | None, in_json: bool) -> None:
    """Bring a list of students up to date from HEAT's export. What is known is never replaced by a non-answer."""
    from ...importing.updating import compare, write_update

    with _Bar() as bar:
        bar("Comparing", 0, 1)
        found = compare(_there(book), _there(export), take)
    told = [{"cell": found.cell(d), "column": d.heading, "taken": d.taken, "why": d.why} for d in found.differences]
    if in_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for one in told[:MOST_SHOWN]:
            click.echo(f"{one['cell']}, {one['column']}, {'taken' if one['taken'] else 'not taken'}: {one['why']}")
        if len(told) > MOST_SHOWN:
            click.echo(f"… and {len(told) - MOST_SHOWN:,} more: --json lists all.")
        taken = sum(d.taken for d in found.differences)
        click.echo(f"{len(told):,} differences, of which {taken:,} fill what was not known or were chosen.")
    if output:
        changed = write_update(book, output, found)
        click.echo(
            f"Written: {output}, with {changed:,} cells changed, all differences on its last sheet.", err=in_json
        )
        click.echo(RETENTION, err=in_json)


@heat.command(epilog="Example:  wpxl heat deadlines outreach.xlsx --today 2025-11-24")
@click.argument("book", metavar="[FILE]", type=FILE, required=False)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day to count from; today if left out.")
@click.option("--json", "in_json", is_flag=True, help="Print them as JSON.")
def deadlines(book: Path | None, today: datetime.datetime | None, in_json: bool) -> None:
    """The days left until HEAT's dates, and until those on the sheet Settings of a workbook."""
    from ...domain.deadlines import deadlines as every
    from ...domain.deadlines import own_in

    own = []
    if book is not None:
        from ...importing.sources import sheets_of

        own = [one for sheet in sheets_of(_there(book)) for one in own_in(sheet.grid)]
    day = (today or datetime.datetime.now()).date()
    found = every((day.year, day.month, day.day), own)
    if in_json:
        dates = [None if one.date is None else "{}-{:02d}-{:02d}".format(*one.date) for one in found]
        told = [one._asdict() | {"date": date} for one, date in zip(found, dates, strict=True)]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in found:
        click.echo(one.said() + (f" {one.whose}" if one.whose else ""))


def _show(done: Filled) -> None:
    for name, number in done.rows.items():
        click.echo(f"Sheet '{name}': {number:,} {'row' if number == 1 else 'rows'} filled.")
    same = Counter((sheet, f.column, f.severity, f.what, f.why, f.mend) for _, sheet, f in done.findings)
    first = {
        (sheet, f.column, f.severity, f.what, f.why, f.mend): (path, f.row)
        for path, sheet, f in reversed(done.findings)
    }
    for key, number in same.items():
        sheet, _, severity, what, why, mend = key
        at, row = first[key]
        where = f"row {row}" if number == 1 else f"{number:,} rows, the first {row}"
        file = f" of {at.name}" if len(done.files) > 1 else ""
        click.echo(f"Sheet '{sheet}'{file}, {where}, {severity}: {what} {why} {mend}")
    for written in done.files:
        click.echo(f"Written: {written}")
    for sentence in done.notes:
        click.echo(sentence)


def _year(text: str) -> int | None:
    year = years.academic_year(text) if text else None
    if text and year is None:
        raise click.BadParameter(f"'{text}' is not an academic year such as 2025/26.", param_hint="--year")
    return year


def _there(path: Path) -> Path:
    if not path.exists():
        raise refuse(f"There is no file {path}.")
    return path


COMMANDS = (heat,)
