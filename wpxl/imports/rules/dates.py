"""Dates, and ages against year groups: what cannot be, what an American setting turned round, what is stored as text."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ...domain import years
from ...errors import Fault
from ..shape import ERROR, NOTE, WARNING, Finding
from .ground import Day, Ground, Rule, month_first, turned

IMPOSSIBLE = Rule(
    "date_impossible", ERROR, "This is no date that exists.", "The column holds dates: day, month and year.",
    "Look the date up and enter it again.",
)  # fmt: skip
MONTH_FIRST = Rule(
    "date_month_first", ERROR, "The date is text with its month before its day.",
    "Excel could not read it as a British date, and an import would refuse it.", "Enter it as a date, day first.",
)  # fmt: skip
TYPED = Rule(
    "date_text", WARNING, "The date is stored as text{so}.", "Imports want real dates, and texts do not sort as dates do.",
    "Turn it into a date.",
)  # fmt: skip
SWAPPED = Rule(
    "date_swapped", WARNING, "Day and month seem to have changed places.",
    "As it stands the age does not fit the year group; with day and month changed over it does.",
    "Look the date of birth up.",
)  # fmt: skip
ALL_SWAPPED = Rule(
    "dates_swapped", ERROR, "Many dates of this column seem to have day and month changed over ({count} could be).",
    "No real date in it falls after the 12th of a month, while texts that are dates do: a program with American dates read it.",
    "Bring the column in again with British dates.",
)  # fmt: skip
LATE = Rule(
    "born_late", ERROR, "Someone with this date of birth would be too young to be in the list.",
    "It lies in or after the year the list is of, or makes the learner less than four years old.", "Look the date of birth up.",
)  # fmt: skip
EARLY = Rule(
    "born_early", ERROR, "Someone with this date of birth would be over {age}.",
    "A wrong century, or a date that a program put where it had none, looks like this.", "Look the date of birth up.",
)  # fmt: skip
AGE = Rule(
    "age_group", WARNING, "The age does not fit the year group: it is {years} off.",
    "Learners of a year group are born between September and August; a year's difference is possible, more is rare.",
    "Check date of birth and year group; if both are right, say so as Phase Adjustment.",
)  # fmt: skip
NEARLY = AGE._replace(severity=NOTE)
GROUP = Rule(
    "year_group", WARNING, "This is no year group.", "Year groups are 0 (Reception) to 14.", "Write it as 12 or Year 12.",
)  # fmt: skip
RULES = (IMPOSSIBLE, MONTH_FIRST, TYPED, SWAPPED, ALL_SWAPPED, LATE, EARLY, AGE, GROUP)

OLDEST, YOUNGEST = 90, 4
_BEYOND = {
    "level",
    "fe",
    "he",
    "college",
    "mature",
    "adult",
    "foundation",
    "access",
    "mixed",
    "post",
    "post16",
    "undergraduate",
}
MANY = 8  # dates that make a column's habit
AGREE = 0.6  # share of learners whose ages have to agree on the academic year


def look(ground: Ground) -> Iterator[Finding]:
    for at in ground.of_kind("date"):
        yield from _column(ground, at)
    if ground.about == "students":
        if ground.has("date_of_birth"):
            yield from _births(ground)
        if ground.has("year_group"):
            yield from _groups(ground)


def _column(ground: Ground, at: int) -> Iterator[Finding]:
    days, cells = ground.days(at), ground.cells(at)
    typed = [d for d in days if isinstance(d, Day) and d.typed]
    after = [d for d in typed if d.date[2] > 12]
    real = [d for d in days if isinstance(d, Day) and not d.typed]
    day_first = bool(after) and not any(
        isinstance(d, Fault) and month_first(c) for d, c in zip(days, cells, strict=True)
    )
    for row, (found, cell) in enumerate(zip(days, cells, strict=True)):
        if isinstance(found, Fault):
            other = month_first(cell)
            yield ground.found(MONTH_FIRST if other else IMPOSSIBLE, row, at, _date(other))
        elif found is not None and found.typed:
            sure = not found.open or day_first
            so = "" if sure else ", and could have the day or the month first"
            yield ground.found(TYPED, row, at, _date(found.date) if sure else None, so=so)
    if len(real) >= MANY and len(after) >= 2 and all(d.date[2] <= 12 for d in real):
        could = [row for row, d in enumerate(days) if isinstance(d, Day) and not d.typed and turned(d.date)]
        if could:
            yield ground.found(ALL_SWAPPED, could[0], at, count=f"{len(could):,}")


def _date(parts: years.Date | None) -> Any:
    return datetime.datetime(*parts) if parts else None


def _births(ground: Ground) -> Iterator[Finding]:
    """Ages, by themselves and against year groups."""
    at, days = ground.fields["date_of_birth"], ground.days("date_of_birth")
    groups = ground.made("group", years.year_group, "year_group")
    phases = ground.made("phase", _phase, "phase_adjustment")
    start = _agreed(days, groups)
    usual = start or _middle(days)
    for row, found in enumerate(days):
        if not isinstance(found, Day):
            continue
        of_row = ground.starts[row]
        year = of_row if of_row is not None else start
        age = _age(found, year if year is not None else usual)
        if age is not None and age < YOUNGEST:
            yield ground.found(LATE, row, at)
        elif age is not None and age > OLDEST:
            yield ground.found(EARLY, row, at, age=OLDEST)
        elif groups[row] is not None and year is not None:
            yield from _against_group(ground, row, at, found, groups[row], year, phases[row])


def _against_group(
    ground: Ground, row: int, at: int, found: Day, group: int, year: int, phase: int | None
) -> Iterator[Finding]:
    expected = years.he_ready_from_group(group, year)
    off = expected - years.he_ready_from_birth(found.date)
    if off == 0 or off == phase:
        return
    other = turned(found.date)
    if other and (not found.typed or found.open) and years.he_ready_from_birth(other) == expected:
        yield ground.found(SWAPPED, row, at)
    else:
        words = "a year" if abs(off) == 1 else f"{abs(off)} years"
        yield ground.found(NEARLY if abs(off) == 1 else AGE, row, at, years=words)


def _groups(ground: Ground) -> Iterator[Finding]:
    texts = ground.texts("year_group")
    for row, (group, text) in enumerate(zip(ground.made("group", years.year_group, "year_group"), texts, strict=True)):
        if group is None and text is not None and not _later(text):
            yield ground.found(GROUP, row, ground.fields["year_group"])


def _later(text: str) -> bool:
    """Whether a text says that someone is beyond school or between groups, which is an answer too."""
    return "+" in text or not _BEYOND.isdisjoint(text.casefold().replace("-", " ").split())


def _agreed(days: list[Any], groups: list[int | None]) -> int | None:
    """The academic year in which most ages fit their year groups."""
    votes = Counter(
        years.he_ready_from_birth(found.date) + group - 14
        for found, group in zip(days, groups, strict=True)
        if isinstance(found, Day) and group is not None
    )
    if sum(votes.values()) < MANY:
        return None
    start, count = votes.most_common(1)[0]
    return start if count >= AGREE * sum(votes.values()) else None


def _middle(days: list[Any]) -> int | None:
    """A year that about fits learners, from the middle of their birth years: the list's own measure of too young and too old."""
    born = sorted(found.date[0] for found in days if isinstance(found, Day))
    return born[len(born) // 2] + 16 if len(born) >= MANY else None


def _age(found: Day, start: int | None) -> int | None:
    """Whole years at the end of August before the academic year, as year groups count."""
    return None if start is None else start + 18 - years.he_ready_from_birth(found.date)


def _phase(cell: Any) -> int | None:
    text = str(cell).strip().removesuffix(".0")
    return int(text) if text.lstrip("+-").isdecimal() and len(text) < 4 else None
