"""Rows that are no records: blank ones between others, totals, the headings again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...domain.blank import is_blank
from ...domain.names import simple
from ..shape import ERROR, WARNING, Finding
from .ground import Ground, Rule

BLANK = Rule(
    "blank_row", WARNING, "There are blank rows in the list here ({count}).",
    "An import, and Excel's own sorting and filtering, take the list to end at a blank row.", "Delete the blank rows.",
)  # fmt: skip
TOTALS = Rule(
    "totals_row", ERROR, "This row holds totals, not a record.",
    "An import would take it for one more learner, activity or school.", "Delete the row, or move it out of the list.",
)  # fmt: skip
AGAIN = Rule(
    "headings_again", ERROR, "The headings stand here again.", "An import would take them for a record.", "Delete the row.",
)  # fmt: skip
RULES = (BLANK, TOTALS, AGAIN)

_TOTALS = {"total", "grandtotal", "subtotal", "overalltotal", "totalnumber", "totalattended", "sum", "totallearner",
           "totalstudent", "totalpupil", "totalattending", "overall"}  # fmt: skip


def look(ground: Ground) -> Iterator[Finding]:
    """Also sets these rows aside, so that no other rule looks at them."""
    columns = [c if len(c) == ground.height else [*c, *[None] * (ground.height - len(c))] for c in ground.raw]
    blank, again = _blank(columns, ground.height), _again(columns, ground.headings)
    totals = _totals(columns, blank)
    ground.set_aside |= blank | again | totals
    last = max(set(range(ground.height)) - blank, default=-1)
    for row in sorted(again):
        yield ground.found(AGAIN, row, 0)
    for row in sorted(totals - again):
        yield ground.found(TOTALS, row, 0)
    for row in sorted(blank):
        if row < last and row - 1 not in blank and row > 0:
            count = next(n for n in range(1, ground.height) if row + n not in blank)
            yield ground.found(BLANK, row, 0, count="1 row" if count == 1 else f"{count:,} rows")


def _blank(columns: list[list[Any]], height: int) -> set[int]:
    rows = range(height)
    for column in columns:
        rows = [row for row in rows if column[row] is None or is_blank(column[row])]  # type: ignore[assignment]
    return set(rows)


def _again(columns: list[list[Any]], headings: list[str]) -> set[int]:
    named = [at for at, heading in enumerate(headings) if heading.strip()]
    if len(named) < 2:
        return set()
    first = columns[named[0]]
    rows = [
        row for row, cell in enumerate(first) if isinstance(cell, str) and simple(cell) == simple(headings[named[0]])
    ]
    return {r for r in rows if all(simple(str(columns[at][r] or "")) == simple(headings[at]) for at in named)}


def _totals(columns: list[list[Any]], blank: set[int]) -> set[int]:
    """Rows that say they are totals in one of the first three columns, and are blank for the greater part."""
    out: set[int] = set()
    for column in columns[:3]:
        for row, cell in enumerate(column):
            if isinstance(cell, str) and "t" in cell.casefold() and simple(cell).rstrip("s") in _TOTALS:
                filled = sum(not is_blank(other[row]) for other in columns)
                if filled <= max(2, len(columns) / 2):
                    out.add(row)
    return out - blank
