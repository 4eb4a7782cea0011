"""One worksheet: its values, its furniture, and adding columns to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from python_calamine import CalamineWorkbook

from ..errors import refuse
from . import rows as scan
from .cells import ArrayFormula, CellWriter, Value, own_row
from .columns import set_widths
from .package import Package
from .parts import child, dynamic_array_mark, general_styles, parse, relationships, render
from .refs import LAST_COLUMN, LAST_ROW, Area, area, letters
from .tables import Table, read_table, unique_headers, widen_filter, widen_table
from .values import Grid, grids

_FILTER_NAME = "_xlnm._FilterDatabase"


class _Book(Protocol):
    """What a sheet needs of its workbook."""

    package: Package
    part: str

    @property
    def values(self) -> CalamineWorkbook: ...


@dataclass(frozen=True)
class Placement:
    """Where new columns go: from `first_column` on, widening `table` if there is one; `reason` in words.

    `sorts_along` is False where the list has a Table or filter that the columns cannot join: sorting by it would move
    the old cells of each row and leave the new ones. Whoever writes there ought to say so.
    """

    first_column: int
    table: Table | None
    reason: str
    sorts_along: bool = True


class Sheet:
    """A worksheet. `index` is its place among all tabs from 0, charts included, as defined names count them."""

    def __init__(self, book: _Book, name: str, part: str, state: str, index: int):
        self._book = book
        self.name = name
        self.part = part
        self.state = state
        self.index = index

    @cached_property
    def _xml(self) -> scan.SheetXml:
        return scan.SheetXml.parse(self._book.package.read(self.part))

    def release(self) -> None:
        """Forget what was read of its part, to save room or because somebody else has written it."""
        self.__dict__.pop("_xml", None)

    @property
    def tables(self) -> list[Table]:
        """The Excel Tables of the sheet."""
        package = self._book.package
        return [read_table(package, r.target) for r in relationships(package, self.part) if r.kind == "table"]

    @property
    def merged(self) -> list[Area]:
        """The merged ranges, each (first row, first column, last row, last column)."""
        found = (area(e.get("ref", "")) for e in self._xml.root.iterfind("{*}mergeCells/{*}mergeCell"))
        return [merged for merged in found if merged]

    @property
    def auto_filter(self) -> Area | None:
        """The range of the sheet's own filter; a Table's filter is the Table's."""
        element = child(self._xml.root, "autoFilter")
        return area(element.get("ref", "")) if element is not None else None

    @property
    def protected(self) -> bool:
        """Whether Excel would ask for the protection to be lifted before typing; a copy can be written all the same."""
        element = child(self._xml.root, "sheetProtection")
        return element is not None and element.get("sheet") in ("1", "true")

    def grid(self) -> Grid:
        """All values of the sheet as it was opened: see `values.grids`, for several sheets at once."""
        return grids(self._book, [self])[0]

    def place(self, header_row: int, last_row: int, table: Table | None = None, count: int = 1) -> Placement:
        """Where `count` new columns can go beside rows `header_row` to `last_row` without touching what is there.

        A Table is widened if the cells to its right are free over all of its rows. Otherwise the columns go to the
        right of everything in those rows. Formatted empty cells count as free. Errors: a Fault past column XFD.
        """
        reason = f"the first columns to the right of everything in rows {header_row} to {last_row}"
        if table is not None:
            obstacle = self._beside(table, count)
            if obstacle is None:
                return Placement(table.last_column + 1, table, f"the Table {table.name} is extended to the right")
            reason = f"{reason}, because {obstacle}"
        rows = Area(header_row, 1, last_row, LAST_COLUMN)
        edges = [other.last_column for other in self._obstacles() if other.meets(rows)]
        first = max([scan.extent(self._xml.body, header_row, last_row)[1], *edges]) + 1
        if first + count - 1 > LAST_COLUMN:
            raise refuse(
                f"The sheet {self.name!r} is used up to column {letters(first - 1)}, so {count} more do not fit: "
                "move the list to a sheet of its own."
            )
        filtered = self.auto_filter
        beside_filter = filtered is None or not filtered.meets(rows) or filtered.last_column == first - 1
        return Placement(first, None, reason, sorts_along=table is None and beside_filter)

    def add_columns(
        self,
        placement: Placement,
        header_row: int,
        headers: Sequence[str],
        first_row: int,
        rows: Sequence[Sequence[Value] | None],
        formulas: Sequence[ArrayFormula] = (),
        row_formulas: Sequence[str | None] | None = None,
        widths: Sequence[float | None] | None = None,
        progress: scan.Progress | None = None,
    ) -> list[str]:
        """Write new columns where `place` said; the header texts as written (made unique in a Table).

        `header_row` 0 writes no headings: a list may start in the first row.

        `rows[i]` holds the values of sheet row `first_row + i`, one a header: None writes nothing in that row, a None
        or "" within it no cell. `formulas` spill from their cell, with `rows` as the answers shown until they are
        worked out again. `row_formulas[j]` stands in every written cell of column j and becomes the Table's
        calculated column. `widths` are in characters. `progress` is told rows done and rows in all.

        Errors: a Fault if a cell there is not empty or the rows leave the sheet or its Table; ValueError for arguments
        that do not fit each other, or a number that is not finite.
        """
        if not headers:
            return []
        columns = range(placement.first_column, placement.first_column + len(headers))
        _check_shapes(columns, header_row, first_row, rows, row_formulas, widths)
        written = [at for at, values in enumerate(rows, first_row) if values is not None]
        package, table = self._book.package, placement.table
        if table is not None:
            _check_table(table, header_row, written)
            headers = unique_headers(headers, table.columns)
            row_formulas = [f and own_row(f, table.name) for f in row_formulas or [None] * len(headers)]

        writer = CellWriter(
            columns,
            header_row,
            headers,
            first_row,
            rows,
            general_styles(package, self._book.part),
            row_formulas,
            formulas,
            dynamic_array_mark(package, self._book.part) if formulas else 0,
        )
        xml = scan.SheetXml(parse(render(self._xml.root)), self._xml.body)
        touched = sorted({row for row in (header_row, *written) if row})
        xml.body = scan.add_cells(xml.body, touched, columns, writer, progress)
        if touched:
            self._grow_dimension(xml, Area(touched[0], columns.start, touched[-1], columns[-1]))
        set_widths(xml.root, columns, widths)
        if table is not None:
            widen_table(package, table, headers, row_formulas or [])
        else:
            self._widen_filter(xml, header_row, columns)
        package.replace(self.part, xml.render())
        self._xml = xml
        return list(headers)

    def _obstacles(self) -> Iterator[Area]:
        yield from self.merged
        for table in self.tables:
            yield table.area

    def _beside(self, table: Table, count: int) -> str | None:
        """What keeps a Table from growing to the right, None if nothing does."""
        if table.header_rows == 0:
            return f"the Table {table.name} has no header row"
        first, last = table.last_column + 1, table.last_column + count
        if last > LAST_COLUMN:
            return f"the Table {table.name} is at the edge of the sheet"
        strip = Area(table.first_row, first, table.last_row, last)
        if any(other.meets(strip) for other in self._obstacles()):
            return f"another Table or merged cells are beside the Table {table.name}"
        if not scan.is_blank(self._xml.body, strip):
            return f"the cells beside the Table {table.name} are not empty"
        return None

    def _grow_dimension(self, xml: scan.SheetXml, block: Area) -> None:
        element = child(xml.root, "dimension")
        known = area(element.get("ref", "")) if element is not None else None
        if known:
            element.set("ref", str(known.around(block)))

    def _widen_filter(self, xml: scan.SheetXml, header_row: int, columns: range) -> None:
        """A filtered list must be sorted with its new columns, or the rows would be torn apart."""
        element = child(xml.root, "autoFilter")
        known = area(element.get("ref", "")) if element is not None else None
        if known is None or not known.first_row <= header_row <= known.last_row:
            return
        if known.last_column != columns.start - 1:
            return
        widen_filter(element, len(columns))
        package, workbook = self._book.package, self._book.part
        root = parse(package.read(workbook))
        for name in root.iterfind("{*}definedNames/{*}definedName"):
            if name.get("name") == _FILTER_NAME and name.get("localSheetId") == str(self.index) and name.text:
                sheet, mark, range_ = name.text.rpartition("!")
                if area(range_) == known:
                    wider = re.sub(r"[A-Z]+(?=\$?\d+$)", letters(columns[-1]), range_)
                    name.text = f"{sheet}{mark}{wider}"
                    package.replace(workbook, render(root))


def _check_shapes(
    columns: range,
    header_row: int,
    first_row: int,
    rows: Sequence[Sequence[Value] | None],
    row_formulas: Sequence[str | None] | None,
    widths: Sequence[float | None] | None,
) -> None:
    if any(values is not None and len(values) != len(columns) for values in rows):
        raise ValueError("every row needs one value a header")
    if any(given is not None and len(given) != len(columns) for given in (row_formulas, widths)):
        raise ValueError("row_formulas and widths need one entry a header")
    if first_row <= header_row < first_row + len(rows) and rows[header_row - first_row] is not None:
        raise ValueError("the header row is among the rows of values")
    if columns[-1] > LAST_COLUMN or first_row + len(rows) - 1 > LAST_ROW:
        raise refuse("The new cells would leave the sheet, which ends at XFD1048576: use a sheet with more room.")


def _check_table(table: Table, header_row: int, written: list[int]) -> None:
    if header_row != table.first_row:
        raise ValueError(f"the header row of the Table {table.name} is {table.first_row}, not {header_row}")
    if written and not (written[0] in table.data_rows and written[-1] in table.data_rows):
        raise ValueError(f"the Table {table.name} holds its values in rows {table.data_rows.start} and following only")
