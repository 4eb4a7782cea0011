"""New workbooks of one sheet: several tables with charts of them, or a grid for people to edit."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from ..errors import refuse
from .files import replacing
from .look import NAVY, RULE
from .report import COLOURS, FORMATS, write_cell

PLAIN = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter"}
HEAD = {**PLAIN, "bold": True, "font_color": "white", "bg_color": NAVY, "text_wrap": True}
PIE = {**COLOURS, "High": "#548235", "Medium": "#BF9000", "Low": "#A6A6A6", "Not settled": "#D9D9D9"}
PIE_WIDTH, PIE_HEIGHT = 430, 300
_WIDEST = 60


class Pie(NamedTuple):
    """A pie of one column of a table: its first rows, named by the table's first column."""

    title: str
    table: int
    column: int
    rows: int


def write_page(
    path: Path, title: str, tables: Sequence[tuple[str, Sequence[str], Sequence[str], list[tuple[Any, ...]]]],
    pies: Sequence[Pie], notes: Sequence[str], warning: str = "",
) -> None:  # fmt: skip
    """Write tables (name, headings, kinds, rows) below one another, their pies and notes to a new .xlsx file.

    kinds as in `report.write_report`. Raises a Fault where the file cannot be written; then any old file is as it was.
    """
    _ends_in_xlsx(path)
    with replacing(path) as file:
        book = xlsxwriter.Workbook(file, {"in_memory": True})
        book.set_properties({"title": title, "comments": warning})
        sheet = book.add_worksheet("Report")
        sheet.hide_gridlines(2)
        sheet.write_string(0, 0, title, book.add_format({**PLAIN, "bold": True, "font_size": 16, "font_color": NAVY}))
        if warning:
            red = book.add_format({**PLAIN, "bold": True, "font_color": "#9C0006", "bg_color": "#FFC7CE"})
            for column in range(max(len(headings) for _, headings, _, _ in tables)):
                sheet.write_blank(1, column, None, red)
            sheet.write_string(1, 0, warning, red)
        row, firsts = 3, []
        for table in tables:
            firsts.append(row + 2)
            row = _table(book, sheet, row, *table)
        for i, pie in enumerate(pies):
            chart = _pie(book, pie, firsts[pie.table], tables[pie.table][3])
            sheet.insert_chart(row, 0, chart, {"x_offset": i * (PIE_WIDTH + 20)})
        row += (PIE_HEIGHT // 20 + 2) if pies else 0
        for r, note in enumerate(notes, row):
            sheet.write_string(r, 0, note, book.add_format(PLAIN))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 30, 12)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        book.close()


def _table(
    book: Any, sheet: Any, row: int, name: str, headings: Sequence[str], kinds: Sequence[str], rows: list[tuple[Any, ...]]
) -> int:  # fmt: skip
    """Write a table with its name above; the first row below it, a blank one between."""
    sheet.write_string(row, 0, name, book.add_format({**PLAIN, "bold": True, "font_size": 12, "font_color": NAVY}))
    head = book.add_format(HEAD)
    right = book.add_format({**HEAD, "align": "right"})
    for c, (heading, kind) in enumerate(zip(headings, kinds, strict=True)):
        sheet.write_string(row + 1, c, heading, head if kind == "text" else right)
    sheet.set_row(row + 1, 48)
    line = {**PLAIN, "bottom": 4, "bottom_color": RULE}
    styles = {kind: book.add_format({**line, "num_format": FORMATS[kind]}) for kind in kinds}
    for r, cells in enumerate(rows, row + 2):
        for c, (value, kind) in enumerate(zip(cells, kinds, strict=True)):
            write_cell(sheet, r, c, value, styles[kind])
    return row + 3 + len(rows)


def _pie(book: Any, pie: Pie, first: int, rows: list[tuple[Any, ...]]) -> Any:
    chart = book.add_chart({"type": "pie"})
    last = first + pie.rows - 1
    named = [str(row[0]) for row in rows[: pie.rows]]
    chart.add_series({
        "name": pie.title, "categories": ["Report", first, 0, last, 0], "values": ["Report", first, pie.column, last, pie.column],
        "points": [{"fill": {"color": PIE.get(name, RULE)}} for name in named],
        "data_labels": {"percentage": True, "leader_lines": True},
    })  # fmt: skip
    chart.set_title({"name": pie.title, "name_font": {"size": 11, "color": NAVY}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": PIE_WIDTH, "height": PIE_HEIGHT})
    return chart


def write_grid(path: Path, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows, headings first, to a sheet of a new .xlsx file, for people to edit. Raises a Fault where it cannot be."""
    _ends_in_xlsx(path)
    with replacing(path) as file:
        book = xlsxwriter.Workbook(file, {"in_memory": True})
        sheet = book.add_worksheet(name)
        head = book.add_format(HEAD)
        wrapped = {**PLAIN, "valign": "top", "text_wrap": True}
        text, number = book.add_format({**wrapped, "num_format": "@"}), book.add_format(wrapped)
        date = book.add_format({**wrapped, "num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, rows[0], head)
        for r, row in enumerate(rows[1:], 1):
            for c, value in enumerate(row):
                if isinstance(value, datetime.date):
                    sheet.write_datetime(r, c, datetime.datetime(value.year, value.month, value.day), date)
                else:
                    write_cell(sheet, r, c, value, number if isinstance(value, (int, float)) else text)
        for c, column in enumerate(zip(*rows, strict=True)):
            longest = max(len(line) for value in column for line in str(value or "").split("\n"))
            sheet.set_column(c, c, min(_WIDEST, max(9, longest + 2)), text if c else None)
        sheet.freeze_panes(1, 1)
        book.close()


def _ends_in_xlsx(path: Path) -> None:
    if path.suffix.casefold() != ".xlsx":
        raise refuse(f"{path.name} does not end in .xlsx: give the workbook that ending.")
