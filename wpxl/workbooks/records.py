"""What a workbook file gives to be read as records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .book import Book
from .graft import own_sheets
from .values import grids

if TYPE_CHECKING:
    from ..records.source import SheetCells


def sheets_of(book: Book) -> list[SheetCells]:
    """The cells of every worksheet, hidden ones too, that wpxl did not write as a report."""
    from ..records.source import SheetCells

    own = {name.casefold() for name in own_sheets(book)}
    sheets = [sheet for sheet in book.sheets if sheet.name.casefold() not in own]
    found = [
        SheetCells(sheet.name, grid, [(t.name, t.area, t.columns) for t in sheet.tables if t.header_rows])
        for sheet, grid in zip(sheets, grids(book, sheets), strict=True)
    ]
    book.release()
    return found
