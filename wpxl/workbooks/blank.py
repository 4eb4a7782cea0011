"""A workbook without any sheet yet, to put pages into."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path

import xlsxwriter

from .book import Book
from .package import Package
from .parts import child, drop, parse, relationships, render

_MADE = datetime.datetime(2000, 1, 1)  # the moment would make two equal reports differ


def blank(title: str) -> Book:
    """It must be given a sheet before it is saved: spreadsheet programs open no workbook without one."""
    file = io.BytesIO()
    made = xlsxwriter.Workbook(file, {"in_memory": True})
    made.set_properties({"title": title, "author": "wpxl", "created": _MADE})
    made.add_worksheet()
    made.close()
    raw = file.getvalue()
    package = Package(Path("new workbook.xlsx"), raw, zipfile.ZipFile(io.BytesIO(raw)))
    root = parse(package.read("xl/workbook.xml"))
    child(root, "sheets").clear()
    package.replace("xl/workbook.xml", render(root))
    drop(package, "xl/workbook.xml", {r.id for r in relationships(package, "xl/workbook.xml") if r.kind == "worksheet"})
    return Book(package, "xl/workbook.xml")
