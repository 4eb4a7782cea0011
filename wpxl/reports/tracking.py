"""What HEAT needs of each learner to track them, and when they can enter higher education.

HEAT tracks learners by first name, last name, date of birth, school and home postcode (gender where it is known), and only those
who have seen its tracking statement: all others are reported as a number (the notice of HEAT's term 1 upload, November 2022).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..domain import answers, years
from ..domain.answers import YES
from ..domain.blank import is_blank
from ..domain.headers import is_postcode
from .coded import Coded, Columns, together

NEEDED = ("first name", "last name", "date of birth", "home postcode", "school", "tracking statement")
UNKNOWN_SCHOOL = "unknown"  # the organisation of those whose school is not known


class Tracking(NamedTuple):
    """Shape: (learners,), and of have (learners, NEEDED)."""

    have: Any
    trackable: Any
    gender: Any  # whether it is known, which HEAT asks for and does not need
    missing: list[str | None]


def tracking(learners: Columns) -> Tracking:
    """What is there of each learner, and whether it is enough. A cell that says "not known" holds nothing."""

    def filled(column: str) -> Any:
        return ~learners[column].which(answers.unsaid)

    both = learners["name"].which(lambda cell: isinstance(cell, str) and len(cell.split()) > 1)
    statement = learners["tracking_statement"]
    seen = statement.which(lambda cell: answers.read("tracking_statement", cell) == YES)
    columns = (
        filled("first_name") | both,
        filled("last_name") | both,
        learners["date_of_birth"].which(lambda cell: born(cell) is not None),
        learners["postcode"].which(lambda cell: isinstance(cell, str) and is_postcode(cell)),
        learners["organisation"].which(lambda school: school not in (None, UNKNOWN_SCHOOL)),
        # The date on which the statement was seen says that it was, unless the answer says otherwise.
        seen | (statement.which(is_blank) & learners["statement_date"].which(lambda cell: born(cell) is not None)),
    )
    have = np.column_stack(columns)
    codes = have @ (1 << np.arange(len(NEEDED)))
    said = [", ".join(n for i, n in enumerate(NEEDED) if not code >> i & 1) or None for code in range(1 << len(NEEDED))]
    return Tracking(have, have.all(axis=1), filled("gender"), Coded(said, codes).spread(said))


def born(cell: Any) -> years.Date | None:
    """A date of birth; None where it is not known or cannot be read."""
    return None if is_blank(cell) else years.born(cell)


def he_ready(learners: Columns, year: int | None) -> list[str | None]:
    """The academic year in which each can enter higher education at 18.

    By the year group and the academic year that it is of (the learner's own, else `year`), else by the date of birth.
    """

    def ready(row: tuple[Any, ...]) -> str | None:
        group, own, date = row
        start = None if is_blank(own) else years.academic_year(own)
        start = year if start is None else start
        if group is not None and start is not None:
            return years.shown(years.he_ready_from_group(int(group), start))
        return None if (day := born(date)) is None else years.shown(years.he_ready_from_birth(day))

    return together(*(learners[column] for column in ("year_group", "academic_year", "date_of_birth"))).each(ready)
