"""Reports: the school report, and the summary of a profiled list, each on a sheet of its own."""

from __future__ import annotations

from typing import Any

from ..domain.headers import says_postcode
from ..errors import Fault, refuse
from ..measures import Measure, registry
from . import lists, writing
from .action import REPORTS, Action, Ask, Book, Said, answered


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
