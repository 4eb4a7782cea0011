"""Reports of a person's workbook: read, understood, counted, and written as sheets of the same workbook.

    read = read_file(Path("outreach.xlsx"))
    made = make(read.records, ["activity", "effectiveness"], Asked(), "under 10")
    place(read.book, made, Asked())
    read.book.save("outreach-reports.xlsx")

The command line and the ribbon share this. Sheets that wpxl wrote as reports are never read as records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..domain import years
from ..errors import Fault, refuse
from ..log import note_bug
from ..reports import REPORTS, Kind
from ..reports.shape import Asked, Report
from ..workbooks.book import Book
from ..workbooks.collector import paused
from ..workbooks.records import sheets_of as sheets_of

if TYPE_CHECKING:
    from ..records import Records
    from ..records.source import SheetCells
    from ..workbooks.graft import Placed
    from ..workbooks.styles import Styles

ALONE = "partnership"  # of several workbooks, and never a sheet of one of them
Progress = Callable[[str, int, int], None]  # what is done now, how many steps are done, how many there are


class Read(NamedTuple):
    """A workbook that was read: its records, and a sentence for each list on how it was understood."""

    book: Book
    records: Records
    said: tuple[str, ...]


class Made(NamedTuple):
    """What became of a report that was asked for: the report, or the sentence why there is none."""

    kind: Kind
    report: Report | None
    why: str = ""


class Done(NamedTuple):
    """What was done with a file: how it was understood, each report, where it stands, and what the person should know."""

    said: tuple[str, ...]
    made: tuple[Made, ...]
    placed: tuple[Placed, ...]
    warnings: tuple[str, ...]
    under: str  # the line below the titles


def read_file(path: Path, institution: str = "") -> Read:
    """Errors: a Fault saying what the file is, or that nothing in it can be counted."""
    with ThreadPoolExecutor(
        1
    ) as beside:  # half a second of importing, while the cells of a large workbook are waited for
        beside.submit(import_module, "pandas")
        book = Book.open(path)
        sheets = sheets_of(book)
    return Read(book, *read_sheets(sheets, institution))


@paused()
def read_sheets(sheets: Sequence[SheetCells], institution: str = "") -> tuple[Records, tuple[str, ...]]:
    """The records of sheets, and how they were understood."""
    from ..records import read

    understood = read.understand(sheets)
    return read.read(sheets, understood, institution), tuple(read.describe(understood))


def nothing() -> Records:
    """No records at all, for the reports that are about schools alone."""
    import pandas as pd

    from ..records import Records

    return Records(*(pd.DataFrame() for _ in range(6)))


@paused()
def make(
    records: Records, ids: Sequence[str], asked: Asked, rule: str = "", progress: Progress | None = None
) -> list[Made]:
    """The reports of some ids, made fit to share by a rule of suppression (else that of the workbook's settings).

    One report alone raises its Fault; of several, those that cannot be made say why, as long as any can.
    """
    from ..reports import disclosure

    by = disclosure.rule(rule or records.settings.get("suppression"))
    made = []
    for at, id_ in enumerate(ids):
        kind = REPORTS[id_]
        if progress:
            progress(kind.sheet, at, len(ids))
        try:
            made.append(Made(kind, disclosure.protect(kind.make(records, asked), by)))
        except Fault as fault:
            if len(ids) == 1:
                raise
            made.append(Made(kind, None, fault.sentence))
        except Exception as error:  # one report's own mistake is no reason to go without the others
            if len(ids) == 1:
                raise
            number = note_bug(kind.id, error)
            made.append(Made(kind, None, f"wpxl met an error of its own, noted in its log as {number}."))
    if not any(one.report for one in made):
        raise refuse(f"None of the {len(ids)} reports could be made. {made[0].kind.sheet}: {made[0].why}")
    return made


def all_ids() -> list[str]:
    """Every report that one workbook can have."""
    return [id_ for id_ in REPORTS if id_ != ALONE]


@paused()
def place(
    book: Book, made: Sequence[Made], under: str, styles: Styles | None = None, progress: Progress | None = None
) -> list[Placed]:
    """Set each report on its own sheet. Errors: a Fault naming the person's cells that are in the way."""
    from ..workbooks import graft
    from ..workbooks.styles import Styles
    from . import layout

    styles = styles or Styles(book.package, book.part)
    placed = []
    wanted = [(one.kind, one.report) for one in made if one.report]
    for at, (kind, report) in enumerate(wanted):
        if progress:
            progress(f"Writing {kind.sheet}", at, len(wanted))
        where = graft.find(book, kind.id)
        page = layout.drawing(report, under)(where.row, where.column, dict(where.widths))
        placed.append(graft.set_page(book, where, page, kind.sheet, styles))
    return placed


def under_title(records: Records, asked: Asked) -> str:
    """The line below a report's title: whose work, which academic year, as at which date."""
    settings = records.settings
    year = asked.year if asked.year is not None else years.academic_year(settings.get("year"))
    day = asked.as_of
    parts = (
        records.institution or str(settings.get("institution") or ""),
        f"academic year {years.shown(year)}" if year is not None else "",
        f"as at {day.day} {day:%B %Y}" if day else "",
    )
    line = " · ".join(part for part in parts if part)
    return line[:1].upper() + line[1:]


def report_file(
    source: Path, target: Path, ids: Sequence[str], asked: Asked | None = None, rule: str = "", *, in_place: bool = False,
    progress: Progress | None = None, before_writing: Callable[[Read], Any] | None = None,
) -> Done:  # fmt: skip
    """Reports of the workbook `source`, as sheets of its copy `target` (or of itself).

    before_writing: is shown what was understood. Errors: a Fault in one sentence; then nothing has been written.
    """
    asked = asked or Asked()
    if progress:
        progress("Reading", 0, len(ids))
    read = read_file(source)
    if before_writing:
        before_writing(read)
    from ..workbooks.locks import warnings

    said = warnings(read.book, in_place=in_place)
    made = make(read.records, ids, asked, rule, progress)
    under = under_title(read.records, asked)
    placed = place(read.book, made, under, progress=progress)
    said += [moved(one) for one in placed if one.lowered]
    read.book.save(target, in_place=in_place)
    return Done(read.said, tuple(made), tuple(placed), tuple(said), under)


def new_file(target: Path, reports: Sequence[tuple[str, Report]], under: str = "") -> None:
    """Reports as the sheets (name, report) of a new workbook. Errors: a Fault where it cannot be written."""
    from ..workbooks import graft
    from ..workbooks.blank import blank
    from . import layout

    if target.suffix.casefold() != ".xlsx":
        raise refuse(f"{target.name} does not end in .xlsx: give the workbook that ending.")
    book = blank(reports[0][1].title)
    for name, report in reports:
        graft.set_page(book, graft.find(book, report.id), layout.drawing(report, under)(1, 1, {}), name)
    book.save(target, in_place=True)


def moved(placed: Placed) -> str:
    """The sentence about a person's cells that went down with a report's end."""
    return (
        f"The report on the sheet '{placed.sheet}' is longer than before: what you keep below it is now {placed.lowered} rows "
        "further down."
    )
