"""Cell references as a workbook writes them, to numbers and back. Rows and columns count from 1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576

_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


class Area(NamedTuple):
    """A rectangle of cells, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def meets(self, other: Area) -> bool:
        """Whether the two rectangles share a cell."""
        return (
            self.first_row <= other.last_row
            and other.first_row <= self.last_row
            and self.first_column <= other.last_column
            and other.first_column <= self.last_column
        )

    def around(self, other: Area) -> Area:
        """The smallest rectangle that holds both."""
        return Area(*map(min, self[:2], other[:2]), *map(max, self[2:], other[2:]))

    def __str__(self) -> str:
        start = f"{letters(self.first_column)}{self.first_row}"
        end = f"{letters(self.last_column)}{self.last_row}"
        return start if start == end else f"{start}:{end}"


def area(text: str) -> Area | None:
    """`B3:D9`, `$B$3` and the like; None for anything else (whole columns, other notations)."""
    match = _REF.fullmatch(text.strip())
    if match is None:
        return None
    left, top, right, bottom = match.groups()
    return Area(int(top), number(left), int(bottom or top), number(right or left))


def areas(cells: Iterable[tuple[int, int]]) -> list[Area]:
    """Cells (row, column) as rectangles, from the top: neighbours in a row first, then the same run in the rows below.

    >>> print(*areas([(2, 1), (2, 2), (3, 1), (3, 2), (9, 1)]))
    A2:B3 A9
    """
    runs: list[Area] = []
    for row, column in sorted(set(cells)):
        if runs and runs[-1].last_row == row and runs[-1].last_column == column - 1:
            runs[-1] = runs[-1]._replace(last_column=column)
        else:
            runs.append(Area(row, column, row, column))
    found: list[Area] = []
    ends: dict[tuple[int, int], int] = {}  # a run's columns → where the last rectangle of that width stands
    for run in runs:
        across = (run.first_column, run.last_column)
        above = ends.get(across)
        if above is not None and found[above].last_row == run.first_row - 1:
            found[above] = found[above]._replace(last_row=run.first_row)
        else:
            ends[across] = len(found)
            found.append(run)
    return found


@cache
def letters(column: int) -> str:
    """1 -> A, 28 -> AB."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@cache
def number(column: str) -> int:
    """A -> 1, AB -> 28."""
    total = 0
    for letter in column:
        total = total * 26 + ord(letter) - 64
    return total
