"""The lists of a workbook checked before they are uploaded, and a copy with what can be put right beyond doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..domain import years
from ..errors import refuse
from ..imports.check import Asked, Change, check, fixes, listings, recorded
from ..imports.notice import log_findings
from ..imports.shape import LINKS, SCHOOLS, SEVERITIES, STUDENTS, Finding, Listing
from ..records.cells import text
from ..workbooks.book import Book
from ..workbooks.filled import put
from ..workbooks.prepared import prepared
from ..workbooks.refs import letters
from .lists import add_list, sheet_of
from .sources import sheets_of, source_of
from .templates import read_book
from .updating import students_of

if TYPE_CHECKING:
    from ..records.source import SheetCells

CHANGES = "wpxl changes"  # the sheet that says what was changed


class Checked(NamedTuple):
    """A list, and what was found in it, by row and column of its sheet."""

    about: str
    listing: Listing
    findings: list[Finding]

    def where(self, finding: Finding) -> str:
        return f"{letters(finding.column)}{finding.row}"


def check_file(
    path: Path, template: Path | None = None, against: Path | None = None, year: int | None = None
) -> list[Checked]:
    """What is wrong in each list of a workbook: `check_sheets` of a file."""
    return check_sheets(sheets_of(path), path.name, template, against, year)


def check_sheets(
    sheets: list[SheetCells],
    name: str,
    template: Path | None = None,
    against: Path | None = None,
    year: int | None = None,
) -> list[Checked]:
    """What is wrong in each list. Errors: a Fault where a file cannot be read, or no list is found.

    template: what the lists are to be imported by; against: an export of those who are in HEAT already; year: the academic year's
    start, else as the workbook's settings say.
    """
    lists = listings(sheets)
    if not lists:
        raise refuse(
            f"No list of students, activities or schools was found in {name}: each needs a row of headings, such as First name, "
            "Last name and Date of birth."
        )
    records = source_of(sheets).records
    year = year if year is not None else years.academic_year(records.settings.get("year"))
    wanted = {sheet.about: sheet for sheet in reversed(read_book(Book.open(template)).sheets)} if template else {}
    export = students_of(against) if against else None
    counts: dict[str, int] = {}
    for kind in (LINKS, STUDENTS):  # who is in both kinds of lists came once
        came: Counter[str] = Counter()
        for about, listing in lists:
            came.update(recorded(listing) if about == kind else {})
        counts = {activity: max(counts.get(activity, 0), came[activity]) for activity in counts.keys() | came.keys()}
    schools = [name for about, listing in lists if about == SCHOOLS for name in _names(listing)]
    out = []
    for about, listing in lists:
        asked = Asked(
            about, year, wanted.get(about), export if about == STUDENTS else None,
            counts, schools,
        )  # fmt: skip
        out.append(Checked(about, listing, check(listing, asked)))
    for name, finding in log_findings(lists):
        next(one for one in out if one.listing.name == name).findings.append(finding)
    return out


def mend(path: Path, target: Path, checked: Sequence[Checked]) -> list[tuple[str, Change]]:
    """Write a copy with the reversible corrections, and a sheet that lists each: cell, before, after, rule."""
    book = Book.open(path)
    done: list[tuple[str, Change]] = []
    for one in checked:
        sheet = sheet_of(book, one.listing.name)
        ready = prepared(book, sheet)
        changes = [c for c in fixes(one.listing, one.findings) if (c.row, c.column) not in ready.formulas]
        put(book, sheet, ready, {(change.row, change.column): change.after for change in changes})
        done += [(sheet.name, change) for change in changes]
    if not done:
        raise refuse(f"Nothing in {path.name} can be put right without a person to decide, so no copy was written.")
    rows = [(on, f"{letters(c.column)}{c.row}", c.before, c.after, c.rule) for on, c in done]
    add_list(book, CHANGES, ("Sheet", "Cell", "Before", "After", "Rule"), rows)
    book.save(target)
    return done


def severities(checked: Sequence[Checked]) -> dict[str, int]:
    """How many findings of each severity there are."""
    every = [finding.severity for one in checked for finding in one.findings]
    return {severity: every.count(severity) for severity in SEVERITIES}


def _names(listing: Listing) -> list[str]:
    cells = [
        cell
        for column in listing.columns
        if column.field in ("organisation", "urn", "heat_id")
        for cell in column.cells
    ]
    return [name for name in map(text, cells) if name]
