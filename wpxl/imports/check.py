"""What is wrong in a list before it is uploaded: every rule held against it, and the corrections that are beyond doubt.

check(listing, Asked(about=STUDENTS, year=2025))     # findings, in the order of rows and columns
fixes(listing, findings)                             # what a reversible correction would write
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .. import fields
from ..domain.blank import is_blank
from ..records.source import SheetCells
from ..records.understand import understand
from .rules import activities, cells, dates, ids, lists, names, people, postcodes, rows
from .rules.activities import recorded
from .rules.ground import Ground, Look, Rule
from .rules.names import CASE
from .shape import ERROR, NOTE, WARNING, Column, Finding, Listing, TemplateSheet
from .template import TABLES

__all__ = ["ALL", "Asked", "Change", "check", "counted", "fixes", "listings", "recorded"]

MODULES = (rows, cells, names, dates, postcodes, lists, ids, people, activities)  # rows first: it sets rows aside
LOOKS: tuple[Look, ...] = tuple(module.look for module in MODULES)
ALL: dict[str, Rule] = {rule.id: rule for module in MODULES for rule in module.RULES}


class Asked(NamedTuple):
    """What is known about a list beside its cells."""

    about: str = ""  # students, activities, schools, links, headcounts; "": only what holds for any list is looked at
    year: int | None = None  # the academic year's start
    template: TemplateSheet | None = None  # the sheet of a template that the list is for
    export: Listing | None = None  # what HEAT has already
    recorded: Mapping[str, int] = {}  # learners recorded for each activity: `recorded` counts them
    schools: Sequence[str] = ()  # names and ids of the workbook's own list of schools
    duplicates: bool = True  # whether learners that are there twice are looked for


class Change(NamedTuple):
    """A correction of a cell. Row and column count from 1 as in findings."""

    row: int
    column: int
    before: Any
    after: Any
    rule: str


def check(listing: Listing, asked: Asked = Asked()) -> list[Finding]:  # noqa: B008 (it cannot be changed)
    """Everything that is found in a list, by row and column. A finding of a column as a whole stands at its first cell, one of
    the list as a whole in the row of its headings."""
    ground = Ground(listing, asked)
    found = [finding for look in LOOKS for finding in look(ground)]
    return sorted(found, key=lambda finding: (finding.row, finding.column))


def fixes(listing: Listing, findings: Iterable[Finding], case: bool = False) -> list[Change]:
    """The reversible corrections, one a cell. case: whether names all in capitals, or all in small letters, are among them."""
    last: dict[tuple[int, int], Finding] = {}
    for finding in findings:
        if finding.fix is not None and (case or finding.rule != CASE.id):
            last[finding.row, finding.column] = finding
    out = []
    for (row, column), finding in last.items():
        before = listing.columns[column - 1].cells[row - listing.first_row]
        if before != finding.fix or type(before) is not type(finding.fix):
            out.append(Change(row, column, before, finding.fix, finding.rule))
    return out


def counted(findings: Sequence[Finding]) -> str:
    """How many errors, warnings and notes, in words."""
    of = {severity: sum(f.severity == severity for f in findings) for severity in (ERROR, WARNING, NOTE)}
    return ", ".join(f"{count:,} {severity}{'s' * (count != 1)}" for severity, count in of.items())


def listings(sheets: Sequence[SheetCells], every: bool = False) -> list[tuple[str, Listing]]:
    """The lists of a workbook with what they are about, for `check`. Columns are those of the sheet, from the first on.

    every: also Tables that are about nothing that is imported.
    """
    by_name = {sheet.name: sheet for sheet in sheets}
    out = []
    for entry in understand(sheets):
        if entry.about not in TABLES and not (every and entry.table):
            continue
        grid = by_name[entry.sheet].grid
        part = grid[entry.rows.start - 1 : entry.rows.stop - 1]
        top = grid[entry.rows.start - 2] if entry.rows.start > 1 else [None] * len(grid[0])
        headings = ["" if is_blank(cell) else str(cell).strip() for cell in top]
        known: dict[int, str | None] = {at - 1: name for name, at in entry.columns.items()}
        if entry.about == "activities":  # a list of activities may say how many came
            attending = fields.match("attendance", headings).get("attending")
            known |= {attending.at: "attending"} if attending and attending.at not in known else {}
        columns = (Column(heading, known.get(at), [row[at] for row in part]) for at, heading in enumerate(headings))
        out.append((TABLES.get(entry.about, ""), Listing(entry.table or entry.sheet, entry.rows.start, tuple(columns))))
    return out
