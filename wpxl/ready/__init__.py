"""The workbook that people open first: every function at work on the sample edition, with the answers saved beside it."""

from __future__ import annotations

import functools
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

PATH = "workbook/wpxl-demo.xlsx"  # in the checkout
_MADE = datetime(2026, 1, 1)  # of this edition, so that the file is the same whenever it is made
_EXCEL = 191029  # the reckoning engine of Excel 2019 and later: with an older number, Excel would work everything out on opening


@functools.cache
def build() -> bytes:
    """The workbook, equal byte for byte wherever it is made: the user's own tables, models and settings have no part in it."""
    import xlsxwriter

    from ..workbooks import look
    from ..workbooks.stored import stored
    from . import sheets
    from .formulas import finished

    file = io.BytesIO()
    with _fresh_machine():
        book = xlsxwriter.Workbook(file, {"in_memory": True})
        book.set_properties(
            {"title": "wpxl: Start here", "author": "wpxl", "comments": sheets.WARNING, "created": _MADE}
        )
        book.set_calc_mode("auto", _EXCEL)
        book.calc_on_load = False  # without the add-in, working it all out would put #NAME? in place of the answers
        made = sheets.blue(book, look.styles(book))
        for sheet in (sheets.start, sheets.learners, sheets.schools, sheets.postcodes, sheets.models, sheets.sources):
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
