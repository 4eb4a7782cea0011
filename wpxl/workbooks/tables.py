"""Excel Tables: where they are, and making them wider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

from ..errors import refuse
from .cells import decoded, encoded, own_row
from .package import Package
from .parts import Element, child, insert, make, parse, relationships, render
from .refs import Area, area


@dataclass(frozen=True)
class Table:
    """An Excel Table of a sheet. Rows and columns count from 1; the header and totals rows are within them."""

    name: str
    columns: tuple[str, ...]
    first_row: int
    last_row: int
    first_column: int
    last_column: int
    header_rows: int
    totals_rows: int
    part: str

    @property
    def area(self) -> Area:
        return Area(self.first_row, self.first_column, self.last_row, self.last_column)

    @property
    def data_rows(self) -> range:
        """The sheet rows between the header and the totals."""
        return range(self.first_row + self.header_rows, self.last_row - self.totals_rows + 1)


def read_table(package: Package, part: str) -> Table:
    """Errors: a Fault if the part does not say where its table is."""
    root = parse(package.read(part))
    where = area(root.get("ref", ""))
    if where is None:
        raise refuse("A Table of this workbook is damaged: open it in Excel, save a copy and use that.")
    names = tuple(decoded(column.get("name", "")) for column in root.iterfind("{*}tableColumns/{*}tableColumn"))
    return Table(
        name=root.get("displayName") or root.get("name", ""),
        columns=names,
        first_row=where.first_row,
        last_row=where.last_row,
        first_column=where.first_column,
        last_column=where.last_column,
        header_rows=int(root.get("headerRowCount", "1")),
        totals_rows=int(root.get("totalsRowCount", "0")),
        part=part,
    )


def unique_headers(headers: Sequence[str], taken: Sequence[str]) -> list[str]:
    """The headers with a number after those that a Table would hold twice: `status`, `status 2`."""
    known = {name.casefold() for name in taken}
    unique = []
    for header in headers:
        wanted = header if header.strip() else "Column"
        name = next(n for n in (wanted, *(f"{wanted} {at}" for at in range(2, 20_000))) if n.casefold() not in known)
        known.add(name.casefold())
        unique.append(name)
    return unique


def widen_table(package: Package, table: Table, headers: Sequence[str], formulas: Sequence[str | None]) -> Table:
    """Give the table's part one column more for each header (unique already), with its formula if it has one.

    Everything else of the part stays: style, identifiers, filters, totals. A table that a query fills is told that
    the new columns are not the query's, or the next refresh would remove them.
    """
    root = parse(package.read(table.part))
    columns = child(root, "tableColumns")
    query = next((r.target for r in relationships(package, table.part) if r.kind == "queryTable"), None)
    fields = _QueryFields(package, query) if query else None
    ids = count(max((int(column.get("id", "0")) for column in columns), default=0) + 1)
    for header, formula in zip(headers, formulas, strict=True):
        column = make(columns, "tableColumn", id=str(next(ids)), name=encoded(header).replace("\n", "_x000a_"))
        if fields:
            column.set("uniqueName", column.get("id"))
            column.set("queryTableFieldId", fields.add(column.get("id")))
        if formula:
            calculated = make(column, "calculatedColumnFormula")
            calculated.text = encoded(own_row(formula, table.name))
            column.append(calculated)
        columns.append(column)
    columns.set("count", str(len(columns)))
    if fields:
        fields.save()

    last_column = table.last_column + len(headers)
    root.set("ref", str(table.area._replace(last_column=last_column)))
    widen_filter(child(root, "autoFilter"), len(headers))
    package.replace(table.part, render(root))
    return replace(table, columns=(*table.columns, *headers), last_column=last_column)


def calculated_formulas(package: Package, table: Table) -> dict[int, str]:
    """The formulas that a Table gives to the cells of its columns, by the columns' places from 0."""
    found = {}
    for at, column in enumerate(parse(package.read(table.part)).iterfind("{*}tableColumns/{*}tableColumn")):
        formula = child(column, "calculatedColumnFormula")
        if formula is not None:
            found[at] = decoded(formula.text or "")
    return found


def set_calculated(package: Package, table: Table, at: int, formula: str | None) -> None:
    """Give a Table's column its formula, as files hold it, or (None) none."""
    root = parse(package.read(table.part))
    column = child(root, "tableColumns")[at]
    old = child(column, "calculatedColumnFormula")
    if old is not None:
        column.remove(old)
    if formula is not None:
        made = make(column, "calculatedColumnFormula")
        made.text = encoded(formula)
        column.insert(0, made)
    package.replace(table.part, render(root))


def widen_filter(auto_filter: Element | None, columns: int) -> None:
    """Let an `autoFilter` element, and the sorting within it, reach some columns further; None is left alone.

    Otherwise sorting would move the old cells of a row and leave the new ones.
    """
    if auto_filter is None:
        return
    for part in (auto_filter, child(auto_filter, "sortState")):
        where = area(part.get("ref", "")) if part is not None else None
        if where:
            part.set("ref", str(where._replace(last_column=where.last_column + columns)))


class _QueryFields:
    """The part that says which columns of a table a query fills."""

    def __init__(self, package: Package, part: str):
        self._package, self._part = package, part
        self._root = parse(package.read(part))
        self._refresh = child(self._root, "queryTableRefresh")

    def add(self, column: str) -> str:
        """A field for a column that is not the query's; its id."""
        if self._refresh is None:
            return column
        fields = child(self._refresh, "queryTableFields")
        if fields is None:
            fields = make(self._refresh, "queryTableFields")
            insert(self._refresh, fields, ())
        fresh = max((int(field.get("id", "0")) for field in fields), default=0) + 1
        fresh = max(fresh, int(self._refresh.get("nextId", "1")))
        fields.append(make(fields, "queryTableField", id=str(fresh), dataBound="0", tableColumnId=column))
        fields.set("count", str(len(fields)))
        self._refresh.set("nextId", str(fresh + 1))
        self._refresh.set("unboundColumnsRight", str(int(self._refresh.get("unboundColumnsRight", "0")) + 1))
        return str(fresh)

    def save(self) -> None:
        self._package.replace(self._part, render(self._root))
