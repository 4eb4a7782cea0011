"""Finding the postcode column of a list, by what its heading says and what its cells hold."""

from __future__ import annotations

from typing import Any, NamedTuple

from . import postcode
from .blank import is_blank
from .names import simple

LOOKED_AT = 200  # cells of a column that are judged; lists are long and alike all the way down
TOP = 100  # rows in which a heading and a first postcode are looked for
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
    name = simple(heading)
    return "postcode" in name or "postalcode" in name or name in ("pcd", "pcds", "pcode", "pc", "zip", "zipcode")


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
    last = next((r for r in range(len(grid) - 1, -1, -1) if not is_blank(grid[r][column])), -1)
    if last < 0:
        return None
    top = [r for r in range(min(last, TOP) + 1) if not is_blank(grid[r][column])]
    named = next((r for r in top if says_postcode(grid[r][column])), None)
    first = next((r for r in top if is_postcode(grid[r][column])), None)
    if named is not None and (first is None or named < first):
        header = named
    elif first is not None:
        header = _header_above(grid, column, first)
    else:
        header = top[0] if top else -1
    sample: list[int] = []
    for r in range(header + 1, last + 1):
        if not is_blank(grid[r][column]):
            sample.append(r)
            if len(sample) == LOOKED_AT:
                break
    share = sum(is_postcode(grid[r][column]) for r in sample) / len(sample) if sample else 0.0
    heading = str(grid[header][column]).strip() if header >= 0 else ""
    return Candidate(column, header, heading, last, share)


def _header_above(grid: list[list[Any]], column: int, first: int) -> int:
    """The row of headings over the first postcode: the first that is filled here and reads as headings across."""
    above = [r for r in range(first) if isinstance(grid[r][column], str) and not is_blank(grid[r][column])]
    across = {r: sum(isinstance(cell, str) and not is_blank(cell) for cell in grid[r]) for r in above}
    return next((r for r in above if across[r] == max(across.values())), -1)
