"""A template's file read as what it wants: its sheets as plain data for `imports.template`, and what filling them needs."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import refuse
from ..imports.shape import TemplateSheet
from ..imports.template import Sheet as Plain
from ..imports.template import read_template, stated_limit
from ..workbooks.book import Book
from ..workbooks.prepared import Prepared, number_formats, prepared
from ..workbooks.validations import Lists


class Template(NamedTuple):
    """What a template wants: the sheets that take data, how each is prepared, and how many rows its instructions allow."""

    book: Book
    sheets: tuple[TemplateSheet, ...]
    ready: dict[str, Prepared]
    limit: int | None

    def next_row(self, sheet: TemplateSheet, columns: list[int]) -> int:
        """The first row below whatever stands under these columns already."""
        grid = self.book.sheet(sheet.sheet).grid()
        ready = self.ready[sheet.sheet]
        for row in range(len(grid), sheet.first_row - 1, -1):
            cells = grid[row - 1]
            if any(c <= len(cells) and cells[c - 1] is not None and (row, c) not in ready.formulas for c in columns):
                return row + 1
        return sheet.first_row


def read_book(book: Book) -> Template:
    """Errors: a Fault where no sheet has headings of students, activities, schools or their links."""
    lists, forms = Lists(book), number_formats(book)
    ready = {sheet.name: prepared(book, sheet) for sheet in book.sheets}
    plain = []
    for sheet in book.sheets:
        own = ready[sheet.name]

        def form(row: int, column: int, own: Prepared = own) -> str:
            style = own.style(row, column)
            return forms[style] if style < len(forms) else "General"

        tables = [table.area for table in sheet.tables]
        plain.append(
            Plain(
                sheet.name,
                sheet.grid(),
                sheet.merged,
                lists.of(sheet),
                tables,
                form,
                own.last_row,
                sheet.state != "visible",
            )
        )
    sheets = tuple(sheet for sheet in read_template(plain) if sheet.about)
    if not sheets:
        raise refuse(
            f"{book.package.path.name} has no sheet with headings of students, activities, schools or links that wpxl knows: give "
            "the empty template as it came from HEAT."
        )
    return Template(book, sheets, ready, stated_limit(plain))
