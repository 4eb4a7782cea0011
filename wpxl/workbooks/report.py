"""A report as a new file: one worksheet with title, table and notes, or the same table as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import xlsxwriter

from ..errors import Fault, refuse
from .files import replacing
from .look import NAVY, RULE

COLOURS = {"High": "#C6E0B4", "Medium": "#FFE699", "Low": "#EDEDED"}
FORMATS = {"text": "@", "number": "#,##0.##", "share": "0.0", "band": "@"}


def write_report(
    path: Path, title: str, headings: list[str], kinds: list[str], rows: list[tuple[Any, ...]], below: list[tuple[Any, ...]],
    notes: list[str], warning: str = "",
) -> None:  # fmt: skip
    """Write a table with its title and notes to a new .xlsx or .csv file. Faults become real error cells.

    below: rows that count or sum those above. kinds, one a column: "text", "number", "share" (one decimal) or "band" (High,
    Medium, Low in colour).
    Raises a Fault where the file has another ending or cannot be written; then any old file is as it was.
    """
    ending = path.suffix.casefold()
    if ending == ".csv":
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(headings)
        writer.writerows([[v.code if isinstance(v, Fault) else v for v in row] for row in (*rows, *below)])
        writer.writerows([[]] + [[note] for note in notes])
        with replacing(path) as file:
            file.write(text.getvalue().encode("utf-8-sig"))
    elif ending == ".xlsx":
        with replacing(path) as file:
            book = xlsxwriter.Workbook(file, {"in_memory": True})
            book.set_properties({"title": title, "comments": warning})
            _sheet(book, title, headings, kinds, rows, below, notes, warning)
            book.close()
    else:
        raise refuse(f"{path.name} is neither .xlsx nor .csv: give the report one of these endings.")


def _sheet(
    book: Any, title: str, headings: list[str], kinds: list[str], rows: list[tuple[Any, ...]], below: list[tuple[Any, ...]],
    notes: list[str], warning: str,
) -> None:  # fmt: skip
    sheet = book.add_worksheet("Report")
    plain = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter"}
    line = {**plain, "bottom": 4, "bottom_color": RULE}
    head = book.add_format({**plain, "bold": True, "font_color": "white", "bg_color": NAVY, "text_wrap": True})
    styles = {kind: book.add_format({**line, "num_format": form}) for kind, form in FORMATS.items()}
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, title, book.add_format({**plain, "bold": True, "font_size": 16, "font_color": NAVY}))
    if warning:
        red = book.add_format({**plain, "bold": True, "font_color": "#9C0006", "bg_color": "#FFC7CE"})
        for column in range(len(headings)):
            sheet.write_blank(1, column, None, red)
        sheet.write_string(1, 0, warning, red)
    sheet.write_row(3, 0, headings, head)
    sheet.set_row(3, 80)
    for r, row in enumerate(rows, 4):
        for c, (value, kind) in enumerate(zip(row, kinds, strict=True)):
            write_cell(sheet, r, c, value, styles[kind])
    last = 3 + len(rows)
    total = book.add_format({**plain, "bold": True, "top": 1, "top_color": NAVY})
    for r, row in enumerate(below, last + 1):
        for c, value in enumerate(row):
            write_cell(sheet, r, c, value, total)
    for word, colour in COLOURS.items():
        fill = book.add_format({"bg_color": colour})
        for c in (c for c, kind in enumerate(kinds) if kind == "band"):
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": fill}
            sheet.conditional_format(4, c, last, c, rule)
    faint = book.add_format({"font_color": "#A6A6A6", "italic": True})
    sheet.conditional_format(4, 0, last, len(headings) - 1, {"type": "errors", "format": faint})
    for c, kind in enumerate(kinds):
        longest = max((len(str(row[c])) for row in rows if isinstance(row[c], str)), default=0)
        sheet.set_column(c, c, min(44, max(9, longest + 2)) if kind == "text" else 12)
    for r, note in enumerate(notes, last + len(below) + 2):
        sheet.write_string(r, 0, note, book.add_format(plain))
    sheet.freeze_panes(4, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)


def write_cell(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if isinstance(value, Fault):
        sheet.write_formula(row, column, "=NA()" if value.code == "#N/A" else f"={value.code}", style, value.code)
    elif value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value), style)
