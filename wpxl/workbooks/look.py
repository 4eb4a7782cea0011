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


# ------------------------------------------------------------------------------------------------------- sheets of reports

GREY = "#595959"
BANDS = {"High": "#C6E0B4", "Medium": "#FFE699", "Low": "#EDEDED"}
# Of bands in charts, where a pale ground would not be seen.
BANDS_DRAWN = {"High": "#548235", "Medium": "#BF9000", "Low": "#A6A6A6", "Not settled": "#D9D9D9"}


def _clear_of_the_edge(form: str) -> str:
    """A number format that leaves the width of a digit at the right, also of texts: LibreOffice indents no figures."""
    return f"{form}_0;-{form}_0;{form}_0;@_0"


_FORMS: dict[str, dict[str, Any]] = {
    "text": {"indent": 1},
    "sentence": {"indent": 1, "text_wrap": True},
    "date": {"num_format": "d mmm yyyy", "align": "left", "indent": 1},
    "band": {"align": "center"},
    "whole": {"num_format": _clear_of_the_edge("#,##0"), "align": "right"},
    "decimal": {"num_format": _clear_of_the_edge("#,##0.0"), "align": "right"},
}


def report_looks() -> dict[str, dict[str, Any]]:
    """What the cells of a report look like, by name, as XlsxWriter's properties.

    The looks of the columns stand twice: as they are, and after "total " for the rows that sum up the others.
    """
    plain = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter"}
    line = {**plain, "bottom": 4, "bottom_color": RULE}
    total = {**plain, "bold": True, "top": 1, "top_color": NAVY}
    head = {**plain, "bold": True, "font_color": "white", "bg_color": NAVY, "text_wrap": True}
    looks: dict[str, dict[str, Any]] = {
        "title": {**plain, "bold": True, "font_size": 16, "font_color": NAVY},
        "under": {**plain, "font_color": GREY},
        "warning": {**plain, "bold": True, "font_color": RED, "bg_color": PINK},
        "section": {**plain, "bold": True, "font_size": 12, "font_color": NAVY},
        "said": {**plain, "italic": True, "font_color": GREY, "text_wrap": True, "valign": "top"},
        "note": {**plain, "text_wrap": True, "valign": "top"},
        "head": {**head, "indent": 1},
        "head centred": {**head, "align": "center"},
        "head right": {**head, "align": "right", "indent": 1},
        "missing": {**line, "font_color": GREY, "italic": True, "align": "right"},
        "total missing": {**total, "font_color": GREY, "italic": True, "align": "right"},
    }
    for name, form in _FORMS.items():
        looks[name] = {**line, **form}
        looks[f"total {name}"] = {**total, **form}
    for band, colour in BANDS.items():
        looks[f"band {band}"] = {**line, "align": "center", "bg_color": colour}
    return looks
