"""Finding the postcode column of a list, by what its heading says and what its cells hold."""

from __future__ import annotations

from typing import Any, NamedTuple

from . import postcode
from .blank import is_blank

LOOKED_AT = 200  # cells of a column that are judged; lists are long and alike all the way down
ENOUGH = 0.5  # share of postcodes among the filled cells of a column without a telling heading
SOME = 0.1  # and of one whose heading says postcode


class Candidate(NamedTuple):
    """A column that may hold postcodes. Rows and columns count from 0."""

    column: int
    header_row: int  # -1: the postcodes start in the first row, with no heading above
    header: str
    last_row: int
    share: float  # postcodes among the filled cells that were looked at


def says_postcode(heading: Any) -> bool:
    """Whether a heading names postcodes: Home postcode, Post Code, PCDS, Pupil's postal code …"""
    if not isinstance(heading, str):
        return False
    simple = "".join(c for c in heading.casefold() if c.isalnum())
    return "postcode" in simple or "postalcode" in simple or simple in ("pcd", "pcds", "pcode", "pc", "zip", "zipcode")


def is_postcode(cell: Any) -> bool:
    return postcode.parse(postcode.clean(cell)) is not None


def candidates(grid: list[list[Any]]) -> list[Candidate]:
    """The columns of a sheet that hold postcodes, left to right. Shape of grid: rows of equal length."""
    found = []
    for column in range(len(grid[0]) if grid else 0):
        candidate = judge(grid, column)
        if candidate is None:
            continue
        enough = SOME if says_postcode(candidate.header) else ENOUGH
        if candidate.share >= enough:
            found.append(candidate)
    return found


def judge(grid: list[list[Any]], column: int) -> Candidate | None:
    """What one column looks like as a postcode column; None where it is empty."""
    cells = [row[column] for row in grid]
    filled = [r for r, cell in enumerate(cells) if not is_blank(cell)]
    if not filled:
        return None
    named = next((r for r in filled if says_postcode(cells[r])), None)
    first = next((r for r in filled if is_postcode(cells[r])), None)
    if named is not None and (first is None or named < first):
        header = named
    elif first is not None:
        header = _header_above(grid, column, first)
    else:
        header = filled[0]
    below = [r for r in filled if r > header]
    sample = below[:LOOKED_AT]
    share = sum(is_postcode(cells[r]) for r in sample) / len(sample) if sample else 0.0
    heading = str(cells[header]).strip() if header >= 0 else ""
    return Candidate(column, header, heading, below[-1] if below else header, share)


def _header_above(grid: list[list[Any]], column: int, first: int) -> int:
    """The row of headings over the first postcode: the first that is filled here and reads as headings across."""
    above = [r for r in range(first) if isinstance(grid[r][column], str) and not is_blank(grid[r][column])]
    across = {r: sum(isinstance(cell, str) and not is_blank(cell) for cell in grid[r]) for r in above}
    return next((r for r in above if across[r] == max(across.values())), -1)
