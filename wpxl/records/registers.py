"""Columns that are answers spread out: who came, an activity a column; how many came, a year group a column."""

from __future__ import annotations

from typing import Any

from .. import fields
from ..domain import answers, years
from ..domain.answers import NO, YES
from ..domain.blank import is_blank
from ..domain.names import simple
from ..errors import Fault
from .cells import text
from .find import Listing

_PRESENT = {
    "present", "attended", "attending", "came", "p", "/", "\\", "took part", "participated", "completed", "late", "l",
}  # fmt: skip
_ABSENT = {
    "absent", "a", "did not attend", "dna", "no show", "cancelled", "withdrawn", "withdrew", "not present", "booked", "registered",
}  # fmt: skip


def marks(listing: Listing, columns: list[list[Any]], taken: set[int], activities: frozenset[str]) -> dict[str, int]:
    """Columns of a register: headed by an activity or a date, or in words of one, and marked or blank all the way down."""
    whole = fields.names_register(listing.table or listing.sheet)
    out = {}
    for at, heading in enumerate(listing.headings):
        filled = [cell for cell in columns[at] if not is_blank(cell)]
        if not heading or at in taken or not all(map(_is_mark, filled)):
            continue
        known = simple(heading) in activities or years.born(heading) is not None
        if known or (filled and fields.says_session(heading, whole)):
            out[heading] = at
    return out


def year_groups(listing: Listing, columns: list[list[Any]], taken: set[int]) -> dict[str, int]:
    """Columns of numbers headed by year groups: Y7, Year 8."""
    out = {}
    for at, heading in enumerate(listing.headings):
        filled = [cell for cell in columns[at] if not is_blank(cell)]
        told = heading[:1].casefold() == "y" and years.year_group(heading) is not None
        if told and at not in taken and all(isinstance(cell, (int, float)) for cell in filled):
            out[heading] = at
    return out


def came_by(cell: Any) -> int | Fault:
    """Whether a mark says that the learner came."""
    said = text(cell) or ""
    if answers.simple(said) in _PRESENT or said.casefold() in _PRESENT:
        return YES
    return NO if answers.simple(said) in _ABSENT else answers.read("attended", cell)


def _is_mark(cell: Any) -> bool:
    return isinstance(came_by(cell), int) or answers.simple(text(cell) or "") == "x"
