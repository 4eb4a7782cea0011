"""Excel's cells as COM hands them over → the door's, and the door's answers → what VBA turns into cells.

In: a number is a float, an error cell an int (its scode), a blank cell None, an omitted argument the scode of "parameter
not found"; VBA sends a single blank cell as a block of one, so that it is not mistaken for an omitted argument.

Out: COM cannot carry an error to Excel from Python, so an error travels as a text that begins with MARK, followed by the
number that VBA gives to CVErr. No other text that leaves here begins so.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from ...errors import NA, NUM, REF, VALUE, Fault

MARK = "\ue000"  # a private-use character; the same in workbook/vba/wpxlValues.bas
AREAS = f"{MARK}areas"  # what VBA sends for a range of several areas
OMITTED = -2147352572  # DISP_E_PARAMNOTFOUND
TEXT_LIMIT = 255  # Excel turns a longer text inside an array into #VALUE!
SCODES = -2146828288  # an error cell's int is this and its CVErr number
NUMBERS = {  # Excel's error values: the enumeration XlCVError, and the newer codes of dynamic arrays
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    VALUE: 2015,
    REF: 2023,
    "#NAME?": 2029,
    NUM: 2036,
    NA: 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#CALC!": 2050,
}
FAULTS = {SCODES + number: Fault(code, "The cell holds an error.") for code, number in NUMBERS.items()}
OTHER_ERROR = Fault(VALUE, "The cell holds an error.")  # #BLOCKED!, #FIELD! and the like
SEVERAL_AREAS = Fault(VALUE, "The range is made of several areas: give one block of cells, or one formula for each.")
NO_CELL = 2**31  # whole numbers from here on do not fit COM's own
DAY_ZERO = datetime.datetime(1899, 12, 30)  # Excel's serial numbers count from here, from March 1900 on


def argument(given: Any) -> Any:
    """One argument for the door: None if omitted, a scalar, or rows of cells."""
    if isinstance(given, tuple):
        if given and not isinstance(given[0], tuple):  # a row typed as {"a","b"} comes without its second dimension
            given = (given,)
        return [_row(row) for row in given]
    if type(given) is int and given == OMITTED:
        return None
    return _cell(given)


def _row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    for cell in row:
        kind = type(cell)
        if kind is not str and kind is not float and cell is not None and kind is not bool:
            return tuple(map(_cell, row))
    return row


def _cell(cell: Any) -> Any:
    if type(cell) is int:
        # VBA's own whole numbers come as int too; none of them is as far below zero as an error's
        return FAULTS.get(cell, OTHER_ERROR) if SCODES <= cell < SCODES + 0x10000 else cell
    if isinstance(cell, datetime.datetime):  # pywin32 adds a time zone that the cell never had
        return datetime.datetime(*cell.timetuple()[:6])
    if isinstance(cell, Decimal):  # a cell formatted as currency
        return float(cell)
    return SEVERAL_AREAS if cell == AREAS else cell


def answer(grid: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The door's grid as COM can carry it. Rows that are one object stay one object."""
    done: dict[int, tuple[Any, ...]] = {}
    out = []
    for row in grid:
        key = id(row)
        if key not in done:
            done[key] = tuple([_sent(cell) for cell in row])
        out.append(done[key])
    return out


def _sent(value: Any) -> Any:
    if isinstance(value, str):
        if len(value) > TEXT_LIMIT:
            value = value[: TEXT_LIMIT - 1] + "…"
        return value.lstrip(MARK) if value[:1] == MARK else value
    if value is None:
        return ""
    if isinstance(value, Fault):
        return f"{MARK}{NUMBERS[value.code]}"
    if isinstance(value, datetime.datetime):
        return (value.replace(tzinfo=None) - DAY_ZERO) / datetime.timedelta(days=1)
    if isinstance(value, datetime.date):
        return float((value - DAY_ZERO.date()).days)
    return float(value) if isinstance(value, int) and abs(value) >= NO_CELL else value
