"""Activities and who came: dates within the year, counts that can be, totals that agree with the register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ...domain import answers, years
from ...domain.names import simple
from ...records import cells as read
from ..shape import ERROR, NOTE, STUDENTS, WARNING, Finding, Listing
from .ground import Day, Ground, Rule, said

OUTSIDE = Rule(
    "outside_year", ERROR, "The date lies outside the academic year {year}.",
    "An academic year runs from 1 September to 31 August.", "Correct the date, or record it with its own year.",
)  # fmt: skip
BACKWARDS = Rule(
    "ends_before_start", ERROR, "The end lies before the start.", "An activity ends on the day it starts, or later.",
    "Correct the one that is wrong.",
)  # fmt: skip
COUNT = Rule(
    "count", ERROR, "{heading}: this is no number of {what}.", "{why}", "Enter how many it was.",
)  # fmt: skip
MANY = Rule(
    "count_large", WARNING, "{heading}: this is more than one activity is likely to have.",
    "Above {limit:,} a slip of the keys is likelier.", "Check the figure.",
)  # fmt: skip
FEWER = Rule(
    "register", ERROR, "Fewer are said to have attended ({said:,}) than learners are recorded ({recorded:,}).",
    "Whoever is recorded came, so the number attending cannot be smaller.", "Correct the number, or the learners of the activity.",
)  # fmt: skip
MORE = Rule(
    "register_short", NOTE, "{said:,} attended and {recorded:,} are recorded as learners.",
    "The others count as a number of students only.", "Leave it, if the others may not be recorded by name.",
)  # fmt: skip
FRACTIONS = Rule(
    "fractions", WARNING, "{heading}: every figure of this column lies between 0 and 1, so these look like fractions.",
    "Percentages run from 0 to 100, and nothing is rescaled silently.", "Multiply them by 100, if they are fractions.",
)  # fmt: skip
PERCENT = Rule(
    "percentage", ERROR, "{heading}: this is no percentage.", "Percentages run from 0 to 100.", "Correct the figure.",
)  # fmt: skip
RULES = (OUTSIDE, BACKWARDS, COUNT, MANY, FEWER, MORE, FRACTIONS, PERCENT)

LIMITS = {"attending": 3_000, "hours": 1_000}


def look(ground: Ground) -> Iterator[Finding]:
    if ground.about != STUDENTS or ground.has("activity"):
        yield from _dates(ground)
    for name in LIMITS:
        if name in ground.fields:
            yield from _counts(ground, name)
    if ground.has("attending") and ground.asked.recorded:
        yield from _register(ground)
    for at in ground.of_kind("percent"):
        yield from _percentages(ground, at)


def recorded(listing: Listing) -> dict[str, int]:
    """How many rows a list of learners, or of who came, has for each activity, by the activity's id or title folded."""
    cells = next((c.cells for c in listing.columns if c.field == "activity"), [])
    attended = next((c.cells for c in listing.columns if c.field == "attended"), None)
    came = [True] * len(cells) if attended is None else [answers.read("attended", c) == answers.YES for c in attended]
    names = (said(cell) for cell, there in zip(cells, came, strict=False) if there)
    return dict(Counter(simple(name) for name in names if name))


def _dates(ground: Ground) -> Iterator[Finding]:
    days, ends = ground.days("date"), ground.days("end_date")
    for name, column in (("date", days), ("end_date", ends)):
        for row, found in enumerate(column if name in ground.fields else ()):
            start = ground.starts[row]
            if isinstance(found, Day) and start is not None and not _within(found.date, start):
                yield ground.found(OUTSIDE, row, ground.fields[name], year=years.shown(start))
    for row, (first, last) in enumerate(zip(days, ends, strict=True)):
        if isinstance(first, Day) and isinstance(last, Day) and last.date < first.date:
            yield ground.found(BACKWARDS, row, ground.fields["end_date"])


def _within(date: years.Date, start: int) -> bool:
    return (start, 9, 1) <= date <= (start + 1, 8, 31)


def _counts(ground: Ground, name: str) -> Iterator[Finding]:
    at, heading = ground.fields[name], ground.headings[ground.fields[name]]
    reader, what = (read.count, "people") if name == "attending" else (read.hours, "hours")
    numbers = ground.made(name, lambda cell: read.UNREAD if _vast(cell) else reader(cell), at)
    for row, number in enumerate(numbers):
        if number is read.UNREAD:
            why = f"It is a whole number from 0 up{'' if name == 'attending' else ', or a time'}."
            yield ground.found(COUNT, row, at, heading=heading, what=what, why=why)
        elif isinstance(number, float) and number > LIMITS[name]:
            yield ground.found(MANY, row, at, heading=heading, limit=LIMITS[name])


def _vast(cell: Any) -> bool:
    """Whether a cell holds a whole number beyond what a spreadsheet can."""
    return isinstance(cell, int) and abs(cell) > 1e15


def _register(ground: Ground) -> Iterator[Finding]:
    """Numbers attending, over all rows of an activity, beside the learners recorded for it. Said at its first row."""
    at, numbers = ground.fields["attending"], ground.made("attending", read.count, "attending")
    ids, titles = ground.texts("activity"), ground.texts("title")
    total: dict[str, float] = {}
    first: dict[str, int] = {}
    for row in ground.rows:
        name = next(
            (key for text in (ids[row], titles[row]) if text and (key := simple(text)) in ground.asked.recorded), None
        )
        if name is not None:
            number: Any = numbers[row]
            total[name] = total.get(name, 0.0) + (number if isinstance(number, float) else float("nan"))
            first.setdefault(name, row)
    for name, row in first.items():
        told, there = total[name], ground.asked.recorded[name]
        if told < there:
            yield ground.found(FEWER, row, at, said=int(told), recorded=there)
        elif told > there:
            yield ground.found(MORE, row, at, said=int(told), recorded=there)


def _percentages(ground: Ground, at: int) -> Iterator[Finding]:
    heading = ground.headings[at]
    shares = ground.made("percent", lambda cell: read.UNREAD if _vast(cell) else read.percentage(cell), at)
    for row, share in enumerate(shares):
        if share is read.UNREAD:
            yield ground.found(PERCENT, row, at, heading=heading)
    there = [(row, share) for row, share in enumerate(shares) if isinstance(share, float)]
    if len(there) > 2 and 0 < max(share for _, share in there) <= 1:
        yield ground.found(FRACTIONS, there[0][0], at, heading=heading)
