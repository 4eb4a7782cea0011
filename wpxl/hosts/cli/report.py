"""`wpxl report`: reports of a workbook's own records, on the terminal or as sheets of the workbook."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from ...domain import years
from ...errors import refuse
from ...reports import REPORTS, Kind
from ...reports.shape import Asked
from .files import FILE
from .schools import schools
from .shown import as_json, show

if TYPE_CHECKING:
    from ...reporting import Made

ALONE = "partnership"
NO_BOOK = "priorities"  # the one report that needs no records


@click.group(epilog="Start with:  wpxl report understood outreach.xlsx")
def report() -> None:
    """Reports of a workbook of activities and learners: as tables here, or as sheets of the workbook (-o, --in-place)."""


_OPTIONS = (
    click.option("-o", "--output", type=FILE, help="A copy of the workbook, with the report as a sheet of its own."),
    click.option("--in-place", is_flag=True, help="Write into the workbook itself, through a temporary file."),
    click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The date that the report bears."),
    click.option("--year", default="", help="Academic year, such as 2025/26; that of the sheet Settings if left out."),
    click.option("--suppress", default="", metavar="RULE", help="none, 'under 10' (or another number), or hesa."),
    click.option("--json", "in_json", is_flag=True, help='Print the reports as JSON; errors as {"error": code}.'),
)

_ASKED = {
    "activity": click.option("--activity", default="", help="Only this activity, by its code or title."),
    "school": click.option("--school", default="", help="A school, by its name, URN or HEAT ID."),
    "local_authority": click.option("--la", "local_authority", default="", help="A local authority."),
    "region": click.option("--region", default="", help="A region."),
    "learner_model": click.option(
        "--learner-model", default="", help="Targeting model for learners; options after ';'."
    ),
    "school_model": click.option("--school-model", default="", help="Targeting model for schools; options after ';'."),
    "basis": click.option(
        "--basis", type=click.Choice(["organisation", "learner"]), help="For every activity, not by the majority."
    ),
    "vintages": click.option("--vintages", default="", help="The two of IMD to compare: '2019, 2025' if left out."),
}


def _options(*kinds: Kind) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options of every report, and those that any of these goes by."""
    asked = [option for name, option in _ASKED.items() if any(name in kind.asks for kind in kinds)]

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed((*_OPTIONS[:-2], *asked, *_OPTIONS[-2:])):
            command = option(command)
        return command

    return add


def _add(kind: Kind) -> None:
    needed = kind.id != NO_BOOK

    @report.command(
        kind.id, help=kind.says, epilog=f"Example:  wpxl report {kind.id} outreach.xlsx -o outreach-reports.xlsx"
    )
    @click.argument("book", metavar="FILE", type=FILE, required=needed)
    @_options(kind)
    def run(book: Path | None, **given: Any) -> None:
        _run(book, [kind.id], **given)


for _kind in REPORTS.values():
    if _kind.id != ALONE:
        _add(_kind)


@report.command("all", epilog="Example:  wpxl report all outreach.xlsx --suppress 'under 10' -o outreach-reports.xlsx")
@click.argument("book", metavar="FILE", type=FILE)
@_options(*REPORTS.values())
def everything(book: Path, **given: Any) -> None:
    """Every report that the workbook holds enough for. Those left out are named, with the reason."""
    from ...reporting import all_ids

    _run(book, all_ids(), **given)


@report.command(ALONE, help=REPORTS[ALONE].says, epilog="Example:  wpxl report partnership a.xlsx b.xlsx -o all.xlsx")
@click.argument("books", metavar="FILES", type=FILE, nargs=-1, required=True)
@_options(REPORTS[ALONE])
def partnership(books: tuple[Path, ...], output: Path | None, in_place: bool, **given: Any) -> None:
    from ...records.read import join
    from ...reporting import make, new_file, read_file, under_title

    if in_place:
        raise click.UsageError("A partnership's report is a workbook of its own: give its name with -o.")
    if len(books) < 2:
        raise click.UsageError("Give the workbooks of two institutions or more.")
    asked, rule, in_json = _asked(given)
    with _Bar() as bar:
        opened = []
        for at, book in enumerate(books):
            bar(f"Reading {book.name}", at, len(books) + 1)
            opened.append(read_file(_there(book)))
        bar("Counting", len(books), len(books) + 1)
        names = _names(books, [one.records.institution for one in opened])
        records = join([replace(one.records, institution=name) for one, name in zip(opened, names, strict=True)])
        made = make(records, [ALONE], asked, rule)
    for book, one in zip(books, opened, strict=True):
        _tell([f"{book.name}: {sentence}" for sentence in one.said], in_json or not output)
    found = made[0].report
    if output and found:
        new_file(output, [(REPORTS[ALONE].sheet, found)], under_title(records, asked))
    _show(made, under_title(records, asked), output, in_json)


def _names(books: Sequence[Path], institutions: Sequence[str]) -> list[str]:
    """What to call each workbook: its institution, and its file too where another workbook is of the same one."""
    return [
        book.stem if not name else f"{name} ({book.stem})" if institutions.count(name) > 1 else name
        for book, name in zip(books, institutions, strict=True)
    ]


@report.command(epilog="Example:  wpxl report understood outreach.xlsx")
@click.argument("book", metavar="FILE", type=FILE)
def understood(book: Path) -> None:
    """Which lists of the workbook would be read, and which heading as what. Nothing is written."""
    from ...records.read import describe, understand
    from ...workbooks.book import Book
    from ...workbooks.records import sheets_of

    for sentence in describe(understand(sheets_of(Book.open(_there(book))))):
        click.echo(sentence)


report.add_command(schools)


def _run(book: Path | None, ids: list[str], output: Path | None, in_place: bool, **given: Any) -> None:
    """Reports of one workbook: into a copy of it, into itself, or here."""
    from ...reporting import make, new_file, nothing, read_file, report_file, under_title

    if in_place and output:
        raise click.UsageError("Give either --in-place or -o, not both.")
    if in_place and book is None:
        raise click.UsageError("Name the workbook to write into.")
    asked, rule, in_json = _asked(given)
    if book is None:
        records = nothing()
        made, under = make(records, ids, asked, rule), under_title(records, asked)
        if output:
            new_file(output, [(one.kind.sheet, one.report) for one in made if one.report], under)
    elif output or in_place:
        target = output or book
        with _Bar() as bar:
            done = report_file(
                _there(book), target, ids, asked, rule, in_place=in_place, progress=bar,
                before_writing=lambda read: _tell(read.said, in_json),
            )  # fmt: skip
        made, under = list(done.made), done.under
        for one in done.placed:
            click.echo(f"Sheet '{one.sheet}': {'new' if one.new else 'made again in its place'}.", err=in_json)
        for sentence in done.warnings:
            click.echo(sentence, err=True)
    else:
        with _Bar() as bar:
            bar("Reading", 0, len(ids))
            read = read_file(_there(book))
            made, under = make(read.records, ids, asked, rule, bar), under_title(read.records, asked)
        _tell(read.said, True)
    _show(made, under, output or (book if in_place else None), in_json)


def _show(made: list[Made], under: str, target: Path | None, in_json: bool) -> None:
    """The reports themselves where they went into no file, or as JSON; and what could not be made."""
    if in_json:
        click.echo(json.dumps([as_json(one.report, under) for one in made if one.report], ensure_ascii=False))
    for one in made:
        if one.report and not in_json and not target:
            show(one.report, under)
        elif not one.report:
            click.echo(f"Left out: {one.kind.sheet}. {one.why}", err=True)
    if target:
        click.echo(f"Written: {target}", err=in_json)


def _tell(sentences: tuple[str, ...] | list[str], err: bool) -> None:
    for sentence in sentences:
        click.echo(sentence, err=err)


def _there(book: Path) -> Path:
    if not book.exists():
        raise refuse(f"There is no file {book}.")
    return book


def _asked(given: dict[str, Any]) -> tuple[Asked, str, bool]:
    """What the options ask for, the rule of suppression, and whether the answer is to be JSON."""
    year = years.academic_year(given["year"]) if given["year"] else None
    if given["year"] and year is None:
        raise click.BadParameter(f"'{given['year']}' is not an academic year such as 2025/26.", param_hint="--year")
    day: datetime.datetime | None = given["as_of"]
    fields: dict[str, Any] = {
        name: _words(given[name]) if Asked._field_defaults[name] == () else given[name] or ""
        for name in _ASKED
        if name in given
    }
    asked = Asked(as_of=day.date() if day else None, year=year, **fields)
    return asked, given["suppress"], given["in_json"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.replace(",", ";").split(";") if word.strip())


class _Bar:
    """Progress on a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True,
            disable=not sys.stderr.isatty(),
        )  # fmt: skip

    def __enter__(self) -> _Bar:
        self._progress.start()
        self._task = self._progress.add_task("Reading", total=1)
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, said: str, done: int, total: int) -> None:
        self._progress.update(self._task, description=said, completed=done, total=total)


COMMANDS = (report,)
