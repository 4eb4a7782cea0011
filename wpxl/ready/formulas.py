"""Formulas with the answers that are saved beside them, so that a workbook reads well where the add-in is not installed.

Text and answer of a formula come from one list of arguments: what a cell shows is what wpxl.call says.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_cell_to_rowcol

from ..catalogue import Function
from ..door import Grid, call
from ..errors import Fault


class Ref(NamedTuple):
    """An argument that is a reference: how it is written in the formula, and what the cells hold."""

    text: str
    value: Any


_MARKS = re.compile(r"(['#\[\]@])")  # they mean something in a reference to a table


def own_row(table: str, column: str, cell: Any) -> Ref:
    """The cell of a table's column in the formula's own row, as files write [@column]. A blank cell is not left out."""
    name = _MARKS.sub(r"'\1", column)
    return Ref(f"{table}[[#This Row],[{name}]]", [[None]] if cell is None else cell)


def example(function: Function) -> list[Any]:
    """The arguments of a function's example, as its declaration has them; those not given at the end are left out."""
    given = [arg.example for arg in function.args]
    while given and given[-1] is None:
        given.pop()
    return given


def text(name: str, args: list[Any]) -> str:
    return f"{name}({','.join(map(_argument, args))})"


def _argument(value: Any) -> str:
    if isinstance(value, Ref):
        return value.text
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, list):  # rows of cells, as a constant
        return "{" + ";".join(",".join(map(_argument, row)) for row in value) + "}"
    return "" if value is None else str(value).upper()


def answers(name: str, args: list[Any]) -> Grid:
    return call(name, *(a.value if isinstance(a, Ref) else a for a in args))


def put(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    """A plain value, or an error: see `finished`."""
    if isinstance(value, Fault):
        sheet.write_formula(row, column, f"={value.code}", style, value.code)
    elif value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    elif isinstance(value, datetime.date):
        sheet.write_datetime(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def write(sheet: Any, row: int, column: int, formula: str, answer: Any, style: Any) -> None:
    """A formula of one cell with its answer. A blank answer is an empty text, as the add-in gives it."""
    sheet.write_formula(row, column, f"={formula}", style, _saved(answer))


def _saved(answer: Any) -> Any:
    return "" if answer is None else answer.code if isinstance(answer, Fault) else answer


def spill(sheet: Any, at: str, name: str, args: list[Any], style: Callable[[int, int], Any]) -> Grid:
    """One formula that fills as many cells as it has answers; older Excels see an array formula of that size.

    style(line, column) gives the format of a cell of the answer. Returns the answer.
    """
    grid = answers(name, args)
    row, column = xl_cell_to_rowcol(at)
    last = row + len(grid) - 1, column + len(grid[0]) - 1
    sheet.write_dynamic_array_formula(row, column, *last, f"={text(name, args)}", style(0, 0), _saved(grid[0][0]))
    for r, line in enumerate(grid):
        for c, value in enumerate(line):
            if r or c:
                put(sheet, row + r, column + c, value, style(r, c))
    return grid


_PLAIN_ERROR = re.compile(rb"<f>#[^<]*</f>")
_ARRAY_ERROR = re.compile(rb' t="str"(><f t="array"[^>]*>[^<]*</f><v>#(?:N/A|DIV/0!|VALUE!|REF!|NUM!)</v>)')
_BLANK_ANSWER = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)(><f>[^<]*</f><v></v></c>)')


def finished(sheet: bytes) -> bytes:
    """A sheet's XML with what XlsxWriter cannot say: an error as a plain value, as one formula spills it into the cells beside
    it, and as that formula's own answer; and a formula whose answer is an empty text."""
    sheet = _ARRAY_ERROR.sub(rb' t="e"\1', _PLAIN_ERROR.sub(b"", sheet))
    return _BLANK_ANSWER.sub(rb'\1 t="str"\2', sheet)
