"""Whether the answers of formulas that spill have room, and what is in their way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ....workbooks.refs import LAST_COLUMN, LAST_ROW, Area
from .cells import empty, found
from .contents import Contents, Place


def obstacles(contents: Contents, wanted: Mapping[Place, Area]) -> dict[Place, str]:
    """The formulas whose answers have no room, with what is in the way. Where two meet, the first has the room.

    wanted: where the answers would go, of every formula that spills and is worked out; the cells that those filled are free.
    """
    free = {(p.sheet, row, column) for p in wanted for row, column in cells_of(contents.fills(p))}
    taken = _taken(contents, wanted, free)
    furniture = {at: _furniture(contents, at) for at in {place.sheet for place in wanted}}
    blocked: dict[Place, str] = {}
    for place, area in sorted(wanted.items()):
        inside = [(place.sheet, row, column) for row, column in cells_of(area)]
        met = next((cell for cell in inside if cell in taken and cell != place), None)
        if area.last_row > LAST_ROW or area.last_column > LAST_COLUMN:
            blocked[place] = "the sheet ends before it does"
        elif met is not None:
            blocked[place] = f"{contents.name(Place(*met))} is in the way"
        elif len(inside) > 1 and any(other.meets(area) for other in furniture[place.sheet]):
            blocked[place] = "merged cells or a Table are in the way"
        taken |= {place} if place in blocked else set(inside)
    return blocked


def cells_of(area: Area) -> Iterable[tuple[int, int]]:
    top, left, bottom, right = area
    if right > LAST_COLUMN or bottom > LAST_ROW:
        return [(top, left)]
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _taken(
    contents: Contents, wanted: Mapping[Place, Area], free: set[tuple[int, int, int]]
) -> set[tuple[int, int, int]]:
    """The cells, of those that answers would newly go to, that hold something."""
    new: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for place, area in wanted.items():
        for row, column in cells_of(area):
            if (place.sheet, row, column) not in free:
                new[place.sheet][row].add(column)
    return {
        (sheet, row, column)
        for sheet, rows in new.items()
        for row, column, cell in found(contents.xml[sheet].body, rows)
        if not empty(cell)
    }


def _furniture(contents: Contents, at: int) -> list[Area]:
    sheet = contents.book.sheets[at]
    return [*sheet.merged, *(table.area for table in sheet.tables)]
