"""The cells of a sheet as a macro finds and leaves them: read when first asked for, changed in memory, written in one go."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from ...errors import CODES, Fault
from .. import changes
from ..book import Book
from ..cells import Value, content, own_row
from ..columns import set_widths
from ..formulas import Formula, formulas, moved
from ..package import Package
from ..parts import child, dynamic_array_mark, insert, make, unlink
from ..refs import Area, area
from ..rows import SheetXml
from ..sheet import Sheet
from ..styles import Look, Styles
from ..tables import Table, calculated_formulas, read_table, set_calculated

Place = tuple[int, int]
_EPOCH = datetime.datetime(1899, 12, 30)
_BEFORE_VIEWS = ("sheetPr", "dimension")


class Cells:
    """Rows and columns count from 1. Values are as `Sheet.grid` gives them; what a macro wrote is seen at once."""

    def __init__(self, book: Book, sheet: Sheet, styles: Styles, *, new: bool = False):
        self._book, self.sheet, self._styles, self._new = book, sheet, styles, new
        self._changed: dict[Place, tuple[Value, str, Area | None]] = {}
        self._looks: dict[Place, Look] = {}
        self._based: dict[Place, int] = {}  # styles taken over from other cells
        self.widths: dict[int, float] = {}
        self.heights: dict[int, float] = {}
        self.frozen_rows = 0

    @property
    def package(self) -> Package:
        return self._book.package

    @cached_property
    def rows(self) -> list[list[Any]]:
        return [] if self._new else self.sheet.grid()

    @cached_property
    def formulas(self) -> dict[Place, Formula]:
        body = SheetXml.parse(self.package.read(self.sheet.part)).body
        return {(f.row, f.column): f for f in formulas(body)}

    @property
    def tables(self) -> list[Table]:
        return self.sheet.tables

    # -------------------------------------------------------------------------------------------------- reading

    def value(self, row: int, column: int) -> Any:
        if not 0 < row <= len(self.rows) or not 0 < column <= len(self.rows[row - 1]):
            return None
        return self.rows[row - 1][column - 1]

    def block(self, where: Area) -> list[list[Any]]:
        """The values of a rectangle, blanks where the sheet ends before it does."""
        width = where.last_column - where.first_column + 1
        taken = [
            row[where.first_column - 1 : where.last_column] for row in self.rows[where.first_row - 1 : where.last_row]
        ]
        filled = [[*row, *[None] * (width - len(row))] for row in taken]
        return filled + [[None] * width for _ in range(where.last_row - where.first_row + 1 - len(filled))]

    @property
    def used(self) -> Area:
        """The smallest rectangle with every value and formula in it; A1 for an empty sheet."""
        filled = []
        for r, row in enumerate(self.rows, 1):
            here = [c for c, value in enumerate(row, 1) if value is not None]
            if here:
                filled += [(r, here[0]), (r, here[-1])]
        filled += self.formulas
        if not filled:
            return Area(1, 1, 1, 1)
        rows, columns = [r for r, _ in filled], [c for _, c in filled]
        return Area(min(rows), min(columns), max(rows), max(columns))

    def region(self, row: int, column: int) -> Area:
        """The block of filled cells around one, to the first wholly blank row and column on each side."""
        top, left, bottom, right = row, column, row, column

        def filled(rows: range, columns: slice) -> bool:
            near = self.rows[max(0, rows.start - 1) : max(0, rows.stop - 1)]
            return any(value is not None for cells in near for value in cells[columns])

        while True:
            before = top, left, bottom, right
            across = slice(max(0, left - 2), right + 1)
            while bottom < len(self.rows) and filled(range(bottom + 1, bottom + 2), across):
                bottom += 1
            while top > 1 and filled(range(top - 1, top), across):
                top -= 1
            along = range(max(1, top - 1), bottom + 2)
            right += filled(along, slice(right, right + 1))
            left -= left > 1 and filled(along, slice(left - 2, left - 1))
            if before == (top, left, bottom, right):
                return Area(*before)

    def fills(self, where: Area) -> Area | None:
        """The cells that an array formula fills of which some are in this rectangle; the first such."""
        return next((f.fills for f in self.formulas.values() if f.fills and f.fills.meets(where)), None)

    def style(self, row: int, column: int) -> int:
        body = SheetXml.parse(self.package.read(self.sheet.part)).body
        return changes.styles_of(body, {row: {column}}).get((row, column), 0)

    # -------------------------------------------------------------------------------------------------- changing

    def put(self, row: int, column: int, given: Any, formula: str = "", fills: Area | None = None) -> None:
        """Give a cell a value, or a formula with the value that is shown until it is worked out."""
        value = self._plain(row, column, given)
        self._let_go(row, column)
        while len(self.rows) < row:
            self.rows.append([])
        line = self.rows[row - 1]
        line += [None] * (column - len(line))
        line[column - 1] = value
        self._changed[row, column] = (value, formula, fills)
        if formula:
            self.formulas[row, column] = Formula(row, column, formula, fills)

    def look(self, where: Area, look: Look) -> None:
        for row in range(where.first_row, where.last_row + 1):
            for column in range(where.first_column, where.last_column + 1):
                old = self._looks.get((row, column), Look())
                fresh = old._replace(**{name: to for name, to in look._asdict().items() if to is not None})
                self._looks[row, column] = fresh

    def take_style(self, row: int, column: int, style: int) -> None:
        self._based[row, column] = style

    def fill(self, where: Area, formula: str, values: Sequence[Sequence[Value]]) -> None:
        """One formula in each cell of a column of a Table, which becomes the column's own."""
        for table in self.tables:
            if table.area.meets(where) and where.first_column == where.last_column:
                formula = own_row(formula, table.name)
                set_calculated(self.package, table, where.first_column - table.first_column, formula)
        for at, row in enumerate(range(where.first_row, where.last_row + 1)):
            for beside, column in enumerate(range(where.first_column, where.last_column + 1)):
                self.put(row, column, values[at][beside], moved(formula, at, beside))

    def _plain(self, row: int, column: int, value: Any) -> Any:
        """A value as cells hold it; what Excel makes of a text that is assigned to a cell."""
        if isinstance(value, datetime.datetime):
            self.look(Area(row, column, row, column), Look(number_format="dd/mm/yyyy"))
            return value
        if isinstance(value, str):
            if value.startswith("'"):
                return value[1:] or None
            return Fault(value, f"The cell holds the error {value}.") if value in CODES else value or None
        return value

    def _let_go(self, row: int, column: int) -> None:
        """Forget the formula of a cell; the others of a shared one are written out, because its text may stand here."""
        gone = self.formulas.pop((row, column), None)
        if gone is None or gone.group is None:
            return
        for place, formula in list(self.formulas.items()):
            if formula.group == gone.group:
                self.formulas[place] = formula._replace(group=None)
                if place not in self._changed:
                    self._changed[place] = (self.value(*place), formula.text, None)

    # --------------------------------------------------------------------------------------------------- writing

    def flush(self) -> None:
        """Write what changed into the package."""
        if not (self._changed or self._looks or self._based or self.widths or self.heights or self.frozen_rows):
            return
        xml = SheetXml.parse(self.package.read(self.sheet.part))
        had_formulas = b"<f" in xml.body
        places = self._changed.keys() | self._looks.keys() | self._based.keys()
        wanted: dict[int, set[int]] = {}
        for row, column in places:
            wanted.setdefault(row, set()).add(column)
        styles = (changes.styles_of(xml.body, wanted) if self._looks else {}) | self._based
        made: changes.Changes = {}
        for place in places:
            look = self._looks.get(place)
            style = self._styles.derive(styles.get(place, 0), look) if look else self._based.get(place)
            made.setdefault(place[0], {})[place[1]] = changes.Change(self._content(place), style)
        xml.body = changes.with_heights(changes.apply(xml.body, made), self.heights)
        self._skeleton(xml, wanted)
        self.package.replace(self.sheet.part, xml.render())
        if had_formulas and self._changed:
            # Excel makes a new chain of calculation, and mends a wrong one with a warning.
            unlink(self.package, self._book.part, "calcChain")
        self._forget_calculated()
        self._changed, self._looks, self._based = {}, {}, {}
        self.widths, self.heights, self.frozen_rows = {}, {}, 0

    def _content(self, place: Place) -> str | None:
        if place not in self._changed:
            return None
        value: Any
        value, formula, fills = self._changed[place]
        if isinstance(value, datetime.datetime):
            value = (value - _EPOCH) / datetime.timedelta(days=1)
        mark = dynamic_array_mark(self.package, self._book.part) if fills else 0
        return content(value, formula, fills, mark)

    def _skeleton(self, xml: SheetXml, wanted: dict[int, set[int]]) -> None:
        element = child(xml.root, "dimension")
        known = area(element.get("ref", "")) if element is not None else None
        columns = [column for row in wanted.values() for column in row]
        if known and columns:
            element.set("ref", str(known.around(Area(min(wanted), min(columns), max(wanted), max(columns)))))
        for column, width in self.widths.items():
            set_widths(xml.root, range(column, column + 1), [width])
        if self.frozen_rows:
            views = child(xml.root, "sheetViews")
            if views is None:
                views = make(xml.root, "sheetViews")
                views.append(make(views, "sheetView", workbookViewId="0"))
                insert(xml.root, views, _BEFORE_VIEWS)
            for old in views[0].findall("{*}pane"):
                views[0].remove(old)
            below = f"A{self.frozen_rows + 1}"
            pane = make(
                views[0],
                "pane",
                ySplit=str(self.frozen_rows),
                topLeftCell=below,
                activePane="bottomLeft",
                state="frozen",
            )
            views[0].insert(0, pane)

    def _forget_calculated(self) -> None:
        """A Table's column whose formulas have all become values has no formula of its own any more."""
        for table in self.tables:
            for at in calculated_formulas(self.package, table):
                column = table.first_column + at
                if not any((row, column) in self.formulas for row in table.data_rows):
                    set_calculated(self.package, read_table(self.package, table.part), at, None)


def each_place(where: Area) -> Iterator[Place]:
    for row in range(where.first_row, where.last_row + 1):
        for column in range(where.first_column, where.last_column + 1):
            yield row, column
