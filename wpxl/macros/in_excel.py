"""A report's sheet in a workbook that is open in Excel: made as a temporary workbook, whose sheet Excel then copies.

What Excel does with cells, charts and names that it copies is known from its documentation; see docs/windows-check.md for what
has been tried.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from functools import reduce
from pathlib import Path
from typing import Any

from ..workbooks import graft
from ..workbooks.blank import blank
from ..workbooks.graft import Placed
from ..workbooks.new_sheet import free_name
from ..workbooks.page import Page
from ..workbooks.pictures import PREFIX
from ..workbooks.refs import Area, letters
from ..workbooks.room import in_the_way
from .action import Book
from .lists import area_of, values

COLUMNS = 60  # whose widths are asked for
Draw = Callable[[int, int, dict[int, float]], Page]  # from a row and column on, for columns of these widths


def set_page(book: Book, mark: str, title: str, draw: Draw) -> Placed:
    """Put a page on the sheet that has it already, else on a new one behind all others.

    Errors: a Fault naming the person's own cells in the way; nothing is changed then.
    """
    name = graft.hidden_name(mark)
    refers = next((one.refers_to or "" for one in book.names if one.name == name), "")
    there, areas = graft.understood(refers.removeprefix("="))
    own = next((sheet for sheet in book.sheets if sheet.name == there), None) if areas else None
    if own is None:
        fresh = free_name(title, [sheet.name for sheet in book.sheets])
        page = draw(1, 1, {})
        with _drawn(book, page, fresh) as drawn:
            made = drawn.copy(after=book.sheets[-1], name=fresh)
        _name(book, name, made, page)
        return Placed(made.name, True)
    row, column = min(a.first_row for a in areas), min(a.first_column for a in areas)
    widths = {c: own.range((1, c)).column_width for c in range(column, column + COLUMNS)}
    page = draw(row, column, widths)
    down = _room(own, areas, page)
    with _drawn(book, page, "wpxl") as drawn:
        beside = drawn.copy(after=book.sheets[-1], name=free_name("wpxl", [sheet.name for sheet in book.sheets]))
    try:
        if down:
            bottom = max(a.last_row for a in areas)
            own.range(f"{bottom + 1}:{bottom + down}").insert("down")
        _replace(own, beside, areas, page)
        _name(book, name, own, page)
    finally:
        beside.delete()
    return Placed(own.name, False, down)


@contextlib.contextmanager
def _drawn(book: Book, page: Page, name: str) -> Iterator[Any]:
    """The page as the sheet of a workbook that Excel opens from the system's own temporary folder, and closes again."""
    with tempfile.TemporaryDirectory(prefix="wpxl-", ignore_cleanup_errors=True) as folder:
        file = blank(page.title)
        graft.set_page(file, graft.Place(""), page, name)
        path = Path(folder) / "wpxl-report.xlsx"
        file.save(path, in_place=True)
        opened = book.app.books.open(str(path), update_links=False, read_only=True, add_to_mru=False)
        try:
            yield opened.sheets[0]
        finally:
            opened.close()
            book.activate()


def _room(own: Any, areas: list[Area], page: Page) -> int:
    """By how many rows the person's cells below the page must go down. Errors: a Fault naming those that cannot."""
    used = area_of(own.used_range)
    grid = values(own.range((1, 1), (max(2, used.last_row), used.last_column)))
    theirs = [
        where
        for r, cells in enumerate(grid, 1)
        for c, value in enumerate(cells, 1)
        if value not in (None, "") and not any((where := Area(r, c, r, c)).meets(area) for area in areas)
    ]
    bottom = max(area.last_row for area in areas)
    among = [one for one in theirs if one.first_row <= bottom and any(one.meets(new) for new in page.areas)]
    if among:
        raise in_the_way(own.name, among)
    needed = page.whole._replace(first_row=bottom + 1)
    return max(0, page.whole.last_row - bottom) if any(one.meets(needed) for one in theirs) else 0


def _replace(own: Any, beside: Any, areas: list[Area], page: Page) -> None:
    """The cells and charts of one sheet in the place of the page that another holds."""
    for chart in [chart for chart in own.charts if chart.name.startswith(PREFIX)]:
        chart.delete()
    for area in areas:
        old = own.range(area[:2], area[2:])
        old.unmerge()
        old.clear()
    for area in page.areas:
        beside.range(area[:2], area[2:]).copy(own.range(area[:2]))
    for block in page.blocks:
        for at, height in enumerate(block.heights):
            if height:
                own.range((block.row + at, 1)).row_height = height
    for chart, picture in zip(list(beside.charts), page.pictures, strict=True):
        frame = chart.api[0]  # Excel's ChartObject
        left, top, name = frame.Left, frame.Top, chart.name
        frame.Copy()
        own.api.Paste(own.range(f"{letters(picture.column)}{picture.row}").api)
        pasted = own.charts[-1]
        pasted.name, pasted.left, pasted.top = name, left, top
        for series in pasted.api[1].SeriesCollection():
            series.Formula = series.Formula.replace(_quoted(beside.name), _quoted(own.name)).replace(
                f"{beside.name}!", f"{_quoted(own.name)}!"
            )


def _name(book: Book, name: str, sheet: Any, page: Page) -> None:
    """The hidden name by which the page is found again: given to the cells, because a long text of references is refused."""
    cells = reduce(book.app.api.Union, [sheet.range(area[:2], area[2:]).api for area in page.areas])
    cells.Name = name
    next(one for one in book.names if one.name == name).api.Visible = False


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"
