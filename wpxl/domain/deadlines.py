"""When records must be in HEAT, and the days that are left: HEAT's own dates and those of an institution's settings.

No term has a date of its own here: 9 December 2022 was one institution's, and each sets others. HEAT's cut-off for tracking is
November's last working day, after which the records are as they are; it advises to be ready by the end of August. From September
those whose time has run out stand in its retention tool, to be kept or deleted by the end of October. The cut-off and these days
are those of 2025, taken to hold for other years until HEAT says otherwise.

Source: HEAT's data updates of 2025 (cut-off on Friday 28 November 2025; retention review 1 September to 31 October 2025); the
HEAT notice, 22 November 2022. Weekends are no working days; no bank holiday of England falls in the last days of November.

>>> cut_off(2025), cut_off(2026), cut_off(2030)
((2025, 11, 28), (2026, 11, 30), (2030, 11, 29))
>>> soonest(deadlines((2025, 11, 24))).said()
'HEAT: cut-off for tracking, Friday 28 November 2025: 4 days left.'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from . import years
from .blank import is_blank
from .names import simple
from .years import Date

CUT_OFF = "HEAT: cut-off for tracking"
SATURDAY, SUNDAY = 0, 1  # of days counted from 30 December 1899, a Saturday
LIKELY = (2000, 2100)  # years of deadlines; other numbers are no dates
MOST_BESIDE = 3  # filled cells of a row that is a deadline: its name, its date, whose it is
HEATS = "HEAT's date as in 2025: look up your year's."

_WEEKDAYS = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_WHAT, _WHEN = ("deadline", "deadlines"), ("date", "when", "by", "day", "due", "duedate", "deadlinedate")


class Named(NamedTuple):
    """A deadline before anybody asks how far off it is. date: None where none can be read."""

    what: str
    date: Date | None
    whose: str = ""


class Deadline(NamedTuple):
    what: str
    date: Date | None
    whose: str
    days: int | None  # left; below 0: passed

    def said(self) -> str:
        if self.date is None or self.days is None:
            return f"{self.what}: no date that can be read; write it day first, as 28/11/2025."
        return f"{self.what}, {shown(self.date)}: {left(self.days)}."


def deadlines(today: Date, own: Iterable[Named] = ()) -> list[Deadline]:
    """The institution's own dates and HEAT's next ones, by date; those that cannot be read at the end.

    One of its own that has not passed stands for HEAT's of the same name.
    """
    start, told = serial(today), list(own)
    ours = {simple(one.what) for one in told if one.date is not None and one.date >= today}
    every = told + [one for one in _heats(today) if simple(one.what) not in ours]
    made = [Deadline(*one, None if one.date is None else serial(one.date) - start) for one in dict.fromkeys(every)]
    return sorted(made, key=lambda one: (one.date is None, one.date or today))


def soonest(every: Sequence[Deadline]) -> Deadline | None:
    """The next that has not passed."""
    return next((one for one in every if one.days is not None and one.days >= 0), None)


def label(every: Sequence[Deadline]) -> str:
    """The next deadline in the few words that a button has room for."""
    one = soonest(every)
    if one is None or one.date is None or one.days is None:
        return "No deadline ahead"
    return f"{one.date[2]} {_MONTHS[one.date[1] - 1][:3]}: {left(one.days)}"


def left(days: int) -> str:
    if days == 0:
        return "today"
    count = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
    return f"{count} left" if days > 0 else f"passed {count} ago"


def shown(date: Date) -> str:
    year, month, day = date
    return f"{_WEEKDAYS[serial(date) % 7]} {day} {_MONTHS[month - 1]} {year}"


def cut_off(year: int) -> Date:
    """The last working day of November."""
    last = serial((year, 11, 30))
    return years.from_serial(last - {SATURDAY: 1, SUNDAY: 2}.get(last % 7, 0))


def own_in(grid: Sequence[Sequence[Any]]) -> list[Named]:
    """An institution's deadlines on a sheet, such as its settings: below a heading "Deadline" that has one of dates beside it,
    and in rows that name a deadline with its date in the next cell."""
    out: list[Named] = []
    below: tuple[int, int] | None = None
    for row in grid:
        names = [simple(cell) if isinstance(cell, str) else "" for cell in row]
        heads = [at for at, name in enumerate(names) if name in _WHAT]
        dates = [at for at, name in enumerate(names) if name in _WHEN and heads and at > heads[0]]
        if heads and dates:
            below = heads[0], dates[0]
            continue
        if below is not None:
            what, when = (row[at] if at < len(row) else None for at in below)
            if is_blank(what) or not isinstance(what, str):
                below = None
            else:
                out.append(Named(what.strip(), _date(when), _beside(row, below[1])))
        else:
            out += _in_row(row, names)
    return out


def _in_row(row: Sequence[Any], names: Sequence[str]) -> Iterator[Named]:
    """ "Term 1 deadline" and its date in the next cell, with hardly more in the row: lists have talks about deadlines, too."""
    filled = [at for at, cell in enumerate(row) if not is_blank(cell)]
    if 2 <= len(filled) <= MOST_BESIDE and "deadline" in names[filled[0]] and filled[1] == filled[0] + 1:
        at = filled[0]
        if date := _date(row[at + 1]):
            yield Named(str(row[at]).strip(), date, _beside(row, at + 1))


def _beside(row: Sequence[Any], at: int) -> str:
    cell = row[at + 1] if at + 1 < len(row) else None
    return cell.strip() if isinstance(cell, str) else ""


def _date(cell: Any) -> Date | None:
    found = None if is_blank(cell) else years.born(cell)
    return found if found and LIKELY[0] <= found[0] < LIKELY[1] else None


def _heats(today: Date) -> Iterator[Named]:
    """HEAT's dates, each the next from today on."""
    every = {
        "HEAT: advised for complete records": lambda year: (year, 8, 31),
        "HEAT: retention review begins": lambda year: (year, 9, 1),
        "HEAT: end of retention review": lambda year: (year, 10, 31),
        CUT_OFF: cut_off,
    }
    for what, of in every.items():
        yield Named(what, next(date for date in map(of, (today[0], today[0] + 1)) if date >= today), HEATS)


def serial(date: Date) -> int:
    """The days since 30 December 1899: what `years.from_serial` makes a date of."""
    year, month, day = date
    # Counting from 1 March puts the leap day last, so that months need no table.
    year, month = (year, month - 3) if month > 2 else (year - 1, month + 9)
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 1 - 693_899
