"""Excel's cells as COM hands them over → the door's, and the door's answers → what VBA turns into cells.

In: a number is a float, an error cell an int (its scode), a blank cell None, an omitted argument the scode of "parameter
not found"; VBA sends a single blank cell as a block of one, so that it is not mistaken for an omitted argument.

Out: COM cannot carry an error to Excel from Python, so an error travels as a text that begins with MARK, followed by the
number that VBA gives to CVErr. No other text that leaves here begins so.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from itertools import chain
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
SENT = {code: f"{MARK}{number}" for code, number in NUMBERS.items()}
OTHER_ERROR = Fault(VALUE, "The cell holds an error.")  # #BLOCKED!, #FIELD! and the like
SEVERAL_AREAS = Fault(VALUE, "The range is made of several areas: give one block of cells, or one formula for each.")
NO_CELL = 2**31  # whole numbers from here on do not fit COM's own
AS_THEY_ARE = frozenset((str, float, bool, type(None)))
DAY_ZERO = datetime.datetime(1899, 12, 30)  # Excel's serial numbers count from here, from March 1900 on


def argument(given: Any) -> Any:
    """One argument for the door: None if omitted, a scalar, or rows of cells."""
    if isinstance(given, tuple):
        if given and not isinstance(given[0], tuple):  # a row typed as {"a","b"} comes without its second dimension
            given = (given,)
        if AS_THEY_ARE.issuperset(
            map(type, chain.from_iterable(given))
        ):  # most columns: nothing to do, and quickly seen
            return given
        return [tuple(map(_cell, row)) for row in given]
    if type(given) is int and given == OMITTED:
        return None
    return _cell(given)


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
    """The door's grid as COM can carry it. Rows that need nothing stay as they are, and equal ones stay one object: a
    hundred thousand fresh rows would cost more in garbage collection than the look-up itself."""
    changed: dict[int, tuple[Any, ...]] = {}
    for key, row in {id(row): row for row in grid}.items():
        for cell in row:
            kind = type(cell)
            if kind is float or kind is bool:
                continue
            if kind is str:
                if len(cell) <= TEXT_LIMIT and cell[:1] != MARK:
                    continue
            elif kind is int and -NO_CELL < cell < NO_CELL:
                continue
            changed[key] = tuple(map(_sent, row))
            break
    return [changed.get(id(row), row) for row in grid] if changed else grid


def _sent(value: Any) -> Any:
    if isinstance(value, str):
        if len(value) > TEXT_LIMIT:
            value = value[: TEXT_LIMIT - 1] + "…"
        return value.lstrip(MARK) if value[:1] == MARK else value
    if value is None:
        return ""
    if isinstance(value, Fault):
        return SENT[value.code]
    if isinstance(value, datetime.datetime):
        return (value.replace(tzinfo=None) - DAY_ZERO) / datetime.timedelta(days=1)
    if isinstance(value, datetime.date):
        return float((value - DAY_ZERO.date()).days)
    return float(value) if isinstance(value, int) and abs(value) >= NO_CELL else value
