"""A prepared sheet filled with rows: its empty cells take values, and every other byte of the workbook stays.

A value takes the look that the template gave its cell. Texts are written into the sheet itself, so that the texts shared by the
workbook stay as they are; one that begins like a formula is written as text, and marked so that it stays text when edited.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import refuse
from .book import Book
from .cells import content
from .changes import Change, Changes, apply
from .package import Package
from .parts import child, parse, render
from .prepared import Prepared, number_formats
from .refs import LAST_ROW, Area, area
from .rows import SheetXml
from .sheet import Sheet
from .styles import Look, Styles
from .tables import Table

DATE_FORM = "dd/mm/yyyy"
LIKE_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_FIRST = datetime.date(1899, 12, 30)
_DIMENSION = re.compile(rb'<dimension ref="([^"]*)"')
_CALCULATION = re.compile(rb"<calcPr\b([^>]*?)(/?)>")
_IS_DATE = re.compile(r"[dmy]", re.IGNORECASE)


def fill(book: Book, sheet: Sheet, ready: Prepared, first_row: int, columns: Mapping[int, Sequence[Any]]) -> None:
    """Write columns of values (column of the sheet → cells from `first_row` down; None writes nothing).

    Values: text, numbers, truths, dates. Errors: a Fault where a formula is in the way, or the rows leave the sheet.
    """
    every = {(row, column): value for column, cells in columns.items() for row, value in enumerate(cells, first_row)}
    put(book, sheet, ready, {at: value for at, value in every.items() if value is not None and value != ""}, first_row)


def put(book: Book, sheet: Sheet, ready: Prepared, cells: Mapping[tuple[int, int], Any], model: int = 0) -> None:
    """Write single cells (row, column). model: the row whose looks those take that the sheet has not prepared.

    None empties a cell. Errors: as of `fill`.
    """
    package = book.package
    looks = _Looks(book, ready, model)
    changes: Changes = {}
    for (row, column), value in cells.items():
        if (row, column) in ready.formulas:
            raise refuse(
                f"The sheet '{sheet.name}' has a formula in row {row} where a value was to go: nothing was written."
            )
        changes.setdefault(row, {})[column] = Change(content(_plain(value)), looks.of(row, column, value))
    if not changes:
        return
    last = max(changes)
    if last > LAST_ROW:
        raise refuse(f"The rows would leave the sheet '{sheet.name}', which ends at row {LAST_ROW:,}: give --limit.")
    written = [column for row in changes.values() for column in row]
    block = Area(min(changes), min(written), last, max(written))
    data = package.read(sheet.part)
    xml = SheetXml.parse(data)
    package.replace(sheet.part, _with_rows(data, xml, apply(xml.body, changes), block))
    sheet.release()
    for table in sheet.tables:
        if table.last_row < last and table.area._replace(last_row=table.last_row + 1).meets(block):
            _lengthen(package, table, last, sheet.name)


def recalculated(book: Book) -> None:
    """Let the formulas of a workbook be worked out anew when it is opened: their saved answers are of the empty template."""
    data = book.package.read(book.part)
    found = _CALCULATION.search(data)
    if found and b"fullCalcOnLoad" not in found[1]:
        made = b'<calcPr%s fullCalcOnLoad="1"%s>' % (found[1].rstrip(), found[2])
        book.package.replace(book.part, data[: found.start()] + made + data[found.end() :])


class _Looks:
    """The style of each cell that is filled: the template's own, or one like it that shows dates, or keeps texts texts."""

    def __init__(self, book: Book, ready: Prepared, first_row: int):
        self._book, self._ready, self._model = book, ready, first_row
        self._forms = number_formats(book)
        self._styles: Styles | None = None
        self._made: dict[tuple[int, str], int] = {}

    def of(self, row: int, column: int, value: Any) -> int:
        own = self._ready.style(row, column)
        if not own and row != self._model:  # beyond what the template has prepared: as its first row of data
            own = self._ready.style(self._model, column)
        form = self._forms[own] if own < len(self._forms) else "General"
        if isinstance(value, datetime.date) and not _IS_DATE.search(form):
            return self._like(own, DATE_FORM)
        if isinstance(value, str) and value.startswith(LIKE_FORMULAS) and form != "@":
            return self._like(own, "")
        return own

    def _like(self, style: int, form: str) -> int:
        """form: the number format; "": text that stays text."""
        if (style, form) not in self._made:
            self._styles = self._styles or Styles(self._book.package, self._book.part)
            look = Look(number_format=form) if form else Look(quoted=True)
            self._made[style, form] = self._styles.derive(style, look)
        return self._made[style, form]


def _plain(value: Any) -> Any:
    """A value as a cell holds it: dates as days."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    return (value - _FIRST).days if isinstance(value, datetime.date) else value


def _with_rows(data: bytes, xml: SheetXml, body: bytes, block: Area) -> bytes:
    """The sheet's part with other rows. What stands before and after them stays byte for byte, but for the used area."""
    head, found, tail = data.partition(b"<sheetData>" + xml.body + b"</sheetData>") if xml.body else (data, b"", b"")
    if not found:
        head, found, tail = data.partition(b"<sheetData/>")
    if not found:  # from an unusual program: the part was brought into the usual form
        head, _, tail = render(xml.root).partition(b"<sheetData/>")

    def grown(match: re.Match[bytes]) -> bytes:
        known = area(match[1].decode())
        return b'<dimension ref="%s"' % str(known.around(block) if known else block).encode()

    return b"".join((_DIMENSION.sub(grown, head, count=1), b"<sheetData>", body, b"</sheetData>", tail))


def _lengthen(package: Package, table: Table, last_row: int, name: str) -> None:
    """Let a Table reach down to a row. Errors: a Fault where its totals are in the way."""
    if table.totals_rows:
        raise refuse(
            f"The Table on the sheet '{name}' has a row of totals below it: take it out of the template, or give --limit."
        )
    root = parse(package.read(table.part))
    reach = str(table.area._replace(last_row=last_row))
    root.set("ref", reach)
    own = child(root, "autoFilter")
    if own is not None:
        own.set("ref", reach)
    package.replace(table.part, render(root))
