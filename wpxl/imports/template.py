"""What a bulk import template wants, read from the template itself: members' templates differ, so nothing is assumed.

The headings may stand in any of the first rows, below instructions, in two rows (groups of columns above, often merged), with a
row beside them that says what is required. What a sheet is about follows from the fields that its headings name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .. import fields
from ..domain.blank import is_blank
from ..domain.headers import is_postcode
from ..records.find import Listing as Found
from ..records.kinds import kinds_of
from ..records.source import Place
from .shape import (
    ACTIVITIES,
    ANSWER,
    DATE,
    HEADCOUNTS,
    LINKS,
    LIST,
    NUMBER,
    SCHOOLS,
    STUDENTS,
    TEXT,
    TemplateSheet,
    Wanted,
)

TOP = 40  # rows in which headings are looked for
LONGEST_HEADING = 120
FEWEST_FIELDS = 2
FEWEST_ROWS = 10  # a formatted area of fewer is an example of a row, not the room there is
LARGEST_LIMIT = 100_000
GROUPS = 1.5  # headings that groups of columns above count for
TABLES = {
    "learners": STUDENTS,
    "activities": ACTIVITIES,
    "organisations": SCHOOLS,
    "learner_attendance": LINKS,
    "attendance": HEADCOUNTS,
}  # kind of list → what a template's sheet of it is about
TABLE_OF = {about: table for table, about in TABLES.items()}
_BESIDE = {  # where a heading of a sheet is looked for that is no field of its own
    STUDENTS: ("organisations", "learner_attendance"),
    ACTIVITIES: ("attendance", "organisations"),
    LINKS: ("learners", "activities", "organisations"),
    HEADCOUNTS: ("activities", "organisations"),
    SCHOOLS: (),
}

_STAR = re.compile(r"\*")
_NEEDED = re.compile(r"\b(?:mandatory|required|compulsory|must be (?:completed|given|filled))\b", re.IGNORECASE)
_NOT_NEEDED = re.compile(
    r"\b(?:not (?:mandatory|required|compulsory)|non-mandatory|optional|if known|where known)\b", re.IGNORECASE
)
_SAYS_FORM = re.compile(
    r"(?:mandatory|required|optional|compulsory|not required|if known|conditional|yes|no|text|number|date|list|drop-?down|"
    r"d{1,2}/m{1,2}/y{2,4}|free text|format:.*|e\.?g\.?.*|example:.*|choose .*|select .*|max .*|pick .*)",
    re.IGNORECASE,
)  # fmt: skip
_DATE_FORM = re.compile(r"[dy].*m|m.*[dy]", re.IGNORECASE)
_NUMBER_FORM = re.compile(r"[#,0]*0(?:\.0+)?(?:_.)?(?:;.*)?")
_LIMIT = re.compile(
    r"(?:max(?:imum)?\.?(?: of| number of \w+(?: is|:)?)?|up to|(?:no|not) more than|at most|limit(?:ed)?(?: of| to| is|:)?)\s+"
    r"(\d{1,3}(?:,\d{3})+|\d{2,6})\s+(?:rows?|records?|students?|learners?|pupils?|activit\w+|entries|lines)",
    re.IGNORECASE,
)


class Sheet(NamedTuple):
    """A template's sheet as plain data: values from A1 on, and what is prepared for the data that are to come."""

    name: str
    grid: list[list[Any]]
    merged: Sequence[Place] = ()
    lists: Sequence[tuple[Place, tuple[str, ...]]] = ()
    tables: Sequence[Place] = ()
    form: Callable[[int, int], str] = lambda row, column: "General"  # the number format of a cell
    last_formatted: Callable[[range], int] = lambda columns: (
        0
    )  # the last row of these columns that has a look of its own
    hidden: bool = False


class _Heads(NamedTuple):
    """Rows of headings: their joined texts, those of the lower row alone, and what says which are required."""

    rows: range
    joined: list[str]
    lower: list[str]
    notes: list[str]


def read_template(sheets: Sequence[Sheet]) -> tuple[TemplateSheet, ...]:
    """The sheets that take data, in their order. A sheet with headings that no kind of list has is about ""."""
    found = (_read(sheet) for sheet in sheets if not sheet.hidden and not fields.left_alone(sheet.name))
    return tuple(sheet for sheet in found if sheet)


def stated_limit(sheets: Sequence[Sheet]) -> int | None:
    """The number of rows that a template's instructions allow in one file, the least where several are said."""
    texts = (cell for sheet in sheets for row in sheet.grid for cell in row if isinstance(cell, str))
    said = [int(number.replace(",", "")) for text in texts for number in _LIMIT.findall(text)]
    return min((limit for limit in said if limit <= LARGEST_LIMIT), default=None)


def _read(sheet: Sheet) -> TemplateSheet | None:
    best: tuple[float, _Heads, str, dict[int, str]] | None = None
    for row in range(1, min(len(sheet.grid), TOP) + 1):
        for heads in _heads(sheet, row):
            about, found, score = _about(sheet, heads)
            if found and (best is None or score > best[0]):
                best = score, heads, about, found
    if best is None:
        return None
    _, heads, about, found = best
    first = heads.rows.stop
    columns = tuple(
        _wanted(sheet, heads, at, first, found.get(at)) for at, heading in enumerate(heads.joined) if heading
    )
    return TemplateSheet(sheet.name, about, heads.rows, first, _last_row(sheet, columns, first), columns)


# ------------------------------------------------------------------------------------------------------- rows of headings


def _heads(sheet: Sheet, row: int) -> list[_Heads]:
    """How a row, alone or with the one above it, may be headings."""
    lower = _texts(sheet.grid[row - 1])
    if not _may_be_headings(sheet.grid[row - 1]) or _says_forms(sheet.grid[row - 1]):
        return []
    after = row + 1
    notes = list(lower)
    while after <= len(sheet.grid) and _says_forms(sheet.grid[after - 1]):
        notes = [f"{a} {b}" for a, b in zip(notes, _texts(sheet.grid[after - 1]), strict=True)]
        after += 1
    out = []
    if row > 1 and _says_forms(sheet.grid[row - 2]):
        notes = [f"{a} {b}" for a, b in zip(notes, _texts(sheet.grid[row - 2]), strict=True)]
    elif row > 1 and (upper := _upper(sheet, row - 1, lower)):
        joined = [f"{a} / {b}" if a and b and a != b else a or b for a, b in zip(upper, lower, strict=True)]
        out.append(
            _Heads(range(row - 1, after), joined, lower, [f"{a} {b}" for a, b in zip(upper, notes, strict=True)])
        )
    out.append(_Heads(range(row, after), lower, lower, notes))
    return out


def _may_be_headings(row: list[Any]) -> bool:
    filled = [cell for cell in row if not is_blank(cell)]
    texts = [cell for cell in filled if isinstance(cell, str)]
    if len(texts) < FEWEST_FIELDS or len(texts) < len(filled) - 1 or any(map(is_postcode, texts)):
        return False
    return all(len(text) <= LONGEST_HEADING for text in texts)


def _says_forms(row: list[Any]) -> bool:
    """Whether a row says of each column what it is to hold, or whether it must be filled."""
    filled = [cell for cell in row if not is_blank(cell)]
    return len(filled) > 1 and all(isinstance(cell, str) and _SAYS_FORM.fullmatch(cell.strip()) for cell in filled) and any(
        _NEEDED.search(cell) or _NOT_NEEDED.search(cell) or _DATE_FORM.fullmatch(cell.strip()) or "text" in cell.casefold()
        for cell in filled
    )  # fmt: skip


def _upper(sheet: Sheet, row: int, lower: list[str]) -> list[str]:
    """The groups of columns that the row above names, each over all of its columns; [] where it names none."""
    own = _texts(sheet.grid[row - 1])
    if any(len(text) > LONGEST_HEADING for text in own) or len(set(filter(None, own))) < 2:
        return []
    spans = {area.first_column: area.last_column for area in sheet.merged if area.first_row <= row <= area.last_row}
    out, until = [""] * len(own), 0
    for at, text in enumerate(own):
        column = at + 1
        if text:
            group, until = text, spans.get(column, 0) or _next(own, at)
        if until >= column and (lower[at] or text):
            out[at] = group
    return out


def _next(texts: list[str], at: int) -> int:
    """The last column, from 1, before the next filled one: groups are often written without merging."""
    return next((other for other in range(at + 1, len(texts)) if texts[other]), len(texts))


def _texts(row: list[Any]) -> list[str]:
    return ["" if is_blank(cell) else " ".join(str(cell).split()) for cell in row]


# -------------------------------------------------------------------------------------------------- what they are about


def _about(sheet: Sheet, heads: _Heads) -> tuple[str, dict[int, str], float]:
    """What rows of headings are about, the field of each column (from 0), and how much of them that explains."""
    grouped = heads.joined != heads.lower
    about, found, score = _kind_of(sheet, heads, heads.joined)
    if grouped:
        alone = _kind_of(sheet, heads, heads.lower)
        if len(alone[1]) > 2 * len(found):  # what stands above says little
            about, found, score = alone
    if not about:
        return "", {}, 0.0
    variants = (heads.joined, heads.lower) if grouped else (heads.lower,)
    for headings in variants:
        _add(found, TABLE_OF[about], headings, "")
    for table in _BESIDE[about]:
        for headings in variants:
            _add(found, table, headings, f"{table}.")
    return about, found, score + len(found) / 10 + grouped * GROUPS


def _kind_of(sheet: Sheet, heads: _Heads, headings: list[str]) -> tuple[str, dict[int, str], float]:
    below = range(heads.rows.stop, len(sheet.grid) + 1)
    listing = Found(sheet.name, "", heads.rows.stop - 1, below, range(1, len(headings) + 1), headings)
    for kind in kinds_of(listing, sheet.grid):
        if kind.about in TABLES:
            return TABLES[kind.about], {one.at: id_ for id_, one in kind.found.items()}, kind.score
    return "", {}, 0.0


def _add(found: dict[int, str], table: str, headings: list[str], prefix: str) -> None:
    """The fields of a table that headings without one name, where no other column has them."""
    free = [at for at, heading in enumerate(headings) if heading and at not in found]
    for id_, one in fields.match(table, [headings[at] for at in free]).items():
        if one.how > fields.NEAR and f"{prefix}{id_}" not in found.values():
            found[free[one.at]] = f"{prefix}{id_}"


# ------------------------------------------------------------------------------------------------------------- columns


def _wanted(sheet: Sheet, heads: _Heads, at: int, first: int, field: str | None) -> Wanted:
    said = heads.notes[at]
    needed = bool(_STAR.search(said) or _NEEDED.search(said)) and not _NOT_NEEDED.search(said)
    column = at + 1
    allowed = next((values for area, values in sheet.lists if _holds(area, first, column) and values), ())
    form = sheet.form(first, column)
    return Wanted(column, heads.joined[at], field, needed, _kind(field, allowed, form), allowed, form)


def _holds(area: Place, row: int, column: int) -> bool:
    return area.first_row <= row <= area.last_row and area.first_column <= column <= area.last_column


def _kind(field: str | None, allowed: tuple[str, ...], form: str) -> str:
    means = meaning(field)
    if allowed:
        return ANSWER if means == "answer" else LIST
    if means == "date" or (
        means not in ("number", "percent", "id") and form != "General" and _DATE_FORM.search(_bare(form))
    ):
        return DATE
    if means == "answer":
        return ANSWER
    if form != "@" and (means in ("number", "percent") or (means != "id" and _NUMBER_FORM.fullmatch(form))):
        return NUMBER
    return TEXT


def plain_heading(heading: str) -> str:
    """A heading without the marks of what must be filled.

    >>> plain_heading("Student / First name (required) *")
    'Student / First name'
    """
    bare = re.sub(
        r"[(\[]\s*(?:mandatory|required|optional|compulsory|if known)\s*[)\]]", "", heading, flags=re.IGNORECASE
    )
    return " ".join(bare.replace("*", "").split())


def meaning(field: str | None) -> str:
    """The kind of a field of fields.toml, of whichever table; "" for a column that means nothing to wpxl."""
    if field is None:
        return ""
    table, _, id_ = field.rpartition(".")
    tables = (table,) if table else TABLES
    return next((fields.of(name)[id_].kind for name in tables if id_ in fields.of(name)), "")


def _bare(form: str) -> str:
    """A number format without its colours, locales and quoted texts."""
    return re.sub(r"\[[^\]]*\]|\"[^\"]*\"|\\.", "", form)


def _last_row(sheet: Sheet, columns: Sequence[Wanted], first: int) -> int | None:
    """The last row that is prepared for data: drop-down lists, looks and Tables say so."""
    own = {wanted.column for wanted in columns}
    span = range(min(own), max(own) + 1)
    ends = [sheet.last_formatted(span)]
    ends += [area.last_row for area, _ in sheet.lists if any(area.first_column <= c <= area.last_column for c in own)]
    ends += [area.last_row for area in sheet.tables if area.first_row < first <= area.last_row]
    last = max(ends)
    return last if last >= first + FEWEST_ROWS - 1 and last < LARGEST_LIMIT else None
