"""Columns that are answers spread out: who came, an activity a column; how many came, a year group a column."""

from __future__ import annotations

import datetime
from typing import Any

from .. import fields
from ..domain import answers, years
from ..domain.blank import is_blank
from ..domain.names import simple
from .find import Listing

MARKS = {
    "✓", "✔", "☑", "✅", "√", "y", "yes", "1", "true", "x", "/", "\\", "p", "present", "attended", "n", "no", "0", "a", "absent",
}  # fmt: skip


def marks(listing: Listing, columns: list[list[Any]], taken: set[int], activities: frozenset[str]) -> dict[str, int]:
    """Columns of a register: headed by an activity or a date, or in words of one, and marked or blank all the way down."""
    whole = fields.names_register(listing.table or listing.sheet)
    out = {}
    for at, heading in enumerate(listing.headings):
        filled = [cell for cell in columns[at] if not is_blank(cell)]
        if not heading or at in taken or not all(_mark(cell) for cell in filled):
            continue
        known = simple(heading) in activities or years.born(heading) is not None
        if known or (filled and fields.says_session(heading, whole)):
            out[heading] = at
    return out


def year_groups(listing: Listing, columns: list[list[Any]], taken: set[int]) -> dict[str, int]:
    """Columns of numbers headed by year groups: Y7, Year 8."""
    out = {}
    for at, heading in enumerate(listing.headings):
        told = heading[:1].casefold() == "y" and years.year_group(heading) is not None
        if (
            told
            and at not in taken
            and all(isinstance(cell, (int, float)) for cell in columns[at] if not is_blank(cell))
        ):
            out[heading] = at
    return out


def _mark(cell: Any) -> bool:
    if isinstance(cell, (datetime.date, datetime.time)):
        return False
    text = answers.simple(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell))
    return text in MARKS or str(cell).strip().casefold() in MARKS
