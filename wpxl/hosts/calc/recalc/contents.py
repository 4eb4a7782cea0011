"""What a workbook holds that recalculating it needs: its formulas, where they stand, its names and its Tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ....workbooks.book import Book
from ....workbooks.cells import own_row
from ....workbooks.formulas import Formula, formulas
from ....workbooks.parts import Element, child, parse, relationships
from ....workbooks.refs import LAST_COLUMN, LAST_ROW, Area, area, number
from ....workbooks.rows import SheetXml, extent
from ....workbooks.tables import Table
from .tokens import AREA, COLUMNS, ROWS, TABLE, Token

ALL, DATA, HEADERS, TOTALS, OWN_ROW = "#all", "#data", "#headers", "#totals", "#this row"
_SPECIFIER = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")
_ROWS = re.compile(r"\$?(\d+):\$?(\d+)")


class Place(NamedTuple):
    """A cell: its sheet, by its place among the worksheets from 0, its row and column from 1."""

    sheet: int
    row: int
    column: int


class Range(NamedTuple):
    """A rectangle of cells of one sheet."""

    sheet: int
    area: Area


@dataclass
class Contents:
    """A workbook's formulas by their cells; `names` by scope (None: the whole workbook) and name in small letters."""

    book: Book
    xml: list[SheetXml]
    formulas: dict[Place, Formula] = field(default_factory=dict)
    dynamic: set[Place] = field(default_factory=set)  # formulas that spill, as far as their answers reach
    tables: dict[str, tuple[int, Table]] = field(default_factory=dict)
    names: dict[tuple[int | None, str], str] = field(default_factory=dict)
    untrusted: bool = False  # the file itself asks for every formula to be worked out on opening
    from_1904: bool = False  # dates count from then, as they did on old Macs

    def __post_init__(self) -> None:
        self._sheets = {sheet.name.casefold(): at for at, sheet in enumerate(self.book.sheets)}
        self.used = [extent(xml.body) for xml in self.xml]

    def name(self, place: Place) -> str:
        """A cell as people write it: Sheet1!B2."""
        sheet = self.book.sheets[place.sheet].name
        return f"{sheet}!{Area(place.row, place.column, place.row, place.column)}"

    def fills(self, place: Place) -> Area:
        """Where a formula's answer was saved."""
        return self.formulas[place].fills or Area(place.row, place.column, place.row, place.column)

    def unused(self, name: str) -> str:
        """A name that no sheet has."""
        while name.casefold() in self._sheets:
            name += "_"
        return name

    def sheets(self, token: Token, here: int) -> range:
        """The sheets that a reference means; none for one of another workbook or one that is not there."""
        if not token.prefix:
            return range(here, here + 1)
        first, _, last = (
            token.sheet.partition(":") if token.sheet.casefold() not in self._sheets else (token.sheet, "", "")
        )
        ends = [self._sheets.get(name.casefold()) for name in (first, last or first)]
        return range(ends[0], ends[1] + 1) if ends[0] is not None and ends[1] is not None else range(0)

    def range(self, token: Token, at: Place) -> Range | None:
        """The cells that a reference means, on its first sheet; None where it means none."""
        if token.kind == TABLE:
            return self._of_table(token.text, at)
        sheets, where = self.sheets(token, at.sheet), _area(token)
        return Range(sheets[0], where) if sheets and where else None

    def clipped(self, where: Range) -> Range:
        """Whole columns or rows cut off where the sheet's contents end, as the add-in does in Excel."""
        last_row, last_column = self.used[where.sheet]
        area = where.area
        if area.last_row == LAST_ROW:
            area = area._replace(last_row=max(area.first_row, last_row))
        if area.last_column == LAST_COLUMN:
            area = area._replace(last_column=max(area.first_column, last_column))
        return Range(where.sheet, area)

    def meaning(self, token: Token, here: int) -> str | None:
        """The formula behind a name, None for a name that is not there."""
        sheets = self.sheets(token, here)
        return self.names.get((sheets[0] if sheets else None, token.text.casefold())) or self.names.get(
            (None, token.text.casefold())
        )

    def _of_table(self, text: str, at: Place) -> Range | None:
        name, _, rest = text.partition("[")
        if name.casefold() not in self.tables:
            return None
        sheet, table = self.tables[name.casefold()]
        words = [_plain(word) for word in _SPECIFIER.findall(rest[:-1] if rest.startswith("[") else f"[{rest}")]
        parts = {word.casefold() for word in words if word.startswith("#")}
        wanted = [word for word in words if word and not word.startswith("#")]
        known = {column.casefold(): place for place, column in enumerate(table.columns)}
        if any(word.casefold() not in known for word in wanted):
            return None
        columns = [table.first_column + known[word.casefold()] for word in wanted]
        columns = columns or [table.first_column, table.last_column]
        rows = _rows(table, parts, at.row)
        return Range(sheet, Area(rows[0], min(columns), rows[1], max(columns))) if rows else None


def contents(path: str | Path) -> Contents:
    """Read a workbook. Errors: a Fault where it is damaged, or not a workbook."""
    book = Book.open(path)
    read = Contents(book, [SheetXml.parse(book.package.read(sheet.part)) for sheet in book.sheets])
    root = parse(book.package.read(book.part))
    spilling = _spilling(book)
    for at, (sheet, xml) in enumerate(zip(book.sheets, read.xml, strict=True)):
        tables = sheet.tables
        read.tables |= {table.name.casefold(): (at, table) for table in tables}
        for formula in formulas(xml.body):
            place = Place(at, formula.row, formula.column)
            read.formulas[place] = _named(formula, tables)
            if formula.fills and formula.mark in spilling:
                read.dynamic.add(place)
    read.names = _names(book, root)
    reckoning = child(root, "calcPr")
    read.untrusted = reckoning is not None and reckoning.get("fullCalcOnLoad") in ("1", "true")
    properties = child(root, "workbookPr")
    read.from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    return read


def _named(formula: Formula, tables: list[Table]) -> Formula:
    """A formula in a Table that names its columns without the Table, as people type it."""
    if "[@" not in formula.text:
        return formula
    cell = Area(formula.row, formula.column, formula.row, formula.column)
    within = next((table for table in tables if table.area.meets(cell)), None)
    return formula._replace(text=own_row(formula.text, within.name)) if within else formula


def _names(book: Book, root: Element) -> dict[tuple[int | None, str], str]:
    tabs = {str(sheet.index): at for at, sheet in enumerate(book.sheets)}
    return {
        (tabs.get(entry.get("localSheetId", "")), entry.get("name", "").casefold()): entry.text or ""
        for entry in root.iterfind("{*}definedNames/{*}definedName")
        if not any(entry.get(macro) for macro in ("function", "vbProcedure", "xlm"))
        and (entry.get("localSheetId") is None or entry.get("localSheetId") in tabs)
    }


def _spilling(book: Book) -> set[str]:
    """The values of `cm` that mark formulas which spill: those of dynamic arrays."""
    part = next((r.target for r in relationships(book.package, book.part) if r.kind == "sheetMetadata"), None)
    if part is None or part not in book.package:
        return set()
    root = parse(book.package.read(part))
    kinds = [kind.get("name") for kind in root.iterfind("{*}metadataTypes/{*}metadataType")]
    marks = set()
    for at, block in enumerate(root.iterfind("{*}cellMetadata/{*}bk"), 1):
        for record in block.iterfind("{*}rc"):
            kind = int(record.get("t", "0")) - 1
            if 0 <= kind < len(kinds) and kinds[kind] == "XLDAPR":
                marks.add(str(at))
    return marks


def _area(token: Token) -> Area | None:
    if token.kind == AREA:
        return area(token.text.upper())
    if token.kind == COLUMNS and (found := _COLUMNS.fullmatch(token.text.upper())):
        first, last = sorted(number(letters) for letters in found.groups())
        return Area(1, first, LAST_ROW, last)
    if token.kind == ROWS and (found := _ROWS.fullmatch(token.text)):
        top, bottom = sorted(map(int, found.groups()))
        return Area(top, 1, bottom, LAST_COLUMN)
    return None


def _rows(table: Table, parts: set[str], own: int) -> tuple[int, int] | None:
    """The first and last row that the words of a Table reference mean; None for none."""
    data = table.data_rows
    if OWN_ROW in parts:
        return (own, own) if own in data else None
    if ALL in parts:
        return table.first_row, table.last_row
    spans = []
    if HEADERS in parts and table.header_rows:
        spans += [table.first_row, data.start - 1]
    if TOTALS in parts and table.totals_rows:
        spans += [data.stop, table.last_row]
    if DATA in parts or not parts:
        spans += [data.start, data.stop - 1]
    return (min(spans), max(spans)) if spans else None


def _plain(word: str) -> str:
    """A column's name without the marks before characters that have a meaning in references."""
    return re.sub(r"'(.)", r"\1", word)
