"""Answers put into a person's workbook: of the cells of formulas only the values, where they differ, and how far an array
reaches. Every other byte of the file stays."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from ....errors import VALUE, Fault
from ....workbooks.cells import decoded
from ....workbooks.parts import parse
from ....workbooks.refs import Area, area
from ....workbooks.rows import extent
from .cells import Edits, Value, changed, edited, found, same, value
from .contents import Contents, Place
from .copy import shared_part
from .rounds import Worked
from .spills import cells_of

_NO_ROOM = Fault(VALUE, "The answer has no room.")  # as Excel keeps #SPILL! in a file, without what else it knows of it
_DIMENSION = re.compile(rb'(<dimension\b[^>]*\bref=")([^"]*)(")')


class Refusal(NamedTuple):
    """A formula that could not be worked out, and why, in one sentence."""

    cell: str
    sentence: str


class Changes(NamedTuple):
    """How many formulas have another answer than was saved, and those that were refused."""

    changed: int
    refused: list[Refusal]


def put(contents: Contents, worked: Worked) -> Changes:
    """Change the package."""
    refused = [
        Refusal(contents.name(p), f"This formula's answer has no room: {why}; the cell holds an error.")
        for p, why in sorted(worked.blocked.items())
    ]
    refused += [
        Refusal(contents.name(p), f"{why}: it keeps the value that it had.") for p, why in sorted(worked.kept.items())
    ]
    taken = sorted(worked.live)
    extents = {place: _extent(contents, worked, place) for place in taken}
    saved = _saved(contents, extents)
    claimed = {Place(p.sheet, r, c) for p in taken if p in contents.dynamic for r, c in cells_of(extents[p])}
    count = 0
    edits: dict[int, Edits] = defaultdict(lambda: defaultdict(dict))
    for place in taken:
        made = list(_edits(contents, worked, place, extents[place], saved, claimed))
        count += bool(made)
        for row, column, cell in made:
            edits[place.sheet][row][column] = cell
    for sheet, cells in edits.items():
        _write(contents, sheet, cells)
    return Changes(count, refused)


def _edits(
    contents: Contents,
    worked: Worked,
    place: Place,
    reach: Area,
    saved: dict[Place, tuple[bytes, Value]],
    claimed: set[Place],
) -> Iterator[tuple[int, int, bytes]]:
    """Row, column and bytes of the cells that one formula's answer changes."""
    formula, fills = contents.formulas[place], contents.fills(place)
    reached = {Place(place.sheet, row, column) for row, column in cells_of(reach)}
    left = {Place(place.sheet, row, column) for row, column in cells_of(fills)} - reached - claimed
    for cell in reached | left:
        written, old = saved.get(cell, (b"", None))
        new = _NO_ROOM if place in worked.blocked else worked.values.get(cell) if cell in reached else None
        if isinstance(old, bool) and isinstance(new, float) and new in (0, 1):
            new = bool(new)  # in an array LibreOffice does not tell TRUE from 1
        first = cell == place
        if new == "" and not first:
            new = None
        array = reach if first and place in contents.dynamic and reach != fills else None
        if array or not same(old, new) or (first and not formula.saved):
            yield cell.row, cell.column, changed(written, cell.row, cell.column, new, array)


def _extent(contents: Contents, worked: Worked, place: Place) -> Area:
    return worked.extents[place] if place in contents.dynamic else contents.fills(place)


def _saved(contents: Contents, extents: dict[Place, Area]) -> dict[Place, tuple[bytes, Value]]:
    """The cells that answers were saved in, and those that they go to: their bytes and what is in them."""
    part = shared_part(contents)
    shared = _texts(contents.book.package.read(part)) if part else []
    wanted: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for place, reached in extents.items():
        for filled in {reached, contents.fills(place)}:
            for row, column in cells_of(filled):
                wanted[place.sheet][row].add(column)
    return {
        Place(sheet, row, column): (cell, value(cell, shared))
        for sheet, rows in wanted.items()
        for row, column, cell in found(contents.xml[sheet].body, rows)
    }


def _texts(part: bytes) -> list[str]:
    """The texts that many cells share; of those in several fonts, the pieces together."""
    return [
        "".join(
            decoded(t.text or "") for t in entry.iterfind(".//{*}t") if t.getparent().tag.rpartition("}")[2] != "rPh"
        )
        for entry in parse(part).iterfind("{*}si")
    ]


def _write(contents: Contents, sheet: int, cells: Edits) -> None:
    """Change a sheet's part: the rows, and where they reach further than before, what the part says of that."""
    package, part, xml = contents.book.package, contents.book.sheets[sheet].part, contents.xml[sheet]
    rows = edited(xml.body, cells)
    head, between, tail = package.read(part).partition(b"".join((b"<sheetData>", xml.body, b"</sheetData>")))
    if not between:  # a form that no Excel writes, which is brought into the usual one
        xml.body = rows
        package.replace(part, xml.render())
        return
    last_row, last_column = extent(rows)

    def wider(claimed: re.Match[bytes]) -> bytes:
        known = area(claimed[2].decode())
        if known is None or (known.last_row >= last_row and known.last_column >= last_column):
            return claimed[0]
        return b"%s%s%s" % (claimed[1], str(known.around(Area(*known[:2], last_row, last_column))).encode(), claimed[3])

    head = _DIMENSION.sub(wider, head, count=1)
    package.replace(part, b"".join((head, b"<sheetData>", rows, b"</sheetData>", tail)))
