"""Drop-down lists: which cells take a value of which list, however the list is given.

A list may be written out, or be cells of this or another sheet, a defined name, or a Table's column. Lists on other sheets stand
in an extension of the sheet part (x14), because Excel 2007 did not know them; newer files have them in the usual place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from ..domain.blank import is_blank
from .book import Book
from .parts import Element, child, parse
from .refs import LAST_ROW, Area, area, number
from .rows import SheetXml
from .sheet import Sheet

_SHEET = r"(?:'((?:[^']|'')+)'|([^'!,()\"]+))!"
_CELLS = re.compile(rf"(?:{_SHEET})?(\$?[A-Z]{{1,3}}\$?\d+(?::\$?[A-Z]{{1,3}}\$?\d+)?)")
_WHOLE = re.compile(rf"(?:{_SHEET})?\$?([A-Z]{{1,3}}):\$?([A-Z]{{1,3}})")
_OFFSET = re.compile(r"OFFSET\(([^,()]+),(?:0)?,(?:0)?,.*\)", re.IGNORECASE | re.DOTALL)
_INDIRECT = re.compile(r'INDIRECT\("([^"]+)"\)', re.IGNORECASE)
_TABLE = re.compile(r"([^\W\d][\w.]*)\[(?:\[#Data\],)?\[?([^\[\]#]+)\]?\]")
_NAME = re.compile(r"[^\W\d][\w.\\?]*")
_DEEPEST = 5  # names that stand for names


class DropDown(NamedTuple):
    """Cells that take a value of a list. `values` are in the list's own order; none where it depends on other cells."""

    area: Area
    values: tuple[str, ...]


class Lists:
    """The drop-down lists of a workbook's sheets."""

    def __init__(self, book: Book):
        self._book = book
        self._grids: dict[str, list[list[Any]]] = {}

    def of(self, sheet: Sheet) -> list[DropDown]:
        root = SheetXml.parse(self._book.package.read(sheet.part)).root
        found = []
        for where, formula in _validations(root):
            values = self._values(formula, sheet.name, 0)
            found += [DropDown(part, values) for part in where]
        return found

    @cached_property
    def _names(self) -> dict[tuple[str, str | None], str]:
        """Folded name and the place of its sheet (None: the whole workbook's) → what it refers to."""
        entries = parse(self._book.package.read(self._book.part)).iterfind("{*}definedNames/{*}definedName")
        return {(e.get("name", "").casefold(), e.get("localSheetId")): e.text or "" for e in entries}

    def _values(self, formula: str, here: str, depth: int) -> tuple[str, ...]:
        text = formula.strip().removeprefix("=")
        if text.startswith('"') and text.endswith('"'):
            return tuple(filter(None, (part.strip() for part in text[1:-1].replace('""', '"').split(","))))
        if depth > _DEEPEST:
            return ()
        if found := _CELLS.fullmatch(text):
            where = area(found[3])
            return self._cells(_sheet(found, here), where) if where else ()
        if found := _WHOLE.fullmatch(text):
            return self._cells(_sheet(found, here), Area(1, number(found[3]), LAST_ROW, number(found[4])))
        if found := _OFFSET.fullmatch(text):  # as long as there are entries, in people's own dynamic lists
            start = _CELLS.fullmatch(found[1].strip())
            first = area(start[3]) if start else None
            return self._run(_sheet(start, here), first) if start and first else ()
        if found := _INDIRECT.fullmatch(text):
            return self._values(found[1], here, depth + 1)
        if found := _TABLE.fullmatch(text):
            return self._column(found[1], found[2])
        if _NAME.fullmatch(text):
            index = next((str(sheet.index) for sheet in self._book.sheets if sheet.name == here), None)
            named = self._names.get((text.casefold(), index)) or self._names.get((text.casefold(), None))
            return self._values(named, here, depth + 1) if named else ()
        return ()

    def _grid(self, name: str) -> list[list[Any]]:
        if name not in self._grids:
            sheet = next((s for s in self._book.sheets if s.name.casefold() == name.casefold()), None)
            self._grids[name] = sheet.grid() if sheet else []
        return self._grids[name]

    def _cells(self, name: str, where: Area) -> tuple[str, ...]:
        rows = self._grid(name)[where.first_row - 1 : where.last_row]
        return tuple(
            _text(cell) for row in rows for cell in row[where.first_column - 1 : where.last_column] if _is(cell)
        )

    def _run(self, name: str, first: Area) -> tuple[str, ...]:
        out = []
        for row in self._grid(name)[first.first_row - 1 :]:
            cell = row[first.first_column - 1] if first.first_column <= len(row) else None
            if not _is(cell):
                break
            out.append(_text(cell))
        return tuple(out)

    def _column(self, table: str, column: str) -> tuple[str, ...]:
        for sheet in self._book.sheets:
            for one in sheet.tables:
                names = [name.casefold() for name in one.columns]
                if one.name.casefold() == table.casefold() and column.casefold() in names:
                    at = one.first_column + names.index(column.casefold())
                    return self._cells(sheet.name, Area(one.data_rows.start, at, one.data_rows.stop - 1, at))
        return ()


def _validations(root: Element) -> Iterator[tuple[list[Area], str]]:
    """The cells and the formula of each list. Namespaces tell the extension's from the usual ones; both read alike."""
    for entry in root.iter("{*}dataValidation"):
        formula = child(entry, "formula1")
        if entry.get("type") != "list" or formula is None:
            continue
        inner = child(formula, "f")
        cells = entry.get("sqref") or next((e.text for e in entry.iterfind("{*}sqref")), "") or ""
        where = [part for part in map(area, cells.split()) if part]
        yield where, (formula.text if inner is None else inner.text) or ""


def _sheet(found: re.Match[str], here: str) -> str:
    return (found[1] or found[2] or "").replace("''", "'") or here


def _is(cell: Any) -> bool:
    return not is_blank(cell) and not hasattr(cell, "sentence")


def _text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
