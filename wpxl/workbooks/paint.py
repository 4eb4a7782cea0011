"""The rows of a sheet with a page's cells in them: those of the page before go, everything else stays where it is."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import NamedTuple

from ..errors import Fault
from .cells import Value, written
from .page import Block
from .refs import Area, letters
from .rows import column_of, each_cell, each_row, is_empty, last_cell

_FIRST = re.compile(rb'<c r="([A-Z]+)')
_NUMBER = re.compile(rb'^<row r="\d+"')
FIRST_DAY, FIRST_DAY_1904 = datetime.date(1899, 12, 30), datetime.date(1904, 1, 1)
_OURS = re.compile(rb' (?:spans|ht|customHeight)="[^"]*"')


class Kept(NamedTuple):
    """What a row has besides the cells of the page: its attributes, and its own cells by their columns."""

    row: int
    attributes: bytes
    cells: dict[int, bytes]
    filled: tuple[int, ...]  # the columns of those with a value or formula


def kept(body: bytes, own: Sequence[Area]) -> Iterator[Kept]:
    """The rows that are left when the cells of some areas are taken out."""
    here: list[Area] = []
    until = 0
    for row, start, inner, close, _ in each_row(body):
        if row > until:
            here = [area for area in own if area.first_row <= row <= area.last_row]
            ends = [area.last_row for area in here]
            until = min([*ends, *(area.first_row - 1 for area in own if area.first_row > row)], default=row)
        first, last = _FIRST.match(body, inner), last_cell(body, inner, close)
        whole = len(here) == 1 and (
            first is None or last is None
            or (here[0].first_column <= column_of(first[1]) and column_of(last[1]) <= here[0].last_column)
        )  # fmt: skip
        if whole:  # nearly every row of a long report
            continue
        cells, filled = {}, []
        for cell, end in each_cell(body, inner, close):
            column = column_of(cell[1])
            if not any(area.first_column <= column <= area.last_column for area in here):
                cells[column] = body[cell.start() : end]
                if not is_empty(cell, end):
                    filled.append(column)
        tag = _NUMBER.sub(b"", body[start:inner]).rstrip(b"/>")
        if here:
            tag = _OURS.sub(b"", tag) if cells else b""
        if cells or tag.strip():
            yield Kept(row, tag.rstrip(), cells, tuple(filled))


def paint(
    body: bytes,
    old: Sequence[Area],
    blocks: Sequence[Block],
    styles: Mapping[str, int],
    first_day: datetime.date = FIRST_DAY,
) -> Iterator[bytes]:
    """The rows, one by one, with the cells of some areas taken out and those of the blocks put in.

    styles: the number of each look. first_day: from which the workbook counts dates. Nobody else's filled cells may stand where
    the blocks go: see `kept`.
    """
    rest = kept(body, old)
    own = next(rest, None)
    for block in sorted(blocks, key=lambda block: block.row):
        left, right = block.column, block.column + len(block.looks)
        for row, form, cells in _lines(block, styles, first_day):
            while own is not None and own.row < row:
                yield _row(own.row, own.attributes, b"".join(own.cells[c] for c in sorted(own.cells)))
                own = next(rest, None)
            if own is not None and own.row == row:
                before = b"".join(own.cells[c] for c in sorted(own.cells) if c < left)
                after = b"".join(own.cells[c] for c in sorted(own.cells) if c >= right)
                yield _row(row, _OURS.sub(b"", own.attributes) + form, before + cells + after)
                own = next(rest, None)
            else:
                yield _row(row, form, cells)
    while own is not None:
        yield _row(own.row, own.attributes, b"".join(own.cells[c] for c in sorted(own.cells)))
        own = next(rest, None)


def lowered(body: bytes, after: int, by: int) -> bytes:
    """The rows with those behind `after` some rows further down. They hold no formulas: see whoever asks."""
    pieces = []
    for row, start, _, _, end in each_row(body):
        piece = body[start:end]
        if row > after:
            piece = re.sub(rb'(<(?:row|c) r="[A-Z]*)%d"' % row, rb'\g<1>%d"' % (row + by), piece)
        pieces.append(piece)
    return b"".join(pieces)


def _row(row: int, attributes: bytes, cells: bytes) -> bytes:
    return b'<row r="%d"%s>%s</row>' % (row, attributes, cells)


def _lines(block: Block, styles: Mapping[str, int], first_day: datetime.date) -> Iterator[tuple[int, bytes, bytes]]:
    """Of each row of a block its number, the attributes that give its height, and its cells.

    Worked out a column at a time, each distinct value once: a report on every learner has some millions of cells. What stands
    between the numbers of a row, of which each cell repeats one, is ready before the rows are put together.
    """
    rows = range(block.row, block.row + len(block.columns[0]))
    starts = [f'<c r="{letters(block.column + at)}' for at in range(len(block.looks))]
    pieces = [[starts[0].encode()] * len(rows)]
    columns = chain(block.columns, repeat([None] * len(rows)))  # those that are wanting are blank
    for values, look, after in zip(columns, block.looks, [*starts[1:], ""], strict=False):
        pieces.append(_column(values, look, after, styles, first_day))
    heights = block.heights or [None] * len(rows)
    forms = {height: b' ht="%g" customHeight="1"' % height if height else b"" for height in set(heights)}
    for row, height, between in zip(rows, heights, zip(*pieces, strict=True), strict=True):
        yield row, forms[height], (b"%d" % row).join(between)


def _column(
    values: Sequence[Value | datetime.date],
    look: str,
    after: str,
    styles: Mapping[str, int],
    first_day: datetime.date,
) -> list[bytes]:
    """What follows the number of the row in each cell of a column, and `after` the cell."""
    plain, missing = styles[look], styles["total missing" if look.startswith("total ") else "missing"]
    bands = {name[5:]: n for name, n in styles.items() if name.startswith("band ")} if look == "band" else {}

    def piece(value: Value | datetime.date) -> bytes:
        style = missing if value.__class__ is Fault else bands.get(str(value), plain) if bands else plain
        return f'" s="{style}"{_content(value, first_day)}{after}'.encode()

    different = set(values)
    if different & {0, 1} and bool in set(map(type, values)):  # True is equal to 1
        return [piece(value) for value in values]
    made = {value: piece(value) for value in different}
    return list(map(made.__getitem__, values))


def _content(value: Value | datetime.date, first_day: datetime.date) -> str:
    if not isinstance(value, datetime.date):
        return written(value)
    if not isinstance(value, datetime.datetime):
        return written((value - first_day).days)
    midnight = datetime.datetime(first_day.year, first_day.month, first_day.day)
    return written((value.replace(tzinfo=None) - midnight) / datetime.timedelta(days=1))
