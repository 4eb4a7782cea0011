"""What each list of a workbook is about, and which heading stands for what.

Every kind of table is tried on the headings; the one that explains most of them is taken, and the name of the Table or sheet
counts as much as a few headings do. Nothing is read yet: `describe` says what would be.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from .. import fields
from ..domain import answers, years
from ..domain.blank import is_blank
from ..domain.names import simple
from . import Understood
from .find import Listing, listings
from .source import SheetCells

LOOKED_AT = 60  # rows in which the cells under a heading are judged
TABLE_NAMED, SHEET_NAMED = 3.0, 1.5  # headings that the name of a Table or sheet counts for
CLOSE = 0.5  # two kinds this near each other are both said
NARROW, MOST_SETTINGS = 4, 500  # columns and rows of a sheet of settings
SCHOOL = {"organisation", "urn", "laestab", "heat_id"}
PROFILE = {"imd", "nssec", "ypr", "ahe", "fsm", "ema", "urn", "laestab", "local_authority", "region", "school_type"}
WORK = {"activity", "title"}
OF_WORK = {"type", "date", "end_date", "hours", "organiser", "term", "academic_year", "location"}
PERSON = {"first_name", "last_name", "name", "date_of_birth", "heat_id", "learner"}
OF_PERSON = {
    "postcode", "gender", "ethnicity", "disabled", "in_care", "fsm", "bursary", "parental_he", "first_generation", "nssec",
    "tracking_statement", "date_of_birth", "middle_name", "estranged", "carer", "service_child", "refugee",
}  # fmt: skip
ANSWERS = {"no", "n", "yes", "y"}  # never headings, though "No" may stand for a number
TOLD = 0.2  # of the headings of a list name a field; registers have many others
MARKS = {
    "✓",
    "✔",
    "☑",
    "✅",
    "√",
    "y",
    "yes",
    "1",
    "true",
    "x",
    "/",
    "\\",
    "p",
    "present",
    "attended",
    "n",
    "no",
    "0",
    "a",
    "absent",
}


class Kind(NamedTuple):
    """A list as one kind of table: how much it explains, and the column of each field, from 0."""

    score: float
    about: str
    found: dict[str, fields.Found]


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
        found = listings(sheet, _telling)
        if not found and any(cell is not None for row in sheet.grid for cell in row):
            out.append(Understood(sheet.name, "", "", range(1, len(sheet.grid) + 1), {}, (), {}, {}))
        for listing in found:
            kinds = [] if alone and not listing.table else _kinds(listing, sheet.grid)
            seen.append((sheet, listing, kinds))
    by_school = any(k and k[0].about == "attendance" and k[0].found.keys() & SCHOOL for _, _, k in seen)
    activities = _named_activities(seen)
    for sheet, listing, kinds in seen:
        best = kinds[0] if kinds else None
        if best and by_school and best.about == "attendance" and not best.found.keys() & SCHOOL:
            best = next((kind for kind in kinds if kind.about == "activities"), best)
        out.append(_understood(sheet, listing, best, activities))
    order = {sheet.name: at for at, sheet in enumerate(sheets)}
    return sorted(out, key=lambda u: order[u.sheet])


def describe(understood: Sequence[Understood]) -> list[str]:
    """A sentence or two for each list: where it is, what it is about, which heading was taken for what."""
    return [_said(entry) for entry in understood]


def _said(entry: Understood) -> str:
    where = f"Table {entry.table} on sheet '{entry.sheet}'" if entry.table else f"Sheet '{entry.sheet}'"
    rows = f"rows {entry.rows.start} to {entry.rows.stop - 1}" if len(entry.rows) else "no rows yet"
    if not entry.about:
        return f"{where}, {rows}: left alone."
    own = fields.of(entry.about) if entry.about in fields.tables() else {}
    taken = []
    for name, heading in entry.fields.items():
        label = own[name].label if name in own else _borrowed(entry.about, name)
        taken.append(heading if simple(heading) == simple(label) else f"{heading} → {label}")
    about = fields.tables()[entry.about]["label"].lower()
    marks = f" {len(entry.marks)} columns are a register of who came." if entry.marks else ""
    unused = f" Not used: {', '.join(entry.unused)}." if entry.unused else ""
    totals = (
        f" Row{'s' * (len(entry.left_out) > 1)} {_listed(entry.left_out)}: totals, left out." if entry.left_out else ""
    )
    return f"{where}, {rows}: {about}. {', '.join(taken)}.{marks}{unused}{totals}"


def _borrowed(about: str, name: str) -> str:
    lenders = fields.tables()[about].get("borrows", ())
    return next(fields.label(lender, name) for lender in lenders if name in fields.of(lender))


def _listed(numbers: Sequence[int]) -> str:
    first = [str(n) for n in numbers[:4]]
    return ", ".join(first) + (f" and {len(numbers) - 4} more" if len(numbers) > 4 else "")


# ----------------------------------------------------------------------------------------------------------- one list


def _telling(headings: list[str]) -> float:
    """How many headings of a row name a field, if they are headings of some kind of table."""
    told = [heading for heading in headings if heading and heading.casefold() not in ANSWERS and fields.known(heading)]
    if len(told) < 2 or len(told) < TOLD * sum(map(bool, headings)):
        return 0.0
    kinds = ((about, fields.match(about, headings)) for about in fields.tables() if about != "settings")
    return float(len(told)) if any(fits(about, found, headings, True) for about, found in kinds) else 0.0


def _kinds(listing: Listing, grid: list[list[Any]]) -> list[Kind]:
    """The kinds of table that a list may be, the likeliest first."""
    columns = listing.cells(grid, LOOKED_AT)
    out = []
    for about in fields.tables():
        if about == "settings":
            continue
        found = fields.match(about, listing.headings, columns)
        named = fields.names(about, listing.table or listing.sheet)
        if not fits(about, found, listing.headings, named):
            continue
        score = sum(0.5 + min(one.how, fields.LABEL) / 8 for one in found.values())
        score += named * (TABLE_NAMED if listing.table else SHEET_NAMED)
        out.append(Kind(score, about, found))
    return sorted(out, key=lambda kind: -kind.score)


def fits(about: str, found: dict[str, fields.Found], headings: Sequence[str], named: bool) -> bool:
    """Whether the fields that were found are enough to be a table of that kind."""
    has = found.keys()
    if about == "organisations":
        return bool(has & SCHOOL) and bool(named or has & PROFILE - {"urn"} or len(has & SCHOOL) > 1)
    if about == "activities":
        return bool(has & WORK) and bool(named or has & OF_WORK)
    if about == "attendance":
        if "attending" in has:
            counts = "attend" in " ".join(fields.tokens(headings[found["attending"].at]))
            return bool(has & (WORK | {"date", "type"})) or bool(has & SCHOOL and (counts or named))
        return named and bool(has & WORK and has & SCHOOL)
    if about == "learners":
        return bool(has & (PERSON | {"postcode"})) and bool(has & OF_PERSON) and len(has) > 2
    if about == "learner_attendance":
        return "activity" in has and bool(has & PERSON)
    return bool(has & {"target", "measure"}) and bool(has & {"percent", "part"})


def _understood(sheet: SheetCells, listing: Listing, best: Kind | None, activities: frozenset[str]) -> Understood:
    heads, first = listing.headings, listing.columns.start
    if best is None:
        return Understood(sheet.name, listing.table, "", listing.rows, {}, tuple(filter(None, heads)), {}, {})
    found = {name: one for name, one in best.found.items() if _counts(best, name)}
    taken = {one.at for one in found.values()}
    marks = {}
    if best.about in ("learners", "learner_attendance") and not found.keys() & WORK:
        marks = _marks(listing, sheet, taken, activities)
    unused = tuple(h for at, h in enumerate(heads) if h and at not in taken and at not in marks.values())
    return Understood(
        sheet.name, listing.table, best.about, listing.rows, {name: heads[one.at] for name, one in found.items()}, unused,
        {name: first + one.at for name, one in found.items()}, {heads[at]: first + at for at in marks.values()},
        tuple(_totals(listing, sheet.grid)),
    )  # fmt: skip


def _counts(kind: Kind, name: str) -> bool:
    """What a learner's row says of an activity counts only where it names the activity."""
    return kind.about != "learners" or name in fields.of("learners") or bool(kind.found.keys() & WORK)


# --------------------------------------------------------------------------------------------------------- registers


def _named_activities(seen: list[tuple[SheetCells, Listing, list[Kind]]]) -> frozenset[str]:
    """The ids and titles of the activities that some list has."""
    out: set[str] = set()
    for sheet, listing, kinds in seen:
        if kinds and kinds[0].about in ("activities", "attendance"):
            cells = listing.cells(sheet.grid)
            for name in WORK & kinds[0].found.keys():
                out |= {simple(cell) for cell in set(map(str, cells[kinds[0].found[name].at]))}
    return frozenset(out)


def _marks(listing: Listing, sheet: SheetCells, taken: set[int], activities: frozenset[str]) -> dict[str, int]:
    """Columns of a register: headed by an activity or a date, or in words of one, and marked or blank all the way down."""
    cells = listing.cells(sheet.grid, LOOKED_AT)
    whole = fields.names_register(listing.table or listing.sheet)
    out = {}
    for at, heading in enumerate(listing.headings):
        filled = [cell for cell in cells[at] if not is_blank(cell)]
        if not heading or at in taken or not all(_mark(cell) for cell in filled):
            continue
        known = simple(heading) in activities or years.born(heading) is not None
        if known or (filled and (whole or fields.says_session(heading))):
            out[heading] = at
    return out


def _mark(cell: Any) -> bool:
    if isinstance(cell, (datetime.date, datetime.time)):
        return False
    text = answers.simple(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell))
    return text in MARKS or str(cell).strip().casefold() in MARKS


# ------------------------------------------------------------------------------------------------ totals and settings


def _totals(listing: Listing, grid: list[list[Any]]) -> list[int]:
    """The rows of a list that hold totals: they say so in one of the first columns, or near the end in any, and are half blank."""
    left, right, stop = listing.columns.start - 1, listing.columns.stop - 1, listing.rows.stop
    part = grid[listing.rows.start - 1 : stop - 1]
    at: set[int] = set()
    for c in range(left, min(left + 3, right)):
        texts = {row[c] for row in part if type(row[c]) is str}
        totals = set(filter(_says_total, texts))
        at |= {i for i, row in enumerate(part) if totals and type(row[c]) is str and row[c] in totals}
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
