"""Room for a page that has grown: what a person keeps on its sheet is never written over, only moved where that is safe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from ..errors import Fault, refuse
from .book import Book
from .page import Page
from .paint import kept
from .parts import child, parse, relationships
from .pictures import own_charts
from .refs import LAST_ROW, Area, area, letters
from .rows import SheetXml, each_row
from .sheet import Sheet

_SHOWN = 5  # cells that a refusal names
_HARMLESS = ("dimension", "selection", "pane", "mergeCell")  # elements with references that need not follow the cells
Cell = tuple[int, int]


def room(book: Book, sheet: Sheet, own: Sequence[Area], page: Page) -> tuple[int, int]:
    """After which row everything must go down so that the page has room, and by how many rows; (0, 0): nothing need move.

    own: the areas of the page that stands there now. Errors: a Fault that names the cells in the way.
    """
    xml = SheetXml.parse(book.package.read(sheet.part))
    bottom, whole = max(where.last_row for where in own), page.whole
    filled = [(line.row, column) for line in kept(xml.body, own) for column in line.filled]
    fixed = [where for where in _fixed(book, sheet) if not any(inside(where, mine) for mine in own)]
    things = [Area(*at, *at) for at in filled] + fixed
    among = [one for one in things if one.first_row <= bottom and any(one.meets(new) for new in page.areas)]
    if among:
        raise in_the_way(sheet.name, among)
    needed = Area(bottom + 1, whole.first_column, max(bottom + 1, whole.last_row), whole.last_column)
    by = whole.last_row - bottom
    below = [one for one in things if one.meets(needed)] if by > 0 else []
    if not below:
        return 0, 0
    why = "the sheet ends there" if whole.last_row + by > LAST_ROW else _why_not(book, sheet, xml, bottom, fixed)
    if why:
        raise in_the_way(sheet.name, below, why)
    return bottom, by


def inside(inner: Area, outer: Area) -> bool:
    """Whether one rectangle holds all of the other."""
    return outer.around(inner) == outer


def in_the_way(sheet: str, found: Sequence[Area], why: str = "") -> Fault:
    """The sentence about cells of the person's that a page would cover. why: what keeps them from being moved down."""
    cells = sorted({one[:2] for one in found})
    shown = ", ".join(f"{letters(column)}{row}" for row, column in cells[:_SHOWN])
    more = f" and {len(cells) - _SHOWN:,} further cells" if len(cells) > _SHOWN else ""
    kept_there = f" and cannot be moved down, because {why}" if why else ""
    return refuse(
        f"What you keep in {shown}{more} of the sheet '{sheet}' stands where the report has to be written now{kept_there}: "
        "move it to the right of the report and try again."
    )


def _fixed(book: Book, sheet: Sheet) -> list[Area]:
    """Merged cells, Tables and pivot tables: they cannot go down a cell at a time."""
    found = [*sheet.merged, *(table.area for table in sheet.tables)]
    for link in relationships(book.package, sheet.part):
        if link.kind == "pivotTable":
            location = child(parse(book.package.read(link.target)), "location")
            where = area(location.get("ref", "")) if location is not None else None
            found += [where] if where else []
    return found


def _why_not(book: Book, sheet: Sheet, xml: SheetXml, bottom: int, fixed: Sequence[Area]) -> str:
    """What keeps the cells below a row from being moved; "" if nothing does."""
    if any(one.last_row > bottom for one in fixed):
        return "there are merged cells, a Table or a pivot table"
    if any(xml.body.find(b"<f", start, end) >= 0 for row, start, _, _, end in each_row(xml.body) if row > bottom):
        return "there are formulas"
    for text in _references(book, sheet, xml):
        if any(where is None or where.last_row > bottom for where in map(area, text.split())):
            return "there are comments, links, formats or lists of choices on those cells"
    return "formulas elsewhere speak of that sheet" if _mentioned(book, sheet) else ""


def _references(book: Book, sheet: Sheet, xml: SheetXml) -> Iterator[str]:
    """The cells to which formats, validations, links, comments and the like of a sheet belong."""
    for element in xml.root.iter("{*}*"):
        if etree.QName(element).localname == "sqref":
            yield element.text or ""
        elif etree.QName(element).localname not in _HARMLESS:
            yield from (element.get(key) for key in ("ref", "sqref") if element.get(key))
    for link in relationships(book.package, sheet.part):
        if link.kind not in ("drawing", "vmlDrawing") and link.target in book.package and link.target.endswith(".xml"):
            yield from (found.decode() for found in re.findall(rb'\bref="([^"]+)"', book.package.read(link.target)))


def _mentioned(book: Book, sheet: Sheet) -> bool:
    """Whether a formula, a chart of the person's or a name speaks of the sheet."""
    package, ours = book.package, own_charts(book.package, sheet.part)
    name = sheet.name.replace("'", "''").replace("&", "&amp;").replace("<", "&lt;")
    told = (f"{name}'!".encode(), f"{name}!".encode())
    parts = [part for part in package.names if part.endswith(".xml") and part not in ours and part != book.part]
    if any(words in data for data in map(package.read, parts) for words in told):
        return True
    names = parse(package.read(book.part)).iterfind("{*}definedNames/{*}definedName")
    others = [e.text or "" for e in names if not e.get("name", "").startswith(("_wpxl.", "_xlnm.Print_Titles"))]
    return any(f"{sheet.name}'!" in text or f"{sheet.name}!" in text for text in others)
