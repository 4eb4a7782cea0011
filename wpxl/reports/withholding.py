"""Counts of people under a number withheld, and as many further counts as it takes that none can be worked out.

Counts of 1 to n - 1 are withheld, with the shares and other numbers that would give them away. Subtraction must not give them
back: within a row (those in the group, of those known), down a column (rows and their total), or between tables that show the
same count.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

from ..domain import rates
from ..domain.rates import WITHHELD
from .shape import DERIVED, PEOPLE, SHARE, Column, Figure, Table, as_number

HOLDS = 0.8  # of the rows in which one column has to be the sum of others to be taken for it
LOOKED_AT = 100  # rows that are looked at first, to tell soon that it is none
Place = tuple[int, int]  # row and column of a count


def withheld(tables: tuple[Table, ...], under: int) -> tuple[Table, ...]:
    """The tables of one report without their counts under a number, and without what gives these away."""
    counts = [_Counts(table, under) for table in tables]
    links = [one.links() for one in counts]
    before = -1
    while before != (now := sum(len(one.hidden) for one in counts)):
        before = now
        for one in counts:
            one.settle()
        gone = {
            name for one, linked in zip(counts, links, strict=True) for name, p in linked.items() if p in one.hidden
        }
        for one, linked in zip(counts, links, strict=True):
            one.hidden.update(linked[name] for name in gone if name in linked and one.value[linked[name]] > 0)
    return tuple(one.written() for one in counts)


class _Sum(NamedTuple):
    """Counts that make up another one, for all to see: whoever knows all but one of these knows the last. Smallest first."""

    total: Place
    parts: tuple[Place, ...]


class _Counts:
    """The counts of a table, those that follow from its shares among them, and which of them are withheld."""

    def __init__(self, table: Table, under: int):
        self.table, self.under = table, under
        self.at = {column.heading: i for i, column in enumerate(table.columns)}
        self.people = [i for i, column in enumerate(table.columns) if column.kind == PEOPLE]
        self.value: dict[Place, float] = {}
        for r, row in enumerate(table.rows):
            for c in self.people:
                if (count := as_number(row[c])) is not None:
                    self.value[r, c] = count
        self.across: dict[int, list[_Sum]] = {}  # sums within each row
        self.width = len(table.columns)
        self._of_shares()
        self._of_columns()
        self.down = self._of_rows()
        self.hidden = {place for place, count in self.value.items() if rates.small(count, under)}

    def _add(self, r: int, total: int, parts: tuple[int, ...]) -> None:
        if all((r, c) in self.value for c in (total, *parts)):
            self.across.setdefault(r, []).append(self._sum((r, total), [(r, c) for c in parts]))

    def _sum(self, total: Place, parts: list[Place]) -> _Sum:
        return _Sum(total, tuple(sorted(parts, key=lambda p: (self.value[p], p))))

    def _of_shares(self) -> None:
        """A share says how many are in the group and how many are not, whether or not a column shows them."""
        for i, column in enumerate(self.table.columns):
            if column.kind != SHARE or not column.base or column.base not in self.at:
                continue
            base = self.at[column.base]
            part = self.at.get(column.part, self.width)
            rest = self.width + 1
            self.width += 2
            for r, row in enumerate(self.table.rows):
                share = as_number(row[i])
                if share is None or isinstance(row[i], Figure) or (r, base) not in self.value:
                    continue
                if part not in self.people:
                    self.value[r, part] = round(share * self.value[r, base] / 100)
                if (r, part) in self.value:
                    self.value[r, rest] = max(self.value[r, base] - self.value[r, part], 0)
                    self._add(r, base, (part, rest))

    def _of_columns(self) -> None:
        """Columns that are the sum of two or three others, such as attended: recorded and headcount."""
        whole = [r for r in range(len(self.table.rows)) if all((r, c) in self.value for c in self.people)]
        columns = {c: [self.value[r, c] for r in whole] for c in self.people}

        def held(total: int, parts: tuple[int, ...], most: int) -> list[bool]:
            sums = map(sum, zip(*(columns[c][:most] for c in parts), strict=True))
            holds = [made == count for made, count in zip(sums, columns[total], strict=False)]
            return holds if sum(holds) >= HOLDS * len(holds) else []

        for total in self.people if whole else ():
            others = [c for c in self.people if c != total and any(columns[c])]
            for parts in (p for k in (2, 3) for p in combinations(others, k)):
                if held(total, parts, LOOKED_AT):
                    for r, holds in zip(whole, held(total, parts, len(whole)), strict=False):
                        if holds:
                            self._add(r, total, parts)

    def _of_rows(self) -> list[_Sum]:
        """Rows that make up the first total, in each column. Where people stand in several rows, these make up more than it."""
        out = []
        first = len(self.table.rows) - self.table.totals
        for c in range(self.width) if self.table.totals else ():
            parts = [(r, c) for r in range(first) if (r, c) in self.value]
            if (first, c) in self.value and parts:
                made_up = sum(self.value[p] for p in parts) >= self.value[first, c]
                if made_up or self.table.adds_up:
                    out.append(self._sum((first, c), parts))
        return out

    # ------------------------------------------------------------------------------------------ what is withheld besides

    def settle(self) -> None:
        """Withhold further counts until no sum gives one away."""
        before = -1
        while before != len(self.hidden):
            before = len(self.hidden)
            for r in {r for r, _ in self.hidden}:
                for one in self.across.get(r, ()):
                    self._guard(one)
            for one in self.down:
                self._guard(one)
            self._part()

    def _guard(self, one: _Sum) -> None:
        """Withhold parts of a sum, the smallest first, until those withheld are several and not few; else the sum itself."""
        parts = [p for p in one.parts if self.value[p] > 0]
        shown = [p for p in reversed(parts) if p not in self.hidden]
        hidden = [p for p in parts if p in self.hidden]
        while one.total in self.hidden and not hidden and shown:
            hidden.append(shown.pop())
        while one.total not in self.hidden and hidden:
            # What is left when those shown are taken away from the total is a count of people as well.
            left = self.value[one.total] - sum(self.value[p] for p in shown)
            if left <= 0 or (len(hidden) > 1 and left >= max(self.under, len(hidden) + 1)):
                break
            if shown:
                hidden.append(shown.pop())
            elif self.value[one.total] > 0:
                self.hidden.add(one.total)
        self.hidden.update(hidden)

    def _part(self) -> None:
        """Of small counts that all sums together still give away, withhold the smallest neighbour of each."""
        sums = [*(one for row in self.across.values() for one in row), *self.down]
        pinned = {p for p in _worked_out(sums, self.hidden) if rates.small(self.value[p], self.under)}
        near = [one for one in sums if not pinned.isdisjoint((one.total, *one.parts))] if pinned else []
        shown = [found for one in near if (found := self._smallest(one)) is not None]
        if pinned and not shown:  # the sums around it are withheld wholly: it follows from others
            shown = [found for one in sums if (found := self._smallest(one)) is not None]
            shown = [min(shown, key=lambda p: (self.value[p], p))] if shown else []
        self.hidden.update(shown)

    def _smallest(self, one: _Sum) -> Place | None:
        """The smallest count of a sum that is still shown."""
        return next((p for p in (*one.parts, one.total) if p not in self.hidden and self.value[p] > 0), None)

    # --------------------------------------------------------------------------------------------------------- written

    def links(self) -> dict[Any, Place]:
        """Counts that other tables may show too: by what their row is called, and totals of all by their number."""
        first = len(self.table.rows) - self.table.totals
        out: dict[Any, Place] = {}
        for (r, c), count in self.value.items():
            if c < len(self.table.columns):
                name = ("all",) if r == first else (self.table.columns[0].heading, str(self.table.rows[r][0]))
                out[(*name, self.table.columns[c].heading, count)] = (r, c)
        return out

    def written(self) -> Table:
        first = len(self.table.rows) - self.table.totals
        gone = set(self.hidden)

        def cell(r: int, i: int, column: Column, value: Any) -> Any:
            if as_number(value) is None or isinstance(value, Figure):
                return value
            if column.kind == PEOPLE:
                return WITHHELD if (r, i) in gone else value
            if column.kind not in (SHARE, DERIVED):
                return value
            needed = {(r, self.at[h]) for h in (column.part, column.base) if h in self.at}
            if column.kind == SHARE and not column.base and self.table.totals and column.part in self.at:
                needed.add((first, self.at[column.part]))
            for one in self.across.get(r, ()) if column.kind == SHARE and column.base in self.at else ():
                if one.total == (r, self.at[column.base]):
                    needed.update(one.parts)
            return WITHHELD if needed & gone else value

        rows = [
            tuple(cell(r, i, *pair) for i, pair in enumerate(zip(self.table.columns, row, strict=True)))
            for r, row in enumerate(self.table.rows)
        ]
        return self.table._replace(rows=rows)


def _worked_out(sums: list[_Sum], hidden: set[Place]) -> set[Place]:
    """The withheld counts that follow from the sums: those that elimination leaves alone in an equation."""
    solved: dict[Place, dict[Place, float]] = {}  # a count → its equation, in which no other solved count stands
    stands: dict[Place, set[Place]] = {}  # a count → the solved counts in whose equations it stands
    equations = []
    for one in sums:
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


def _less(equation: dict[Place, float], times: float, other: dict[Place, float]) -> None:
    """An equation less another one so many times; counts that fall out are gone."""
    for place, k in other.items():
        left = equation.get(place, 0.0) - times * k
        if abs(left) < 1e-9:
            equation.pop(place, None)
        else:
            equation[place] = left
