"""How large a formula's answer is: told by the door beforehand where that can be, else asked of LibreOffice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from ....catalogue import ANY, CATALOGUE, CELLS, TABLE
from ....door import call
from ....errors import Fault
from .contents import Range
from .tokens import NAME, NUMBER, TEXT, Token, arguments, closing

EXPLAINS = "WP_WHY"
_COLUMNS = 100_000  # more than a sheet has, so that rows times this and columns are one number


class Size(NamedTuple):
    """Rows and columns."""

    rows: int
    columns: int


def asking(formula: str) -> str:
    """A formula for the size of another's answer, as a number."""
    return f"ROWS({formula})*{_COLUMNS}+COLUMNS({formula})"


def answered(number: Any) -> Size:
    """What that formula's answer means; an error is one cell."""
    return Size(*divmod(int(number), _COLUMNS)) if isinstance(number, float) else Size(1, 1)


def foretold(pieces: Sequence[Token], cells: Callable[[Sequence[Token]], Range | None]) -> Size | None:
    """The size of the answer of one call of wpxl's with cells and plain values; None for anything else.

    cells: the cells that an argument is.
    """
    if len(pieces) < 3 or not pieces[0].ours or closing(pieces, 1) != len(pieces) - 1:
        return None
    function = CATALOGUE.get(pieces[0].called)
    if function is None or not function.args or (function.answers == TABLE and function.name != EXPLAINS):
        return None
    given: list[Any] = []
    for i, part in enumerate(arguments(pieces, 1, len(pieces) - 1)):
        where = cells(pieces[part])
        if where is not None:
            if function.args[min(i, len(function.args) - 1)].kind not in (CELLS, ANY):
                return None
            top, left, bottom, right = where.area
            given.append(Size(bottom - top + 1, right - left + 1))
        elif all(token.kind in (TEXT, NUMBER) or token.text in ("TRUE", "FALSE") for token in pieces[part]):
            given.append(_plain(pieces[part]))
        else:
            return None
    if function.name == EXPLAINS:
        explained = CATALOGUE.get(str(given[0]).strip().upper())
        if explained is None or explained.answers == TABLE:
            return None
    return _asked(function.name, *given)


@lru_cache(1_000, typed=True)  # TRUE is not 1 everywhere
def _asked(name: str, *given: Any) -> Size | None:
    """What the door answers to blank cells, one row of them: each further row has one more."""
    ranges = [argument for argument in given if isinstance(argument, Size)]
    more = max((size.rows for size in ranges), default=1) - 1
    if any(size.rows not in (1, more + 1) for size in ranges):
        return None
    grid = call(name, *([[None] * a.columns] if isinstance(a, Size) else a for a in given))
    refused = len(grid) == 1 and isinstance(grid[0][0], Fault)
    return Size(len(grid) + (0 if refused else more), len(grid[0]))


def _plain(pieces: Sequence[Token]) -> Any:
    if not pieces:
        return None
    token = pieces[0]
    if token.kind == NAME:
        return token.text == "TRUE"
    return token.text[1:-1].replace('""', '"') if token.kind == TEXT else float(token.text)
