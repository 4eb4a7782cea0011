"""Workbooks to open and use: every function at work on the sample edition.

Each is made from the catalogue and from lists, with the answers saved beside the formulas, so that it reads well without the
add-in too.
"""

from __future__ import annotations

import functools
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

DEMO = "workbook/wpxl-demo.xlsx"  # in the checkout
PATHS = (DEMO,)
_MADE = datetime(2026, 1, 1)  # of this edition, so that the file is the same whenever it is made
_EXCEL = 191029  # the reckoning engine of Excel 2019 and later: with an older number, Excel would work everything out on opening


def build(path: str = DEMO) -> bytes:
    """One of the workbooks as the checkout has it."""
    return {DEMO: demo}[path]()


@functools.cache
def demo() -> bytes:
    """Every function at work."""
    from . import demo_sheets

    return _built(demo_sheets.SHEETS, "wpxl: Start here", demo_sheets.WARNING)


def _built(sheets: Sequence[Callable[[Any, dict[str, Any]], None]], title: str, comments: str) -> bytes:
    """A workbook, equal byte for byte wherever it is made: the user's own tables, models and settings have no part in it."""
    import xlsxwriter

    from ..workbooks import look
    from ..workbooks.stored import stored
    from .formulas import finished
    from .tables import blue

    file = io.BytesIO()
    with _fresh_machine():
        book = xlsxwriter.Workbook(file, {"in_memory": True})
        book.set_properties({"title": title, "author": "wpxl", "comments": comments, "created": _MADE})
        book.set_calc_mode("auto", _EXCEL)
        book.calc_on_load = False  # without the add-in, working it all out would put #NAME? in place of the answers
        made = blue(book, look.styles(book))
        for sheet in sheets:
            sheet(book, made)
        book.close()
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return stored({name: finished(part) if "/worksheets/sheet" in name else part for name, part in parts.items()})


@contextmanager
def _fresh_machine() -> Iterator[None]:
    """Answer as on a computer to which wpxl has just come: the sample edition and the shipped models alone."""
    before = os.environ.get("WPXL_HOME")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ["WPXL_HOME"] = home
        try:
            yield
        finally:
            if before is None:
                del os.environ["WPXL_HOME"]
            else:
                os.environ["WPXL_HOME"] = before
