"""The workbooks that people have, read together: lists in several files belong together as sheets of one do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .. import fields
from ..records import Records, Understood
from ..workbooks.book import Book
from ..workbooks.records import sheets_of as of_book

if TYPE_CHECKING:
    from ..records.source import SheetCells

SCHOOL_IDS = ("urn", "laestab", "heat_id")
TEXT_FILES = (".csv", ".tsv", ".txt")


class Source(NamedTuple):
    """What was read: the cells, how they were understood (also in words), and the records that they make."""

    sheets: list[SheetCells]
    understood: list[Understood]
    records: Records
    said: tuple[str, ...]


def read_sources(paths: Sequence[Path]) -> Source:
    """Errors: a Fault saying what a file is, or that nothing in it is a list of activities, schools or learners."""
    sheets: list[SheetCells] = []
    for path in paths:
        for sheet in sheets_of(path):
            taken = {other.name.casefold() for other in sheets}
            sheets.append(
                sheet._replace(name=f"{sheet.name} ({path.stem})") if sheet.name.casefold() in taken else sheet
            )
    return source_of(sheets)


def source_of(sheets: list[SheetCells]) -> Source:
    """Of cells that somebody else has read."""
    from ..records.read import describe, read, understand

    understood = [_with_school(entry, sheets) for entry in understand(sheets)]
    return Source(sheets, understood, read(sheets, understood), tuple(describe(understood)))


def _with_school(entry: Understood, sheets: Sequence[SheetCells]) -> Understood:
    """Learners whose school stands there by an identifier only, as in a school's own export: it is as good as a name."""
    if entry.about != "learners" or "organisation" in entry.fields:
        return entry
    found = fields.match("organisations", entry.unused)
    known = next((entry.unused[found[id_].at] for id_ in SCHOOL_IDS if id_ in found), None)
    top = next(sheet.grid[entry.rows.start - 2] for sheet in sheets if sheet.name == entry.sheet)
    heads = ["" if cell is None else " ".join(str(cell).split()) for cell in top]
    if known is None or known not in heads:
        return entry
    return entry._replace(
        fields=entry.fields | {"organisation": known}, columns=entry.columns | {"organisation": heads.index(known) + 1},
        unused=tuple(heading for heading in entry.unused if heading != known),
    )  # fmt: skip


def sheets_of(path: Path) -> list[SheetCells]:
    """The sheets of a workbook; a text file is one sheet."""
    from ..records.source import SheetCells

    if path.suffix.casefold() in TEXT_FILES:
        from ..workbooks.delimited import read_delimited

        rows = read_delimited(path).rows
        width = max(map(len, rows), default=0)
        return [SheetCells(path.stem, [[cell or None for cell in row] + [None] * (width - len(row)) for row in rows])]
    return of_book(Book.open(path))
