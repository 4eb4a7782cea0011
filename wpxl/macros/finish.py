"""Finish: a workbook for colleagues without wpxl. Formulas become their values, marks go, a sheet says where figures are from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .. import store
from ..door import call
from ..errors import refuse
from ..workbooks.refs import Area, area
from . import lists, writing
from .action import FINISH, Action, Ask, Book, GivenUp, Said, answered
from .check import clear_book

WHOLE, SELECTION = "The whole workbook", "Only the selected cells"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_OURS = re.compile(r"(?<![A-Za-z0-9_.])WP_[A-Z_]+\s*\(", re.IGNORECASE)
LISTED = 200  # formulas that the note lists


def is_ours(formula: Any) -> bool:
    """Whether a formula asks a function of wpxl's."""
    return isinstance(formula, str) and formula[:1] == "=" and bool(_OURS.search(_QUOTED.sub('""', formula)))


def _freeze(book: Book, ask: Ask) -> Said:
    sheet, chosen = lists.selected(book)
    scope = 0
    if chosen is not None and (chosen.first_row, chosen.first_column) != (chosen.last_row, chosen.last_column):
        answer = answered(ask.choose("What shall be frozen?", [WHOLE, SELECTION]))
        scope = answer
    sheets = [sheet] if scope else list(book.sheets)
    found = [(s, where, text) for s in sheets for where, text in _blocks(s, chosen if scope else None)]
    if not found:
        raise refuse("There is no formula of wpxl's there, so there is nothing to freeze.")
    cells = sum((w.last_row - w.first_row + 1) * (w.last_column - w.first_column + 1) for _, w, _ in found)
    if not ask.yes(f"{cells:,} cells with formulas of wpxl's will hold their present values instead. Go on?"):
        raise GivenUp
    for at, (s, where, _) in enumerate(found):
        if at % 20 == 0:
            ask.progress(f"wpxl: freezing {at + 1:,} of {len(found):,}")
        there = s.range(where[:2], where[2:])
        # Assigned, not pasted: copying a filtered list takes only the rows that are seen. In one go, as an array must be.
        there.options(chunksize=None).value = [[writing.cell(value) for value in row] for row in lists.values(there)]
    name = _provenance(book, ask, found)
    return Said(f"{cells:,} cells hold their values now. Where they are from is on the new sheet '{name}'.", cells)


def _blocks(sheet: Any, within: Area | None) -> Iterator[tuple[Area, str]]:
    """The rectangles with formulas of wpxl's, an array whole, with the formula of each."""
    used = area_of_formulas(sheet)
    if used is None:
        return
    top, left, grid = used
    done: set[Area] = set()
    for column in range(len(grid[0])):
        row = 0
        while row < len(grid):
            start = row
            while row < len(grid) and is_ours(grid[row][column]):
                row += 1
            if row == start:
                row += 1
                continue
            block = Area(top + start, left + column, top + row - 1, left + column)
            for where in _arrays(sheet, block):
                if where not in done and (within is None or where.meets(within)):
                    done.add(where)
                    yield _clipped(where, within, block), grid[start][column]


def _clipped(where: Area, within: Area | None, block: Area) -> Area:
    """Of single formulas only the selected ones; an array is frozen whole or not at all."""
    if within is None or where != block:
        return where
    return Area(
        max(where.first_row, within.first_row),
        where.first_column,
        min(where.last_row, within.last_row),
        where.last_column,
    )


def area_of_formulas(sheet: Any) -> tuple[int, int, Any] | None:
    """The top row, the left column and the formulas of a sheet's used cells."""
    used = sheet.used_range
    grid = used.formula
    if isinstance(grid, str):
        grid = ((grid,),)
    if not grid:
        return None
    return used.row, used.column, grid


def _arrays(sheet: Any, block: Area) -> list[Area]:
    """The block itself, or where its formulas fill more cells than their own, all of these."""
    api = sheet.range(block[:2], block[2:]).api
    if getattr(api, "HasFormula", True) is False:  # texts that begin with "=" look like formulas
        return []
    if getattr(api, "HasSpill", False) is False and getattr(api, "HasArray", False) is False:
        return [block]
    found: dict[Area, None] = {}
    for row in range(block.first_row, block.last_row + 1):
        cell = sheet.range((row, block.first_column)).api
        whole = None
        if getattr(cell, "HasSpill", False):
            whole = cell.SpillParent.SpillingToRange.Address
        elif getattr(cell, "HasArray", False):
            whole = cell.CurrentArray.Address
        where = area(whole) if whole else None
        found[where or Area(row, block.first_column, row, block.first_column)] = None
    return list(found)


def _provenance(book: Book, ask: Ask, found: list[tuple[Any, Area, str]]) -> str:
    """The sheet that says what was frozen when, and which tables the values came from."""
    sample = " Only sample data was installed." if store.installed().sample_only else ""
    rows: list[tuple[Any, ...]] = [("Sheet", "Cells", "Formula that was there")]
    rows += [(s.name, str(where), text) for s, where, text in found[:LISTED]]
    if len(found) > LISTED:
        rows.append((f"and {len(found) - LISTED:,} more", None, None))
    rows += [(None, None, None), ("Tables", "Vintage, edition", "Source")]
    for table in call("WP_SOURCES")[1:]:
        _, title, publisher, vintage, licence, *_, edition = table
        facts = ", ".join(str(part) for part in (vintage, edition) if part)
        rows.append((title, facts, ", ".join(str(part) for part in (publisher, licence) if part)))
    notes = [
        f"Frozen on {ask.today:%d/%m/%Y} with wpxl {version()}.{sample}",
        "These cells no longer change with the list beside them.",
    ]
    return writing.new_sheet(book, "wpxl sources", "Where the frozen figures come from", rows, notes)


def version() -> str:
    """The version of wpxl."""
    from importlib import metadata

    try:
        return metadata.version("wpxl")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _remove(book: Book, ask: Ask) -> Said:
    if not ask.yes(
        "Remove the colours and notes of 'Mark problems' from every sheet? Your own notes and formats stay."
    ):
        raise GivenUp
    cleared = clear_book(book, ask)
    return Said(f"{cleared:,} marks of wpxl's removed from the workbook.", cleared)


ACTIONS = (
    Action(
        "freeze",
        "Freeze to values",
        "Turn wpxl's formulas into their values",
        "For colleagues without wpxl: every WP_ formula of the workbook, or of the selection, becomes the value it shows, and a "
        "new sheet says which tables the values came from.",
        "PasteSpecialDialog",
        FINISH,
        _freeze,
    ),
    Action(
        "remove_marks",
        "Remove all marks",
        "Remove wpxl's marks from every sheet",
        "Removes the colours and notes of 'Mark problems' from the whole workbook.",
        "Clear",
        FINISH,
        _remove,
    ),
)
