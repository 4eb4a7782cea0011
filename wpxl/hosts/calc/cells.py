"""Calc's cells as its add-in interface hands them over → the door's, and the door's answers → what Calc can show.

In: numbers (dates and TRUE too: Calc tells neither from a number), texts, None for an omitted argument, blocks of cells. A
blank cell in a block is an empty text. A *single* blank cell is the number 0, and nothing tells it from a 0 that somebody
typed: it is taken as blank, because what is not known is never taken for a no.

Out: numbers and texts. TRUE is 1, a date its serial number, a blank an empty text. Errors travel beside the cells: place
and code, which the loader puts into Calc's own form.
"""

from __future__ import annotations

import datetime
from typing import Any

from ...errors import CODES, VALUE, Fault

BLANK = ((None,),)  # a blank cell; None alone would be an omitted argument
DAY_ZERO = datetime.datetime(1899, 12, 30)  # Calc's serial numbers count from here
FAULTS = {code: Fault(code, "The cell holds an error.") for code in CODES}
PLAIN = frozenset((str, float))
# Calc hands no block over that has an error in it, and TRUE as 1. In the copy that `recalc` makes such cells are texts: this
# mark, and the number that ERROR.TYPE gives, or the word.
MARK = "\ue000"
ERROR_TYPES = ("#NULL!", "#DIV/0!", VALUE, "#REF!", "#NAME?", "#NUM!", "#N/A")
MARKED: dict[Any, Any] = {f"{MARK}{number}": FAULTS[code] for number, code in enumerate(ERROR_TYPES, 1)}
MARKED |= {f"{MARK}TRUE": True, f"{MARK}FALSE": False}


def argument(given: Any) -> Any:
    """One argument for the door: None if omitted, a scalar, or rows of cells."""
    if isinstance(given, list):
        return [[None if cell == "" else MARKED.get(cell, cell) for cell in row] for row in given]
    return BLANK if given == 0 else given


def answer(grid: list[tuple[Any, ...]]) -> tuple[list[Any], list[list[Any]]]:
    """The door's grid as cells that Calc takes, and the errors among them: row, column, code."""
    errors: list[list[Any]] = []
    cells = [
        row if PLAIN.issuperset(map(type, row)) else [_sent(cell, r, c, errors) for c, cell in enumerate(row)]
        for r, row in enumerate(grid)
    ]
    return cells, errors


def _sent(cell: Any, row: int, column: int, errors: list[list[Any]]) -> Any:
    if isinstance(cell, Fault):
        errors.append([row, column, cell.code])
        return ""
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return (cell.replace(tzinfo=None) - DAY_ZERO) / datetime.timedelta(days=1)
    if isinstance(cell, datetime.date):
        return float((cell - DAY_ZERO.date()).days)
    return cell if isinstance(cell, str) else float(cell)  # Calc would lose a whole number that is Python's int
