"""Academic years, year groups and dates of birth in England, and the year in which a learner can enter higher education.

An academic year is the number of the year it starts in. A learner in Year Y of the academic year S ends Year 13 in the summer
of S + 14 - Y, and one born in the year B ends it in the summer of B + 18, or a year later if born from September on.

Source: HEAT's table of HE-ready years and the years their tracking data is ready ("by the year that they would enter HE if they
joined at 18"); school years of England, which begin on 1 September.

>>> academic_year("2025/26"), academic_year("25-26"), academic_year(2025), academic_year("2025/27")
(2025, 2025, 2025, None)
>>> year_group("Yr 12"), year_group("Reception"), year_group("upper sixth"), year_group(15)
(12, 0, 13, None)
>>> born("01/09/2008"), born(39692), born("31/02/2008")
((2008, 9, 1), (2008, 9, 1), None)
"""

from __future__ import annotations

import re
from typing import Any

OLDEST_GROUP = 14  # a third year of sixth form or college
CENTURY = 2000
_YEARS = re.compile(r"(?:academic year |ay ?)?(\d{4}|\d{2})(?: ?[/–—-] ?(\d{4}|\d{2}))?").fullmatch
_GROUP = re.compile(r"(?:year|yr|y)?(?: ?group)? ?(\d{1,2})(?:th)?").fullmatch
_NAMED = {
    "reception": 0, "r": 0, "foundation": 0, "lower sixth": 12, "lower 6th": 12, "l6": 12, "upper sixth": 13, "upper 6th": 13,
    "u6": 13,
    "first year of sixth form": 12, "second year of sixth form": 13, "third year sixth": 14,
}  # fmt: skip
_BEYOND = re.compile(
    r"\b(?:fe|further education|colleges?|mature|adults?|apprentices?(?:hips?)?|undergraduates?|"
    r"access to (?:he|higher education))\b"
).search
_DAY_FIRST = re.compile(r"(\d{1,2}) ?[/. -] ?(\d{1,2}|[a-z]{3,9}) ?[/. ,-] ?(\d{4}|\d{2})").fullmatch
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ]00:00(?::00(?:\.0+)?)?)?").fullmatch
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Date = tuple[int, int, int]  # year, month, day


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).casefold().split()).rstrip(".")


def academic_year(cell: Any) -> int | None:
    """The year an academic year starts in, from 2025/26, 2025-26, 25/26, 2025, or a date in it; None for anything else."""
    if isinstance(cell, bool):
        return None
    if (date := _parts(cell)) is not None:
        return date[0] if date[1] >= 9 else date[0] - 1
    found = _YEARS(_text(cell))
    if found is None:
        return None
    first = int(found[1]) + (CENTURY if len(found[1]) == 2 else 0)
    if found[2] is None:
        return first if len(found[1]) == 4 and 1900 <= first < 2200 else None
    return first if int(found[2]) % 100 == (first + 1) % 100 and 1900 <= first < 2200 else None


def shown(start: int) -> str:
    """2027 as an academic year: 2027/28."""
    return f"{start}/{(start + 1) % 100:02d}"


def year_group(cell: Any) -> int | None:
    """A school year group, Reception 0 to 14; None for anything else."""
    if isinstance(cell, bool):
        return None
    text = _text(cell)
    if text in _NAMED:
        return _NAMED[text]
    found = _GROUP(text)
    return int(found[1]) if found and int(found[1]) <= OLDEST_GROUP else None


def is_beyond_school(cell: Any) -> bool:
    """Whether a cell says further education or a mature learner in place of a school's year group."""
    return isinstance(cell, str) and year_group(cell) is None and _BEYOND(_text(cell)) is not None


def born(cell: Any) -> Date | None:
    """A date of birth: a date, Excel's number for one, or text with the day first; None for anything else."""
    if isinstance(cell, bool):
        return None
    if (date := _parts(cell)) is not None:
        return date
    if isinstance(cell, (int, float)):
        return from_serial(int(cell)) if 3_000 <= cell < 80_000 else None
    text = _text(cell)
    if found := _YEAR_FIRST(text):
        return _whole(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST(text):
        month = int(found[2]) if found[2].isdigit() else _month(found[2])
        year = int(found[3]) + (0 if len(found[3]) == 4 else CENTURY if int(found[3]) < 40 else CENTURY - 100)
        return _whole(year, month, int(found[1]))
    return None


def _parts(cell: Any) -> Date | None:
    """The parts of a date object, whatever made it."""
    year = getattr(cell, "year", None)
    if not isinstance(year, int):
        return None
    month, day = getattr(cell, "month", None), getattr(cell, "day", None)
    return (year, month, day) if isinstance(month, int) and isinstance(day, int) else None


def _month(word: str) -> int:
    return _MONTHS.index(word[:3]) + 1 if word[:3] in _MONTHS else 0


def _whole(year: int, month: int, day: int) -> Date | None:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= _DAYS[month - 1] + (leap and month == 2):
        return None
    return year, month, day


def from_serial(days: int) -> Date:
    """A date from the days since 30 December 1899, as Excel counts from March 1900 on."""
    # Counting from 1 March 0000 puts the leap day last, so that months need no table.
    n = days + 693_899
    era = n // 146_097
    day = n - era * 146_097
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    year += era * 400 + (month >= 10)
    return year, month + 3 if month < 10 else month - 9, day - (153 * month + 2) // 5 + 1


def he_ready_from_group(group: int, start: int) -> int:
    return start + 14 - group


def he_ready_from_birth(date: Date) -> int:
    return date[0] + 18 + (date[1] >= 9)


def tracking_year(he_ready: int) -> int:
    """The year in which HEAT expects tracking data of those who could enter in an academic year."""
    return he_ready + 2
