"""Cell references as a workbook writes them, to numbers and back. Rows and columns count from 1."""

from __future__ import annotations

import re
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
