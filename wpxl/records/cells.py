"""Cells made whole: texts, numbers, dates, hours and terms, and what is said of those that cannot be read.

Columns are read once for each distinct cell, but for plain texts. A cell that holds something, yet cannot be read, is
counted and said with its place; its value is missing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..domain import answers, years
from ..domain.blank import is_blank
from ..domain.once import each
from ..errors import Fault

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

NAMED = 3  # rows that a note names
LIKELY_YEARS = range(1990, 2100)  # of activities
UNREAD = object()
MOST = 1_000_000  # people at one activity; more is a slip of the keyboard

_COUNT = re.compile(
    r"(?P<about>c\.?|ca\.?|circa|approx(?:imately|\.)?|about|around|roughly|~|est\.?|estimated)?\s*"
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?\s*"
    r"(?P<of>pupils?|students?|learners?|participants?|attendees?|people|young people|children|attended|"
    r"\(?approx\.?\)?|\(?est\.?\)?)?"
).fullmatch
_HOURS = re.compile(
    r"(\d+(?:\.\d+)?)\s*(?:h|hrs?|hours?)?(?:\s*(?:and\s*)?(\d{1,2})\s*(?:m|mins?|minutes?))?"
).fullmatch
_MINUTES = re.compile(r"(\d{1,4})\s*(?:m|mins?|minutes?)").fullmatch
_CLOCK = re.compile(r"(\d{1,3}):(\d\d)(?::\d\d)?").fullmatch
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b")
_TIME = re.compile(r"[ ,]+(?:at )?\d{1,2}[:.]\d\d(?::\d\d)? ?(?:am|pm)?$")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%?").fullmatch
_HELD_BACK = {"c", "z", "x", "supp", "suppressed", "low", "ne", "np", "*"}  # published tables' marks for no figure
_TERMS = (
    ("Autumn", re.compile(r"aut|fall|mich|term 1\b|^1\b|^t1\b|christmas")),
    ("Spring", re.compile(r"spr|lent|hilary|easter|term 2\b|^2\b|^t2\b|winter")),
    ("Summer", re.compile(r"sum|trinity|whit|term 3\b|^3\b|^t3\b")),
)


class Remarks:
    """Sentences about what could not be read, in the order in which it was met."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def add(self, sentence: str) -> None:
        if sentence not in self.said:
            self.said.append(sentence)

    def cells(self, sheet: str, rows: Sequence[int], heading: str, what: str, so: str) -> None:
        """`what` is what the cells in these rows of a column are not."""
        if rows:
            count = "1 cell is" if len(rows) == 1 else f"{len(rows):,} cells are"
            self.add(f"Sheet '{sheet}', {heading}: {count} {what} ({listed(rows)}); {so}.")


def listed(rows: Sequence[int]) -> str:
    first = ", ".join(str(row) for row in rows[:NAMED])
    more = f" and {len(rows) - NAMED:,} more" if len(rows) > NAMED else ""
    return f"row{'s' * (len(rows) > 1)} {first}{more}"


def text(cell: Any) -> str | None:
    """A cell as text: 101.0 is 101 to whoever typed it; None for a blank and for an error."""
    if type(cell) is str:
        return cell.strip() or None if cell.isascii() else None if is_blank(cell) else cell.strip()
    if cell is None or isinstance(cell, Fault):
        return None
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return f"{cell:%d/%m/%Y}"
    return str(cell).strip() or None


def texts(cells: list[Any]) -> list[str | None]:
    """`text` for each cell; what most cells are is done in place, as the call alone would take longer."""
    return [cell.strip() or None if type(cell) is str and cell.isascii() else text(cell) for cell in cells]


def count(cell: Any) -> float | object | None:
    """A number of people: 17, "17", "17 pupils", "about 20"; UNREAD for anything else that is not blank."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell) if 0 <= cell <= MOST and cell == int(cell) else UNREAD
    if answers.unsaid(cell) or answers.simple(str(cell)) in ("n/a", "na"):
        return None
    found = _COUNT(" ".join(cell.casefold().split())) if isinstance(cell, str) else None
    return float(found["number"].replace(",", "")) if found else UNREAD


def is_estimate(cell: Any) -> bool:
    """Whether a number of people says of itself that it is not exact."""
    found = _COUNT(" ".join(cell.casefold().split())) if isinstance(cell, str) else None
    return bool(found and (found["about"] or "approx" in (found["of"] or "") or "est" in (found["of"] or "")))


def percentage(cell: Any) -> float | object | None:
    """0 to 100, with or without a sign; None where a published table holds the figure back."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell) if 0 <= cell <= 100 else UNREAD
    if isinstance(cell, Fault) or answers.unsaid(cell):
        return None
    simple = answers.simple(str(cell))
    if simple in _HELD_BACK or simple in ("n/a", "na", "not applicable"):
        return None
    found = _PERCENT(simple)
    return float(found[1]) if found and float(found[1]) <= 100 else UNREAD


def hours(cell: Any) -> float | object | None:
    """2, "2 hours", "1h 30m", "90 mins", "1:30", a time of day or a length of time."""
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds() / 3600
    if isinstance(cell, datetime.time):
        return cell.hour + cell.minute / 60
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell) if cell >= 0 else UNREAD
    if isinstance(cell, Fault) or answers.unsaid(cell):
        return None
    plain = str(cell).strip().casefold()
    if found := _MINUTES(plain):
        return int(found[1]) / 60
    if found := _CLOCK(plain):
        return int(found[1]) + int(found[2]) / 60
    if found := _HOURS(plain):
        return float(found[1]) + int(found[2] or 0) / 60
    return UNREAD


def term(cell: Any) -> str | object | None:
    """Autumn, Spring or Summer, from however a term is named."""
    if isinstance(cell, Fault) or answers.unsaid(cell):
        return None
    simple = answers.simple(text(cell) or "")
    return next((name for name, pattern in _TERMS if pattern.search(simple)), UNREAD)


def date(cell: Any) -> datetime.datetime | object | None:
    """A day, with or without its weekday and a time: 12/11/2025, Wed 12th November 2025, 2025-11-12, a real date."""
    if isinstance(cell, Fault) or (not isinstance(cell, datetime.date) and answers.unsaid(cell)):
        return None
    if isinstance(cell, str):
        cell = _ORDINAL.sub(r"\1", _WEEKDAY.sub("", _TIME.sub("", " ".join(cell.casefold().split()))))
    found = years.born(cell)
    return datetime.datetime(*found) if found and found[0] in LIKELY_YEARS else UNREAD


def floats(reader: Callable[[Any], Any], cells: list[Any]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The numbers of a column, NaN where there is none, and which cells could not be read. Shape: (cells,) each."""
    import numpy as np

    read = each(reader, cells)
    bad = np.array([value is UNREAD for value in read], bool)
    return np.array([np.nan if value is None or value is UNREAD else value for value in read], np.float64), bad


def swapped(cells: list[Any]) -> bool:
    """Whether a column looks as if a program with American dates had read it: no real date falls after the 12th of a month,
    while texts that are dates do."""
    real = [cell for cell in cells if isinstance(cell, datetime.date)]
    typed = [found for cell in cells if isinstance(cell, str) and (found := years.born(cell))]
    return (
        len(real) > 2 and bool(typed) and all(cell.day <= 12 for cell in real) and any(day > 12 for _, _, day in typed)
    )
