"""A new, empty worksheet at the end of a workbook, to be printed across A4 pages that are as wide as it is."""

from __future__ import annotations

import posixpath

from lxml import etree

from ..errors import refuse
from .package import Package
from .parts import OFFICE, OFFICE_STRICT, child, declare, make, parse, relate, render

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_FORBIDDEN = set("[]:*?/\\")
LONGEST_NAME = 31


def free_name(wanted: str, taken: list[str]) -> str:
    """The name, without what a sheet's name may not hold, and with a number where there is a sheet of that name."""
    clean = "".join(" " if c in _FORBIDDEN else c for c in wanted).strip(" '")[:LONGEST_NAME].strip(" '") or "Sheet"
    known = {name.casefold() for name in taken}
    name, at = clean, 1
    while name.casefold() in known or name.casefold() == "history":
        at += 1
        name = f"{clean[: LONGEST_NAME - len(str(at)) - 1].rstrip()} {at}"
    return name


def add_sheet(package: Package, workbook: str, name: str) -> str:
    """Add it behind all others; its part. Errors: a Fault if Excel would not take the name."""
    if not 0 < len(name) <= LONGEST_NAME or _FORBIDDEN & set(name) or name != name.strip("'"):
        raise refuse(f"'{name[:40]}' cannot be the name of a sheet: 1 to 31 characters, none of [ ] : * ? / \\.")
    root = parse(package.read(workbook))
    namespace = etree.QName(root).namespace
    kinds = OFFICE_STRICT if "purl.oclc.org" in namespace else OFFICE
    folder = posixpath.dirname(workbook)
    file = next(f for n in range(1, 10_000) if posixpath.join(folder, f := f"worksheets/sheet{n}.xml") not in package)
    part = posixpath.join(folder, file)
    package.add(
        part,
        (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{namespace}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            '<dimension ref="A1"/><sheetViews><sheetView workbookViewId="0"/></sheetViews>'
            '<sheetFormatPr defaultRowHeight="15"/><sheetData></sheetData>'
            '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
        ).encode(),
    )
    declare(package, part, _WORKSHEET)
    link = relate(package, workbook, f"{kinds}/worksheet", file)
    sheets = child(root, "sheets")
    fresh = max((int(sheet.get("sheetId", "0")) for sheet in sheets), default=0) + 1
    entry = make(sheets, "sheet", name=name, sheetId=str(fresh))
    entry.set(etree.QName(kinds, "id"), link)
    sheets.append(entry)
    package.replace(workbook, render(root))
    return part
