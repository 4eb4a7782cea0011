"""The kinds of tables that a list may be, by its headings, its cells and its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .. import fields
from .find import Listing
from .registers import marks, year_groups

LOOKED_AT = 60  # rows in which the cells under a heading are judged
TABLE_NAMED, SHEET_NAMED = 3.0, 1.5  # headings that the name of a Table or sheet counts for
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


class Kind(NamedTuple):
    """A list as one kind of table: how much it explains, and the column of each field, from 0."""

    score: float
    about: str
    found: dict[str, fields.Found]


def telling(headings: list[str]) -> float:
    """How many headings of a row name a field, if they are headings of some kind of table."""
    told = [heading for heading in headings if heading and heading.casefold() not in ANSWERS and fields.known(heading)]
    if len(told) < 2 or len(told) < TOLD * sum(map(bool, headings)):
        return 0.0
    kinds = ((about, fields.match(about, headings)) for about in fields.tables() if about != "settings")
    return float(len(told)) if any(fits(about, found, headings, True, True) for about, found in kinds) else 0.0


def kinds_of(listing: Listing, grid: list[list[Any]]) -> list[Kind]:
    """The kinds of table that a list may be, the likeliest first."""
    columns = listing.cells(grid, LOOKED_AT)
    beside = {
        "learners": len(marks(listing, columns, set(), frozenset())) > 1,
        "attendance": len(year_groups(listing, columns, set())) > 1,
    }
    out = []
    for about in fields.tables():
        if about == "settings":
            continue
        found = fields.match(about, listing.headings, columns)
        named = fields.names(about, listing.table or listing.sheet)
        if not fits(about, found, listing.headings, named, beside.get(about, False)):
            continue
        score = sum(0.5 + min(one.how, fields.LABEL) / 8 for one in found.values())
        score += named * (TABLE_NAMED if listing.table else SHEET_NAMED)
        out.append(Kind(score, about, found))
    return sorted(out, key=lambda kind: -kind.score)


def fits(about: str, found: dict[str, fields.Found], headings: Sequence[str], named: bool, beside: bool) -> bool:
    """Whether the fields that were found are enough to be a table of that kind.

    named: whether its sheet or Table says that it is; beside: whether other columns say who came, or how many of a year group.
    """
    has = found.keys()
    if about == "organisations":
        return bool(has & SCHOOL) and bool(named or has & PROFILE - {"urn"} or len(has & SCHOOL) > 1)
    if about == "activities":
        return bool(has & WORK) and bool(named or has & OF_WORK)
    if about == "attendance":
        if "attending" in has:
            counts = "attend" in " ".join(fields.tokens(headings[found["attending"].at]))
            return bool(has & (WORK | {"date", "type"})) or bool(has & SCHOOL and (counts or named))
        return (named or beside) and bool(has & WORK and has & SCHOOL)
    if about == "learners":
        return bool(has & (PERSON | {"postcode"})) and ((bool(has & OF_PERSON) and len(has) > 2) or beside)
    if about == "learner_attendance":
        return "activity" in has and bool(has & PERSON)
    return bool(has & {"target", "measure"}) and bool(has & {"percent", "part"})
