"""Workbooks to open and use: every function at work on the sample edition, and the log of a year's outreach work.

Each is made from the catalogue and from lists, with the answers saved beside the formulas, so that it reads well without the
add-in too.
"""

from __future__ import annotations

import functools
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

DEMO, LOG = "workbook/wpxl-demo.xlsx", "workbook/wpxl-outreach-log.xlsx"  # in the checkout
PATHS = (DEMO, LOG)
_MADE = datetime(2026, 1, 1)  # of this edition, so that the file is the same whenever it is made
_EXCEL = 191029  # the reckoning engine of Excel 2019 and later: with an older number, Excel would work everything out on opening


def build(path: str = DEMO) -> bytes:
    """One of the workbooks as the checkout has it."""
    return log() if path == LOG else demo()


@functools.cache
def demo() -> bytes:
    """Every function at work."""
    from . import demo_sheets

    return _built(demo_sheets.make, "wpxl: Start here", demo_sheets.WARNING)


@functools.cache
def log(empty: bool = False) -> bytes:
    """The outreach log, with its sample rows or without any."""
    from . import log_sheets

    return _built(functools.partial(log_sheets.make, empty=empty), "wpxl: outreach log", log_sheets.PRIVATE)


def _built(make: Callable[[Any, dict[str, Any]], None], title: str, comments: str) -> bytes:
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
        make(book, blue(book, look.styles(book)))
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
