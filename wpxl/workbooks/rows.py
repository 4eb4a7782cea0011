"""The rows of a sheet as bytes: found, asked and added to without parsing the cells that stay as they are.

A hundred thousand rows are some sixty megabytes of XML; a tree of them costs ten times the time and memory of a scan.
The scan relies on the form that spreadsheet programs write: no prefix, no comments, `<row r="..."` and `<c r="..."`.
`SheetXml.parse` brings anything else into that form first, which is slower and rarely needed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Protocol, Self

from lxml import etree

from ..errors import Fault, refuse
from .parts import Element, child, parse, render
from .refs import LAST_ROW, Area, letters, number

_SHEET_DATA = re.compile(rb"<sheetData\s*(?:/>|>)")
_EMPTY = b"<sheetData/>"
_ROW = re.compile(rb'<row r="(\d+)"([^>]*)>')
_CELL = re.compile(rb'<c r="([A-Z]+)\d+"([^>]*)>')
_OTHER_CELL = re.compile(rb'<c(?! r="|[a-z])')
_STYLE = re.compile(rb' s="(\d+)"')
_SPANS = re.compile(rb' spans="[^"]*"')
_OTHER_ENCODING = re.compile(rb"""<\?xml[^>]*encoding=["'](?!utf-?8["'])""", re.IGNORECASE)
# Where a row lies in the bytes: its number, its start, the start and end of its cells, its end.
# A plain tuple, and plain arguments below, because a hundred thousand named ones cost as much as the scan itself.
Row = tuple[int, int, int, int, int]

_SLASH = ord("/")
_PAST: Row = (LAST_ROW + 1, sys.maxsize, 0, 0, 0)
_REPORT_EVERY = 2_000

Progress = Callable[[int, int], None]  # rows done, rows in all


class Maker(Protocol):
    """Makes the XML of one row's new cells.

    Of the row it is told its number, the nearest cell to the left (column 0 if there is none) with its style as
    written in `s` ("" for none), and the styles of empty cells that stand where the new ones go and are replaced.
    """

    def __call__(self, row: int, left_column: int, left_style: str, own: dict[int, str], /) -> str: ...


class SheetXml:
    """A sheet part, taken apart: `root` is everything but the rows, `body` the bytes of the rows."""

    def __init__(self, root: Element, body: bytes):
        self.root = root
        self.body = body

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Errors: a Fault if the part is damaged."""
        taken = _take_apart(data)
        if taken is None:
            taken = _take_apart(_normal(data))
        if taken is None:
            raise _damaged()
        skeleton, body = taken
        return cls(parse(skeleton), body)

    def render(self) -> bytes:
        """The whole part again."""
        return b"".join(self.around([self.body]))

    def around(self, rows: Iterable[bytes]) -> Iterator[bytes]:
        """The part with other rows, piece by piece."""
        head, found, tail = render(self.root).partition(_EMPTY)
        if not found:
            raise AssertionError("the sheet has lost its sheetData")
        return chain((head, b"<sheetData>"), rows, (b"</sheetData>", tail))


def each_row(body: bytes) -> Iterator[Row]:
    """The rows in their order. Errors: a Fault if they are out of order, which Excel would not open either."""
    at, last = 0, 0
    while match := _ROW.match(body, at) or _ROW.search(body, at):
        row, (start, inner) = int(match[1]), match.span()
        if row <= last:
            raise refuse(f"Row {row} of the sheet comes after row {last}: open the workbook in Excel and save it.")
        if body[inner - 2] == _SLASH:
            close = at = inner
        else:
            close = body.find(b"</row>", inner)
            at = close + 6
            if close < 0:
                raise _damaged()
        yield row, start, inner, close, at
        last = row


def extent(body: bytes, first_row: int = 1, last_row: int = LAST_ROW) -> tuple[int, int]:
    """The last row and column with a value or formula within these rows, 0 for none."""
    row = column = 0
    for at, inner, close in _within(body, first_row, last_row):
        filled = _last_filled(body, inner, close)
        if filled:
            row = at
            if filled > column:
                column = filled
    return row, column


def is_blank(body: bytes, where: Area) -> bool:
    """Whether a rectangle holds no value and no formula; formatted empty cells do not count."""
    for _, inner, close in _within(body, where.first_row, where.last_row):
        if _last_filled(body, inner, close) >= where.first_column:
            for cell, end in each_cell(body, inner, close):
                if where.first_column <= column_of(cell[1]) <= where.last_column and not is_empty(cell, end):
                    return False
    return True


def error_cells(body: bytes) -> Iterator[tuple[int, int, str]]:
    """Row, column and code of every cell that holds an error."""
    at = body.find(b' t="e"')
    while at >= 0:
        match = _CELL.match(body, body.rfind(b"<", 0, at))
        if match and match.end() > at:  # otherwise the words stand in somebody's text
            end = body.find(b"</c>", at)
            _, _, value = body[match.end() : end].rpartition(b"<v>")
            reference = body[match.start(1) : body.find(b'"', match.start(1))]
            row = int(reference[len(match[1]) :])
            yield row, number(match[1].decode()), value.partition(b"</v>")[0].decode()
        at = body.find(b' t="e"', at + 1)


def add_cells(body: bytes, rows: list[int], columns: range, maker: Maker, progress: Progress | None = None) -> bytes:
    """The rows' bytes with new cells in `columns` of the given rows (ascending), made by `maker`.

    Rows that do not exist yet are made. Errors: a Fault if a new cell would stand where one with content is.
    """
    pieces: list[bytes] = []
    copied = 0
    existing = each_row(body)
    row, start, inner, close, end = next(existing, _PAST)
    for done, wanted in enumerate(rows):
        while row < wanted:
            row, start, inner, close, end = next(existing, _PAST)
        if row == wanted:
            spans = _SPANS.search(body, start, inner)  # a hint for readers, wrong from now on
            if spans:
                pieces.append(body[copied : spans.start()])
                copied = spans.end()
            if inner == end:
                pieces += (body[copied : inner - 2], b">", maker(row, 0, "", {}).encode(), b"</row>")
                copied = end
            else:
                cell = last_cell(body, inner, close)
                column = column_of(cell[1]) if cell else 0
                if column < columns.start and (not cell or body.endswith((b"</c>", b"/>"), inner, close)):
                    before = after = close
                    made = maker(row, column, _style(cell) if cell else "", {})
                else:
                    before, after, left, own = _around(body, row, inner, close, columns)
                    made = maker(row, *left, own)
                pieces += (body[copied:before], made.encode())
                copied = after
        elif made := maker(wanted, 0, "", {}):
            upto = min(start, len(body))
            pieces += (body[copied:upto], f'<row r="{wanted}">{made}</row>'.encode())
            copied = upto
        if progress and done % _REPORT_EVERY == 0:
            progress(done, len(rows))
    pieces.append(body[copied:])
    if progress:
        progress(len(rows), len(rows))
    return b"".join(pieces)


def _within(body: bytes, first_row: int, last_row: int) -> Iterator[tuple[int, int, int]]:
    for row, _, inner, close, _ in each_row(body):
        if row > last_row:
            return
        if row >= first_row:
            yield row, inner, close


def _around(
    body: bytes, row: int, inner: int, close: int, columns: range
) -> tuple[int, int, tuple[int, str], dict[int, str]]:
    """Where the cells before the new columns end and those after begin; the nearest before; the empty ones between."""
    before, after, left, own = inner, None, (0, ""), dict[int, str]()
    last = inner
    for cell, last in each_cell(body, inner, close):
        column = column_of(cell[1])
        if column < columns.start:
            before, left = last, (column, _style(cell))
        elif column >= columns.stop:
            after = cell.start() if after is None else after
        elif is_empty(cell, last):
            own[column] = _style(cell)
        else:
            raise refuse(f"Cell {letters(column)}{row} is not empty: choose other columns for the results.")
    return before, last if after is None else after, left, own


def each_cell(body: bytes, inner: int, close: int) -> Iterator[tuple[re.Match[bytes], int]]:
    """The opening tag of each cell of a row, and where the cell ends."""
    at = inner
    while (at := body.find(b'<c r="', at, close)) >= 0:
        cell = _CELL.match(body, at)
        if cell is None:
            raise _damaged()
        at = cell.end() if body[cell.end() - 2] == _SLASH else body.find(b"</c>", cell.end(), close) + 4
        if at < cell.end():
            raise _damaged()
        yield cell, at


def last_cell(body: bytes, inner: int, close: int) -> re.Match[bytes] | None:
    at = body.rfind(b'<c r="', inner, close)
    return _CELL.match(body, at) if at >= 0 else None


def _last_filled(body: bytes, inner: int, close: int) -> int:
    """The rightmost column of a row with a value or formula, 0 if there is none."""
    while cell := last_cell(body, inner, close):
        if body[cell.end() - 2] != _SLASH and not body.startswith(b"</c>", cell.end()):
            return column_of(cell[1])
        close = cell.start()
    return 0


def is_empty(cell: re.Match[bytes], end: int) -> bool:
    """Whether a cell has neither value nor formula: `<c ...></c>` is as empty as `<c .../>`."""
    return end - cell.end() in (0, 4)


def _style(cell: re.Match[bytes]) -> str:
    found = _STYLE.search(cell[2])
    return found[1].decode() if found else ""


@cache
def column_of(name: bytes) -> int:
    return number(name.decode())


def _take_apart(data: bytes) -> tuple[bytes, bytes] | None:
    """The part without its rows, and the rows; None if it is not in the form that the scan relies on."""
    if not data.removeprefix(b"\xef\xbb\xbf").startswith(b"<") or _OTHER_ENCODING.match(data) or b"<!" in data:
        return None
    match = _SHEET_DATA.search(data)
    if match is None or data.find(b"<?", 5) >= 0:
        return None
    if match[0].endswith(b"/>"):
        return data, b""
    end = data.find(b"</sheetData>", match.end())
    body = data[match.end() : end]
    if end < 0 or body.count(b"<row") != body.count(b'<row r="'):
        return None
    # Counting is many times faster than the pattern, which is for the rare colours within texts.
    if body.count(b"<c") != body.count(b'<c r="') and _OTHER_CELL.search(body):
        return None
    return data[: match.start()] + _EMPTY + data[end + 12 :], body


def _normal(data: bytes) -> bytes:
    """The same part in the form that the scan relies on: slower, and only for files from unusual programs."""
    root = parse(data, plain=True)
    rows = child(root, "sheetData")
    if rows is None:
        raise _damaged()
    at = 0
    for row in rows:
        at = _number_first(row, row.get("r") or str(at + 1))
        column = 0
        for cell in row.iterfind("{*}c"):
            column += 1
            _number_first(cell, cell.get("r") or f"{letters(column)}{at}")
            column = number(cell.get("r").rstrip("0123456789"))
    data = bytes(etree.tostring(root, encoding="UTF-8"))
    if root.prefix:
        # lxml escapes every other "<", so these can only be tags.
        prefix = root.prefix.encode()
        data = data.replace(b"<" + prefix + b":", b"<").replace(b"</" + prefix + b":", b"</")
        data = data.replace(b"xmlns:" + prefix + b"=", b"xmlns=")
    return data


def _number_first(element: Element, reference: str) -> int:
    """Put the reference first among an element's attributes; the number at its end."""
    others = {key: value for key, value in element.attrib.items() if key != "r"}
    element.attrib.clear()
    element.attrib.update({"r": reference} | others)
    return int(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _damaged() -> Fault:
    return refuse("A sheet of this workbook is damaged: open it in Excel, save a copy and use that.")
