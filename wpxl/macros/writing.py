"""What actions write: new columns beside a list, new sheets behind all others. Never a cell that has something in it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from .. import store
from ..domain.blank import is_blank
from ..errors import Fault, refuse
from ..workbooks.new_sheet import free_name
from ..workbooks.refs import LAST_COLUMN, Area, letters
from .action import Ask, Book
from .lists import Listing, area_of, values

NAVY, WHITE, RED, PINK = "#1F3864", "#FFFFFF", "#9C0006", "#FFC7CE"
SAMPLE = "SAMPLE DATA: not for decisions. 'What is installed' and 'Add files' say how to get the published tables."
WIDEST, LINE = 60, 15  # characters, points
LANDSCAPE = 2  # Excel's xlLandscape
CHUNK = 5_000  # rows written at a time, with a word about it in between
_WORDS = re.compile(r"[A-Za-z][^\d]*")  # what no spreadsheet program takes for a number, date or formula


class Placed(NamedTuple):
    """Where new columns stand: the first, how many there are, and what the person should know about it."""

    first: int
    width: int
    remark: str

    @property
    def named(self) -> str:
        last = letters(self.first + self.width - 1)
        return f"column {last}" if self.width == 1 else f"columns {letters(self.first)} to {last}"


def cell(value: Any) -> Any:
    """A value as it is assigned to a cell so that it arrives as it is: Excel reads texts as if somebody typed them."""
    if isinstance(value, Fault):
        return value.code
    if not isinstance(value, str):
        return value
    plain = _WORDS.fullmatch(value) and value.casefold() not in ("true", "false")
    return value if plain else f"'{value}" if value else None


def place(listing: Listing, count: int) -> Placed:
    """Where new columns go: at the right of the Table where there is room, else to the right of everything in those rows.

    Errors: a Fault where the sheet is protected, or full.
    """
    sheet = listing.sheet
    if getattr(sheet.api, "ProtectContents", False):
        raise refuse(
            f"The sheet '{sheet.name}' is protected: lift the protection (Review, Unprotect Sheet) and try again."
        )
    top = listing.header_row or listing.rows.start
    last = listing.rows.stop - 1
    others = [area_of(t.range) for t in sheet.tables if listing.table is None or t.name != listing.table.name]
    if listing.table is not None:
        whole = area_of(listing.table.range)
        beside = Area(whole.first_row, whole.last_column + 1, whole.last_row, whole.last_column + count)
        if _free(sheet, beside, others):
            return Placed(beside.first_column, count, "")
        name = listing.table.name
        remark = f" The Table {name} could not be widened, for what stands beside it: sort all columns together."
    else:
        remark = " The list has a filter: sort all columns together." if _filtered(sheet, top) else ""
    used = area_of(sheet.used_range)
    grid = values(sheet.range((top, 1), (last, max(2, used.last_column))))
    filled = [c for c in range(len(grid[0]), 0, -1) if any(not is_blank(row[c - 1]) for row in grid)]
    first = (filled[0] if filled else 0) + 1
    while not _free(sheet, Area(top, first, last, first + count - 1), others):
        first += 1
        if first + count > LAST_COLUMN:
            raise refuse(
                f"The sheet '{sheet.name}' has no room for {count} more columns: move the list to a sheet of its own."
            )
    return Placed(first, count, remark)


def _free(sheet: Any, where: Area, others: list[Area]) -> bool:
    if any(other.meets(where) for other in others):
        return False
    there = sheet.range(where[:2], where[2:])
    return there.merge_cells is False and all(is_blank(v) for row in values(there) for v in row)


def _filtered(sheet: Any, row: int) -> bool:
    try:
        where = sheet.api.AutoFilter.Range.Row  # Excel's own object; None where there is no filter
    except Exception:
        found = getattr(sheet.api, "auto_filter", None)
        where = found.first_row if found else 0
    return bool(where == row)


def columns(
    listing: Listing,
    placed: Placed,
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    ask: Ask,
) -> None:
    """Write headings and values where `place` said, and let the Table hold them."""
    sheet, first, count = listing.sheet, placed.first, len(headings)
    write_headings(listing, placed, headings)
    for at in range(0, len(rows), CHUNK):
        ask.progress(f"wpxl: writing row {at + 1:,} of {len(rows):,}")
        part = [[cell(value) for value in row] for row in rows[at : at + CHUNK]]
        start = listing.rows.start + at
        sheet.range((start, first), (start + len(part) - 1, first + count - 1)).value = part
    set_widths(sheet, first, widths)


def write_headings(listing: Listing, placed: Placed, headings: Sequence[str]) -> None:
    """Write the headings, in the look of those beside them; a Table is widened to hold them."""
    sheet, first, last = listing.sheet, placed.first, placed.first + len(headings) - 1
    if not listing.header_row:
        return
    there = sheet.range((listing.header_row, first), (listing.header_row, last))
    left = sheet.range((listing.header_row, listing.columns.stop - 1))
    left.copy()
    there.paste("formats")
    sheet.book.app.cut_copy_mode = False
    there.value = [[cell(heading) for heading in headings]]
    table = listing.table
    if table is not None and area_of(table.range).last_column + 1 == first:
        whole = area_of(table.range)
        table.resize(sheet.range(whole[:2], (whole.last_row, last)))


def set_widths(sheet: Any, first: int, widths: Sequence[float]) -> None:
    for at, width in enumerate(widths, first):
        sheet.range((1, at)).column_width = width


def new_sheet(book: Book, name: str, title: str, rows: Sequence[Sequence[Any]], notes: Sequence[str] = ()) -> str:
    """A table with its title, headings and notes on a sheet of its own; the sheet's name."""
    free = free_name(name, [sheet.name for sheet in book.sheets])
    sheet = book.sheets.add(free, after=book.sheets[len(book.sheets) - 1])
    width = max(len(row) for row in rows)
    sheet.range("A1").value = title
    sheet.range("A1").font.bold = True
    sheet.range("A1").font.size = 16
    sheet.range("A1").font.color = NAVY
    if store.installed().sample_only:
        sheet.range("A2").value = cell(SAMPLE)
        warning = sheet.range((2, 1), (2, width))
        warning.color, warning.font.color, warning.font.bold = PINK, RED, True
    height = len(rows)
    table = sheet.range((4, 1), (3 + height, width))
    table.value = [[cell(value) for value in (*row, *[None] * (width - len(row)))] for row in rows]
    table.wrap_text = True
    head = sheet.range((4, 1), (4, width))
    head.color, head.font.color, head.font.bold = NAVY, WHITE, True
    if notes:
        sheet.range((5 + height, 1), (4 + height + len(notes), 1)).value = [[cell(note)] for note in notes]
    widths = []
    for at in range(width):
        longest = max((len(str(row[at])) for row in rows if at < len(row) and row[at] is not None), default=8)
        widths.append(min(WIDEST, max(11, longest + 2)))
    set_widths(sheet, 1, widths)
    for at, row in enumerate(rows, 4):
        lines = max(-(-len(str(value or "")) // (w - 4)) for value, w in zip(row, widths, strict=False))
        if lines > 1:
            sheet.range((at, 1)).row_height = LINE * lines
    sheet.freeze_panes.freeze_at("1:4")
    with contextlib.suppress(
        Exception
    ):  # without a printer Excel sets no page up; the engine's new sheets are set up already
        page = sheet.api.PageSetup
        page.Orientation, page.Zoom, page.FitToPagesWide, page.FitToPagesTall = LANDSCAPE, False, 1, False
    return free


def spill(cells: Any, formula: str, answer: list[tuple[Any, ...]]) -> None:
    """A formula whose answer fills a range. In a file, `answer` is what is seen until a spreadsheet works it out."""
    if hasattr(cells.impl, "spill"):
        cells.impl.spill(formula, [[cell(value) for value in row] for row in answer])
        return
    try:
        cells[0, 0].formula2 = formula
    except Exception:  # an Excel from before formulas spilled: one that fills just these cells
        cells.formula_array = formula


def fill(cells: Any, formula: str, answer: list[tuple[Any, ...]]) -> None:
    """A formula in each cell of a Table's column."""
    if hasattr(cells.impl, "fill"):
        cells.impl.fill(formula, [[cell(value) for value in row] for row in answer])
    else:
        cells.formula = formula
