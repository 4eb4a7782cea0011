"""Single cells of a sheet's rows changed in place; every other byte of the rows stays."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..errors import refuse
from .refs import letters, number
from .rows import each_row

_SPANS = re.compile(rb' spans="[^"]*"')
_NUMBER = re.compile(rb'<row r="\d+"')
_HEIGHT = re.compile(rb' (?:ht|customHeight)="[^"]*"')
_CELL = re.compile(rb'<c r="([A-Z]+)\d+"([^>]*?)(/?)>')
_STYLE = re.compile(rb' s="(\d+)"')

Changes = dict[int, dict[int, "Change"]]  # row → column → what becomes of the cell


class Change(NamedTuple):
    """What becomes of a cell: `content` as `cells.content` makes it (None: as it is), `style` (None: its own)."""

    content: str | None
    style: int | None = None


def styles_of(body: bytes, wanted: dict[int, set[int]]) -> dict[tuple[int, int], int]:
    """The style numbers of some cells (row → columns), where they have one of their own."""
    found = {}
    for row, _, inner, close, _ in each_row(body):
        if row in wanted:
            for column, (start, end) in _cells(body, inner, close).items():
                tag = _CELL.match(body, start, end)
                style = _STYLE.search(tag[2]) if tag else None
                if column in wanted[row] and style:
                    found[row, column] = int(style[1])
    return found


def apply(body: bytes, changes: Changes) -> bytes:
    """The rows with the changes made; rows and cells that were not there are added in their places."""
    pieces: list[bytes] = []
    copied = 0
    rows = iter(sorted(changes))
    wanted = next(rows, None)
    for row, start, inner, close, end in each_row(body):
        while wanted is not None and wanted < row:
            pieces += (body[copied:start], _new_row(wanted, changes[wanted]))
            copied, wanted = start, next(rows, None)
        if wanted is None:
            break
        if wanted == row:
            pieces += (body[copied:start], _changed(body, (start, inner, close, end), row, changes[row]))
            copied, wanted = end, next(rows, None)
    pieces.append(body[copied:])
    while wanted is not None:
        pieces.append(_new_row(wanted, changes[wanted]))
        wanted = next(rows, None)
    return b"".join(pieces)


def with_heights(body: bytes, heights: dict[int, float]) -> bytes:
    """The rows with the heights given, in points; a row that is not there gets none."""
    pieces: list[bytes] = []
    copied = 0
    for row, start, inner, _, _ in each_row(body):
        if row in heights:
            head = _NUMBER.match(body, start)
            cut = head.end() if head else inner
            own = b' ht="%g" customHeight="1"' % heights[row]
            pieces += (body[copied:cut], own, _HEIGHT.sub(b"", body[cut:inner]))
            copied = inner
    return b"".join((*pieces, body[copied:]))


def _new_row(row: int, changes: dict[int, Change]) -> bytes:
    cells = b"".join(_cell(row, column, changes[column], b"") for column in sorted(changes))
    return b'<row r="%d">%s</row>' % (row, cells) if cells else b""


def _changed(body: bytes, where: tuple[int, int, int, int], row: int, changes: dict[int, Change]) -> bytes:
    start, inner, close, end = where
    tag = _SPANS.sub(b"", body[start:inner])
    if inner == end:
        tag, close = tag[:-2] + b">", inner
    there = _cells(body, inner, close)
    cells = {column: body[a:b] for column, (a, b) in there.items()}
    last = max((b for _, b in there.values()), default=inner)
    for column, change in changes.items():
        cells[column] = _cell(row, column, change, cells.get(column, b""))
    return b"".join((tag, *(cells[column] for column in sorted(cells)), body[last:close], b"</row>"))


def _cell(row: int, column: int, change: Change, old: bytes) -> bytes:
    tag = _CELL.match(old)
    own = _STYLE.search(tag[2]) if tag else None
    style = change.style if change.style is not None else int(own[1]) if own else 0
    content = change.content.encode() if change.content is not None else b"/>"
    if change.content is None and tag:
        attributes = _STYLE.sub(b"", tag[2])
        content = attributes + old[tag.start(3) :]
    styled = b' s="%d"' % style if style else b""
    if content == b"/>" and not styled:
        return b""
    return b'<c r="%s%d"%s%s' % (letters(column).encode(), row, styled, content)


def _cells(body: bytes, inner: int, close: int) -> dict[int, tuple[int, int]]:
    """Where each cell of a row starts and ends."""
    found = {}
    at = inner
    while (at := body.find(b'<c r="', at, close)) >= 0:
        tag = _CELL.match(body, at, close)
        if tag is None:
            raise refuse("A sheet of this workbook is damaged: open it in Excel, save a copy and use that.")
        end = tag.end() if tag[3] else body.find(b"</c>", tag.end(), close) + 4
        found[number(tag[1].decode())] = (at, end)
        at = end
    return found
