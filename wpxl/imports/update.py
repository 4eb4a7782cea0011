"""A list brought up to date from an export of HEAT's, without losing what is known: every change is listed before it is made.

    updated, differences = update(mine, export)

A cell that gives no answer ("Not known (997)", "Prefer not to say (998)", "Not available (999)", "Information refused", "Unknown",
a blank) never takes the place of one that does. Two answers that differ are for a person to decide: mine stands until the change
is among those told to be taken.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from .. import fields
from ..domain import answers, postcode, school, years
from ..domain.blank import is_blank
from ..domain.names import simple
from ..errors import Fault
from ..records.cells import text
from .shape import Column, Listing

Keys = Sequence[tuple[str, ...]]
KEYS: Keys = (("heat_id",), ("first_name", "last_name", "date_of_birth"), ("name", "date_of_birth"))
NEVER = {"learner"}  # the list's own ids

FILLED = "Nothing was known here, and the export gives an answer."
DIFFER = "Both say something, and not the same: decide which is right."
DECIDED = "Both say something, and not the same: the export's was chosen."
SEVERAL = "The rows of the export for this learner say different things: decide which is right."
PEOPLE = "Several learners of the export have this name and date of birth, so none was taken: give the HEAT ID."
OTHER_ID = (
    "The export has this name and date of birth under another HEAT ID, so nothing was taken: find out which is right."
)
OTHER_PERSON = (
    "The export has this HEAT ID with another name and date of birth, so nothing was taken: find out which is right."
)

_NAMES_TOO = {"null", "nan", "na", "none"}  # words for no answer that are people's names as well
_LETTERS = {"f": "female", "m": "male"}
_HEAT_BESIDE = re.compile(r"\s*\(#\d+\)$")  # "Ash School (#123456)", as HEAT writes


class Difference(NamedTuple):
    """A change that is made (taken), or that a person must decide. Row and column of the sheet, from 1, as in findings."""

    row: int
    column: int
    field: str  # "": no field of wpxl's, a column of the member's own
    heading: str
    before: Any
    after: Any
    taken: bool
    why: str


def update(
    mine: Listing, export: Listing, keys: Keys = KEYS, take: Collection[tuple[int, int]] = (), about: str = "learners"
) -> tuple[Listing, list[Difference]]:
    """The list with what the export adds to it, and everything in which they differ, by row and column.

    keys: fields that tell who a row is about, the surest first. take: rows and columns in which the export's answer is chosen.
    """
    ours, theirs = _Table(mine, about), _Table(export, about)
    known = [_index(theirs, key) for key in keys]
    shared = [name for name in ours.columns if name in theirs.columns and name not in NEVER]
    cells = [list(column.cells) for column in mine.columns]
    found: list[Difference] = []
    for row in range(ours.height):
        rows, key, doubt = _same(ours, theirs, row, keys, known)
        if doubt:
            at = ours.columns[key[0]]
            found.append(_difference(mine, row, at, None, False, doubt))
            continue
        for name in shared if rows else ():
            at = ours.columns[name]
            said = _distinct(theirs, name, rows)
            before = ours.cell(name, row)
            unknown = ours.meaning(name, row) is None
            if not said or (not unknown and ours.meaning(name, row) in said):
                continue
            after = _kept(theirs.kinds.get(name, ""), next(iter(said.values())))
            chosen = (mine.first_row + row, at + 1) in take
            taken = chosen or (unknown and len(said) == 1)
            why = SEVERAL if len(said) > 1 and not chosen else FILLED if unknown else DECIDED if chosen else DIFFER
            found.append(_difference(mine, row, at, after, taken, why, before))
            if taken:
                cells[at] += [None] * (row + 1 - len(cells[at]))
                cells[at][row] = after
    columns = tuple(Column(c.heading, c.field, new) for c, new in zip(mine.columns, cells, strict=True))
    return mine._replace(columns=columns), sorted(found, key=lambda one: (one.row, one.column))


def _difference(mine: Listing, row: int, at: int, after: Any, taken: bool, why: str, before: Any = None) -> Difference:
    column = mine.columns[at]
    return Difference(mine.first_row + row, at + 1, column.field or "", column.heading, before, after, taken, why)


# --------------------------------------------------------------------------------------------------------- the tables


class _Table:
    """A list by the fields of its columns, a member's own by their headings; and what its cells mean."""

    def __init__(self, listing: Listing, about: str):
        self._columns = listing.columns
        self.height = max((len(column.cells) for column in listing.columns), default=0)
        self.columns: dict[str, int] = {}
        for at, column in enumerate(listing.columns):
            name = column.field or simple(column.heading)
            if name:
                self.columns.setdefault(name, at)
        known = fields.of(about)
        self.kinds = {name: known[name].kind for name in self.columns if name in known}
        self._meanings: dict[str, list[Any]] = {}

    def cell(self, name: str, row: int) -> Any:
        cells = self._columns[self.columns[name]].cells
        return cells[row] if row < len(cells) else None

    def meaning(self, name: str, row: int) -> Any:
        """What a cell says, however it is written; None where it gives no answer."""
        if name not in self.columns:
            return None
        if name not in self._meanings:
            kind = self.kinds.get(name, "")
            self._meanings[name] = [_meaning(kind, name, self.cell(name, row)) for row in range(self.height)]
        return self._meanings[name][row]

    def key(self, names: tuple[str, ...], row: int) -> tuple[Any, ...] | None:
        values = tuple(self.meaning(name, row) for name in names)
        return None if None in values else values


def _meaning(kind: str, name: str, cell: Any) -> Any:
    if isinstance(cell, Fault) or _unsaid(kind, cell):
        return None
    if kind == "date":
        return years.born(cell) or _folded(cell)
    if kind == "postcode":
        clean = postcode.clean(cell)
        return postcode.spaced(clean) if clean and postcode.parse(clean) else _folded(cell)
    if kind == "answer":
        state = answers.read(name, cell)
        return _folded(cell) if isinstance(state, Fault) else None if state == answers.UNKNOWN else state
    if kind == "school":
        return school.folded(_HEAT_BESIDE.sub("", text(cell) or "")) or _folded(cell)
    if kind == "year_group":
        group = years.year_group(cell)
        return _folded(cell) if group is None else group
    if kind == "academic_year":
        return years.academic_year(cell) or _folded(cell)
    folded = _folded(cell)
    # An id that lost its # and zeros is still that id; a letter stands for a sex.
    return (folded or "").lstrip("0") or folded if name == "heat_id" else _LETTERS.get(folded or "", folded)


def _unsaid(kind: str, cell: Any) -> bool:
    if is_blank(cell) or (isinstance(cell, float) and cell != cell):
        return True
    if kind in ("number", "percent", "id") and (not isinstance(cell, str) or cell.strip().lstrip("#").isdecimal()):
        return False  # 999 is a number among numbers, and #999 an id
    if kind == "name" and answers.simple(str(cell)) in _NAMES_TOO:
        return False
    return answers.unsaid(cell)


def _folded(cell: Any) -> str | None:
    """Letters and digits: case, spaces and punctuation make no difference, accents neither."""
    plain = text(cell)
    if plain is None:
        return None
    bare = unicodedata.normalize("NFKD", plain.casefold())
    return "".join(c for c in bare if c.isalnum()) or plain


def _kept(kind: str, cell: Any) -> Any:
    """The export's cell as it is to stand: a date as a date."""
    if kind == "date" and (date := years.born(cell)):
        return datetime.datetime(*date)
    return cell.strip() if isinstance(cell, str) else cell


# --------------------------------------------------------------------------------------------------------- who is who


def _index(theirs: _Table, key: tuple[str, ...]) -> dict[tuple[Any, ...], list[int]]:
    made: dict[tuple[Any, ...], list[int]] = {}
    for row in range(theirs.height):
        if (values := theirs.key(key, row)) is not None:
            made.setdefault(values, []).append(row)
    return made


def _same(
    ours: _Table, theirs: _Table, row: int, keys: Keys, known: Sequence[dict[tuple[Any, ...], list[int]]]
) -> tuple[list[int], tuple[str, ...], str]:
    """The rows of the export about the same learner, what told so, and why nothing may be taken from them."""
    for key, index in zip(keys, known, strict=True):
        values = ours.key(key, row)
        rows = index.get(values, []) if values is not None else []
        if rows:
            return rows, key, _doubt(ours, theirs, row, rows, key)
    return [], (), ""


def _doubt(ours: _Table, theirs: _Table, row: int, rows: list[int], key: tuple[str, ...]) -> str:
    if key == ("heat_id",):
        return OTHER_PERSON if any(_others(ours, theirs, row, other) for other in rows) else ""
    ids = {theirs.meaning("heat_id", other) for other in rows} - {None}
    own = ours.meaning("heat_id", row)
    if own is not None and ids and own not in ids:
        return OTHER_ID
    return PEOPLE if len(ids) > 1 else ""


def _others(ours: _Table, theirs: _Table, row: int, other: int) -> bool:
    """Whether two rows are of different people: neither a name nor the date of birth is the same."""
    pairs = [
        (ours.meaning(name, row), theirs.meaning(name, other))
        for name in ("first_name", "last_name", "name", "date_of_birth")
    ]
    told = [a == b for a, b in pairs if a is not None and b is not None]
    return len(told) > 1 and not any(told)


def _distinct(theirs: _Table, name: str, rows: Sequence[int]) -> dict[Any, Any]:
    """What the rows say, each thing once: its meaning and the first cell that says it."""

    said: dict[Any, Any] = {}
    for row in rows:
        if (meaning := theirs.meaning(name, row)) is not None:
            said.setdefault(meaning, theirs.cell(name, row))
    return said
