"""What HEAT needs of each learner to track them, and when they can enter higher education.

HEAT tracks learners by first name, last name, date of birth, school and home postcode (gender where it is known), and only those
who have seen its tracking statement: all others are reported as a number (the notice of HEAT's term 1 upload, November 2022).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..domain import answers, years
from ..domain.answers import YES
from ..domain.blank import is_blank
from ..domain.headers import is_postcode
from ..domain.once import Once
from .people import cells, each

NEEDED = ("first name", "last name", "date of birth", "home postcode", "school", "tracking statement")
UNKNOWN_SCHOOL = "unknown"  # the organisation of those whose school is not known


class Tracking(NamedTuple):
    """Shape: (learners,), and of have (learners, NEEDED)."""

    have: Any
    trackable: Any
    gender: Any  # whether it is known, which HEAT asks for and does not need
    missing: list[str | None]


def tracking(learners: pd.DataFrame) -> Tracking:
    """What is there of each learner, and whether it is enough. A cell that says "not known" holds nothing."""

    def filled(column: str) -> Any:
        return np.array([not unsaid for unsaid in each(answers.unsaid, cells(learners, column))], bool)

    both = np.array(each(lambda cell: isinstance(cell, str) and len(cell.split()) > 1, cells(learners, "name")), bool)
    postcode = each(lambda cell: isinstance(cell, str) and is_postcode(cell), cells(learners, "postcode"))
    seen = each(lambda cell: answers.read("tracking_statement", cell) == YES, cells(learners, "tracking_statement"))
    silent = each(is_blank, cells(learners, "tracking_statement"))
    dated = each(_is_date, cells(learners, "statement_date"))
    columns = (
        filled("first_name") | both,
        filled("last_name") | both,
        [date is not None for date in births(learners)],
        postcode,
        [school not in (None, UNKNOWN_SCHOOL) for school in cells(learners, "organisation")],
        # The date on which the statement was seen says that it was, unless the answer says otherwise.
        [said or (nothing and on) for said, nothing, on in zip(seen, silent, dated, strict=True)],
    )
    have = np.array([np.asarray(column, bool) for column in columns]).T
    said = Once(lambda code: ", ".join(n for i, n in enumerate(NEEDED) if not code >> i & 1) or None)
    codes = have @ (1 << np.arange(len(NEEDED)))
    return Tracking(have, have.all(axis=1), filled("gender"), [said[code] for code in codes.tolist()])


def births(learners: pd.DataFrame) -> list[years.Date | None]:
    """Each date of birth; None where it is not known or cannot be read."""
    return each(lambda cell: None if is_blank(cell) else years.born(cell), cells(learners, "date_of_birth"))


def he_ready(learners: pd.DataFrame, year: int | None) -> list[str | None]:
    """The academic year in which each can enter higher education at 18.

    By the year group and the academic year that it is of (the learner's own, else `year`), else by the date of birth.
    """

    def ready(row: tuple[Any, ...]) -> str | None:
        group, own, born = row
        start = year if own is None else own
        if group is not None and start is not None:
            return years.shown(years.he_ready_from_group(int(group), start))
        return None if born is None else years.shown(years.he_ready_from_birth(born))

    own = each(lambda cell: None if is_blank(cell) else years.academic_year(cell), cells(learners, "academic_year"))
    return list(map(Once(ready).__getitem__, zip(cells(learners, "year_group"), own, births(learners), strict=True)))


def _is_date(cell: Any) -> bool:
    return not is_blank(cell) and years.born(cell) is not None
