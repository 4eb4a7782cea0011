"""A new workbook with one sheet: a grid for people to edit."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from ..errors import refuse
from .files import replacing
from .look import NAVY

_WIDEST = 60


def write_grid(path: Path, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows, headings first, to a sheet of a new .xlsx file, for people to edit. Raises a Fault where it cannot be."""
    if path.suffix.casefold() != ".xlsx":
        raise refuse(f"{path.name} does not end in .xlsx: give the workbook that ending.")
    plain = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter"}
    with replacing(path) as file:
        book = xlsxwriter.Workbook(file, {"in_memory": True})
        sheet = book.add_worksheet(name)
        head = book.add_format({**plain, "bold": True, "font_color": "white", "bg_color": NAVY, "text_wrap": True})
        wrapped = {**plain, "valign": "top", "text_wrap": True}
        text, number = book.add_format({**wrapped, "num_format": "@"}), book.add_format(wrapped)
        date = book.add_format({**wrapped, "num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, rows[0], head)
        for r, row in enumerate(rows[1:], 1):
            for c, value in enumerate(row):
                if isinstance(value, datetime.date):
                    sheet.write_datetime(r, c, datetime.datetime(value.year, value.month, value.day), date)
                elif isinstance(value, (int, float)):
                    sheet.write_number(r, c, value, number)
                elif value is None:
                    sheet.write_blank(r, c, None, text)
                else:
                    sheet.write_string(r, c, str(value), text)
        for c, column in enumerate(zip(*rows, strict=True)):
            longest = max(len(line) for value in column for line in str(value or "").split("\n"))
            sheet.set_column(c, c, min(_WIDEST, max(9, longest + 2)), text if c else None)
        sheet.freeze_panes(1, 1)
        book.close()
