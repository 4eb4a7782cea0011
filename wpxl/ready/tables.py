"""What the sheets of a ready-made workbook are made of: a page with its title, and tables whose columns are typed or formulas."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from ..workbooks import look
from .formulas import answers, own_row, put, text, write

Row = dict[str, Any]  # heading → value
Tables = dict[str, list[Row]]  # name of a table → its rows
HEAD = 4  # the row of a table's headings, counted from 0
TYPED = "White columns are typed. Pale blue ones are formulas: they follow when you change a white cell."
HEADS = {
    "band": "centred",
    "centre": "centred",
    "day": "centred",
    "count": "number",
    "whole": "number",
    "decimal": "number",
}  # by the style of the cells below
DEEP = 100_000  # rows down to which checks reach, so that they hold where a table grows by pasting
_OWN = re.compile(r"\[@\[(.+?)\]\]|\[@(.+?)\]")


class Plain(NamedTuple):
    """A formula of the spreadsheet's own functions, with [@Heading] for the cell of its own row, and the same in Python.

    answer(row, tables) may read what is typed anywhere, and the formulas before it.
    """

    text: str
    answer: Callable[[Row, Tables], Any]


class Column(NamedTuple):
    heading: str
    width: float
    style: str = "cell"
    function: str = ""  # of wpxl; without it and without `plain`, the cells are typed
    columns: tuple[str, ...] = ()  # the columns that the function reads in its own row
    more: tuple[Any, ...] = ()  # its arguments after those
    before: tuple[Any, ...] = ()  # and before
    unless: str = ""  # a column without which the function is not asked, so that a blank row stays blank
    plain: Plain | None = None
    check: dict[str, Any] | None = None  # what may be typed, as XlsxWriter takes it

    @property
    def typed(self) -> bool:
        return not self.function and self.plain is None


def blue(book: Any, made: dict[str, Any]) -> dict[str, Any]:
    """The formats of cells, once more on pale blue: for what formulas fill in."""
    base = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter", "bottom": 4, "bottom_color": look.RULE}
    white, base = {**base, "indent": 1}, {**base, "bg_color": look.PALE}
    return made | {
        "answer": book.add_format({**base, "indent": 1}),
        "centre": book.add_format({**base, "align": "center"}),
        "whole": book.add_format({**base, "num_format": "#,##0"}),
        "decimal": book.add_format({**base, "num_format": "0.0"}),
        "sentence": book.add_format({**base, "text_wrap": True, "indent": 1}),
        "strong": book.add_format({**base, "bold": True, "indent": 1}),
        "rows": book.add_format({**base, "num_format": '0 "rows"', "align": "left", "indent": 1}),
        "day": book.add_format({**white, "num_format": "dd/mm/yyyy", "align": "center", "indent": 0}),
        "date": book.add_format({**white, "num_format": "dd/mm/yyyy", "align": "left"}),
        "group": book.add_format({**white, "bold": True, "font_color": look.NAVY, "indent": 0}),
        "rule": book.add_format(white),
        "count": book.add_format({**white, "num_format": "#,##0", "indent": 0}),
        "code": book.add_format(
            {**white, "font_name": "Consolas", "font_size": 10, "text_wrap": True, "quote_prefix": True}
        ),
        "name": book.add_format({**white, "bold": True, "font_color": look.NAVY}),
        "link": book.add_format({**white, "font_color": look.NAVY, "underline": 1, "bold": True}),
        "input": book.add_format({**white, "border": 1, "border_color": look.NAVY, "text_wrap": True}),
    }


def opened(
    book: Any, made: dict[str, Any], name: str, title: str, warning: str, said: str, widths: list[float], footer: str,
    across: int = 0,
) -> Any:  # fmt: skip
    """A new sheet with its title, the warning and a paragraph that says what it shows, over all columns or the first `across`."""
    sheet = book.add_worksheet(name)
    look.page(sheet, made, title, warning, len(widths), footer)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    across = across or len(widths)
    sheet.merge_range(2, 0, 2, across - 1, said, made["text"])
    sheet.set_row(2, look.height((said, sum(widths[:across]))) + 6)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    return sheet


def reddened(sheet: Any, made: dict[str, Any], *area: int) -> None:
    sheet.conditional_format(*area, {"type": "errors", "format": made["error"]})


def rows_of(columns: list[Column], typed: list[tuple[Any, ...]]) -> list[Row]:
    headings = [c.heading for c in columns if c.typed]
    return [dict(zip(headings, cells, strict=True)) for cells in typed]


def worked(name: str, columns: list[Column], rows: list[Row], tables: Tables | None = None) -> list[Row]:
    """The rows of a table with the answers of its formulas, which may look into other tables."""
    for column in columns:
        for row in rows:
            if column.function:
                asked = not column.unless or row[column.unless] is not None
                row[column.heading] = answers(column.function, _args(name, column, row))[0][0] if asked else None
            elif column.plain:
                row[column.heading] = column.plain.answer(row, tables or {})
    return rows


def formula(table: str, column: Column) -> str:
    """The formula of a column, the same in each of its rows."""
    if column.plain:
        return _OWN.sub(lambda found: own_row(table, found[1] or found[2], None).text, column.plain.text)
    asked = text(column.function, _args(table, column, {}))
    return f'IF({own_row(table, column.unless, None).text}="","",{asked})' if column.unless else asked


def _args(table: str, column: Column, row: Row) -> list[Any]:
    return [*column.before, *(own_row(table, name, row.get(name)) for name in column.columns), *column.more]


def listed(
    sheet: Any, made: dict[str, Any], name: str, columns: list[Column], rows: list[Row], keep: int | None,
    at: tuple[int, int] = (HEAD, 0),
) -> None:  # fmt: skip
    """A table, its headings at a row and a column; they and `keep` columns stay in sight when one scrolls, unless it is None."""
    head, first = at
    last, final = head + len(rows), first + len(columns) - 1
    spec = [{"header": c.heading, "header_format": made[HEADS.get(c.style, "head")]} for c in columns]
    for c, one in zip(columns, spec, strict=True):
        if not c.typed:
            one["formula"] = f"={formula(name, c)}"
    sheet.add_table(head, first, last, final, {"name": name, "columns": spec, "style": None})
    sheet.set_row(head, look.height(*((c.heading, c.width - 3) for c in columns)) + 6)
    for i, c in enumerate(columns, first):
        if c.check:
            sheet.data_validation(head + 1, i, DEEP, i, c.check)
    for r, row in enumerate(rows, head + 1):
        tall = []
        for i, c in enumerate(columns, first):
            value = row[c.heading]
            if c.typed:
                put(sheet, r, i, value, made[c.style])
            else:
                write(sheet, r, i, formula(name, c), value, made[c.style])
            if c.typed or isinstance(value, str):
                tall.append((None if isinstance(value, datetime.date) else value, c.width - 2))
        sheet.set_row(r, look.height(*tall) + 4)
    reddened(sheet, made, head + 1, first, last, final)
    sheet.ignore_errors({"number_stored_as_text": f"A{head + 2}:A{last + 1}"})  # a URN as text is meant
    if keep is not None:
        sheet.freeze_panes(head + 1, keep)
        sheet.repeat_rows(head)
