"""The learners of a list as far as telling them apart needs: names for comparing, date of birth, postcode, HEAT ID, and the rows
in which each stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from ..domain import answers, postcode, years
from ..domain.once import Once, each
from ..domain.people import Name, name
from ..records.cells import text
from ..records.people import heat_number, parted
from .shape import Listing

LONG_AGO = 1920  # nobody who learns was born before


@dataclass(slots=True)
class Person:
    """Rows that are alike in every respect."""

    first: Name
    middle: Name
    last: Name
    born: years.Date | None
    home: str | None
    heat: str | None  # for comparing
    heat_id: str | None  # as written
    rows: dict[str | None, list[int]]  # of each activity

    @property
    def row(self) -> int:
        return next(iter(self.rows.values()))[0]

    @property
    def whole(self) -> tuple[str, str]:
        return self.first.joined, self.last.joined


def people(listing: Listing) -> list[Person]:
    """The learners of a list, in the order in which they are met; rows without a name are left out."""
    height = max((len(column.cells) for column in listing.columns), default=0)

    def cells(field: str) -> list[Any]:
        for column in listing.columns:
            if column.field in (field, f"learners.{field}"):
                return [*column.cells, *[None] * (height - len(column.cells))]
        return [None] * height

    wholes = each(parted, cells("name"))
    first, last = (
        [own or whole[at] for own, whole in zip(each(_said, cells(field)), wholes, strict=True)]
        for at, field in enumerate(("first_name", "last_name"))
    )
    names = Once(name)
    born = _birthdays(cells("date_of_birth"), list(zip(first, last, strict=True)))
    homes, ids = each(_home, cells("postcode")), cells("heat_id")
    columns = (first, each(_said, cells("middle_name")), last, born, homes, each(heat_number, ids))
    activities = each(_said, cells("activity"))
    found: dict[Any, Person] = {}
    for at, (one, middle, other, day, home, heat) in enumerate(zip(*columns, strict=True)):
        if not (one or other):
            continue
        called = names[one], names[middle], names[other]
        key = (*[n.joined for n in called], day, home, heat)
        person = found.get(key)
        if person is None:
            person = found[key] = Person(*called, day, home, heat, _said(ids[at]), {})
        person.rows.setdefault(activities[at], []).append(listing.first_row + at)
    return [person for person in found.values() if person.first.words or person.last.words]


def _said(cell: Any) -> str | None:
    plain = text(cell)
    return None if plain is None or answers.unsaid(plain) else plain


def _home(cell: Any) -> str | None:
    """A postcode for comparing, whether or not its form is right; None for what is none at all."""
    plain = postcode.clean(cell) if isinstance(cell, str) and not answers.unsaid(cell) else None
    if not plain or not postcode.SHORTEST <= len(plain) <= postcode.LONGEST or not plain.isascii():
        return None
    return plain if any(c.isdigit() for c in plain) else None


def _birthdays(cells: list[Any], names: list[Any]) -> list[years.Date | None]:
    """Dates of birth. A date that very many people have stands in for one that is not known, as does one of long ago."""
    found: list[years.Date | None] = each(years.born, cells)
    people = Counter(day for day, _ in set(zip(found, names, strict=True)))
    size = sum(people.values())
    none = {day for day, count in people.items() if day and (day[0] < LONG_AGO or count > _usual(day, size))}
    return [None if day in none else day for day in found] if none else found


def _usual(day: years.Date, size: int) -> float:
    return max(5, 0.005 * size) if day[1:] == (1, 1) else max(20, 0.02 * size)
