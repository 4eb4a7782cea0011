"""Counts of people under a number withheld, and as many further counts as it takes that none can be worked out.

Counts of 1 to n - 1 are withheld, with the shares and other numbers that would give them away. Subtraction must not give them
back: within a row (those in the group, of those known), down a column (rows and their total), or between tables that show the
same count, or the parts of one.
"""

from __future__ import annotations

from itertools import combinations, islice, permutations
from typing import Any, NamedTuple

from ..domain import rates
from ..domain.rates import WITHHELD
from .shape import BAND, DERIVED, PEOPLE, SHARE, TEXT, Column, Figure, Table, as_number

# Of the rows, the share in which a column has to be the same as another, or the sum of two or three, to be taken for it. Two
# columns may be the same in some kind of rows only; a sum that holds now and then is chance.
HOLDS = {1: 0.3, 2: 0.8, 3: 0.8}
LOOKED_AT = 100  # rows that are looked at first, here and there, to tell soon that it is none
Place = tuple[int, int, int]  # table, row and column of a count


def withheld(tables: tuple[Table, ...], under: int) -> tuple[Table, ...]:
    """The tables of one report without their counts under a number, and without what gives these away."""
    counts = _Counts(tables, under)
    counts.settle()
    return tuple(counts.written(t, table) for t, table in enumerate(tables))


class _Sum(NamedTuple):
    """Counts that make up another one, for all to see: whoever knows all but one of these knows the last."""

    total: Place
    parts: tuple[Place, ...]  # the smallest first
    exact: bool  # no equation where people stand in several of the parts, or some parts are of another kind


class _Counts:
    """The counts of a report, those that follow from its shares among them, and which of them are withheld."""

    def __init__(self, tables: tuple[Table, ...], under: int):
        self.under = under
        self.value: dict[Place, float] = {}
        self.sums: dict[Place, list[_Sum]] = {}  # the sums in which a count stands
        self.rest: dict[Place, tuple[Place, ...]] = {}  # a share → the counts that it gives away
        self.unseen: set[Place] = (
            set()
        )  # counts that stand in no column: whoever withholds them withholds their share only
        for t, table in enumerate(tables):
            for r, row in enumerate(table.rows):
                for c in _people(table):
                    if (count := as_number(row[c])) is not None:
                        self.value[t, r, c] = count
            wide = self._of_shares(t, table)
            self._of_columns(t, table)
            self._of_rows(t, table, wide)
        for (a, one), (b, other) in permutations(enumerate(tables), 2):
            if a < b and one.totals and other.totals and one.adds_up and other.adds_up:
                self._of_totals(a, one, b, other)
            self._of_nested(a, one, b, other)
        self.given: set[Place] = set()  # small counts that sums gave away when last looked at
        self.hidden = {place for place, count in self.value.items() if rates.small(count, under)}

    # ------------------------------------------------------------------------------------------------- what hangs together

    def _add(self, total: Place, parts: list[Place]) -> None:
        if parts and total in self.value and all(p in self.value for p in parts):
            exact = sum(self.value[p] for p in parts) == self.value[total]
            made = _Sum(total, tuple(sorted(parts, key=self._size)), exact)
            for place in (total, *parts):
                self.sums.setdefault(place, []).append(made)

    def _size(self, place: Place) -> tuple[float, Place]:
        return self.value[place], place

    def _of_shares(self, t: int, table: Table) -> int:
        """A share says how many are in the group and how many are not, whether or not a column shows them.

        Counts that no column shows get columns of their own to the right; how many columns there are then.
        """
        at, wide = _at(table), len(table.columns)
        for i, column in enumerate(table.columns):
            if column.kind != SHARE or column.base not in at:
                continue
            part, rest, wide = at.get(column.part, wide), wide + 1, wide + 2
            for r, row in enumerate(table.rows):
                share, base = as_number(row[i]), (t, r, at[column.base])
                if share is None or isinstance(row[i], Figure) or base not in self.value:
                    continue
                if column.part not in at:
                    self.value[t, r, part] = round(share * self.value[base] / 100)
                    self.unseen.add((t, r, part))
                if 0 <= self.value.get((t, r, part), -1) <= self.value[base]:  # more would be somebody's slip
                    self.value[t, r, rest] = self.value[base] - self.value[t, r, part]
                    self.unseen.add((t, r, rest))
                    self.rest[t, r, i] = (t, r, part), (t, r, rest)
                    self._add(base, [(t, r, part), (t, r, rest)])
        return wide

    def _of_columns(self, t: int, table: Table) -> None:
        """Columns that are the same as another or the sum of others, such as attended: recorded and headcount."""
        people, n = _people(table), len(table.rows)
        columns = {c: [self.value.get((t, r, c)) for r in range(n)] for c in people}

        def held(total: int, parts: tuple[int, ...], step: int = 1) -> list[int]:
            """The rows in which parts make up a total, where these are most of those with all of these counts."""
            rows, holds = 0, []
            for r in range(0, n, step):
                counts = [columns[c][r] for c in parts]
                if columns[total][r] and None not in counts:
                    rows += 1
                    if sum(count for count in counts if count is not None) == columns[total][r]:
                        holds.append(r)
            return holds if rows and len(holds) >= HOLDS[len(parts)] * rows else []

        for total in people:
            others = [c for c in people if c != total and any(columns[c])]
            for parts in (p for k in HOLDS for p in combinations(others, k) if k > 1 or p[0] > total):
                if held(total, parts, n // LOOKED_AT + 1):
                    for r in held(total, parts):
                        self._add((t, r, total), [(t, r, c) for c in parts])

    def _of_rows(self, t: int, table: Table, wide: int) -> None:
        """Rows that make up the first total, in each column, and totals that make up the last: those known, and those not.

        Where people stand in several rows, these make up more than the total.
        """
        first = len(table.rows) - table.totals
        for c in range(wide) if table.totals else ():
            parts = [(t, r, c) for r in range(first) if (t, r, c) in self.value]
            total = (t, first, c)
            if total in self.value and (table.adds_up or sum(self.value[p] for p in parts) >= self.value[total]):
                self._add(total, parts)
            later = [(t, r, c) for r in range(first, len(table.rows)) if (t, r, c) in self.value]
            if len(later) > 1 and sum(self.value[p] for p in later[:-1]) == self.value[later[-1]]:
                self._add(later[-1], later[:-1])

    def _of_totals(self, a: int, one: Table, b: int, other: Table) -> None:
        """The totals of two tables that add up to the same people."""
        for mine, theirs in ((c, k) for c in _people(one) for k in _people(other)):
            places = (a, len(one.rows) - one.totals, mine), (b, len(other.rows) - other.totals, theirs)
            same = self.value.get(places[0]) == self.value.get(places[1])
            if same and one.columns[mine].heading == other.columns[theirs].heading:
                self._add(places[0], [places[1]])

    def _of_nested(self, a: int, one: Table, b: int, other: Table) -> None:
        """Rows of one table that are a row of another, or make it up: they bear its name, as the schools of each activity do."""
        mine, theirs = _at(one), _at(other)
        name = theirs.get(one.columns[0].heading)
        if name is None or other.columns[name].kind not in (TEXT, BAND):
            return
        rows: dict[str, list[int]] = {}
        for r, row in enumerate(other.rows[: len(other.rows) - other.totals]):
            rows.setdefault(str(row[name]), []).append(r)
        for heading in (other.columns[c].heading for c in _people(other)):
            for r, row in enumerate(one.rows if heading in mine else ()):
                parts = [(b, k, theirs[heading]) for k in rows.get(str(row[0]), ())]
                parts = [p for p in parts if p in self.value]
                total = (a, r, mine[heading])
                if sum(self.value[p] for p in parts) == self.value.get(total):
                    self._add(total, parts)

    # -------------------------------------------------------------------------------------------- what is withheld besides

    def settle(self) -> None:
        """Withhold further counts until no sum gives one away."""
        new = set(self.hidden)
        while new:
            while new:
                new = {p for one in self._around(new) for p in self._guarded(one)} - self.hidden
                self.hidden |= new
            new = self._given_away()
            self.hidden |= new

    def _guarded(self, one: _Sum) -> list[Place]:
        """Parts of a sum to withhold, the smallest first, until those withheld are several and not few; else the sum itself."""
        parts = [p for p in one.parts if self.value[p] > 0]
        shown = [p for p in reversed(parts) if p not in self.hidden]
        hidden = [p for p in parts if p in self.hidden]
        if one.total in self.hidden:
            unseen = [p for p in shown if p in self.unseen] or shown
            return [] if hidden else unseen[-1:]
        out: list[Place] = []
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

    def _given_away(self) -> set[Place]:
        """Where all sums together still give small counts away: the smallest counts next to these, to be withheld as well."""
        found = _worked_out(self._around(self.hidden), self.hidden)
        near = {p for p in found if rates.small(self.value[p], self.under)}
        still, self.given = near & self.given, near
        if still:  # the last time did not help: nothing of these rows is shown
            rows = {place[:2] for place in still}
            shown = {p for p in self.value if p[:2] in rows and p not in self.hidden and self.value[p] > 0}
            if shown:
                return shown
        sums: list[_Sum] = []
        while near and len(sums) < len(sums := self._around(near)):
            shown = {p for one in sums for p in self._smallest(one)}
            if shown:
                return shown
            near = {p for one in sums for p in (one.total, *one.parts)}  # all around is withheld: look further away
        return set()

    def _around(self, places: set[Place]) -> list[_Sum]:
        """The sums in which some counts stand."""
        return list({id(one): one for place in places for one in self.sums.get(place, ())}.values())

    def _smallest(self, one: _Sum) -> list[Place]:
        """The smallest count of a sum that is still shown, if any."""
        shown = (p for p in (*one.parts, one.total) if p not in self.hidden and self.value[p] > 0)
        return list(islice(shown, 1))

    # ------------------------------------------------------------------------------------------------------------- written

    def written(self, t: int, table: Table) -> Table:
        at, first = _at(table), len(table.rows) - table.totals

        def cell(r: int, i: int, column: Column, value: Any) -> Any:
            if as_number(value) is None or isinstance(value, Figure) or column.kind not in (PEOPLE, SHARE, DERIVED):
                return value
            needed = {(t, r, i), *self.rest.get((t, r, i), ())}
            needed |= {(t, r, at[heading]) for heading in (column.part, column.base) if heading in at}
            if column.kind == SHARE and not column.base and table.totals and column.part in at:
                needed.add((t, first, at[column.part]))
            if column.kind == DERIVED and r >= first:  # what is left of it would give away a row's
                needed |= {(t, k, at[column.part]) for k in range(first) if column.part in at}
            return WITHHELD if needed & self.hidden else value

        rows = [
            tuple(cell(r, i, *pair) for i, pair in enumerate(zip(table.columns, row, strict=True)))
            for r, row in enumerate(table.rows)
        ]
        return table._replace(rows=rows)


def _people(table: Table) -> list[int]:
    return [i for i, column in enumerate(table.columns) if column.kind == PEOPLE]


def _at(table: Table) -> dict[str, int]:
    return {column.heading: i for i, column in enumerate(table.columns)}


def _worked_out(sums: list[_Sum], hidden: set[Place]) -> set[Place]:
    """The withheld counts that follow from the sums: those that elimination leaves alone in an equation."""
    solved: dict[Place, dict[Place, float]] = {}  # a count → its equation, in which no other solved count stands
    stands: dict[Place, set[Place]] = {}  # a count → the solved counts in whose equations it stands
    equations: list[dict[Place, float]] = []
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


def _less(equation: dict[Place, float], times: float, other: dict[Place, float]) -> None:
    """An equation less another one so many times; counts that fall out are gone."""
    for place, k in other.items():
        left = equation.get(place, 0.0) - times * k
        if abs(left) < 1e-9:
            equation.pop(place, None)
        else:
            equation[place] = left
