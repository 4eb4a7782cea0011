"""A workbook file as an xlwings Book, without any spreadsheet program: the ribbon's macros run on files through this.

    book = open_book("learners.xlsx")
    book.sheets["Learners"]["F2"].value = 3
    save_book(book, "copy.xlsx")

Built on the base classes of xlwings' BSD-licensed half alone. It knows what macros use and raises NotImplementedError for the
rest. Formulas are kept and written, never worked out. Parts of the file that no macro changed stay byte for byte.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


def open_book(path: str | Path) -> Any:
    """An xlwings Book of an .xlsx or .xlsm file. Errors: a Fault saying what the file is if it is neither."""
    import xlwings

    from .objects import Book

    return xlwings.Book(impl=Book(path))


def save_book(book: Any, path: str | Path, *, in_place: bool = False) -> None:
    """Write the workbook with its changes. Errors: see `workbooks.book.Book.save`."""
    book.impl.write_changes()
    book.impl.inner.save(path, in_place=in_place)
