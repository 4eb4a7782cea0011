"""Lists checked in cells, before they are uploaded anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..catalogue import ANY, ONE, TABLE, Arg, function
from ..domain import years
from ..domain.blank import is_blank
from ..errors import Fault, refuse

if TYPE_CHECKING:
    from ..imports.shape import Finding, Listing

TABLE_ARG = Arg(
    "table",
    "The list with its headings, as in Learners[#All]: learners, activities, attendance or schools.",
    ANY,
    example=[["First name", "Last name"], ["Ann", "Lee"], ["Ann", "Lee2"]],
)
HEADINGS = ("Row", "Column", "Severity", "What is wrong", "What to do")
CLEAN, WHOLE = "Nothing found", "the whole list"
WORDS = {"students": "learners", "links": "who took part in what", "headcounts": "attendance", "": "something else"}


def _listing(given: Any) -> tuple[str, Listing]:
    """A range as a list, and what it is about. Its first row holds the headings."""
    from .. import fields
    from ..imports.check import listings
    from ..records.source import SheetCells
    from ..workbooks.refs import Area

    rows = (
        [list(row) if isinstance(row, (list, tuple)) else [row] for row in given]
        if isinstance(given, (list, tuple))
        else [[given]]
    )
    if len(rows) == 1 and len(rows[0]) == 1 and isinstance(rows[0][0], Fault):
        raise rows[0][0]
    width = max(map(len, rows), default=0)
    grid = [row + [None] * (width - len(row)) for row in rows]
    headings = ["" if is_blank(cell) or isinstance(cell, Fault) else str(cell) for cell in (grid[0] if grid else ())]
    if not any(map(fields.known, headings)):
        raise refuse(
            "The first row of the range has to hold headings that say what is below: select them too, as in Learners[#All]."
        )
    found = listings([SheetCells("List", grid, [("List", Area(1, 1, len(grid), width), headings)])], every=True)
    return found[0]


def _found(table: Any, academic_year: Any) -> tuple[str, Listing, list[Finding]]:
    from ..imports.check import Asked, check

    year = None if is_blank(academic_year) else years.academic_year(academic_year)
    if isinstance(academic_year, Fault):
        raise academic_year
    if year is None and not is_blank(academic_year):
        raise refuse(f"'{str(academic_year)[:30]}' is no academic year: write it as 2025/26.")
    about, listing = _listing(table)
    return about, listing, check(listing, Asked(about=about, year=year))


def _why_check(table: Any, academic_year: Any) -> str:
    from ..imports.check import counted

    about, listing, found = _found(table, academic_year)
    count = len(listing.columns[0].cells)
    said = counted(found) if found else "nothing found"
    rows = f"{count:,} row{'s' * (count != 1)}"
    return (
        f"Read as a list of {WORDS.get(about, about)}, {rows}: {said}. Rows count from the headings, which are row 1."
    )


@function(
    TABLE_ARG,
    Arg(
        "academic_year",
        "The year the list is of: 2025/26. Left out: ages are judged by what most of them fit.",
        ONE,
        None,
    ),
    answers=TABLE,
    why=_why_check,
)
def wp_check(table: Any, academic_year: Any) -> list[tuple[Any, ...]]:
    """What is wrong in a list of learners, activities, attendance or schools, cell by cell, before it is uploaded.

    Shape: headings, and a row for each finding: row of the range (its headings are row 1), column, severity, what is wrong, what
    to do. "Nothing found" where there is nothing.

    Unit: text; severity is error (an import would refuse it, or it is untrue), warning (likely wrong) or note.

    Errors: #VALUE! where the first row holds no headings, or for an academic year that is none.

    Source: the notice on HEAT uploads (what is tracked, and when), the forms of identifiers, and what spreadsheets do to data.

    Examples:
    >>> wpxl.call("WP_CHECK", [["Activity", "Date", "End date"], ["Visit", "12/11/2025", "31/11/2025"]], "2025/26")[2][:3]
    (2, 'End date', 'error')
    """
    _, listing, found = _found(table, academic_year)
    rows: list[tuple[Any, ...]] = [(f.row, _column(listing, f), f.severity, f"{f.what} {f.why}", f.mend) for f in found]
    return [HEADINGS, *(rows or [(None, None, None, CLEAN, None)])]


def _column(listing: Listing, finding: Finding) -> str:
    """The heading of a finding's column; findings in the row of headings are about all of them."""
    if finding.row < listing.first_row:
        return WHOLE
    return listing.columns[finding.column - 1].heading or f"Column {finding.column}"


PAIRS = ("Row", "Also in row", "Score", "Sure", "Why")


def _pairs(table: Any) -> list[Any]:
    from ..imports.duplicates import within
    from ..imports.shape import STUDENTS

    about, listing = _listing(table)
    if about != STUDENTS:
        raise refuse(
            f"This was read as a list of {WORDS.get(about, about)}, and duplicates are looked for among learners: "
            "headings such as First name, Last name and Date of birth are needed."
        )
    return within(listing)


def _why_duplicates(table: Any) -> str:
    pairs = _pairs(table)
    sure = sum(pair.sure for pair in pairs)
    if not pairs:
        return "No two rows may be one learner."
    return (
        f"{len(pairs):,} pair{'s' * (len(pairs) != 1)} of rows may be one learner, {sure:,} of them surely: by name, date of "
        "birth, home postcode and HEAT ID. Twins are told apart."
    )


@function(TABLE_ARG, answers=TABLE, why=_why_duplicates)
def wp_duplicates(table: Any) -> list[tuple[Any, ...]]:
    """Rows of a list of learners that may be the same learner: typing slips, nicknames, swapped names, moved house; twins are not.

    Shape: headings, and a row for each pair: row of the range (its headings are row 1), the earlier row, score, whether it is sure,
    and why. "Nothing found" where there is none.

    Unit: a score from 0 to 100; sure is TRUE or FALSE. A pair that is not sure is for a person to decide.

    Errors: #VALUE! where the first row holds no headings, or they are not those of learners.

    Source: names, dates of birth, home postcodes and HEAT IDs, as HEAT's own check for duplicates compares them.

    Examples:
    >>> people = [["First name", "Last name", "Date of birth"], ["Ann", "Lee", "13/05/2009"], ["Anne", "Lee", "13/05/2009"]]
    >>> wpxl.call("WP_DUPLICATES", people)[1][:2]
    (3, 2)
    """
    rows: list[tuple[Any, ...]] = [(p.row_b, p.row_a, p.score, p.sure, _sentence(p.why)) for p in _pairs(table)]
    return [PAIRS, *(rows or [(None, None, None, None, CLEAN)])]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
