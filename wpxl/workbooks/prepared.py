"""What a sheet has prepared for data that is still to come: the looks of its empty cells, its own formulas, how far they reach."""

from __future__ import annotations

import re
from typing import NamedTuple

from .book import Book
from .parts import parse, relationships
from .rows import SheetXml, column_of, each_cell, each_row
from .sheet import Sheet

_ROW_STYLE = re.compile(rb' s="(\d+)"')
_FORMULA = re.compile(rb"<f[ />]")
# The formats that stand in files by number only; how the first is shown is up to the computer.
_BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "dd/mm/yyyy hh:mm", 49: "@",
}  # fmt: skip


class Prepared(NamedTuple):
    """Style numbers of cells, of whole rows and of whole columns (rows and columns from 1); and where formulas are."""

    cells: dict[tuple[int, int], int]
    rows: dict[int, int]
    columns: dict[int, int]
    formulas: frozenset[tuple[int, int]]

    def style(self, row: int, column: int) -> int:
        """The style that a value typed into a cell would take."""
        known = self.cells.get((row, column))
        if known is None:
            known = self.rows.get(row)
        return known if known is not None else self.columns.get(column, 0)

    def last_row(self, columns: range) -> int:
        """The last row in which a cell of these columns has a look of its own; 0 where none has."""
        return max((row for (row, column), style in self.cells.items() if style and column in columns), default=0)


def prepared(book: Book, sheet: Sheet) -> Prepared:
    """Shape: a style number of the workbook for each cell that has one."""
    xml = SheetXml.parse(book.package.read(sheet.part))
    cells: dict[tuple[int, int], int] = {}
    rows: dict[int, int] = {}
    formulas = set()
    for row, start, inner, close, _ in each_row(xml.body):
        if own := _ROW_STYLE.search(xml.body, start, inner):
            rows[row] = int(own[1])
        for cell, end in each_cell(xml.body, inner, close):
            at = row, column_of(cell[1])
            style = _ROW_STYLE.search(cell[2])
            cells[at] = int(style[1]) if style else 0
            if _FORMULA.search(xml.body, cell.end(), end):
                formulas.add(at)
    columns = {}
    for col in xml.root.iterfind("{*}cols/{*}col"):
        if col.get("style"):
            for column in range(int(col.get("min")), min(int(col.get("max")), 16_384) + 1):
                columns[column] = int(col.get("style"))
    return Prepared(cells, rows, columns, frozenset(formulas))


def number_formats(book: Book) -> list[str]:
    """The number format of each style of a workbook, by the style's number."""
    part = next((r.target for r in relationships(book.package, book.part) if r.kind == "styles"), "")
    if part not in book.package:
        return ["General"]
    root = parse(book.package.read(part))
    own = {int(e.get("numFmtId")): str(e.get("formatCode")) for e in root.iterfind("{*}numFmts/{*}numFmt")}
    numbers = [int(xf.get("numFmtId", "0")) for xf in root.iterfind("{*}cellXfs/{*}xf")]
    return [own.get(number) or _BUILT_IN.get(number, "General") for number in numbers] or ["General"]
