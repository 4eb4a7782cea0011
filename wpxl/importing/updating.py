"""A list of students brought up to date from HEAT's export: shown first, then written to a copy with every difference listed."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from ..errors import refuse
from ..imports.check import listings
from ..imports.shape import STUDENTS, Listing
from ..imports.update import Difference, update
from ..workbooks.book import Book
from ..workbooks.filled import put
from ..workbooks.prepared import prepared
from ..workbooks.refs import area, letters
from .lists import add_list, sheet_of
from .sources import sheets_of

SHEET = "wpxl differences"
FORMULA = "A formula stands here, and was left: put the answer where the formula takes it from."
_HEADINGS = ("Sheet", "Cell", "Column", "Before", "In the export", "Taken", "Why")


class Compared(NamedTuple):
    """A list as it would be, and everything in which the export differs."""

    listing: Listing
    differences: list[Difference]

    def cell(self, one: Difference) -> str:
        return f"{letters(one.column)}{one.row}"


def compare(path: Path, export: Path, take: Collection[str] = ()) -> Compared:
    """Errors: a Fault where a file has no list of students, or what is to be taken is no cell.

    take: cells, such as C5, in which the export's answer is chosen though the list has another.
    """
    chosen = set()
    for cell in take:
        where = area(cell.upper())
        if where is None:
            raise refuse(f"'{cell[:20]}' names no cell: write it as C5.")
        chosen.add((where.first_row, where.first_column))
    return Compared(*update(students_of(path), students_of(export), take=chosen))


def write_update(path: Path, target: Path, found: Compared) -> int:
    """Write a copy with what was taken, and a sheet of all differences; how many cells changed."""
    book = Book.open(path)
    sheet = sheet_of(book, found.listing.name)
    ready = prepared(book, sheet)
    every = [
        one._replace(taken=False, why=FORMULA) if one.taken and (one.row, one.column) in ready.formulas else one
        for one in found.differences
    ]
    taken = {(one.row, one.column): one.after for one in every if one.taken}
    put(book, sheet, ready, taken)
    rows = [
        (sheet.name, found.cell(one), one.heading, one.before, one.after, "Yes" if one.taken else "No", one.why)
        for one in every
    ]
    add_list(book, SHEET, _HEADINGS, rows)
    book.save(target)
    return len(taken)


def students_of(path: Path) -> Listing:
    """The list of students of a file. Errors: a Fault where it has none."""
    found = next((listing for about, listing in listings(sheets_of(path)) if about == STUDENTS), None)
    if found is None:
        raise refuse(
            f"{path.name} holds no list of students: it needs headings such as HEAT ID, First name and Date of birth."
        )
    return found
