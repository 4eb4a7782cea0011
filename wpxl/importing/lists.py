"""The sheet that a list stands on, and a list of changes on a sheet of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..workbooks.book import Book
from ..workbooks.filled import fill
from ..workbooks.new_sheet import add_sheet, free_name
from ..workbooks.parts import parse
from ..workbooks.prepared import prepared
from ..workbooks.sheet import Sheet
from ..workbooks.styles import Look, Styles


def sheet_of(book: Book, name: str) -> Sheet:
    """The sheet of a list: that of the Table of its name, else that of its own name."""
    tabled = (sheet for sheet in book.sheets if any(table.name == name for table in sheet.tables))
    return next(tabled, None) or book.sheet(name)


def add_list(book: Book, wanted: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows under headings on a new sheet behind all others; its name. Texts are written as texts, whatever they begin with."""
    tabs = [entry.get("name", "") for entry in parse(book.package.read(book.part)).iterfind("{*}sheets/{*}sheet")]
    name = free_name(wanted, tabs)
    sheet = Sheet(book, name, add_sheet(book.package, book.part, name), "visible", len(tabs))
    bold = Styles(book.package, book.part).derive(0, Look(bold=True))
    ready = prepared(book, sheet)._replace(cells={(1, at): bold for at in range(1, len(headings) + 1)})
    fill(book, sheet, ready, 1, dict(enumerate(zip(headings, *rows, strict=True), 1)))
    return name
