"""Cells of a sheet's rows as bytes: what is saved in them, and giving some of them another value. All else stays."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping

from ....errors import CODES, VALUE, Fault
from ....workbooks.cells import content, decoded
from ....workbooks.refs import Area, letters
from ....workbooks.rows import column_of, each_cell, each_row

Value = str | bool | float | Fault | None
Edits = dict[int, dict[int, bytes]]  # row → column → the whole cell; nothing: no cell

_TAG = re.compile(rb'<c r="[A-Z]+\d+"([^>]*?)(/?)>')
_KIND = re.compile(rb' t="([^"]*)"')
_METADATA = re.compile(rb' (?:t|vm)="[^"]*"')  # the kind of the value; what else is known of it (a newer error)
_STYLE = re.compile(rb' s="[^"]*"')
_FORMULA = re.compile(rb"<f(?:[^>]*/>|.*?</f>)", re.DOTALL)
_REF = re.compile(rb' ref="[^"]*"')
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v>")
_TEXTS = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")
_SPANS = re.compile(rb' spans="[^"]*"')


def found(body: bytes, wanted: Mapping[int, Collection[int]]) -> Iterator[tuple[int, int, bytes]]:
    """Row, column and bytes of those of the wanted cells (row → columns) that are there."""
    for row, _, inner, close, _ in each_row(body):
        columns = wanted.get(row)
        if columns:
            for tag, end in each_cell(body, inner, close):
                if (column := column_of(tag[1])) in columns:
                    yield row, column, body[tag.start() : end]


def empty(cell: bytes) -> bool:
    """Whether a cell has neither value nor formula."""
    return not any(part in cell for part in (b"<v", b"<f", b"<is"))


def value(cell: bytes, shared: list[str]) -> Value:
    """What is saved in a cell. shared: the workbook's shared texts."""
    tag = _TAG.match(cell)
    kind = _KIND.search(tag[1]) if tag else None
    written = kind[1] if kind else b"n"
    if written == b"inlineStr":
        return _text(b"".join(_TEXTS.findall(cell)))
    holds = _VALUE.search(cell)
    if holds is None or (not holds[1] and written != b"str"):
        return "" if written == b"str" else None
    if written == b"s":
        at = int(holds[1])
        return shared[at] if at < len(shared) else None
    if written == b"b":
        return holds[1] == b"1"
    text = _text(holds[1])
    if written == b"e":
        return Fault(text if text in CODES else VALUE, f"The cell holds the error {text}.")
    return float(text) if written == b"n" else text


def same(one: Value, other: Value) -> bool:
    """Whether two values look the same to a person; a number's last digits depend on the program that worked it out."""
    if isinstance(one, Fault) or isinstance(other, Fault):
        return isinstance(one, Fault) and isinstance(other, Fault) and one.code == other.code
    if isinstance(one, float) and isinstance(other, float):
        return one == other or abs(one - other) <= 1e-13 * max(abs(one), abs(other))
    return type(one) is type(other) and one == other


def frozen(cell: bytes) -> bytes:
    """The cell without its formula, with the value saved in it."""
    return _FORMULA.sub(b"", cell, count=1)


def bare(row: int, column: int, new: Value, formula: str = "", array: Area | None = None) -> bytes:
    """A cell for the copy that is thrown away: its formula or its value, and no looks."""
    return f'<c r="{letters(column)}{row}"{content(new, formula, array)}'.encode()


def changed(cell: bytes, row: int, column: int, new: Value, array: Area | None = None) -> bytes:
    """The cell with another value; its formula, looks and all else stay. array: where its answer goes from now on."""
    tag = _TAG.match(cell)
    kept = _METADATA.sub(b"", tag[1]) if tag else b""
    inside = cell[tag.end() :].removesuffix(b"</c>") if tag and not tag[2] else b""
    formula = _FORMULA.search(inside)
    said = formula[0] if formula else b""
    if array:
        said = _REF.sub(b' ref="%s"' % str(array).encode(), said, count=1)
    start = b'<c r="%s%d"' % (letters(column).encode(), row)
    if new is None and not said:
        style = _STYLE.search(kept)
        return b"%s%s/>" % (start, style[0]) if style else b""
    # As the cell of a formula, because the texts of answers stand in the cell itself and not among the shared ones
    kind, _, rest = content("" if new is None else _plain(new), "0").partition(">")
    return b"".join((start, kept, kind.encode(), b">", said, rest.partition("</f>")[2].encode()))


def _plain(new: Value) -> Value:
    return int(new) if isinstance(new, float) and new.is_integer() and abs(new) < 1e15 else new


def edited(body: bytes, edits: Edits) -> bytes:
    """The rows with some cells replaced; those that were not there are added in their places."""
    pieces: list[bytes] = []
    copied = 0
    rows = iter(sorted(edits))
    wanted = next(rows, None)
    for row, start, inner, close, end in each_row(body):
        while wanted is not None and wanted < row:
            pieces += (body[copied:start], _new_row(wanted, edits[wanted]))
            copied, wanted = start, next(rows, None)
        if wanted is None:
            break
        if wanted == row:
            pieces += (body[copied:start], _row(body, (start, inner, close, end), edits[row]))
            copied, wanted = end, next(rows, None)
    pieces.append(body[copied:])
    while wanted is not None:
        pieces.append(_new_row(wanted, edits[wanted]))
        wanted = next(rows, None)
    return b"".join(pieces)


def _new_row(row: int, cells: dict[int, bytes]) -> bytes:
    joined = b"".join(cells[column] for column in sorted(cells))
    return b'<row r="%d">%s</row>' % (row, joined) if joined else b""


def _row(body: bytes, where: tuple[int, int, int, int], cells: dict[int, bytes]) -> bytes:
    start, inner, close, end = where
    tag, tail = body[start:inner], body[close:end]
    if inner == end:
        tag, close, tail = tag[:-2] + b">", inner, b"</row>"
    new = sorted(column for column, cell in cells.items() if cell)
    pieces: list[bytes] = []
    copied = last = inner
    there = set()
    for old, last in each_cell(body, inner, close):
        column = column_of(old[1])
        while new and new[0] < column:
            pieces += (body[copied : old.start()], cells[new.pop(0)])
            copied = old.start()
        if column in cells:
            there.add(column)
            new = new[1:] if new and new[0] == column else new
            pieces += (body[copied : old.start()], cells[column])
            copied = last
    if any(cell and column not in there for column, cell in cells.items()):
        tag = _SPANS.sub(b"", tag)  # a hint for readers, wrong from now on
    pieces += (body[copied:last], *(cells[column] for column in new), body[last:close])
    return b"".join((tag, *pieces, tail))


def _text(written: bytes) -> str:
    return decoded(html.unescape(written.decode()))
