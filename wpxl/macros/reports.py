"""Reports: those of the workbook's own records, each on its sheet; the school report; the summary of a profiled list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..domain.headers import says_postcode
from ..errors import Fault, refuse
from ..measures import Measure, registry
from ..reports import REPORTS as KINDS
from ..reports.shape import Asked
from . import lists, writing
from .action import REPORTS, Action, Ask, Book, Said, answered, shortened

if TYPE_CHECKING:
    from ..records.source import SheetCells
    from ..reporting import Made
    from ..workbooks.graft import Placed

MAIN = ("activity", "effectiveness")  # with a button of their own
ALONE = "partnership"  # of several workbooks


def _records(*ids: str) -> Callable[[Book, Ask], Said]:
    """What a button for some reports does."""
    return lambda book, ask: _reports(book, ask, ids, Asked())


def _all(book: Book, ask: Ask) -> Said:
    from ..reporting import all_ids

    return _reports(book, ask, all_ids(), Asked())


def _other(book: Book, ask: Ask) -> Said:
    kinds = [kind for kind in KINDS.values() if kind.id not in (*MAIN, ALONE)]
    kind = kinds[answered(ask.choose("Which report?", [kind.sheet for kind in kinds]))]
    asked = Asked()
    if kind.id == "school":
        asked = Asked(school=answered(ask.text("Which school? Its name, URN or HEAT ID.")).strip())
    elif kind.id == "priorities":
        area = answered(ask.text("Which local authority? Leave it empty for the schools of this workbook.")).strip()
        asked = Asked(local_authority=area)
    return _reports(book, ask, [kind.id], asked)


def _reports(book: Book, ask: Ask, ids: Sequence[str], asked: Asked) -> Said:
    from ..reporting import make, moved, read_sheets, under_title

    if getattr(book.api, "ProtectStructure", False):
        raise refuse(
            "The structure of this workbook is locked, so no sheet can be added: lift the lock (Review, Protect Workbook)."
        )
    ask.progress("wpxl: reading the workbook")
    records, understood = read_sheets(sheets_of(book))
    if not ask.yes(f"{shortened(understood)}\nGo on with this?"):
        return Said("Stopped: nothing was changed.", failed=True)
    made = make(records, ids, asked, progress=lambda said, *_: ask.progress(f"wpxl: {said}"))
    placed = _place(book, made, under_title(records, asked), ask)
    said = [f"'{one.sheet}'{'' if one.new else ' (made again in its place)'}" for one in placed]
    text = f"{'The report is on the sheet' if len(placed) == 1 else 'The reports are on the sheets'} {', '.join(said)}."
    text += "".join(f" {moved(one)}" for one in placed if one.lowered)
    left = [one.kind.sheet for one in made if not one.report]
    if left:
        text += f" Not made, for want of what they need: {', '.join(left)}. Asked for alone, each says why."
    return Said(text, len(placed))


def sheets_of(book: Book) -> list[SheetCells]:
    """The cells of every sheet that wpxl did not write as a report."""
    from ..records.source import SheetCells
    from ..workbooks import graft

    marked = [one.refers_to or "" for one in book.names if one.name.rpartition("!")[2].startswith(graft.MARK)]
    own = {graft.understood(refers.removeprefix("="))[0] for refers in marked}
    found = []
    for sheet in book.sheets:
        if sheet.name not in own:
            used = lists.area_of(sheet.used_range)
            grid = lists.values(sheet.range((1, 1), (used.last_row, used.last_column)))
            tables = [
                (
                    table.name,
                    lists.area_of(table.range),
                    [str(v or "") for v in lists.values(table.header_row_range)[0]],
                )
                for table in sheet.tables
                if table.header_row_range is not None
            ]
            found.append(SheetCells(sheet.name, grid, tables))
    return found


def _place(book: Book, made: Sequence[Made], under: str, ask: Ask) -> list[Placed]:
    from ..reporting import layout, place

    if hasattr(book.impl, "inner"):  # a file, without Excel
        book.impl.write_changes()
        placed = place(book.impl.inner, made, under, book.impl.styles)
        book.impl.take_in()
        return placed
    from . import in_excel

    placed = []
    for one in made:
        if one.report:
            ask.progress(f"wpxl: writing {one.kind.sheet}")
            draw = layout.drawing(one.report, under)
            placed.append(in_excel.set_page(book, one.kind.id, one.kind.sheet, draw))
    return placed


def _schools(book: Book, ask: Ask) -> Said:
    from ..reports.schools import school_report

    authority = answered(ask.text("Schools of which local authority? Leave it empty to search by a word of the name."))
    keyword = answered(ask.text("A word of the schools' names? Leave it empty for all of the area."))
    ask.progress("wpxl: putting the school report together")
    made = school_report(keyword.strip() or None, authority.strip() or None, None)
    rows = [tuple(column.heading for column in made.columns), *made.rows(), *made.below()]
    name = writing.new_sheet(book, "School report", made.title, rows, made.notes)
    return Said(f"The report of {made.schools:,} schools is on the new sheet '{name}'.", made.schools)


def _summary(book: Book, ask: Ask) -> Said:
    from ..reports.profile import summarise

    listing = lists.find(book, says_postcode)
    at = lists.postcode_column(book, listing, ask)
    found = list(_profiled(listing))
    if not found:
        raise refuse(
            f"No column of {listing.where} holds a measure that wpxl wrote: 'Profile postcodes' adds them, then the summary "
            "can be made."
        )
    ask.progress("wpxl: counting")
    cells = listing.column(at)
    columns = [listing.column(column) for column, _ in found]
    measures = tuple(measure for _, measure in found)
    rows = [tuple(_counted(v, m) for v, m in zip(row, measures, strict=True)) for row in zip(*columns, strict=True)]
    made = summarise(cells, measures, rows)
    table: list[tuple[Any, ...]] = [
        ("Learners", "Number", "of", "Share %"),
        ("in the list", made.rows, None, None),
        ("with something in the postcode cell", made.asked, made.rows, _share(made.asked, made.rows)),
        ("with a profile", made.answered, made.asked, _share(made.answered, made.asked)),
    ]
    table += [(rule, met, known, _share(met, known)) for rule, met, known in made.targets]
    for spread in made.spreads:
        coverage = f"{spread.measure.label}: known for"
        table.append((coverage, spread.known, spread.asked, _share(spread.known, spread.asked)))
        table += [
            (f"    {spread.measure.unit} {band}", count, spread.known, _share(count, spread.known))
            for band, count in spread.counts.items()
        ]
    notes = [f"From {listing.where}, {listing.named(at)}. Shares are of those for whom the measure is known."]
    notes += [
        f"{count:,} {'row has' if count == 1 else 'rows have'} no profile ({code})."
        for code, count in made.misses.items()
    ]
    name = writing.new_sheet(book, "Profile summary", "How the learners spread over the measures", table, notes)
    return Said(f"The summary of {made.rows:,} rows is on the new sheet '{name}'.{listing.remark}", made.rows)


def _profiled(listing: lists.Listing) -> list[tuple[int, Measure]]:
    """The columns whose heading is the name of a measure."""
    book = registry()
    by_label = {measure.label.casefold(): measure for measure in book.measures.values()}
    return [
        (at, by_label[heading.casefold()])
        for at, heading in enumerate(listing.headings, listing.columns.start)
        if heading.casefold() in by_label
    ]


def _counted(value: Any, measure: Measure) -> Any:
    """A value as it was answered: whole numbers come back from cells as floats, and what is no number counts as unknown."""
    if measure.unit == "text" or isinstance(value, Fault):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value) if float(value).is_integer() else value
    return None


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


ACTIONS = (
    Action(
        "report_activity",
        "Activity report",
        "How well each activity was targeted",
        "Reads the activities, attendance, schools and learners of this workbook, wherever they stand in it, and puts the activity "
        "report on a sheet of its own. Pressed again, it is made again in its place; your widths and notes stay.",
        "CreateReport",
        REPORTS,
        _records("activity"),
    ),
    Action(
        "report_effectiveness",
        "Targeting effectiveness",
        "Each measure's share in the target group beside its benchmark",
        "The shares of those who took part that are in each target group, as in the guide's Table 2, from this workbook's own "
        "records, on a sheet of its own.",
        "ChartTypeColumnInsertGallery",
        REPORTS,
        _records("effectiveness"),
    ),
    Action(
        "report_other",
        "Other reports",
        "By type and term, one school, participants, plan progress and more",
        "Asks which report, and puts it on a sheet of its own: activities by type, participants, one school, organisations, "
        "learners, summer school ranking, school priorities, plan progress, year on year, IMD vintages.",
        "ChartTypeBarInsertGallery",
        REPORTS,
        _other,
    ),
    Action(
        "report_all",
        "All reports",
        "Every report that this workbook holds enough for",
        "Each report on a sheet of its own; those that stand in the workbook already are made again in their places.",
        "RefreshAll",
        REPORTS,
        _all,
    ),
    Action(
        "school_report",
        "School report",
        "The school report of an area, on a new sheet",
        "Learners, priority, each measure with its band, SEN, KS4 and KS5, for the schools of a local authority or with a word in "
        "their names, with n and coverage.",
        "CreateReportInDesignView",
        REPORTS,
        _schools,
    ),
    Action(
        "profile_summary",
        "Summary of a list",
        "How a profiled list spreads over the measures",
        "Select a cell of a list that 'Profile postcodes' profiled. Counts and shares of each quintile and decile, and of the "
        "usual target groups, go to a new sheet.",
        "ChartInsert",
        REPORTS,
        _summary,
    ),
)
