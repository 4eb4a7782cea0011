"""The rows of a list that was understood: the cells of each field, without blank rows, totals and repeated headings."""

from __future__ import annotations

import copy
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
        left_out = set(understood.left_out)
        taken = {name: at - 1 for name, at in (understood.columns | understood.marks).items() if at <= wide}
        rows = range(understood.rows.start, min(understood.rows.stop, len(sheet.grid) + 1))
        part = sheet.grid[rows.start - 1 : rows.stop - 1] if rows else []
        self._columns = {name: [row[at] for row in part] for name, at in taken.items()}
        again = tuple((understood.fields | dict(zip(understood.marks, understood.marks, strict=True))).values())
        keep = [at for at, cells in enumerate(zip(*self._columns.values(), strict=True)) if _counts(cells, again)]
        if left_out:
            keep = [at for at in keep if rows[at] not in left_out]
        if understood.about == "learners" and len(taken) > 2:
            keep = self._without_asides(keep, rows)
        self._at = None if len(keep) == len(part) else keep  # the rows that count, None for all
        self._replaced: dict[str, list[Any]] = {}
        self.numbers = [rows[at] for at in keep]

    def _without_asides(self, keep: list[int], rows: range) -> list[int]:
        """The rows but those in which one cell alone is filled: a remark under the list is no learner."""
        first, second, *_ = cells = list(self._columns.values())
        aside = {at for at in keep if first[at] is None or second[at] is None}
        aside = {at for at in aside if sum(not is_blank(column[at]) for column in cells) == 1}
        if aside:
            found = [rows[at] for at in sorted(aside)]
            self.remarks.add(f"Sheet '{self.sheet}': {listed(found)} with one filled cell only: left out.")
        return [at for at in keep if at not in aside]

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


def _counts(cells: tuple[Any, ...], headings: tuple[str, ...]) -> bool:
    """Whether a row holds anything but errors of formulas, and not the headings again, as for printing."""
    first = cells[0]
    if (
        first is not None
        and type(first) is not Fault
        and (type(first) is not str or (first != headings[0] and first.strip()))
    ):
        return True
    return not (cells == headings or all(is_blank(cell) or isinstance(cell, Fault) for cell in cells))
