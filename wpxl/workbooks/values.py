"""The values in the cells of a workbook's sheets, as calamine reads them and with the errors that it leaves out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Protocol

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from ..errors import CODES, VALUE, Fault, refuse
from . import rows as scan
from .collector import paused
from .halves import LARGE, Pair, halves, two_readers
from .package import Package
from .refs import area, letters

Grid = list[list[Any]]

_LARGEST_GRID = 60_000_000
_DIMENSION = re.compile(rb'<dimension [^>]*?ref="([^"]*)"')
_ERROR = re.compile(rb'"e"')  # in what says of which kind a cell is
_USUAL = re.compile(rb"(?:\xef\xbb\xbf)?<[?\w]")


class _Sheet(Protocol):
    name: str
    part: str


class _Book(Protocol):
    package: Package

    @property
    def values(self) -> CalamineWorkbook: ...


def grids(book: _Book, sheets: Sequence[_Sheet]) -> list[Grid]:
    """All values of some sheets as they were opened, from A1 on: row 0 is row 1.

    Shape: of each sheet, rows of equal length. Blank cells are None, numbers floats, dates datetimes (times of day and
    durations `time` and `timedelta`), errors a Fault with their code. Errors: a Fault naming a sheet that cannot be read.
    """
    package = book.package
    for sheet in sheets:
        _check_size(package, sheet)
    large = {sheet.part: package.opened(sheet.part) for sheet in sheets if package.size(sheet.part) >= LARGE}
    pairs = {part: pair for part, data in large.items() for pair in [_halves(data)] if pair}
    names = {sheet.part: sheet.name for sheet in sheets if sheet.part in pairs}
    with two_readers(package, pairs, names) as coming, paused():
        pairs.clear()  # so that the bytes go when the readers have theirs
        errors = {s.part: _errors(package, s.part, large.pop(s.part, b"")) for s in sheets}
        found = []
        for sheet in sheets:
            try:
                pieces = [half.result() for half in coming.pop(sheet.part, ())]
                if not pieces or not _in_order(pieces):
                    pieces = [book.values.get_sheet_by_name(sheet.name)]
            except CalamineError as error:
                raise refuse(
                    f"The sheet {sheet.name!r} cannot be read: open the workbook in Excel and save it."
                ) from error
            found.append(_with_errors(_joined(pieces), errors[sheet.part]))
    return found


def _check_size(package: Package, sheet: _Sheet) -> None:
    """One stray cell in the last corner would have the reader fill seventeen thousand million blanks."""
    found = _DIMENSION.search(package.beginning(sheet.part))
    claimed = area(found[1].decode("ascii", "replace")) if found else None
    if claimed and claimed.last_row * claimed.last_column <= _LARGEST_GRID:
        return
    last_row, last_column = scan.extent(scan.SheetXml.parse(package.read(sheet.part)).body)
    if last_row * last_column > _LARGEST_GRID:
        raise refuse(
            f"The sheet {sheet.name!r} reaches to {letters(last_column)}{last_row}, too large to read: "
            "delete stray cells far from the list (Ctrl+End finds the last) and save."
        )


def _usual(data: bytes) -> bool:
    """Whether a part is written in single bytes and without comments and the like."""
    return _USUAL.match(data) is not None and not (b"!" in data and b"<!" in data)  # one byte is found ten times faster


def _halves(data: bytes) -> Pair | None:
    return halves(data) if _usual(data) else None


def _errors(package: Package, part: str, data: bytes) -> list[tuple[int, int, str]]:
    """Row, column and code of the cells with errors. That there are none is seen without taking the sheet apart.

    data: the part, where it was unpacked already.
    """
    data = data or package.opened(part)
    if _usual(data) and not _ERROR.search(data) and not (b"'" in data and b"'e'" in data):
        return []
    return list(scan.error_cells(scan.SheetXml.parse(data).body))


def _in_order(pieces: Sequence[CalamineSheet]) -> bool:
    """Whether each piece begins below the one before, as rows do that spreadsheet programs write."""
    filled = [(piece.start, piece.end) for piece in pieces if piece.start and piece.end]
    return all(above[1][0] < below[0][0] for above, below in pairwise(filled))


def _joined(pieces: list[CalamineSheet]) -> Grid:
    """The values of pieces below one another, from A1 on."""
    width = max((piece.end[1] + 1 for piece in pieces if piece.end), default=0)
    grid: Grid = []
    while pieces:
        piece = pieces.pop(0)  # so that it goes as soon as its values are Python's
        row, column = piece.start or (len(grid), 0)
        grid += [[None] * width for _ in range(row - len(grid))]
        short = width - column - piece.width
        for cells in piece.to_python():
            cells[:] = [v if v and v.__class__ is not datetime.date else _plain(v) for v in cells]
            grid.append([None] * column + cells + [None] * short if column or short else cells)
    return grid


def _plain(value: Any) -> Any:
    if value.__class__ is datetime.date:
        return datetime.datetime(value.year, value.month, value.day)
    return None if value == "" else value


def _with_errors(grid: Grid, errors: Iterable[tuple[int, int, str]]) -> Grid:
    """The grid with what the reader gives as blanks, or does not reach."""
    width = len(grid[0]) if grid else 0
    faults: dict[str, Fault] = {}
    for row, column, code in errors:
        while len(grid) < row:
            grid.append([None] * width)
        if column > width:
            for cells in grid:
                cells += [None] * (column - width)
            width = column
        if code not in faults:
            faults[code] = Fault(code if code in CODES else VALUE, f"The cell holds the error {code}.")
        grid[row - 1][column - 1] = faults[code]
    return grid
