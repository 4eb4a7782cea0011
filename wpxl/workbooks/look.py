"""How the sheets that wpxl makes look: three colours, text styles, page set-up.

Navy is for headings, pale blue for what formulas fill in, red for warnings and errors. All text on them has a contrast
of 7 to 1 or more.
"""

from __future__ import annotations

import textwrap
from typing import Any

NAVY, PALE, RED = "#1F3864", "#E9EFF8", "#9C0006"
RULE, PINK = "#8EA9DB", "#FFC7CE"  # the same blue and red as lines and as a ground
LINE = 15.5  # points
A4 = 9


def styles(book: Any) -> dict[str, Any]:
    """The formats of a workbook that XlsxWriter makes, by what they are for."""
    plain = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter"}
    line = {**plain, "bottom": 4, "bottom_color": RULE}
    head = {**plain, "bold": True, "font_color": "white", "bg_color": NAVY, "text_wrap": True}
    return {
        "title": book.add_format({**plain, "bold": True, "font_size": 16, "font_color": NAVY}),
        "section": book.add_format({**plain, "bold": True, "font_size": 12, "font_color": NAVY}),
        "warning": book.add_format({**plain, "bold": True, "font_color": RED, "bg_color": PINK}),
        "text": book.add_format({**plain, "text_wrap": True}),
        "head": book.add_format({**head, "indent": 1}),
        "number": book.add_format({**head, "align": "right"}),
        "centred": book.add_format({**head, "align": "center"}),
        "cell": book.add_format({**line, "indent": 1}),
        "band": book.add_format({**line, "align": "center"}),
        "rank": book.add_format({**line, "num_format": "#,##0"}),
        "share": book.add_format({**line, "num_format": "0.0"}),
        "percent": book.add_format({**line, "num_format": "0%"}),
        "wrapped": book.add_format({**line, "text_wrap": True, "align": "left", "indent": 1}),
        "error": book.add_format({"font_color": RED, "italic": True}),
    }


def page(sheet: Any, made: dict[str, Any], title: str, warning: str, width: int, footer: str) -> None:
    """Title, warning across the sheet's width, and print set-up: A4 landscape, as wide as the page, numbered."""
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, title, made["title"])
    sheet.set_row(0, 28)
    sheet.set_row(1, 20)
    sheet.write_string(1, 0, warning, made["warning"])
    for column in range(1, width):
        sheet.write_blank(1, column, None, made["warning"])
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L&8{footer}&R&8Page &P of &N")


def height(*cells: tuple[Any, float]) -> float:
    """The height of a row from its cells' texts and widths; no spreadsheet program works it out before opening."""
    lines = (len(textwrap.wrap(str(text), max(4, int(width)))) for text, width in cells if text is not None)
    return LINE * max([1, *lines])
