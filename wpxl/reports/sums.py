"""The counts of a report, and which of them make up others for all to see: whoever knows all but one of these knows the last.

Counts hang together within a row (those in the group, of those known), down a column (rows and their total), and between tables
that show the same count, or the parts of one. Found by arrays, a table at a time; a sum is made when somebody asks for it.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import combinations, permutations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .shape import BAND, PEOPLE, SHARE, TEXT, Figure, Table, as_number

# Of the rows, the share in which a column has to be the same as another, or the sum of two or three, to be taken for it. Two
# columns may be the same in some kind of rows only; a sum that holds now and then is chance.
HOLDS = {1: 0.3, 2: 0.8, 3: 0.8}
LOOKED_AT = 100  # rows that are looked at first, here and there, to tell soon that it is none
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Sum(NamedTuple):
    """Places of counts."""

    total: int
    parts: tuple[int, ...]  # the smallest first
    exact: bool  # no equation where people stand in several of the parts, or some parts are of another kind


class Across(NamedTuple):
    """Columns that make up another one, in some rows of a table."""

    total: int
    parts: tuple[int, ...]
    rows: Bools


class Given(NamedTuple):
    """Two columns of counts that a share gives away, in some rows of a table."""

    part: int
    rest: int
    rows: Bools


class Grid:
    """The counts of one table. Columns to the right of the table's own hold counts that follow from its shares alone."""

    def __init__(self, table: Table, start: int):
        self.table, self.start, self.at = table, start, at(table)
        self.people = [i for i, column in enumerate(table.columns) if column.kind == PEOPLE]
        self.cells = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
        shares = [i for i, column in enumerate(table.columns) if column.kind == SHARE and column.base in self.at]
        self.wide = len(table.columns) + 2 * len(shares)
        self.value: Floats = np.full((len(table.rows), self.wide), np.nan)
        for c in self.people:
            self.value[:, c] = numbers(self.cells[c])
        self.across: dict[int, list[Across]] = {}  # a column → the sums in which it stands
        self.given: dict[int, Given] = {}  # a column of shares → what it gives away
        for k, i in enumerate(shares):
            self._of_share(i, len(table.columns) + 2 * k)
        self._of_columns()

    @property
    def first(self) -> int:
        """The row of the first total."""
        return len(self.table.rows) - self.table.totals

    def place(self, r: int, c: int) -> int:
        return self.start + r * self.wide + c

    def _add(self, one: Across) -> None:
        for c in (one.total, *one.parts):
            self.across.setdefault(c, []).append(one)

    def _of_share(self, i: int, part: int) -> None:
        """A share says how many are in the group and how many are not, whether or not a column shows them."""
        column, rest, value = self.table.columns[i], part + 1, self.value
        base = self.at[column.base]
        share = numbers([None if isinstance(cell, Figure) else cell for cell in self.cells[i]])
        there = ~np.isnan(share) & ~np.isnan(value[:, base])
        if column.part in self.at:
            part = self.at[column.part]
        else:
            value[there, part] = np.round(share[there] * value[there, base] / 100)
        there &= (value[:, part] >= 0) & (value[:, part] <= value[:, base])  # more would be somebody's slip
        value[there, rest] = value[there, base] - value[there, part]
        self.given[i] = Given(part, rest, there)
        self._add(Across(base, (part, rest), there))

    def _of_columns(self) -> None:
        """Columns that are the same as another or the sum of others, such as attended: recorded and headcount."""
        counts = (self.value != 0) & ~np.isnan(self.value)
        some = [c for c in self.people if counts[:, c].any()]
        for total in self.people:
            others = [c for c in some if c != total]
            for parts in (p for k in HOLDS for p in combinations(others, k) if k > 1 or p[0] > total):
                here = slice(None, None, len(counts) // LOOKED_AT + 1)
                if self._held(total, parts, self.value[here], counts[here, total]).any():
                    self._add(Across(total, parts, self._held(total, parts, self.value, counts[:, total])))

    def _held(self, total: int, parts: tuple[int, ...], value: Floats, counts: Bools) -> Bools:
        """The rows in which parts make up a total, where these are most of those with all of these counts."""
        summed = sum(value[:, c] for c in parts)
        rows = counts & ~np.isnan(summed)
        holds: Bools = rows & (summed == value[:, total])
        return holds if holds.sum() >= HOLDS[len(parts)] * rows.sum() else np.zeros(len(rows), bool)


class Sums:
    """The sums of all tables of a report."""

    def __init__(self, tables: tuple[Table, ...]):
        self.grids: list[Grid] = []
        start = 0
        for table in tables:
            self.grids.append(Grid(table, start))
            start += self.grids[-1].value.size
        self.value: list[float] = np.concatenate([[], *(grid.value.ravel() for grid in self.grids)]).tolist()
        self._starts = [grid.start for grid in self.grids]
        self._made: dict[tuple[int, int], Sum] = {}  # of a row and a way across
        self._of: dict[int, list[Sum]] = {}  # the sums of a place down columns and between tables
        for grid in self.grids:
            self._of_rows(grid)
        for (a, one), (b, other) in permutations(enumerate(self.grids), 2):
            if a < b and all(grid.table.totals and grid.table.adds_up for grid in (one, other)):
                self._of_totals(one, other)
            self._of_nested(one, other)

    def where(self, place: int) -> tuple[Grid, int, int]:
        """Table, row and column of a place."""
        grid = self.grids[bisect_right(self._starts, place) - 1]
        return grid, *divmod(place - grid.start, grid.wide)

    def of(self, place: int) -> list[Sum]:
        """The sums in which a count stands; the same sum is always the same object."""
        grid, r, c = self.where(place)
        found = [self._across(grid, r, one) for one in grid.across.get(c, ()) if one.rows[r]]
        return found + self._of.get(place, [])

    def _across(self, grid: Grid, r: int, one: Across) -> Sum:
        key = grid.place(r, one.total), id(one)
        if key not in self._made:
            self._made[key] = self._sum(key[0], [grid.place(r, c) for c in one.parts])
        return self._made[key]

    def _sum(self, total: int, parts: list[int]) -> Sum:
        """parts: in order, so that of counts alike the first stays first."""
        count = self.value.__getitem__
        return Sum(total, tuple(sorted(parts, key=count)), sum(map(count, parts)) == count(total))

    def _add(self, total: int, parts: list[int]) -> None:
        if parts:
            made = self._sum(total, parts)
            for place in (total, *parts):
                self._of.setdefault(place, []).append(made)

    def _of_rows(self, grid: Grid) -> None:
        """Rows that make up the first total, in each column, and totals that make up the last: those known, and those not.

        Where people stand in several rows, these make up more than the total.
        """
        first, value, there = grid.first, grid.value, ~np.isnan(grid.value)
        for c in range(grid.wide) if grid.table.totals else ():
            if there[first, c] and (grid.table.adds_up or np.nansum(value[:first, c]) >= value[first, c]):
                self._add(grid.place(first, c), [grid.place(r, c) for r in np.flatnonzero(there[:first, c]).tolist()])
            later = [r for r in range(first, len(value)) if there[r, c]]
            if len(later) > 1 and value[later[:-1], c].sum() == value[later[-1], c]:
                self._add(grid.place(later[-1], c), [grid.place(r, c) for r in later[:-1]])

    def _of_totals(self, one: Grid, other: Grid) -> None:
        """The totals of two tables that add up to the same people."""
        for mine, theirs in ((c, k) for c in one.people for k in other.people):
            same = one.value[one.first, mine] == other.value[other.first, theirs]
            if same and one.table.columns[mine].heading == other.table.columns[theirs].heading:
                self._add(one.place(one.first, mine), [other.place(other.first, theirs)])

    def _of_nested(self, one: Grid, other: Grid) -> None:
        """Rows of one table that are a row of another, or make it up: they bear its name, as the schools of each activity do."""
        name = other.at.get(one.table.columns[0].heading)
        both = [c for c in other.people if other.table.columns[c].heading in one.at]
        if name is None or other.table.columns[name].kind not in (TEXT, BAND) or not both:
            return
        rows: dict[str, list[int]] = {}
        for r, cell in enumerate(other.cells[name][: other.first]):
            rows.setdefault(str(cell), []).append(r)
        inside = [rows.get(str(cell), ()) for cell in one.cells[0]]
        for c in both:
            mine = one.at[other.table.columns[c].heading]
            totals, counts = one.value[:, mine].tolist(), other.value[:, c].tolist()
            for r, total in enumerate(totals):
                parts = [k for k in inside[r] if counts[k] == counts[k]]
                if sum(counts[k] for k in parts) == total:
                    self._add(one.place(r, mine), [other.place(k, c) for k in parts])


def at(table: Table) -> dict[str, int]:
    """The column under each heading."""
    return {column.heading: i for i, column in enumerate(table.columns)}


def numbers(cells: Any) -> Floats:
    """Cells as numbers, NaN for anything else."""
    found = map(as_number, cells)
    return np.fromiter((np.nan if number is None else number for number in found), float, len(cells))
