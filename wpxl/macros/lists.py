"""The list that an action is about: the Table around the selection, else the rows around it, and its columns by meaning."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from .. import fields
from ..domain import answers
from ..domain.blank import is_blank
from ..domain.headers import candidates, is_postcode, judge, says_postcode
from ..errors import CODES, Fault, refuse
from ..targeting.learners import COLUMNS, asks_first_generation
from ..workbooks.refs import Area, area, letters
from .action import Ask, Book, answered

LONGEST_HEADING = 80
MOSTLY = 0.7  # of a row of headings is text; years and dates are headings too
HEADING_ROWS = 30  # rows at the top of a list among which its headings are looked for
_ERRORS = {code: Fault(code, f"The cell holds the error {code}.") for code in CODES}
_ARGUMENTS = dict(zip(COLUMNS[1:], COLUMNS[1:], strict=True)) | {  # field of a learner → argument of WP_TARGET
    "postcode": "postcodes",
    "first_generation": "parental_he",
}
_SCHOOLS = r"\burn\b|school|college|heat id|\bukprn\b|laestab|institution|provider|establishment"
_OCCUPATIONS = r"occupation|\bjob\b|profession|parent.*work"
_NO_SCHOOL = r"postcode|phase|type|fsm|meal|address|town|count|number of|%"


class Listing(NamedTuple):
    """Rows under headings. Rows and columns of the sheet count from 1; `header_row` 0: there are no headings.

    cells: every row of the list, each as wide as `columns`.
    """

    sheet: Any
    table: Any
    header_row: int
    rows: range
    columns: range
    headings: list[str]
    cells: list[list[Any]]
    remark: str = ""

    def column(self, at: int) -> list[Any]:
        """The cells of a column of the sheet."""
        return [row[at - self.columns.start] for row in self.cells]

    def heading(self, at: int) -> str:
        return self.headings[at - self.columns.start]

    def named(self, at: int) -> str:
        """`column D (Home postcode)`"""
        heading = self.heading(at)
        return f"column {letters(at)}{f' ({heading[:40]})' if heading else ''}"

    @property
    def where(self) -> str:
        return f"sheet '{self.sheet.name}', rows {self.rows.start} to {self.rows.stop - 1}"


def values(cells: Any) -> list[list[Any]]:
    """What is in a range, as rows of plain values; errors as Faults."""
    grid = cells.options(ndim=2, err_to_str=True).value
    return [[_ERRORS.get(v, v) if type(v) is str and v[:1] == "#" else v for v in row] for row in grid]


def area_of(cells: Any) -> Area:
    height, width = cells.shape
    return Area(cells.row, cells.column, cells.row + height - 1, cells.column + width - 1)


def selected(book: Book) -> tuple[Any, Area | None]:
    """The sheet, and the first rectangle of the selection; None where nothing is selected."""
    chosen = book.selection
    if chosen is None:
        return book.sheets.active, None
    try:
        first = area(chosen.address.split(",")[0].rpartition("!")[2])
    except Exception as error:
        raise refuse("A chart or picture is selected: select a cell of your list.") from error
    return chosen.sheet, first or area_of(chosen)


# ------------------------------------------------------------------------------------------------ the rows of a list


def find(book: Book, is_heading: Callable[[str], bool]) -> Listing:
    """The list around the selection. `is_heading` says whether a text is a heading that the action looks for.

    Errors: a Fault where the sheet is empty, or a Table has no headings.
    """
    sheet, chosen = selected(book)
    used = area_of(sheet.used_range)
    tables = list(sheet.tables)
    around = [t for t in tables if area_of(t.range).meets(chosen)] if chosen is not None else tables
    if around and (chosen is not None or len(tables) == 1):
        return _of_table(sheet, around[0])
    where, first = _around(sheet, chosen, used)
    grid = values(sheet.range((where.first_row, where.first_column), (where.last_row, where.last_column)))
    if all(is_blank(cell) for row in grid for cell in row):
        raise refuse(f"There is nothing on sheet '{sheet.name}' where you are: select a cell of your list.")
    head = _header_row(grid, is_heading)
    start = max(head + 1, first - where.first_row)
    stop = len(grid)
    while stop > start and all(is_blank(cell) for cell in grid[stop - 1]):
        stop -= 1
    if start >= stop:
        raise refuse(f"There is nothing under the headings on sheet '{sheet.name}': select the rows of your list too.")
    headings = [_text(cell) for cell in grid[head]] if head >= 0 else [""] * len(grid[0])
    rows = range(where.first_row + start, where.first_row + stop)
    below = used.last_row - rows.stop + 1
    single = chosen is not None and chosen.first_row == chosen.last_row
    remark = (
        f" A blank row ends the list after row {rows.stop - 1}; to take in what is below, select it too."
        if single and below > 0
        else ""
    )
    columns = range(where.first_column, where.last_column + 1)
    return Listing(
        sheet, None, where.first_row + head if head >= 0 else 0, rows, columns, headings, grid[start:stop], remark
    )


def _of_table(sheet: Any, table: Any) -> Listing:
    body, head = table.data_body_range, table.header_row_range
    if head is None or body is None:
        raise refuse(f"The Table {table.name} has no {'header row' if head is None else 'rows'}: give it one first.")
    where = area_of(body)
    rows, columns = range(where.first_row, where.last_row + 1), range(where.first_column, where.last_column + 1)
    headings = [_text(cell) for cell in values(head)[0]]
    return Listing(sheet, table, head.row, rows, columns, headings, values(body))


def _around(sheet: Any, chosen: Area | None, used: Area) -> tuple[Area, int]:
    """The rectangle in which a list and its headings are, and the first row that may be of the list itself."""
    if chosen is None:
        return used, used.first_row
    if chosen.first_row == chosen.last_row:
        region = area_of(sheet.range((chosen.first_row, chosen.first_column)).current_region)
        lone = region.first_row == region.last_row and region.first_column == region.last_column
        return (used, used.first_row) if lone else (region, region.first_row)
    last = min(chosen.last_row, used.last_row)
    if last < max(chosen.first_row, used.first_row):
        raise refuse(f"There is nothing in the cells that you selected on sheet '{sheet.name}'.")
    return used._replace(last_row=last), max(chosen.first_row, used.first_row)


def _header_row(grid: list[list[Any]], is_heading: Callable[[str], bool]) -> int:
    """The row with most of the headings looked for; else the first that reads like headings; -1 for none."""
    rows = []
    for at, row in enumerate(grid[:HEADING_ROWS]):
        filled = [cell for cell in row if not is_blank(cell)]
        texts = [cell for cell in filled if isinstance(cell, str)]
        # Rows of answers hold numbers or postcodes; a title stands alone in its row.
        if len(texts) >= MOSTLY * len(filled) and filled and not any(map(is_postcode, texts)):
            named = sum(len(text) <= LONGEST_HEADING and is_heading(text) for text in texts)
            rows.append((named, len(filled) > 1, -at))
    best = max(rows, default=(0, False, 0))
    return -best[2] if best[0] or best[1] else -1


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


# ---------------------------------------------------------------------------------------------- columns by meaning


def field(heading: str) -> str | None:
    """Which of WP_TARGET's arguments a heading names; None for any other, figures of areas and schools among them."""
    found = next(iter(fields.match("learners", [heading])), "")
    if found in ("parental_he", "first_generation") and (found == "first_generation") != asks_first_generation(heading):
        return None  # whichever way the answers were taken might be the wrong one
    return _ARGUMENTS.get(found)


def names_schools(heading: str) -> bool:
    simple = answers.simple(heading)
    return bool(re.search(_SCHOOLS, simple)) and not re.search(_NO_SCHOOL, simple)


def names_occupations(heading: str) -> bool:
    return bool(re.search(_OCCUPATIONS, answers.simple(heading)))


def postcode_column(book: Book, listing: Listing, ask: Ask) -> int:
    """The column of postcodes: the selected one, the only one, or the one that is chosen when asked."""
    grid = [listing.headings, *listing.cells]
    found = [listing.columns.start + c.column for c in candidates(grid)]
    return pick(book, listing, found, ask, "postcodes")


def is_postcode_column(listing: Listing, at: int) -> bool:
    column = judge([[listing.heading(at)], *([cell] for cell in listing.column(at))], 0)
    return column is not None and (column.share > 0.1 or says_postcode(column.header))


def pick(book: Book, listing: Listing, found: list[int], ask: Ask, what: str) -> int:
    """One of the columns found. A column that is selected by itself is meant, whatever it holds."""
    _, chosen = selected(book)
    alone = chosen is not None and chosen.first_column == chosen.last_column and chosen.first_column in listing.columns
    if alone and chosen is not None and (chosen.first_column in found or chosen.first_row < chosen.last_row):
        return chosen.first_column
    if not found:
        raise refuse(
            f"No column of {what} was found on {listing.where}: select the column that you mean and try again."
        )
    if len(found) == 1:
        return found[0]
    place = answered(ask.choose(f"Which column holds the {what}?", [listing.named(at) for at in found]))
    return found[place]
