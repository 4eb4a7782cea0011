"""Pieces of XML put into a part and taken out again, so that what was around them stays byte for byte.

A mark that a person removes must leave no trace, and a part that is parsed and written anew always has some.
"""

from __future__ import annotations

import re

from ..errors import refuse
from .package import Package

# What may follow the formats of a sheet, and its drawing, in the order that its schema fixes.
_AFTER_FORMATS = (
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
    "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF",
    "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_FORMATS = re.compile(rf"<(?:conditionalFormatting|{'|'.join(_AFTER_FORMATS)})[\s/>]".encode())
_NOTES = re.compile(rf"<(?:{'|'.join(_AFTER_FORMATS[14:])})[\s/>]".encode())


def text_of(package: Package, part: str) -> bytes:
    """A part's bytes. Errors: a Fault where its elements carry a prefix, which no Excel writes."""
    data = package.read(part)
    if not re.search(rb"<(?:worksheet|styleSheet|comments|xml|Relationships|Types)[\s>]", data[:4000]):
        raise refuse("This workbook is written in an unusual form: open it in Excel, save a copy and use that.")
    return data


def before(data: bytes, closing: bytes, piece: bytes) -> bytes:
    """The part with a piece put before a closing tag; an element closed in itself is opened for it."""
    at = data.rfind(closing)
    if at >= 0:
        return data[:at] + piece + data[at:]
    name = closing[2:-1]
    alone = re.search(rb"<%s(?:\s[^>]*)?/>" % name, data)
    if alone is None:
        raise refuse("A part of this workbook is damaged: open it in Excel, save a copy and use that.")
    return data[: alone.end() - 2] + b">" + piece + closing + data[alone.end() :]


def place_for_formats(sheet: bytes) -> int:
    """Where a sheet's conditional formats begin, or may begin."""
    return _place(sheet, _FORMATS)


def place_for_notes(sheet: bytes) -> int:
    """Where a sheet points to the drawing of its notes."""
    return _place(sheet, _NOTES)


def after_rows(sheet: bytes) -> int:
    """Where a sheet's rows end: what follows is short, and need not be looked for in megabytes of cells."""
    end = sheet.rfind(b"</sheetData>")
    if end < 0:
        empty = re.search(rb"<sheetData\s*/>", sheet)
        return empty.end() if empty else 0
    return end


def _place(sheet: bytes, follows: re.Pattern[bytes]) -> int:
    end = after_rows(sheet)
    found = follows.search(sheet, max(end, sheet.find(b"</customSheetViews>", end)))
    return found.start() if found else sheet.rfind(b"</worksheet>")
