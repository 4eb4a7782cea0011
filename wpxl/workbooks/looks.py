"""The looks of reports' cells, taken into the styles of a person's workbook: only ever added, and only what is not there."""

from __future__ import annotations

import io
import zipfile
from functools import cache

import xlsxwriter

from .look import report_looks
from .parts import Element, child, parse
from .styles import Styles


def adopt(styles: Styles) -> dict[str, int]:
    """The number that each look of `look.report_looks` has in this workbook."""
    root, numbers = _drawn()
    return {look: styles.adopt(root, number) for look, number in numbers.items()}


@cache
def _drawn() -> tuple[Element, dict[str, int]]:
    """The looks as XlsxWriter writes them: a style part, and the number of each in it."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet, looks = book.add_worksheet(), report_looks()
    for at, properties in enumerate(looks.values()):
        sheet.write_blank(at, 0, None, book.add_format(properties))
    book.close()
    with zipfile.ZipFile(file) as made:
        cells = parse(made.read("xl/worksheets/sheet1.xml")).iter("{*}c")
        numbers = {look: int(cell.get("s")) for look, cell in zip(looks, cells, strict=True)}
        root = parse(made.read("xl/styles.xml"))
    assert child(root, "cellXfs") is not None
    return root, numbers
