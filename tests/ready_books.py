"""The ready-made workbooks as their files have them, taken apart anew: what each formula asks, and what is saved beside it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import openpyxl
from conftest import plain
from openpyxl.worksheet.formula import ArrayFormula

import wpxl
from wpxl.catalogue import CATALOGUE


class Books(NamedTuple):
    """The workbook twice: with its formulas, and with the answers saved beside them."""

    formulas: openpyxl.Workbook
    answers: openpyxl.Workbook


def opened(made: bytes) -> Books:
    return Books(
        openpyxl.load_workbook(io.BytesIO(made)),
        openpyxl.load_workbook(io.BytesIO(made), data_only=True),
    )


def cells(books: Books) -> Iterator[Any]:
    for sheet in books.formulas:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def formula(cell: Any) -> str:
    text = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
    return text[1:] if cell.data_type == "f" and isinstance(text, str) and text.startswith("=") else ""


def taken_apart(text: str) -> tuple[str, list[str]]:
    """A formula's function and its arguments as they are written; commas in quotation marks and brackets part nothing."""
    name, inside = re.fullmatch(r"([A-Z_]+)\((.*)\)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    parts, depth, quoted = [""], 0, False
    for c in inside:
        quoted ^= c == '"'
        depth += 0 if quoted else (c in "([{") - (c in ")]}")
        if c == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += c
    return name, parts if inside else []


def value(text: str, cell: Any, books: Books) -> Any:
    """What an argument hands to the function: a literal, the cells that it points to, or what is left out."""
    sheet = books.answers[cell.parent.title]
    if not text:
        return None
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    if text.startswith("{"):
        return json.loads("[[" + text[1:-1].replace(";", "],[") + "]]")
    if text in ("TRUE", "FALSE"):
        return text == "TRUE"
    if own := re.fullmatch(r"(\w+)\[\[#This Row\],\[([^\]]+)\]\]", text):
        table = books.formulas[sheet.title].tables[own[1]]
        column = [c.name for c in table.tableColumns].index(own[2])
        found = sheet.cell(cell.row, column + 1).value
        return [[None]] if found is None else found
    if part := re.fullmatch(r"(\w+)\[(?:\[#All\],)?\[?([^\[\]]+)\]?(?::\[([^\]]+)\])?\]", text):
        sheet = next(s for s in books.answers if part[1] in s.tables)
        rows = [[c.value for c in row] for row in sheet[sheet.tables[part[1]].ref]]
        first, last = rows[0].index(part[2]), rows[0].index(part[3] or part[2])
        return [row[first : last + 1] for row in rows["#All" not in text :]]
    if re.fullmatch(r"[A-Z]+\d+", text):
        return sheet[text].value
    if re.fullmatch(r"[A-Z]+\d+:[A-Z]+\d+", text):
        return [[c.value for c in row] for row in sheet[text]]
    if text in books.formulas.defined_names:
        at, _, cell = books.formulas.defined_names[text].attr_text.partition("!")
        return books.answers[at][cell.replace("$", "")].value
    return float(text) if "." in text else int(text)


def expected(text: str, cell: Any, books: Books) -> list[list[Any]]:
    name, args = taken_apart(text)
    if name == "IF":  # a blank row stays blank
        own, _, empty = args[0].partition("=")
        assert [empty, args[1]] == ['""', '""']
        return [[None]] if value(own, cell, books) == [[None]] else expected(args[2], cell, books)
    if name == "ROWS":
        return [[len(expected(args[0], cell, books))]]
    assert name in CATALOGUE
    return plain(wpxl.call(name, *(value(a, cell, books) for a in args)))


def saved(cell: Any, books: Books) -> list[list[Any]]:
    sheet = books.answers[cell.parent.title]
    if isinstance(cell.value, ArrayFormula):
        return [[c.value for c in row] for row in sheet[cell.value.ref]]
    return [[sheet[cell.coordinate].value]]


def cut_off(sheet: Any, first: int) -> list[Any]:
    """The cells from a row on whose text has no room.

    One of n characters that wraps in a column w wide needs about n / w lines; any other fits, or runs on into blank cells.
    """
    wide = {i: d.width for d in sheet.column_dimensions.values() for i in range(d.min, d.max + 1)}
    merged = {area.start_cell.coordinate: area for area in sheet.merged_cells.ranges}
    found = []
    for row in sheet.iter_rows(min_row=first):
        for cell in row:
            text = "dd/mm/yyyy" if isinstance(cell.value, datetime) else str(cell.value or "")
            area = merged.get(cell.coordinate)
            width = sum(wide[c] for c in range(cell.column, (area.max_col if area else cell.column) + 1)) - 1
            if cell.alignment.wrap_text:
                fits = -(-len(text) // width) * 15 <= (sheet.row_dimensions[cell.row].height or 15)
            else:
                fits = len(text) <= width or sheet.cell(cell.row, cell.column + 1).value is None
            if not fits:
                found.append(cell)
    return found
