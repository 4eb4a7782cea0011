"""The rows of a list that was understood: the cells of each field, without blank rows, totals and repeated headings."""

from __future__ import annotations

import copy
from typing import Any

from ..domain.blank import is_blank
from . import Understood
from .cells import Remarks, floats, percentage
from .source import SheetCells


class Rows:
    """A list's rows. `numbers` are their rows of the sheet, from 1."""

    def __init__(self, understood: Understood, sheet: SheetCells, remarks: Remarks):
        self.sheet, self.table, self.about = understood.sheet, understood.table, understood.about
        self.headings, self.marks, self.remarks = understood.fields, understood.marks, remarks
        wide = len(sheet.grid[0]) if sheet.grid else 0
        left_out = set(understood.left_out)
        taken = {name: at - 1 for name, at in (understood.columns | understood.marks).items() if at <= wide}
        rows = range(understood.rows.start, min(understood.rows.stop, len(sheet.grid) + 1))
        part = sheet.grid[rows.start - 1 : rows.stop - 1] if rows else []
        columns = {name: [row[at] for row in part] for name, at in taken.items()}
        keep = [
            at
            for at, cells in enumerate(zip(*columns.values(), strict=True))
            if any(c is not None and (type(c) is not str or not is_blank(c)) for c in cells)
            and rows[at] not in left_out
        ]
        first = next(iter(understood.fields), None)
        if first is not None:  # headings said again, as for printing
            heading, cells = understood.fields[first], columns.get(first, [])
            keep = [at for at in keep if cells[at] != heading or not self._headings_again(understood, columns, at)]
        if len(keep) < len(part):
            columns = {name: [cells[at] for at in keep] for name, cells in columns.items()}
        self._columns = columns
        self.numbers = [rows[at] for at in keep]

    @staticmethod
    def _headings_again(understood: Understood, columns: dict[str, list[Any]], at: int) -> bool:
        return all(columns[name][at] == heading for name, heading in understood.fields.items() if name in columns)

    def __len__(self) -> int:
        return len(self.numbers)

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def get(self, name: str) -> list[Any]:
        """The cells of a field, or of a register's activity; blanks where the list has no such column."""
        return self._columns.get(name) or [None] * len(self.numbers)

    def only(self, at: list[int], **replaced: list[Any]) -> Rows:
        """Some of the rows, or some of them more than once, with the cells of some fields replaced."""
        other = copy.copy(self)
        other._columns = {name: [cells[i] for i in at] for name, cells in self._columns.items()} | replaced
        other.numbers = [self.numbers[i] for i in at]
        return other

    def unread(self, name: str, bad: Any, what: str, so: str) -> None:
        """Say which cells of a field could not be read."""
        at = [number for number, is_bad in zip(self.numbers, bad, strict=True) if is_bad]
        self.remarks.cells(self.sheet, at, self.headings[name], what, so)

    def percentages(self, name: str) -> list[float]:
        """Percentages as they stand, NaN where there is none. A column of fractions is said, never rescaled."""
        values, bad = floats(percentage, self.get(name))
        self.unread(name, bad, "no percentage from 0 to 100", "taken as not known")
        there = values[values == values]
        if len(there) > 2 and there.max() <= 1 and there.max() > 0:
            self.remarks.add(
                f"Sheet '{self.sheet}', {self.headings[name]}: every figure lies between 0 and 1, so these look like "
                "fractions; they are taken as percentages as they stand."
            )
        return [float(value) for value in values]
