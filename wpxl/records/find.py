"""The lists on a sheet: Excel Tables, and plain ranges found by their headings.

A plain range has its headings in one of the first rows of the sheet, or after a blank row. Lists may stand side by side with a
blank column between them, or one below another with a blank row between them.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..domain.blank import is_blank
from ..domain.headers import is_postcode
from .source import SheetCells

TOP = 50  # rows in which headings may stand without a blank row above them
LONGEST_HEADING = 90
FEWEST = 2  # headings that make a list
DIFFERENT = 0.6  # of a row of headings

Grid = list[list[Any]]
Telling = Callable[[list[str]], float]  # how much a row of headings says; 0 for what is no heading row


class Listing(NamedTuple):
    """Rows under headings. Rows and columns of the sheet count from 1."""

    sheet: str
    table: str
    header_row: int
    rows: range
    columns: range
    headings: list[str]

    def cells(self, grid: Grid, most: int | None = None) -> list[list[Any]]:
        """The cells under each heading, the first `most` of them. Shape: (headings, rows)."""
        stop = self.rows.stop - 1 if most is None else min(self.rows.stop - 1, self.rows.start - 1 + most)
        part = grid[self.rows.start - 1 : stop]
        return [[row[c - 1] for row in part] for c in self.columns]


def listings(sheet: SheetCells, telling: Telling) -> list[Listing]:
    """The lists of a sheet, Tables first."""
    out = [_of_table(sheet, *table) for table in sheet.tables]
    free = _without_tables(sheet)
    parts = _segments(free)
    found = [_in_columns(sheet.name, free, part, telling) for part in parts]
    for lists in _joined(sheet.name, free, parts, found, telling):
        out += [one for entry in lists for one in _parted(entry, free, telling)]
    return out


def _of_table(sheet: SheetCells, name: str, place: Any, headings: Sequence[str]) -> Listing:
    columns, last = range(place.first_column, place.last_column + 1), min(place.last_row, len(sheet.grid))
    rows = range(place.first_row + 1, max(last, place.first_row) + 1)
    return Listing(sheet.name, name, place.first_row, rows, columns, [_text(h) for h in headings])


def _without_tables(sheet: SheetCells) -> Grid:
    """The sheet's cells, blank where a Table is. A row of which nothing else is left is one shared blank row."""
    grid, width = sheet.grid, len(sheet.grid[0]) if sheet.grid else 0
    blank: list[Any] = [None] * width
    for _, place, _ in sheet.tables:
        left, right, inside = place.first_column - 1, place.last_column, grid[place.first_row - 1 : place.last_row]
        if left == 0 and right >= width:
            inside = [blank] * len(inside)
        else:
            gap = [None] * (right - left)
            inside = [row if row is blank else row[:left] + gap + row[right:] for row in inside]
            inside = [blank if row == blank else row for row in inside]
        grid = [*grid[: place.first_row - 1], *inside, *grid[place.last_row :]]
    last = next((at for at in range(len(grid), 0, -1) if grid[at - 1] is not blank), 0)
    return grid if last == len(grid) else grid[:last]


# --------------------------------------------------------------------------------------------------- side by side


def _segments(grid: Grid) -> list[range]:
    """The runs of columns (from 0) in which something stands."""
    width = len(grid[0]) if grid else 0
    rows = list({id(row): row for row in grid}.values())
    filled = [any(row[c] is not None and not is_blank(row[c]) for row in rows) for c in range(width)]
    out, start = [], None
    for c, has in enumerate([*filled, False]):
        if has and start is None:
            start = c
        elif not has and start is not None:
            out.append(range(start, c))
            start = None
    return out


def _joined(
    name: str, grid: Grid, parts: list[range], found: list[list[Listing]], telling: Telling
) -> list[list[Listing]]:
    """Columns beside a list that are none of their own belong to it, and so do those whose rows are the same."""
    out: list[tuple[range, list[Listing]]] = []
    for part, lists in zip(parts, found, strict=True):
        before = out[-1][1] if out else []
        same = [entry.rows for entry in lists] == [entry.rows for entry in before]
        if out and (not lists or not before or same):
            whole = range(out[-1][0].start, part.stop)
            out[-1] = whole, _in_columns(name, grid, whole, telling)
        else:
            out.append((part, lists))
    return [lists for _, lists in out]


def _parted(listing: Listing, grid: Grid, telling: Telling) -> list[Listing]:
    """The lists that stand side by side in one: with blank columns between them, and other lengths or a heading twice."""
    rows = grid[listing.header_row - 1 : listing.rows.stop - 1]
    parts = [range(p.start + 1, p.stop + 1) for p in _segments(rows) if p.stop > listing.columns.start - 1]
    parts = [range(max(p.start, listing.columns.start), min(p.stop, listing.columns.stop)) for p in parts]
    out = []
    for part in filter(len, parts):
        stop = len(rows)
        while stop > 1 and all(map(is_blank, rows[stop - 1][part.start - 1 : part.stop - 1])):
            stop -= 1
        headings = [_text(cell) for cell in rows[0][part.start - 1 : part.stop - 1]]
        out.append(
            listing._replace(rows=range(listing.rows.start, listing.header_row + stop), columns=part, headings=headings)
        )
    heads = [heading for entry in out for heading in entry.headings]
    differ = len({entry.rows for entry in out}) > 1 or len(set(heads)) < len(heads)
    return out if len(out) > 1 and differ and all(telling(entry.headings) > 0 for entry in out) else [listing]


# ---------------------------------------------------------------------------------------------- one below another


def _in_columns(name: str, grid: Grid, part: range, telling: Telling) -> list[Listing]:
    whole = not grid or len(part) == len(grid[0])
    rows = grid if whole else [row[part.start : part.stop] for row in grid]
    heads = _header_rows(rows, telling)
    out = []
    for at, after in itertools.pairwise([*heads, len(rows)]):
        stop = after
        while stop > at + 1 and all(map(is_blank, rows[stop - 1])):
            stop -= 1
        headings = [_text(cell) for cell in rows[at]]
        columns = range(part.start + 1, part.stop + 1)
        out.append(Listing(name, "", at + 1, range(at + 2, stop + 1), columns, headings))
    return out


def _header_rows(rows: Grid, telling: Telling) -> list[int]:
    """The rows of headings, from 0. Of several in one block the most telling one counts; others are titles or answers."""
    heads: list[tuple[int, float]] = []
    block, blank = 0, True  # the rows up to a blank one; whether the row before was blank
    of_block: dict[int, int] = {}
    for at, row in enumerate(rows):
        if (row[0] is None or type(row[0]) is str) and all(map(is_blank, row)):
            block, blank = (block if blank else block + 1), True
            continue
        if (at < TOP or blank) and _may_be_headings(row):
            told = telling([_text(cell) for cell in row])
            if told > 0:
                if block not in of_block:
                    of_block[block] = len(heads)
                    heads.append((at, told))
                elif told > heads[of_block[block]][1]:
                    heads[of_block[block]] = at, told
        blank = False
    return [at for at, _ in heads]


def _may_be_headings(row: list[Any]) -> bool:
    """Two different texts at least, and nothing that only an answer would be."""
    filled = [cell for cell in row if not is_blank(cell)]
    texts = [cell for cell in filled if type(cell) is str]
    numbers = sum(isinstance(cell, (int, float)) for cell in filled)  # dates head the columns of a register
    if len(texts) < FEWEST or numbers > 1 or len(set(texts)) < len(texts) * DIFFERENT:
        return False
    return all(len(text) <= LONGEST_HEADING for text in texts) and not any(map(is_postcode, texts))


def _text(cell: Any) -> str:
    if isinstance(cell, datetime.date):
        return f"{cell:%d/%m/%Y}"
    return "" if cell is None else " ".join(str(cell).split())
