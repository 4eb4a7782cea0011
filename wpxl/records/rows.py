"""The rows of a list that was understood: the cells of each field, without blank rows, totals and repeated headings."""

from __future__ import annotations

import copy
from itertools import chain
from typing import Any

from ..domain.blank import is_blank
from ..errors import Fault
from . import Understood
from .cells import Remarks, floats, listed, percentage
from .source import SheetCells


class Rows:
    """A list's rows. `numbers` are their rows of the sheet, from 1."""

    def __init__(self, understood: Understood, sheet: SheetCells, remarks: Remarks):
        self.sheet, self.table, self.about = understood.sheet, understood.table, understood.about
        self.headings, self.marks, self.remarks = understood.fields, understood.marks, remarks
        wide = len(sheet.grid[0]) if sheet.grid else 0
        taken = {name: at - 1 for name, at in (understood.columns | understood.marks).items() if at <= wide}
        rows = range(understood.rows.start, min(understood.rows.stop, len(sheet.grid) + 1) if taken else 0)
        part = sheet.grid[rows.start - 1 : rows.stop - 1] if rows else []
        flat = _shared(list(chain.from_iterable(part)))
        self._columns = {name: flat[at::wide] for name, at in taken.items()}
        out = self._without(rows, {at - rows.start for at in understood.left_out})
        keep = [at for at in range(len(part)) if at not in out] if out else None
        self._at = keep  # the rows that count, None for all
        self._replaced: dict[str, list[Any]] = {}
        self.numbers = list(rows) if keep is None else [rows[at] for at in keep]

    def _without(self, rows: range, totals: set[int]) -> set[int]:
        """The places of rows that do not count: totals, what holds nothing but errors of formulas, headings printed again.

        Nor does a row of learners in which one cell alone is filled: a remark under the list is no learner.
        """
        if not rows:
            return set()
        columns = list(self._columns.values())
        headings = tuple((self.headings | {heading: heading for heading in self.marks}).values())
        alone = self.about == "learners" and len(columns) > 2
        may = [
            at
            for at, first, second in zip(range(len(rows)), columns[0], columns[int(alone)], strict=True)
            if first is None
            or second is None
            or type(first) is Fault
            or (type(first) is str and (first == headings[0] or not first.strip()))
        ]  # most rows are none of these, and are not looked at further
        found = [(at, tuple(column[at] for column in columns)) for at in may]
        out = totals | {at for at, cells in found if cells == headings or all(map(_is_nothing, cells))}
        aside = {
            at
            for at, cells in (found if alone else ())
            if at not in out and None in cells[:2] and sum(not is_blank(cell) for cell in cells) == 1
        }
        if aside:
            where = listed([rows[at] for at in sorted(aside)])
            self.remarks.add(f"Sheet '{self.sheet}': {where} with one filled cell only: left out.")
        return out | aside

    def __len__(self) -> int:
        return len(self.numbers)

    def __contains__(self, name: str) -> bool:
        return name in self._columns or name in self._replaced

    def get(self, name: str) -> list[Any]:
        """The cells of a field, or of a register's activity; blanks where the list has no such column."""
        if name in self._replaced:
            return self._replaced[name]
        cells = self._columns.get(name)
        if cells is None:
            return [None] * len(self.numbers)
        return cells if self._at is None else [cells[at] for at in self._at]

    def only(self, at: list[int], **replaced: list[Any]) -> Rows:
        """Some of the rows, or some of them more than once; with the cells of some fields replaced, a cell for each row now."""
        other = copy.copy(self)
        other._at = at if self._at is None else [self._at[i] for i in at]
        other.numbers = [self.numbers[i] for i in at]
        other._replaced = {name: [cells[i] for i in at] for name, cells in self._replaced.items()} | replaced
        return other

    def unread(self, name: str, bad: Any, what: str, so: str) -> None:
        """Say which cells of a field could not be read."""
        at = [number for number, is_bad in zip(self.numbers, bad, strict=True) if is_bad]
        self.remarks.cells(self.sheet, at, self.headings.get(name, name), what, so)

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


def _shared(cells: list[Any]) -> list[Any]:
    """One object for all equal cells of a list, given row by row as they lie in memory: a reader makes one for each cell.

    What goes down a column afterwards, here and in every report, finds what it looks at near at hand, and takes half as long.
    """
    if len({bool, int, float}.intersection(map(type, cells))) > 1:  # TRUE is equal to 1, and not the same
        return cells
    known: dict[Any, Any] = {}
    try:
        return list(map(known.setdefault, cells, cells))
    except TypeError:  # something that no cell holds, and no key can be
        return cells


def _is_nothing(cell: Any) -> bool:
    return is_blank(cell) or isinstance(cell, Fault)
