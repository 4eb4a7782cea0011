"""A page as a sheet of a person's workbook: a new one behind all others, or in the place of the page that stood there before.

A hidden name such as `_wpxl.activity` refers to the cells of a page. Spreadsheet programs keep it right when people rename the
sheet, move it, or insert rows and columns; where they deleted it, a new sheet is made. Of the package, only these change: the
workbook part with its relationships, the content types, the styles (which grow), the sheet itself, its drawing and charts.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import NamedTuple

from lxml import etree

from . import furnish, looks, pictures
from .book import Book
from .new_sheet import add_sheet, free_name
from .page import Page
from .paint import FIRST_DAY, FIRST_DAY_1904, lowered, paint
from .parts import Element, child, insert, make, parse, render, unlink
from .refs import Area, area, letters
from .room import room
from .rows import SheetXml
from .sheet import Sheet
from .styles import Styles

MARK = "_wpxl."  # of the hidden names
_TITLES = "_xlnm.Print_Titles"
_PIECE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!,=]+))!(\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?)(?=,|$)")
_BEFORE_NAMES = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences",
)  # fmt: skip
_FURTHEST = 200  # columns whose widths are asked for
_USUAL_WIDTH = "9.14"


class Place(NamedTuple):
    """Where a page stands, or is to stand: `sheet` is None where it has none yet."""

    name: str  # the hidden one; "": the page is not to be found again
    sheet: Sheet | None = None
    areas: tuple[Area, ...] = ()
    widths: tuple[tuple[int, float], ...] = ()  # of the sheet's columns, as the person has them

    @property
    def row(self) -> int:
        return min((where.first_row for where in self.areas), default=1)

    @property
    def column(self) -> int:
        return min((where.first_column for where in self.areas), default=1)


class Placed(NamedTuple):
    """What was done: the sheet, whether it is new, and how many rows further down the person's own cells are now."""

    sheet: str
    new: bool
    lowered: int = 0


def find(book: Book, mark: str) -> Place:
    """Where the page of that mark (`activity`) stands."""
    name = hidden_name(mark)
    for entry in _names(book):
        if entry.get("name") == name and entry.get("localSheetId") is None:  # a copied sheet has a name of its own
            title, areas = understood(entry.text or "")
            sheet = next((sheet for sheet in book.sheets if sheet.name.casefold() == title.casefold()), None)
            if sheet is not None and areas:
                return Place(name, sheet, tuple(areas), tuple(_widths(book, sheet).items()))
    return Place(name)


def own_sheets(book: Book) -> set[str]:
    """The names of the sheets that hold pages, copies that people made of them included."""
    marked = [entry for entry in _names(book) if entry.get("name", "").startswith(MARK)]
    return {understood(entry.text or "")[0] for entry in marked} - {""}


def set_page(book: Book, place: Place, page: Page, title: str, styles: Styles | None = None) -> Placed:
    """Put a page where `find` said, or on a new sheet called like `title`.

    styles: the workbook's, where somebody else holds them too. Errors: a Fault naming the person's own cells where the page
    would now reach and which cannot be moved; then nothing is changed.
    """
    package, sheet, new = book.package, place.sheet, place.sheet is None
    down = room(book, sheet, place.areas, page) if sheet is not None else (0, 0)
    numbers = looks.adopt(styles or Styles(package, book.part))
    if sheet is None:
        tabs = [entry.get("name", "") for entry in parse(package.read(book.part)).iterfind("{*}sheets/{*}sheet")]
        name = free_name(title, tabs)
        sheet = Sheet(book, name, add_sheet(package, book.part, name), "visible", len(tabs))
        book.sheets.append(sheet)
    xml = SheetXml.parse(package.read(sheet.part))
    if b"<f" in xml.body:
        unlink(package, book.part, "calcChain")  # it may name cells that go; Excel makes a new one
    before = lowered(xml.body, *down) if down[1] else xml.body
    rows = paint(before, place.areas, page.blocks, numbers, _first_day(book))
    furnish.merge(xml.root, place.areas, page)
    furnish.size(xml.root, page, new=new)
    furnish.widen(xml.root, page, [column for column, _ in place.widths])
    if new:
        furnish.dress(xml.root, page)
    strict = "purl.oclc.org" in str(etree.QName(xml.root).namespace)
    furnish.point(xml.root, pictures.replace(package, sheet.part, sheet.name, page, down, strict=strict), strict=strict)
    package.write(sheet.part, xml.around(rows))
    sheet.release()
    _set_names(book, sheet, place, page)
    return Placed(sheet.name, new, down[1])


# ------------------------------------------------------------------------------------------------------------------- names


def hidden_name(mark: str) -> str:
    """The name that refers to the page of a mark: `summer-school` has `_wpxl.summer_school`."""
    return MARK + mark.replace("-", "_")


def understood(refers_to: str) -> tuple[str, list[Area]]:
    """The sheet and the areas that a name refers to; areas that were deleted are left out."""
    found = [((m[1] or m[2] or "").replace("''", "'"), area(m[3])) for m in _PIECE.finditer(refers_to)]
    title = found[0][0] if found else ""
    return title, [where for sheet, where in found if where and sheet == title]


def refers_to(sheet: str, areas: Sequence[Area]) -> str:
    """The areas of a sheet as a name refers to them, without `=`."""
    return ",".join(f"{_quoted(sheet)}!{_fixed(where)}" for where in areas)


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def _fixed(where: Area) -> str:
    first = f"${letters(where.first_column)}${where.first_row}"
    last = f"${letters(where.last_column)}${where.last_row}"
    return first if first == last else f"{first}:{last}"


def _names(book: Book) -> list[Element]:
    return list(parse(book.package.read(book.part)).iterfind("{*}definedNames/{*}definedName"))


def _first_day(book: Book) -> datetime.date:
    facts = child(parse(book.package.read(book.part)), "workbookPr")
    return FIRST_DAY_1904 if facts is not None and facts.get("date1904") in ("1", "true") else FIRST_DAY


def _widths(book: Book, sheet: Sheet) -> dict[int, float]:
    root = SheetXml.parse(book.package.read(sheet.part)).root
    found = {}
    for col in root.iterfind("{*}cols/{*}col"):
        for column in range(int(col.get("min")), min(int(col.get("max")), _FURTHEST) + 1):
            found[column] = float(col.get("width", _USUAL_WIDTH))
    return found


def _set_names(book: Book, sheet: Sheet, place: Place, page: Page) -> None:
    """The hidden name of the page, and the row that is printed at the top of each further page."""
    root = parse(book.package.read(book.part))
    before = etree.tostring(root)
    names = child(root, "definedNames")
    if names is None:
        names = make(root, "definedNames")
        insert(root, names, _BEFORE_NAMES)
    if place.name:
        _name(names, place.name, None, refers_to(sheet.name, page.areas))
    local = str(sheet.index)
    titles = next((e for e in names if e.get("name") == _TITLES and e.get("localSheetId") == local), None)
    row = re.search(r"!\$(\d+):\$\d+$", titles.text or "") if titles is not None else None
    # A row of the report was set by wpxl; anything else by the person.
    ours = titles is None or (row and any(own.first_row <= int(row[1]) <= own.last_row for own in place.areas))
    if page.repeated and ours:
        _name(names, _TITLES, local, f"{_quoted(sheet.name)}!${page.repeated}:${page.repeated}")
    elif titles is not None and ours:
        names.remove(titles)
    if etree.tostring(root) != before:
        book.package.replace(book.part, render(root))


def _name(names: Element, name: str, local: str | None, text: str) -> None:
    entry = next((e for e in names if e.get("name") == name and e.get("localSheetId") == local), None)
    if entry is None:
        entry = make(names, "definedName", name=name, **({"localSheetId": local} if local else {"hidden": "1"}))
        names.append(entry)
    entry.text = text
