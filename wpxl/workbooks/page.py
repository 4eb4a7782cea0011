"""A page to be set on a worksheet: blocks of cells below one another, and charts of them. Plain data, no file."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from .cells import Value
from .refs import Area


class Block(NamedTuple):
    """Rows of cells of one form: a heading, the rows of a table, a note. Rows and columns of the sheet count from 1."""

    row: int
    column: int
    looks: tuple[str, ...]  # of the columns, by the names in `look.report_looks`
    columns: Sequence[Sequence[Value | datetime.date]]  # equally long; those that are wanting are blank
    heights: Sequence[float | None] = ()  # of the rows, in points; none: as spreadsheet programs have them
    joined: bool = False  # the cells of each row are merged into one

    @property
    def area(self) -> Area:
        last = self.column + len(self.looks) - 1
        return Area(self.row, self.column, self.row + len(self.columns[0]) - 1, last)


class Series(NamedTuple):
    """What a chart draws: a column of figures, and the cell with its name."""

    name: Area
    values: Area
    colours: tuple[str, ...] = ()  # of its points, where they have a meaning


class Picture(NamedTuple):
    """A chart. `column`, bar, stacked, line or pie; `said` is what it shows, for those who cannot see it."""

    kind: str
    title: str
    said: str
    row: int
    column: int
    left: int  # pixels from the left edge of that column
    width: int
    height: int
    labels: Area
    series: tuple[Series, ...]


class Page(NamedTuple):
    """What a report's sheet holds. `widths` are in characters, by column."""

    title: str
    blocks: tuple[Block, ...]
    pictures: tuple[Picture, ...]
    widths: dict[int, float]
    footer: str
    repeated: int = 0  # the row that stands at the top of each further printed page; 0: none
    frozen: int = 0  # the rows that stay in sight, up to this one

    @property
    def areas(self) -> list[Area]:
        """The cells that the page fills: blocks below one another in the same columns are one."""
        found: list[Area] = []
        for block in self.blocks:
            before, here = found[-1] if found else None, block.area
            if (
                before
                and before._replace(last_row=here.last_row) == here._replace(first_row=before.first_row)
                and before.last_row + 1 == here.first_row
            ):
                found[-1] = before.around(here)
            else:
                found.append(here)
        return found

    @property
    def whole(self) -> Area:
        whole = self.blocks[0].area
        for block in self.blocks:
            whole = whole.around(block.area)
        return whole

    def value(self, row: int, column: int) -> Any:
        """What stands in a cell; None for nothing."""
        for block in self.blocks:
            where = block.area
            if where.meets(Area(row, column, row, column)):
                at = column - block.column
                return block.columns[at][row - block.row] if at < len(block.columns) else None
        return None
