"""The copy that LibreOffice is given: what is to be worked out as formulas, everything else as the values that were saved.

Of the person's workbook it has the cells, the rows' being hidden and the filters (SUBTOTAL asks for them), and the saved
values of other workbooks; no names, Tables, looks, pictures, macros. It is thrown away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from lxml import etree

from ....errors import VALUE, Fault
from ....workbooks.package import Package
from ....workbooks.parts import OFFICE, Element, child, parse, relationship_id, relationships, rels_part
from ....workbooks.refs import Area
from ....workbooks.rows import column_of
from ....workbooks.stored import stored
from .cells import Edits, bare, edited, empty, found, frozen
from .contents import Contents, Place

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_REFERENCE = re.compile(rb'<c r="([A-Z]+)(\d+)"')
_NO_LINK = f'{_HEAD}<externalLink xmlns="{_MAIN}"/>'.encode()
_BLOCKED = Fault(VALUE, "The answer has no room.")


class Extra(NamedTuple):
    """A sheet of ours at the end of the copy: its name and the formulas in its cells (row, column); `arrays`: as array formulas."""

    name: str
    formulas: Mapping[tuple[int, int], str]
    arrays: bool = False


class Cell(NamedTuple):
    """A formula as the copy has it; `array`: as an array formula that fills these cells."""

    text: str
    array: Area | None = None


class Made(NamedTuple):
    """The copy as a file. witnesses: the last cell of each sheet that holds something; where LibreOffice finds one empty, it
    has not read that sheet to its end, and every cell that it left out would count as blank."""

    file: bytes
    witnesses: list[Place]


def copy(contents: Contents, live: Mapping[Place, Cell], blocked: Container[Place], extra: list[Extra]) -> Made:
    """live: the formulas to work out; blocked: those whose answer has no room, which are an error."""
    package, part = contents.book.package, contents.book.part
    parts: dict[str, bytes] = {}
    sheets: list[str] = []
    witnesses: list[Place] = []
    wanted = _by_sheet(contents, live, blocked)
    for at, sheet in enumerate(contents.book.sheets):
        body = edited(contents.xml[at].body, wanted[at])
        witnesses += [cell._replace(sheet=at) for cell in _last_cell(body)]
        parts[f"xl/worksheets/sheet{at + 1}.xml"] = _sheet(body, contents.xml[at].root)
        sheets.append(sheet.name)
    for at, more in enumerate(extra, len(sheets) + 1):
        cells: Edits = defaultdict(dict)
        for (row, column), text in more.formulas.items():
            array = Area(row, column, row, column) if more.arrays else None
            cells[row][column] = bare(row, column, None, text, array)
        parts[f"xl/worksheets/sheet{at}.xml"] = _sheet(edited(b"", cells))
        sheets.append(more.name)
    targets = [(f"sheet{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)]
    texts = shared_part(contents)
    if texts:
        parts["xl/sharedStrings.xml"] = package.read(texts)
        targets.append(("texts", "sharedStrings", "sharedStrings.xml"))
    links = _links(package, part, parts)
    targets += [(key, "externalLink", target) for key, target in links]
    whole = {
        "[Content_Types].xml": _types(parts),
        "_rels/.rels": _relationships([("book", "officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(sheets, links),
        "xl/_rels/workbook.xml.rels": _relationships(targets),
        **parts,
    }
    return Made(stored(whole), witnesses)


def shared_part(contents: Contents) -> str | None:
    """The part of the texts that many cells share, where there is one."""
    package, part = contents.book.package, contents.book.part
    names = (r.target for r in relationships(package, part) if r.kind == "sharedStrings")
    return next((name for name in names if name in package), None)


def _by_sheet(contents: Contents, live: Mapping[Place, Cell], blocked: Container[Place]) -> dict[int, Edits]:
    """What becomes of the cells with formulas, and of those that answers were saved in."""
    edits: dict[int, Edits] = defaultdict(lambda: defaultdict(dict))
    kept: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for place in contents.formulas:
        if place not in live and place not in blocked:
            kept[place.sheet][place.row].add(place.column)
            continue
        filled = contents.fills(place)
        for row in range(filled.first_row, filled.last_row + 1):
            cells = edits[place.sheet][row]
            for column in range(filled.first_column, filled.last_column + 1):
                cells.setdefault(column, b"")
        if place in blocked:
            edits[place.sheet][place.row][place.column] = bare(place.row, place.column, _BLOCKED)
    for place, cell in live.items():
        edits[place.sheet][place.row][place.column] = bare(place.row, place.column, None, cell.text, cell.array)
    for sheet, rows in kept.items():
        for row, column, written in found(contents.xml[sheet].body, rows):
            edits[sheet][row][column] = frozen(written)
    return edits


def _last_cell(body: bytes) -> Iterator[Place]:
    """The last cell that holds something, if there is one: row and column count from 1."""
    end = body.rfind(b"</c>")
    start = body.rfind(b'<c r="', 0, end)
    while start >= 0 and empty(body[start:end]):
        end = body.rfind(b"</c>", 0, start)
        start = body.rfind(b'<c r="', 0, end)
    cell = _REFERENCE.match(body, start) if start >= 0 else None
    if cell:
        yield Place(0, int(cell[2]), column_of(cell[1]))


def _sheet(body: bytes, like: Element = None) -> bytes:
    """A sheet's part; of the one that it is like, the prefixes that its rows may use, and the filter."""
    prefixes, filters = "", b""
    if like is not None:
        prefixes = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in like.nsmap.items() if prefix)
        filtered = child(like, "autoFilter")
        filters = b"" if filtered is None else etree.tostring(filtered)
    head = f'{_HEAD}<worksheet xmlns="{_MAIN}"{prefixes}><sheetData>'.encode()
    return b"".join((head, body, b"</sheetData>", filters, b"</worksheet>"))


def _workbook(sheets: list[str], links: list[tuple[str, str]]) -> bytes:
    tabs = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="sheet{at}"/>' for at, name in enumerate(sheets, 1)
    )
    linked = "".join(f'<externalReference r:id="{key}"/>' for key, _ in links)
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{OFFICE}"><sheets>{tabs}</sheets>'
        f"{f'<externalReferences>{linked}</externalReferences>' if linked else ''}</workbook>"
    ).encode()


def _links(package: Package, part: str, parts: dict[str, bytes]) -> list[tuple[str, str]]:
    """The saved values of other workbooks, in the order in which [1], [2] … mean them.

    Where those workbooks are is left out, so that nothing can go and open them.
    """
    targets = {r.id: r.target for r in relationships(package, part) if r.kind == "externalLink"}
    made: list[tuple[str, str]] = []
    for entry in parse(package.read(part)).iterfind("{*}externalReferences/{*}externalReference"):
        key = relationship_id(entry)
        if targets.get(key, "") in package:
            target = f"externalLinks/externalLink{len(made) + 1}.xml"
            data = package.read(targets[key])
            # Of links to programs (DDE, OLE) only the place is kept, so that the numbers of the others stay
            parts[f"xl/{target}"] = data if b"externalBook" in data else _NO_LINK
            away = [(r.id, r.kind, f"away{len(made) + 1}.xlsx") for r in relationships(package, targets[key])]
            parts[rels_part(f"xl/{target}")] = _relationships(away, ' TargetMode="External"')
            made.append((f"link{len(made) + 1}", target))
    return made


def _relationships(targets: list[tuple[str, str, str]], mode: str = "") -> bytes:
    entries = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{to}"{mode}/>' for key, kind, to in targets
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'.encode()


def _types(parts: Mapping[str, bytes]) -> bytes:
    kinds = {"worksheets": "worksheet", "externalLinks": "externalLink", "sharedStrings.xml": "sharedStrings"}
    named = {name: kinds[name.split("/")[1]] for name in parts if "/_rels/" not in name}
    entries = "".join(f'<Override PartName="/{n}" ContentType="{_TYPE}.{kind}+xml"/>' for n, kind in named.items())
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{entries}</Types>'
    ).encode()
