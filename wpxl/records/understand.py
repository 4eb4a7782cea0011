"""What each list of a workbook is about, and which heading stands for what.

Every kind of table is tried on the headings; the one that explains most of them is taken, and the name of the Table or sheet
counts as much as a few headings do. Nothing is read yet: `describe` says what would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import fields
from ..domain.blank import is_blank
from ..domain.names import simple
from . import Understood
from .find import Listing, listings
from .kinds import LOOKED_AT, SCHOOL, WORK, Kind, kinds_of, telling
from .registers import marks, year_groups
from .source import SheetCells

CLOSE = 0.5  # of a heading: two kinds as near as that are both said
NARROW, MOST_SETTINGS = 4, 500  # columns and rows of a sheet of settings


def understand(sheets: Sequence[SheetCells]) -> list[Understood]:
    """The lists that would be read, and how. What is left alone is among them, with about "".

    A list of activities with the number of those who came is attendance, unless another list says by school who came.
    """
    seen: list[tuple[SheetCells, Listing, list[Kind]]] = []
    out: list[Understood] = []
    for sheet in sheets:
        alone = fields.left_alone(sheet.name)
        settings = None if alone else _settings(sheet)
        if settings:
            out.append(settings)
            continue
        found = listings(sheet, telling)
        if not found and any(cell is not None for row in sheet.grid for cell in row):
            out.append(Understood(sheet.name, "", "", range(1, len(sheet.grid) + 1), {}, (), {}, {}))
        for listing in found:
            kinds = [] if alone and not listing.table else kinds_of(listing, sheet.grid)
            seen.append((sheet, listing, kinds))
    by_school = any(k and k[0].about == "attendance" and k[0].found.keys() & SCHOOL for _, _, k in seen)
    activities = _named_activities(seen)
    for sheet, listing, kinds in seen:
        best = kinds[0] if kinds else None
        if best and by_school and best.about == "attendance" and not best.found.keys() & SCHOOL:
            best = next((kind for kind in kinds if kind.about == "activities"), best)
        near = [k for k in kinds[1:] if best is kinds[0] and k.score > best.score - CLOSE]
        out.append(_understood(sheet, listing, best, activities)._replace(also=near[0].about if near else ""))
    order = {sheet.name: at for at, sheet in enumerate(sheets)}
    return sorted(out, key=lambda u: order[u.sheet])


def describe(understood: Sequence[Understood]) -> list[str]:
    """A sentence or two for each list: where it is, what it is about, which heading was taken for what; then what is none."""
    others: dict[str, list[Understood]] = {}
    for entry in understood:
        if not entry.about:
            others.setdefault(entry.sheet, []).append(entry)
    left = [f"Left alone: {'; '.join(_place(sheet, lists) for sheet, lists in others.items())}."] if others else []
    return [*(_said(entry) for entry in understood if entry.about), *left]


def _place(sheet: str, lists: Sequence[Understood]) -> str:
    if len(lists) > 1 and all(entry.table for entry in lists):
        return f"{len(lists)} Tables on sheet '{sheet}'"
    return f"sheet '{sheet}', {', '.join(f'Table {e.table}' if e.table else _rows(e) for e in lists)}"


def _rows(entry: Understood) -> str:
    first, last = entry.rows.start, entry.rows.stop - 1
    return f"rows {first} to {last}" if first < last else f"row {first}" if first == last else "no rows yet"


def _said(entry: Understood) -> str:
    where = f"Table {entry.table} on sheet '{entry.sheet}'" if entry.table else f"Sheet '{entry.sheet}'"
    own = fields.of(entry.about)
    taken = []
    for name, heading in entry.fields.items():
        label = own[name].label if name in own else _borrowed(entry.about, name)
        taken.append(heading if simple(heading) == simple(label) else f"{heading} → {label}")
    about = fields.tables()[entry.about]["label"].lower()
    beside = "the number of each year group" if entry.about == "attendance" else "a register of who came"
    spread = f" {', '.join(entry.marks)}: {beside}." if entry.marks else ""
    unused = f" Not used: {', '.join(entry.unused)}." if entry.unused else ""
    totals = (
        f" Row{'s' * (len(entry.left_out) > 1)} {_listed(entry.left_out)}: totals, left out." if entry.left_out else ""
    )
    other = fields.tables()[entry.also]["label"].lower() if entry.also else ""
    also = f" It could also be {other}: name the sheet after what it holds." if other else ""
    return f"{where}, {_rows(entry)}: {about}. {', '.join(taken)}.{spread}{unused}{totals}{also}"


def _borrowed(about: str, name: str) -> str:
    lenders = fields.tables()[about].get("borrows", ())
    return next(fields.label(lender, name) for lender in lenders if name in fields.of(lender))


def _listed(numbers: Sequence[int]) -> str:
    first = [str(n) for n in numbers[:4]]
    return ", ".join(first) + (f" and {len(numbers) - 4} more" if len(numbers) > 4 else "")


def _understood(sheet: SheetCells, listing: Listing, best: Kind | None, activities: frozenset[str]) -> Understood:
    heads, first = listing.headings, listing.columns.start
    if best is None:
        return Understood(sheet.name, listing.table, "", listing.rows, {}, tuple(filter(None, heads)), {}, {})
    found = {name: one for name, one in best.found.items() if _counts(best, name)}
    taken = {one.at for one in found.values()}
    marked: dict[str, int] = {}
    if best.about in ("learners", "learner_attendance") and not found.keys() & WORK:
        marked = marks(listing, listing.cells(sheet.grid, LOOKED_AT), taken, activities)
    elif best.about == "attendance":
        marked = year_groups(listing, listing.cells(sheet.grid, LOOKED_AT), taken)
    unused = tuple(h for at, h in enumerate(heads) if h and at not in taken and at not in marked.values())
    return Understood(
        sheet.name, listing.table, best.about, listing.rows, {name: heads[one.at] for name, one in found.items()}, unused,
        {name: first + one.at for name, one in found.items()}, {heads[at]: first + at for at in marked.values()},
        tuple(_totals(listing, sheet.grid)),
    )  # fmt: skip


def _counts(kind: Kind, name: str) -> bool:
    """What a learner's row says of an activity counts only where it names the activity."""
    return kind.about != "learners" or name in fields.of("learners") or bool(kind.found.keys() & WORK)


def _named_activities(seen: list[tuple[SheetCells, Listing, list[Kind]]]) -> frozenset[str]:
    """The ids and titles of the activities that some list has."""
    out: set[str] = set()
    for sheet, listing, kinds in seen:
        if kinds and kinds[0].about in ("activities", "attendance"):
            cells = listing.cells(sheet.grid)
            for name in WORK & kinds[0].found.keys():
                out |= {simple(cell) for cell in set(map(str, cells[kinds[0].found[name].at]))}
    return frozenset(out)


# ------------------------------------------------------------------------------------------------ totals and settings


def _totals(listing: Listing, grid: list[list[Any]]) -> list[int]:
    """The rows of a list that hold totals: they say so in one of the first columns, or near the end in any, and are half blank."""
    left, right, stop = listing.columns.start - 1, listing.columns.stop - 1, listing.rows.stop
    part = grid[listing.rows.start - 1 : stop - 1]
    first = slice(left, min(left + 3, right))
    at: set[int] = set()
    if "total" in "\n".join([cell for row in part for cell in row[first] if type(cell) is str]).casefold():
        at |= {i for i, row in enumerate(part) if any(map(_says_total, row[first]))}
    at |= {i for i in range(max(len(part) - 3, 0), len(part)) if any(map(_says_total, part[i][left:right]))}
    most = max(2, (right - left) / 2)
    return [listing.rows[i] for i in sorted(at) if sum(not is_blank(cell) for cell in part[i][left:right]) <= most]


def _says_total(cell: Any) -> bool:
    if type(cell) is not str or "total" not in cell.casefold():
        return False
    return simple(cell).rstrip("s") in (
        "total",
        "grandtotal",
        "subtotal",
        "overalltotal",
        "totalnumber",
        "totalattended",
    )


def _settings(sheet: SheetCells) -> Understood | None:
    """A sheet of names and values: two settings at least are named in a column with values beside them."""
    named = fields.names("settings", sheet.name) or any(fields.names("settings", name) for name, _, _ in sheet.tables)
    width = len(sheet.grid[0]) if sheet.grid else 0
    if width < 2 or len(sheet.grid) > MOST_SETTINGS or not (named or width <= NARROW):
        return None
    best: tuple[int, int, dict[str, int]] = (0, 0, {})
    for column in range(min(width - 1, NARROW)):
        names = ["" if is_blank(row[column]) else str(row[column]) for row in sheet.grid]
        found = fields.match("settings", names)
        told = {name: one.at + 1 for name, one in found.items() if one.how >= fields.WORD - 0.1}
        if len(told) > best[0]:
            best = len(told), column, told
    count, column, told = best
    if count < (2 if named else 3):
        return None
    headings = {name: str(sheet.grid[row - 1][column]).strip() for name, row in told.items()}
    rows = range(min(told.values()), max(told.values()) + 1)
    return Understood(sheet.name, "", "settings", rows, headings, (), dict.fromkeys(told, column + 2), {})
