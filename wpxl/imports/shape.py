"""What checking and filling speak in: the columns that a template wants, the lists that people have, and what is found in them."""

from __future__ import annotations

from typing import Any, NamedTuple

# What a sheet is about ("": not understood). Links join activities and students; headcounts say how many came from a school.
STUDENTS, ACTIVITIES, SCHOOLS, LINKS = "students", "activities", "schools", "links"
HEADCOUNTS = "headcounts"

# Kinds of columns; an answer is yes or no.
DATE, NUMBER, TEXT, LIST, ANSWER = "date", "number", "text", "list", "answer"

# How grave a finding is: an error would be refused, or would be untrue.
SEVERITIES = ERROR, WARNING, NOTE = "error", "warning", "note"


class Wanted(NamedTuple):
    """A column of a template."""

    column: int  # of the sheet, from 1
    heading: str  # as it stands there; two rows of headings are joined by " / "
    field: (
        str | None
    )  # the field of wpxl.fields that it names; of another table than the sheet's own: "organisations.urn"
    mandatory: bool
    kind: str
    allowed: tuple[str, ...]  # its drop-down list, in its own order
    form: str  # its number format


class TemplateSheet(NamedTuple):
    sheet: str
    about: str
    header_rows: range  # from 1, in Python's way: range(4, 6) are rows 4 and 5
    first_row: int  # where rows of data begin
    last_row: int | None  # the last row of the formatted area; None: it has none
    columns: tuple[Wanted, ...]


class Column(NamedTuple):
    heading: str
    field: str | None
    cells: list[Any]


class Listing(NamedTuple):
    """A list of a workbook, or of a range of cells."""

    name: str
    first_row: int  # the row of the sheet, or of the range, from 1, that the first cells stand in
    columns: tuple[Column, ...]


class Finding(NamedTuple):
    """What is wrong, or worth a look, in a cell.

    `what`, `why` and `mend` are a plain sentence each. They hold no name, date of birth or postcode: findings are logged, printed
    and shared, and whoever reads them stands beside the cell.
    """

    row: int  # of the sheet, or of the range, from 1
    column: int
    rule: str
    severity: str
    what: str
    why: str
    mend: str
    fix: Any = None  # what a reversible correction writes; None where a person must decide
