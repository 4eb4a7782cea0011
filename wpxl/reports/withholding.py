"""Counts of people under a number withheld, and as many further counts as it takes that none can be worked out.

Counts of 1 to n - 1 are withheld, with the shares and other numbers that would give them away. Subtraction must not give them
back: not within a row, down a column, or between tables (see `sums`).
"""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from ..domain import rates
from ..domain.rates import WITHHELD
from .shape import DERIVED, PEOPLE, SHARE, Figure, Table, as_number
from .sums import Bools, Grid, Sum, Sums


def withheld(tables: tuple[Table, ...], under: int) -> tuple[Table, ...]:
    """The tables of one report without their counts under a number, and without what gives these away."""
    sums = Sums(tables)
    hidden = _Hidden(sums, under)
    hidden.settle()
    return tuple(_written(grid, hidden.hidden) for grid in sums.grids)


class _Hidden:
    """Which counts are withheld, by their places."""

    def __init__(self, sums: Sums, under: int):
        self.sums, self.value, self.under = sums, sums.value, under
        self.given: set[int] = set()  # small counts that sums gave away when last looked at
        small = [count for count in np.unique(sums.value).tolist() if rates.small(count, under)]
        self.hidden = set(np.flatnonzero(np.isin(sums.value, small)).tolist())

    def settle(self) -> None:
        """Withhold further counts until no sum gives one away."""
        new = set(self.hidden)
        while new:
            while new:
                new = {p for one in self._around(new) for p in self._guarded(one)} - self.hidden
                self.hidden |= new
            new = self._given_away()
            self.hidden |= new

    def _guarded(self, one: Sum) -> list[int]:
        """Parts of a sum to withhold, the smallest first, until those withheld are several and not few; else the sum itself."""
        parts = [p for p in one.parts if self.value[p] > 0]
        shown = [p for p in reversed(parts) if p not in self.hidden]
        hidden = [p for p in parts if p in self.hidden]
        if one.total in self.hidden:
            unseen = [p for p in shown if self._unseen(p)] or shown
            return [] if hidden else unseen[-1:]
        out: list[int] = []
        while hidden:
            # What is left when those shown are taken away from the total is a count of people as well. It is less than those
            # withheld where people stand in several rows, and more where rows of another kind have a part in the total.
            left = min(self.value[one.total] - sum(self.value[p] for p in shown), sum(self.value[p] for p in hidden))
            if left <= 0 or (len(hidden) > 1 and left >= max(self.under, len(hidden) + 1)):
                return out
            if not shown:
                return [*out, one.total]
            hidden.append(shown.pop())
            out.append(hidden[-1])
        return out

    def _given_away(self) -> set[int]:
        """Where all sums together still give small counts away: the smallest counts next to these, to be withheld as well."""
        found = _worked_out(self._around(self.hidden), self.hidden)
        near = {p for p in found if rates.small(self.value[p], self.under)}
        still, self.given = near & self.given, near
        if still:  # the last time did not help: nothing of these rows is shown
            shown = {p for place in still for p in self._row(place) if p not in self.hidden and self.value[p] > 0}
            if shown:
                return shown
        sums: list[Sum] = []
        while near and len(sums) < len(sums := self._around(near)):
            shown = {p for one in sums for p in self._smallest(one)}
            if shown:
                return shown
            near = {p for one in sums for p in (one.total, *one.parts)}  # all around is withheld: look further away
        return set()

    def _around(self, places: set[int]) -> list[Sum]:
        """The sums in which some counts stand."""
        return list({id(one): one for place in places for one in self.sums.of(place)}.values())

    def _smallest(self, one: Sum) -> list[int]:
        """The smallest count of a sum that is still shown, if any."""
        shown = (p for p in (*one.parts, one.total) if p not in self.hidden and self.value[p] > 0)
        return list(islice(shown, 1))

    def _unseen(self, place: int) -> bool:
        """Whether a count stands in no column: whoever withholds it withholds its share only."""
        grid, _, column = self.sums.where(place)
        return column >= len(grid.table.columns)

    def _row(self, place: int) -> range:
        """The places of the row in which one is."""
        grid, row, _ = self.sums.where(place)
        return range(grid.place(row, 0), grid.place(row + 1, 0))


def _written(grid: Grid, hidden: set[int]) -> Table:
    """The table without what is hidden, and without the shares and other numbers that would give it away."""
    table, at, first = grid.table, grid.at, grid.first
    here: Bools = np.zeros(grid.value.shape, bool)
    np.put(here, [place - grid.start for place in hidden if grid.start <= place < grid.start + here.size], True)
    rows: list[list[Any]] | None = None
    for i, column in enumerate(table.columns):
        if column.kind not in (PEOPLE, SHARE, DERIVED):
            continue
        mask: Bools = np.zeros(len(here), bool)
        for c in (i, *(at[heading] for heading in (column.part, column.base) if heading in at)):
            mask |= here[:, c]
        if given := grid.given.get(i):
            mask |= given.rows & (here[:, given.part] | here[:, given.rest])
        if column.part in at:
            if column.kind == SHARE and not column.base and table.totals:
                mask |= here[first, at[column.part]]
            if column.kind == DERIVED:  # what is left of it would give away a row's
                mask[first:] |= here[:first, at[column.part]].any()
        for r in np.flatnonzero(mask).tolist():
            value = table.rows[r][i]
            if as_number(value) is not None and not isinstance(value, Figure):
                rows = rows or list(map(list, table.rows))
                rows[r][i] = WITHHELD
    return table._replace(rows=list(map(tuple, rows or table.rows)))


def _worked_out(sums: list[Sum], hidden: set[int]) -> set[int]:
    """The withheld counts that follow from the sums: those that elimination leaves alone in an equation."""
    solved: dict[int, dict[int, float]] = {}  # a count → its equation, in which no other solved count stands
    stands: dict[int, set[int]] = {}  # a count → the solved counts in whose equations it stands
    equations: list[dict[int, float]] = []
    for one in (one for one in sums if one.exact):
        equations.append({p: 1.0 for p in one.parts if p in hidden})
        if one.total in hidden:
            equations[-1][one.total] = -1.0
    for equation in sorted(filter(None, equations), key=len):
        for place in [p for p in equation if p in solved]:
            _less(equation, equation[place], solved[place])
        if not equation:
            continue
        pivot = min(equation, key=lambda p: len(stands.get(p, ())))
        scale = equation[pivot]
        equation = {p: k / scale for p, k in equation.items()}
        for other in stands.pop(pivot, set()):
            _less(solved[other], solved[other][pivot], equation)
            for p in equation:
                stands.setdefault(p, set()).discard(other)
                if p in solved[other]:
                    stands[p].add(other)
        solved[pivot] = equation
        for p in equation:
            stands.setdefault(p, set()).add(pivot)
    return {place for place, equation in solved.items() if len(equation) == 1}


def _less(equation: dict[int, float], times: float, other: dict[int, float]) -> None:
    """An equation less another one so many times; counts that fall out are gone."""
    for place, k in other.items():
        left = equation.get(place, 0.0) - times * k
        if abs(left) < 1e-9:
            equation.pop(place, None)
        else:
            equation[place] = left
